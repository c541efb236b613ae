"""What has been said and done, durably: a method is a transaction, and decides nothing."""

from __future__ import annotations

from pathlib import Path

from publisher.ledger.protocol import Ledger

__all__ = ["Ledger", "is_kept", "open_ledger", "was_kept"]


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
