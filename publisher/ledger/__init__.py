"""What has been said and done, durably: a method is a transaction, and decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.ledger.protocol import Ledger

__all__ = ["Ledger", "is_kept", "open_ledger", "open_refs", "was_kept"]


def __getattr__(name: str) -> Any:
    """``Ledger``, once somebody asks for it: whoever only wants words for a shell does without msgspec."""
    if name != "Ledger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from publisher.ledger.protocol import Ledger

    return Ledger


def open_ledger(address: Path, *, write: bool, group: int | None = None) -> Ledger:
    """The ledger at ``address``, a file: to write, made if need be; else to read, an empty one where there is none.

    ``group``, a number, shares it: its members may write it, too. Which kind of store it is, is decided here and
    known nowhere else. Raises LedgerFault.
    """
    from publisher.ledger.sqlite.store import Store  # only a run that looks into it pays for it

    return Store.open(address, group=group) if write else Store.look(address, group=group)


def is_kept(address: Path) -> bool:
    """Whether a ledger stands at ``address``. Raises LedgerFault where that cannot be seen."""
    from publisher.ledger.sqlite.files import is_there

    return is_there(address)


def was_kept(address: Path) -> bool:
    """Whether one has ever been written at ``address``: its mark outlives it."""
    from publisher.ledger.sqlite import mark

    return mark.read(address) != mark.Mark()


def open_refs(address: Path) -> list[str]:
    """The references about which something may be due, newest first: a quick look that waits for nobody.

    Raises LedgerFault, OSError and sqlite3.Error where it cannot be had at once.
    """
    from publisher.ledger.sqlite.glance import open_refs

    return open_refs(address)
