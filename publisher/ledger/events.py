"""What was done, by whom and when: the record beside the record, which is only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from publisher.ledger.records import moment_of
from publisher.model.delivery import Delivery, State
from publisher.model.record import Record

COLUMNS = ("done_by", "ref", "what", "update_number", "channel", "operation", "detail")
"""Those of an event that are given; its number and its time are the store's."""


class Event(Record, frozen=True, kw_only=True):
    """One thing that was done about an announcement."""

    at: datetime
    """UTC, by the clock of what keeps the ledger."""
    by: str | None
    """Who ran the process that did it, as ``user@host``; None: it was done before that was recorded."""
    what: str
    """``said``, ``planned``, ``decided``, ``left``, ``work_begun``, or the state that a delivery came to."""
    update: int | None
    channel: str | None
    operation: str | None
    detail: str | None
    """The kind of an update, the step of an attempt, an address, an error, a decision, a reason."""


def event_of(row: Any) -> Event:
    """The event in a row."""
    return Event(
        at=moment_of(row["at"]),
        by=row["done_by"],
        what=row["what"],
        update=row["update_number"],
        channel=row["channel"],
        operation=row["operation"],
        detail=row["detail"],
    )


def about(delivery: Delivery, what: str | None = None, detail: str | None = None) -> dict[str, Any]:
    """The columns of an event of one delivery; by default what it has come to."""
    return {
        "ref": delivery.ref,
        "what": what or str(delivery.state),
        "update_number": delivery.update,
        "channel": delivery.channel,
        "operation": str(delivery.operation),
        "detail": detail if what else _detail(delivery),
    }


def _detail(delivery: Delivery) -> str | None:
    if delivery.state is State.SENDING:
        return str(delivery.step)
    return delivery.url if delivery.state is State.DELIVERED else delivery.error or delivery.note
