"""What has been said and done, durably: a method is a transaction, and decides nothing."""

from __future__ import annotations

from pathlib import Path

from publisher.ledger.protocol import Ledger

__all__ = ["Ledger", "open_ledger"]


def open_ledger(address: Path, *, write: bool) -> Ledger:
    """The ledger at ``address``, a file: to write, made if need be; else to read, an empty one where there is none.

    Which kind of store it is, is decided here and known nowhere else. Raises LedgerFault.
    """
    from publisher.ledger.sqlite.store import Store  # only a run that looks into it pays for it

    return Store.open(address) if write else Store.look(address)
