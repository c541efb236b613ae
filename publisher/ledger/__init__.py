"""What has been said and done, durably: a method is a transaction, and decides nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.ledger.homecoming import Home
    from publisher.ledger.moving import Side
    from publisher.ledger.protocol import Ledger
    from publisher.settings.database import Database

__all__ = [
    "Ledger",
    "alone",
    "bring_home",
    "is_kept",
    "migrate",
    "move",
    "open_ledger",
    "open_refs",
    "was_kept",
]


def __getattr__(name: str) -> Any:
    """``Ledger``, once somebody asks for it: whoever only wants words for a shell does without msgspec."""
    if name != "Ledger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from publisher.ledger.protocol import Ledger

    return Ledger


def open_ledger(address: Path | Database, *, write: bool, group: int | None = None) -> Ledger:
    """The ledger at ``address``. A file, to write: made if need be; to read: an empty one where there is none.

    ``group``, a number, shares the file: its members may write it, too. In a database it is made by migrating, and
    one that is not there, or cannot be reached, is a fault. Which kind of store it is, is decided here and known
    nowhere else. Raises LedgerFault.
    """
    if not isinstance(address, Path):
        from publisher.ledger.postgres.store import Tables  # only a run that looks into it pays for it

        return Tables.open(address) if write else Tables.look(address)
    from publisher.ledger.sqlite.store import Store  # likewise

    return Store.open(address, group=group) if write else Store.look(address, group=group)


def alone(address: Database, what: str) -> AbstractContextManager[None]:
    """Be the only one of all who share the ledger that writes ``what``. Raises Refused, naming who does; LedgerFault.

    Also after the block, where the hold was lost meanwhile: then it is to be written again.
    """
    from publisher.ledger.postgres.owner import alone as held

    return held(address, what)


def migrate(address: Database) -> tuple[int, int]:
    """Make the ledger in a database, or bring its schema up; from which version to which. Raises LedgerFault."""
    from publisher.ledger.postgres.schema import bring_up
    from publisher.ledger.postgres.session import Session

    session = Session(address)
    try:
        return bring_up(session)
    finally:
        session.close()


def move(source: Path | Database, target: Path | Database, *, group: int | None = None) -> int:
    """Let the ledger at ``source`` go on at ``target``, which is made; how many announcements there are.

    Raises Refused where another ledger stands there, or something is being sent; LedgerFault. Where it is cut short,
    the same call finishes it.
    """
    from publisher.ledger import moving

    with closing(_side(source, group)) as here, closing(_side(target, group)) as there:
        return moving.move(here, there)


def bring_home(source: Path, target: Database, *, group: int | None = None) -> Home:
    """Add what the file holds to the team's ledger. Cut short, the same call finishes it.

    Raises Refused where something is being sent, LedgerFault.
    """
    from publisher.ledger import homecoming

    with closing(_side(source, group)) as here, closing(_side(target, group)) as there:
        return homecoming.bring_home(here, there)


def _side(address: Path | Database, group: int | None) -> Side:
    if not isinstance(address, Path):
        from publisher.ledger.postgres.moving import Base

        return Base(address)
    from publisher.ledger.sqlite.moving import File

    return File(address, group=group)


def is_kept(address: Path | Database) -> bool:
    """Whether a ledger stands at ``address``. Raises LedgerFault where that cannot be seen.

    Of a database it is taken for granted: whoever opens it is told where that is not so.
    """
    if not isinstance(address, Path):
        return True
    from publisher.ledger.sqlite.files import is_there

    return is_there(address)


def was_kept(address: Path | Database) -> bool:
    """Whether one has ever been written at ``address``: the mark of a file outlives it."""
    if not isinstance(address, Path):
        return True
    from publisher.ledger.sqlite import mark

    return mark.read(address) != mark.Mark()


def open_refs(address: Path) -> list[str]:
    """The references about which something may be due, newest first: a quick look that waits for nobody.

    Raises LedgerFault, OSError and sqlite3.Error where it cannot be had at once.
    """
    from publisher.ledger.sqlite.glance import open_refs

    return open_refs(address)
