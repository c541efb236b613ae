"""What every ledger can do, returns and raises, whatever keeps it: a file today, a server tomorrow."""

from __future__ import annotations

from contextlib import AbstractContextManager
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

from publisher.model.commands import command
from publisher.model.errors import LedgerFault
from publisher.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from publisher.ledger.events import Event
    from publisher.model.announcement import Phase, Update
    from publisher.model.decided import Decided
    from publisher.model.delivery import Decision, Delivery
    from publisher.model.dues import Withdrawn
    from publisher.model.history import Snapshot
    from publisher.model.outgoing import Fingerprint, Outgoing
    from publisher.model.seen import Glimpse


class Clash(Exception):
    """The reference, the update's number or the second of publication was taken in the meantime."""


class Overtaken(LedgerFault):
    """Another process has claimed a delivery since it was read, so what became of it here is not recorded."""

    def __init__(self, name: str, delivery: Delivery) -> None:
        super().__init__(
            f"the ledger {name} cannot be used: somebody else has claimed {delivery.channel} of {delivery.ref}",
            hint=f"what has become of it: {command('show', delivery.ref)}",
        )


class Unreachable(LedgerFault):
    """What keeps the ledger does not answer, so nobody knows what is in it."""


class Moved(LedgerFault):
    """The ledger goes on at ``place``; where that was not finished, whether it has arrived there is not known."""

    def __init__(self, name: str, place: str, *, is_whole: bool) -> None:
        if is_whole:
            said, cure = "was moved", f'in announce.toml, under [publisher], write: ledger = "{place}"'
        else:
            said, cure = "is being moved", f"finish that by: {command('ledger', 'migrate', '--to', place)}"
        super().__init__(f"the ledger {name} {said} to {place}; nothing is written or read here", hint=cure)
        self.place = place


class Attempt(Record, frozen=True):
    """One try of a delivery, as it was recorded; ``ended_at`` None: the program ended in mid-attempt."""

    number: int
    step: str
    started_at: datetime
    ended_at: datetime | None
    state: str | None
    error: str | None


class Health(StrEnum):
    """How bad it is what a look at the ledger has found."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"


class Diagnosis(Record, frozen=True):
    """One thing that a look at the ledger itself has found: ``code`` is its subject, ``cure`` says what helps."""

    code: str
    health: Health
    text: str
    cure: str | None = None


class Backup(Record, frozen=True):
    """A copy that was taken: when, where it was written, and how many updates and attempts there were by then."""

    taken_at: datetime
    place: str
    reached: int


class Overview(Record, frozen=True):
    """An announcement in a line: what was last said of it, and how many of its channels have been told that."""

    ref: str
    title: Mapping[str, str]
    """By language."""
    phase: Phase
    starts_at: datetime
    ends_at: datetime
    next_update_at: datetime | None
    """When a word was promised at the latest; None: no promise."""
    channels: int
    """Those that the newest update was planned for."""
    told: int
    """Those of them that have it; not one of which a part is still open."""
    withdrawn: Withdrawn | None = None
    """How much of it was taken down again; None: nothing."""
    by: str | None = None
    """Who said it, as ``user@host``; None: it was not recorded."""


class WorkBegun(Record, frozen=True, kw_only=True):
    """The beginning of work that a gate let through; times are UTC."""

    at: datetime
    told_at: datetime
    """Since when every channel that was asked for had told customers."""
    by: str | None
    """Who let it begin, as ``user@host``; None: nobody knows."""


class Ledger(Protocol):
    """What has been said and done. A method is a transaction: it happens whole or not at all, and is then durable.

    Used as a context manager, which closes it. What is written by one process is seen by the next call of every
    other. Beside what is said below, every method raises LedgerFault where the store fails, and those that write do
    so on a ledger that was opened to read.
    """

    is_behind: bool
    """Whether it is older than the one that was last written at this address: an old copy was put back."""

    @property
    def name(self) -> str:
        """Where it is, as a person is told."""

    @property
    def restored_at(self) -> datetime | None:
        """When it was last found to be an old copy that was put back; UTC."""

    def accept(self, *, at: datetime) -> None:
        """Go on with an old copy that was put back, now that what is in it has been doubted."""

    def owning(self, ref: str) -> AbstractContextManager[None]:
        """Hold one announcement: nobody else, wherever they run, holds it until the block or the process ends.

        Not a time lease: a suspended laptop outlives any lease, and a killed process leaves no hold behind. Raises
        Refused, naming the holder, where another process is sending it.
        """

    def close(self) -> None:
        """Give back what it holds open."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    # --- what is said ---------------------------------------------------------------------------------------

    def add(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint, *, again: str | None
    ) -> tuple[Delivery, ...]:
        """Record a new announcement, its first update and one pending delivery a channel, all or nothing.

        Raises AlreadySaid where the content was said since ``fingerprint.since`` on one of these channels and
        ``again`` gives no reason; Clash where reference or time of publication are taken.
        """

    def follow(
        self, update: Update, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery]
    ) -> tuple[Delivery, ...]:
        """Record a later update, its pending deliveries, and what it overtakes as given up, all or nothing.

        Raises Clash where number or time of publication are taken, Overtaken where a delivery that is overtaken
        has been claimed in the meantime.
        """

    def join(self, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery] = ()) -> tuple[Delivery, ...]:
        """Add pending deliveries to updates that have been recorded, as `follow` does.

        Raises Clash where one is there already, Overtaken as `follow` does.
        """

    def said_already(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint
    ) -> str | None:
        """The reference of an announcement with the same content on one of these channels, or None."""

    def knows(self, ref: str) -> bool:
        """Whether the reference is taken."""

    def newest_publication(self) -> datetime | None:
        """When the newest update was published, by its own date; None where nothing has been said yet."""

    # --- what has become of it ------------------------------------------------------------------------------

    def write(self, deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """Record claims and outcomes in one commit; a claim opens an attempt, an outcome ends it.

        Raises Overtaken where one of them was claimed by somebody else since; then none is recorded.
        """

    def decide(self, delivery: Delivery, what: Decision, *, at: datetime) -> None:
        """Record an outcome as `write` does, and that it was decided by whoever runs this process, in one commit.

        Raises Overtaken as `write` does.
        """

    def decisions(self, ref: str) -> tuple[Decided, ...]:
        """What persons decided about deliveries of an announcement, oldest first."""

    def deliveries(self, ref: str, update: int | None = None) -> tuple[Delivery, ...]:
        """The deliveries of one update (default: the newest), in the order they were planned."""

    def all_deliveries(self, ref: str, *, beside: Collection[int] = ()) -> tuple[Delivery, ...]:
        """Every delivery of an announcement, of all its updates, in the order they were planned.

        ``beside`` are the ids of those that the caller has already.
        """

    def unfinished(self, ref: str | None = None, *, failed: bool = False) -> tuple[Delivery, ...]:
        """Every delivery that is not closed, oldest first; with ``failed``, those the platform refused too."""

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        """Every attempt of a delivery, first to last."""

    def in_flight(self, ref: str) -> Mapping[int, float]:
        """Seconds since the claim, by id, of each delivery in `sending` whose owner may live without its hold.

        None of a file's: there a hold that is free means that the process is dead. By the clock of what keeps it.
        """

    # --- history --------------------------------------------------------------------------------------------

    def snapshot(self, limit: int = 50) -> Snapshot:
        """The newest ``limit`` updates and, whole, every announcement they belong to."""

    def history_of(self, ref: str) -> Snapshot:
        """Everything said about one announcement, newest first; empty where the reference is unknown."""

    def said_by(self, ref: str) -> Mapping[int, str | None]:
        """Who said the updates of an announcement, as ``user@host``, by their numbers; None: it was not recorded.

        Recorded is whoever runs this process, before ``sudo``. Not part of the history, which customers may read.
        """

    def events(self, ref: str) -> tuple[Event, ...]:
        """What was done about an announcement, and by whom, oldest first; each was recorded with what it tells of."""

    def newest_addresses(self) -> Mapping[str, str]:
        """Where the newest post stands of each channel that has had one with an address, by its name."""

    def refs(self) -> tuple[str, ...]:
        """Every reference, newest announcement first."""

    def overview(
        self, *, open_only: bool = False, limit: int = -1, refs: Collection[str] | None = None
    ) -> list[Overview]:
        """A row per announcement, newest first.

        ``open_only`` leaves out what was completed, cancelled or taken down everywhere; ``limit`` is the number of
        rows, -1: all; ``refs`` are the only ones wanted.
        """

    def count(self) -> int:
        """How many announcements there are."""

    def unsettled(self) -> tuple[str, ...]:
        """References of all announcements about which anything may be due, newest first: `model.dues` says what."""

    def leave(self, ref: str, update: int, channel: str, *, why: str, at: datetime) -> None:
        """Record that readers of a channel are left with what they see, though an update said otherwise."""

    def begin_work(self, ref: str, *, at: datetime, told_at: datetime) -> None:
        """Record that work begins, and since when customers have known of it; and who lets it begin."""

    def work_begun(self, ref: str) -> WorkBegun | None:
        """When the work of an announcement first began by its newest start; None: nobody has recorded it."""

    def saw(self, ref: str, glimpses: Sequence[Glimpse]) -> None:
        """Record what strangers found, all or nothing; of looks that found what the last one did, no row is made."""

    def glimpses(self, ref: str) -> tuple[Glimpse, ...]:
        """What strangers found of an announcement, oldest first: each look that found something else."""

    def left(self, ref: str) -> Mapping[str, int]:
        """The channels of an announcement that `leave` named, each with the newest update of which it did."""

    # --- the ledger itself ----------------------------------------------------------------------------------

    def examine(self, *, whole: bool) -> list[Diagnosis]:
        """How the ledger is kept: its version, mark, permissions, what is left beside it; ``whole``: every page too."""

    def copy_to(self, place: Path) -> Backup:
        """Write a copy to a file while others may write the ledger; what is there is replaced in one step.

        A copy that is put back is doubted, wherever that is.
        """

    def remember(self, backup: Backup) -> None:
        """Record that a copy was taken."""

    def last_backup(self) -> Backup | None:
        """The newest copy that was recorded."""

    def reached(self) -> int:
        """How many updates and attempts there are: it rises with everything that is planned or sent."""
