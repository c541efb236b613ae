"""What customers were first promised, and how the end of the work compares with it. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec.structs import replace

from publisher.model.announcement import Kind, Period, Phase, Update

PUNCTUAL = timedelta(minutes=5)
"""An end that is less off than this is on time: nobody counts those minutes."""


class Shift(StrEnum):
    """How a period differs from the one that held before; what moved first is what readers look at."""

    LONGER = "longer"
    """The end is later, the start stays."""
    SHORTER = "shorter"
    """The end is earlier, the start stays."""
    LATER = "later"
    """The start is later, wherever the end went."""
    SOONER = "sooner"
    """The start is earlier, wherever the end went."""


def shift(before: Period, period: Period) -> Shift | None:
    """Which of the four it is; None where both ends stay."""
    if period.starts_at != before.starts_at:
        return Shift.LATER if period.starts_at > before.starts_at else Shift.SOONER
    if period.ends_at != before.ends_at:
        return Shift.LONGER if period.ends_at > before.ends_at else Shift.SHORTER
    return None


def promised(history: Sequence[Update]) -> Period:
    """The first promise that still binds, of an announcement's updates, newest first.

    However often the end moves, it is held against the first one. New promises are a new date for work that had not
    begun, later than all of the old one, a correction of the times, and work that is taken up again.
    """
    told = list(reversed(history))
    promise = told[0].announcement.period
    for earlier, update in pairwise(told):
        period = update.announcement.period
        if period != earlier.announcement.period and _binds_anew(earlier, update):
            promise = period
    return promise


def _binds_anew(earlier: Update, update: Update) -> bool:
    if update.reopened or update.kind is Kind.CORRECTED:
        return True
    new_date = update.announcement.period.starts_at >= earlier.announcement.period.ends_at
    return update.kind is Kind.RESCHEDULED and new_date


def with_promise(update: Update, history: Sequence[Update]) -> Update:
    """An end as it is compared with what was promised first, and last; a correction's old times were no promise."""
    if update.phase is not Phase.COMPLETED or not history:
        return update
    before = [one for one in history if one.phase is not Phase.COMPLETED] or history
    return replace(update, first=promised(before), before=before[0].announcement.period)


def overrun(update: Update) -> timedelta:
    """By how much the work ended later than first promised; negative: earlier; zero where that is on time.

    Zero too where it ended earlier than first promised, but later than promised last: neither would be the truth.
    """
    last = update.before or update.announcement.period
    first = update.first or last
    if update.phase is not Phase.COMPLETED:
        return timedelta()
    end = update.announcement.period.ends_at
    by = end - first.ends_at
    contradicted = by < timedelta() and end - last.ends_at >= PUNCTUAL
    return timedelta() if abs(by) < PUNCTUAL or contradicted else by


def is_overdue(update: Update) -> bool:
    """Whether it speaks of work that goes on after its announced end."""
    return not update.phase.is_closed and update.announcement.period.ends_at < update.published_at


def is_first_of_many(update: Update) -> bool:
    """Whether another end was promised after the first one: then it is called the first."""
    last = update.before or update.announcement.period
    return update.first is not None and update.first.ends_at != last.ends_at
