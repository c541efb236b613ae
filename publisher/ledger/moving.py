"""A ledger goes on somewhere else: all that it holds is carried there, and here nothing is written any more.

At no time do two of them go on. Everything is put there and not yet committed; then this one is marked as moved; then
the other one is committed, and the mark says that it has arrived. Whoever is killed in between begins again: a ledger
whose move has not been finished refuses everything but that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from publisher.ledger.protocol import Moved
from publisher.ledger.records import stamp
from publisher.model.errors import Refused

if TYPE_CHECKING:
    from publisher.ledger.protocol import Ledger

FIRST = ("announcement", "announcement_update", "delivery", "attempt")
"""The tables that others count on, in the order in which they are filled."""

STAYS = frozenset({"identity", "lives_on", "made_by", "moved", "owner", "sqlite_sequence"})
"""What says something of one store; the identity is carried by itself."""

ADDED_TO = frozenset({"event"})
"""Where nothing is ever taken out: of a ledger that comes back, only what is new is added."""

AT_ONCE = 500
"""Rows."""

Row = Mapping[str, Any]


class Onward(NamedTuple):
    """Where a ledger goes on."""

    place: str
    is_whole: bool
    """False: whether it has arrived there is not known."""


class Side(Protocol):
    """A ledger that is carried away, or filled: opened although it may have been moved."""

    ledger: Ledger

    def close(self) -> None:
        """Give it back."""

    @property
    def address(self) -> str:
        """As ``[publisher] ledger`` names it."""

    @property
    def identity(self) -> str | None:
        """The ledger's own id."""

    @property
    def moved(self) -> Onward | None:
        """Where it goes on; None: here."""

    def still(self) -> AbstractContextManager[None]:
        """One transaction in which nobody else writes; taken back where the block ends badly."""

    def contents(self) -> frozenset[str]:
        """The names of all its tables."""

    def rows(self, table: str, columns: str = "*") -> Iterable[Row]:
        """All rows, with these columns."""

    def highest(self, table: str, column: str) -> int:
        """The highest number there; 0 where there is no row."""

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows there, as they are."""

    def clear(self, tables: Iterable[str]) -> None:
        """Take out all rows."""

    def identify(self, identity: str) -> None:
        """Be that ledger from now on."""

    def mark(self, place: Onward | None, *, at: str) -> None:
        """Record where it goes on; None: here."""

    def renumber(self) -> None:
        """New rows come behind those that were put there."""

    def settle(self, *, is_behind: bool, restored_at: datetime | None) -> None:
        """What was doubted in the other is doubted here."""


def move(source: Side, target: Side) -> int:
    """Carry everything over; how many announcements there are.

    Raises Refused, LedgerFault: then the source goes on, or says that its move has to be finished, by the same call.
    """
    at = stamp(datetime.now(UTC))
    with target.still(), source.still():  # the source is committed first
        _refuse_what_is_no_move(source, target)
        with ExitStack() as held:
            for ref in source.ledger.unsettled():
                held.enter_context(source.ledger.owning(ref))
            if target.moved or not target.ledger.count():  # else it has arrived, and may have gone on
                _carry(source, target, at=at)
            source.mark(Onward(target.address, is_whole=False), at=at)
    with source.still():
        source.mark(Onward(target.address, is_whole=True), at=at)
    return target.ledger.count()


def _carry(source: Side, target: Side, *, at: str) -> None:
    target.mark(None, at=at)
    tables = carried(source.contents())
    target.clear(table for table in reversed(tables) if table not in ADDED_TO)
    for table in tables:
        known = target.highest(table, "id") if table in ADDED_TO else 0
        for rows in _batches(row for row in source.rows(table) if row.get("id", 1) > known):
            target.insert(table, rows)
    if source.identity:
        target.identify(source.identity)
    target.renumber()
    target.settle(is_behind=source.ledger.is_behind, restored_at=source.ledger.restored_at)


def carried(tables: Iterable[str]) -> tuple[str, ...]:
    """Those that hold what was said and done, in the order in which they are filled."""
    return FIRST + tuple(sorted(set(tables) - STAYS - set(FIRST)))


def _refuse_what_is_no_move(source: Side, target: Side) -> None:
    gone = source.moved
    if gone and (gone.is_whole or gone.place != target.address):
        raise Moved(source.ledger.name, gone.place, is_whole=gone.is_whole)
    if target.moved:
        if target.identity != source.identity or not target.moved.is_whole:
            raise Moved(target.ledger.name, target.moved.place, is_whole=target.moved.is_whole)
        return
    count = target.ledger.count()
    if count and target.identity != source.identity:
        raise Refused(
            f"{target.address} is another ledger, with {count} announcements of its own",
            hint="name a database, or a file, in which there is no ledger yet",
        )
    if count and gone is None:
        raise Refused(
            f"{target.address} is a copy of this very ledger, and may have gone on by itself",
            hint="name an empty place; which of the two is the right one, nobody but you can say",
        )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
