"""What a person decided about a delivery, and who that was."""

from __future__ import annotations

from datetime import datetime

from publisher.model.delivery import Decision
from publisher.model.record import Record


class Decided(Record, frozen=True, kw_only=True):
    """One decision."""

    delivery: int
    """The id of the delivery that it was about."""
    what: Decision
    at: datetime
    """UTC."""
    by: str | None
    """As ``user@host``; None: nobody knows."""
