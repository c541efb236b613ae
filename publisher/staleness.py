"""Whether a frozen post still tells the truth when it is sent late."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from publisher.announcement import Kind, Phase, Update
from publisher.lifecycle import CLOSED_PHASES


class Staleness(StrEnum):
    """How a text stands to the present."""

    FRESH = "fresh"
    PASSED = "passed"
    """What it says lies ahead has come: a person decides."""
    OVER = "over"
    """It speaks of work that is over: never sent as it stands."""


_SAY_WHEN = frozenset({Kind.INITIAL, Kind.RESCHEDULED})


def staleness(update: Update, newest: Update, now: datetime) -> Staleness:
    """Of an update that was not sent yet, given the newest one of its announcement. The last word is never stale."""
    period = update.announcement.period
    if update.phase in CLOSED_PHASES:
        return Staleness.FRESH
    if newest.phase in CLOSED_PHASES or (now > period.ends_at and update.kind in _SAY_WHEN):
        return Staleness.OVER
    if now > period.ends_at or (now > period.starts_at and update.phase is Phase.SCHEDULED):
        return Staleness.PASSED
    return Staleness.FRESH
