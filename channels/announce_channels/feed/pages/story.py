"""One announcement as the pages tell it: what its updates on one channel say, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from announce_channels.feed.pages.unsaid import Unsaid, unsaid
from publisher.adapter.said import (
    Kind,
    Period,
    Phase,
    Said,
    Snapshot,
    Update,
    called_off,
    case_of,
    in_language,
)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement on the front page, as its newest update has it."""

    ref: str
    title: str
    services: tuple[str, ...]
    impact: str | None
    outage: timedelta | None
    """For how long each customer is without."""
    phase: str
    wording: str
    """What the work is called."""
    kind: str
    period: Period
    replaced: Period | None
    """The period that was announced before the one that holds now."""
    news: str
    """What the newest update changed, as the key of its words."""
    published_at: datetime
    next_update_at: datetime | None
    """When more was promised, while it is not over."""
    standing: str
    """The key of its words."""
    unsaid: tuple[Unsaid, ...]


def heard_on(said: Sequence[Said], channel: str) -> list[Said]:
    """The updates that stand on a channel, in the order they come in."""
    return [one for one in said if one.on(channel)]


def stories(history: Snapshot, channel: str) -> list[list[Said]]:
    """The announcements a channel told of, each with its updates, the newest said first."""
    found: dict[str, list[Said]] = {}
    for one in heard_on(history.said, channel):
        found.setdefault(one.ref, []).append(one)
    return list(found.values())


def promised(newest: Update) -> datetime | None:
    """When more is to be said, while it is not over."""
    over = newest.phase.is_closed
    return None if over else newest.next_update_at


def replaced_period(said: Sequence[Said]) -> Period | None:
    """The newest period of these updates that is not the one of the newest; None where it never changed."""
    periods = [one.update.announcement.period for one in _since_taken_up(said)]
    return next((period for period in periods if period != periods[0]), None)


def _since_taken_up(said: Sequence[Said]) -> Sequence[Said]:
    """The updates, newest first, since work that had begun and was over was taken up again: no promise of before
    was about that, and no time of it has moved."""
    taken_up = (number for number, one in enumerate(said) if one.update.after in _WORKED)
    last = next(taken_up, None)
    return said if last is None else said[: last + 1]


_WORKED = ("completed", "aborted")
"""Endings of work that had begun."""


def standing(said: Sequence[Said]) -> str:
    """Where it stands after these updates, newest first: the key of its words, the phase or how it was called off."""
    newest = said[0].update
    return str(called_off(newest) if newest.phase is Phase.CANCELLED else newest.phase)


def moved(before: Period, after: Period) -> str:
    """How one period became another, as the key of its words: by its start, else by its end."""
    if after.starts_at != before.starts_at:
        return "later_start" if after.starts_at > before.starts_at else "earlier_start"
    return "later_end" if after.ends_at > before.ends_at else "earlier_end"


def news(update: Update, before: Update | None) -> str:
    """What an update changed, as the key of its words; ``before`` is the one before it on the channel."""
    if update.kind is Kind.CANCELLED or update.after:
        return str(case_of(update))
    if update.kind in (Kind.COMPLETED, Kind.CORRECTED, Kind.INITIAL):
        return "added" if update.adds else str(update.kind)
    now, then = update.announcement, before.announcement if before else update.announcement
    if update.kind is Kind.RESCHEDULED and now.period != then.period:
        return moved(then.period, now.period)
    if (case := str(case_of(update)).removesuffix("_running")) in ("worse", "better"):
        return case
    has_begun = update.phase is Phase.IN_PROGRESS and before and before.phase is Phase.SCHEDULED
    return "begun" if has_begun and update.kind is Kind.PROGRESS else str(update.kind)


def summary(said: Sequence[Said], locale: str, now: datetime) -> Summary:
    """The updates of one announcement, newest first, as one entry of the front page."""
    newest: Update = said[0].update
    facts = newest.announcement
    return Summary(
        ref=facts.ref,
        title=in_language(facts.title, locale),
        services=tuple(in_language(service.name, locale) for service in facts.services),
        impact=str(facts.impact) if facts.impact else None,
        outage=facts.outage,
        phase=str(newest.phase),
        wording=str(facts.wording),
        kind=str(newest.kind),
        period=facts.period,
        replaced=replaced_period(said),
        news=news(newest, said[1].update if len(said) > 1 else None),
        published_at=newest.published_at,
        next_update_at=promised(newest),
        standing=standing(said),
        unsaid=unsaid(newest, now),
    )
