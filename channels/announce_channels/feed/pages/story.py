"""One announcement as the pages tell it: what its updates on one channel say, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from publisher.adapter.said import Period, Said, Snapshot, Update, in_language


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement on the front page, as its newest update has it."""

    ref: str
    title: str
    services: tuple[str, ...]
    impact: str
    phase: str
    kind: str
    period: Period
    replaced: Period | None
    """The period that was announced before the one that holds now."""
    published_at: datetime


def heard_on(said: Sequence[Said], channel: str) -> list[Said]:
    """The updates that stand on a channel, in the order they come in."""
    return [one for one in said if one.on(channel)]


def stories(history: Snapshot, channel: str) -> list[list[Said]]:
    """The announcements a channel told of, each with its updates, the newest said first."""
    found: dict[str, list[Said]] = {}
    for one in heard_on(history.said, channel):
        found.setdefault(one.ref, []).append(one)
    return list(found.values())


def replaced_period(said: Sequence[Said]) -> Period | None:
    """The newest period of these updates that is not the one of the newest; None where it never changed."""
    periods = [one.update.announcement.period for one in said]
    return next((period for period in periods if period != periods[0]), None)


def summary(said: Sequence[Said], locale: str) -> Summary:
    """The updates of one announcement, newest first, as one entry of the front page."""
    newest: Update = said[0].update
    facts = newest.announcement
    return Summary(
        ref=facts.ref,
        title=in_language(facts.title, locale),
        services=tuple(in_language(service.name, locale) for service in facts.services),
        impact=str(facts.impact),
        phase=str(newest.phase),
        kind=str(newest.kind),
        period=facts.period,
        replaced=replaced_period(said),
        published_at=newest.published_at,
    )
