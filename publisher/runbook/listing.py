"""What has been announced, and what remains to be done for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publisher.ledger.protocol import Overview
from publisher.model.record import Record
from publisher.runbook.opening import looked_into

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk
    from publisher.runbook.due import Due

__all__ = ["NEWEST", "Open", "Overview", "listed", "still_open"]

NEWEST = 50
"""So many are listed unless all are wanted."""


class Open(Record, frozen=True):
    """An announcement for which something remains to be done, if only for some channels."""

    row: Overview
    due: tuple[Due, ...]


def listed(assembly: Assembly, desk: Desk, *, everything: bool) -> tuple[Sequence[Overview], int]:
    """The newest announcements, or all, newest first; and how many more there are. Raises LedgerFault."""
    with looked_into(assembly, desk) as ledger:
        rows = ledger.overview(limit=-1 if everything else NEWEST)
        return rows, ledger.count() - len(rows)


def still_open(assembly: Assembly, desk: Desk) -> list[Open]:
    """What is open, then what is closed for some channels only, each with what is due. Raises LedgerFault."""
    from publisher.runbook.due import all_due, sight  # the plain list does without

    with looked_into(assembly, desk) as ledger:
        found = all_due(ledger, sight(assembly))
        rows = list(ledger.overview(open_only=True))
        waiting = {item.ref for item in found} - {row.ref for row in rows}
        rows += ledger.overview(refs=waiting)
    return [Open(row, tuple(item for item in found if item.ref == row.ref)) for row in rows]
