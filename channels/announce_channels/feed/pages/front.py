"""index.html: what is under way, announced and past, as values for the template `index`.

Phases are what updates say, never the clock's, which only tells what passed without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from announce_channels.feed.pages.story import Summary, stories, summary
from publisher.adapter.said import Snapshot, Window

MOST_RECENT = 10
"""Past announcements on the front page; the pages of older ones stay."""


def values(
    history: Snapshot, *, channel: str, locale: str, windows: Sequence[Window], now: datetime
) -> Mapping[str, Any]:
    """What the template may use; ``as_of`` is None where nothing was said on the channel so far."""
    told = [summary(said, locale, now) for said in stories(history, channel)]
    as_of = max((one.published_at for one in told), default=None)
    current = [one for one in told if as_of and not _is_over(one, max(as_of, now))]
    running = [one for one in current if one.phase == "in_progress"]
    ahead = [one for one in current if one.phase == "scheduled"]
    shown = {one.ref for one in (*running, *ahead)}
    first = min(running or ahead, key=_begin, default=None)
    recent = [one for one in told if one.ref not in shown]
    return {
        "as_of": as_of,
        "state": first.phase if first else "quiet",
        "since": first.period.starts_at if first else None,
        "services": _services([*running, *ahead]),
        "now": tuple(sorted(running, key=_begin)),
        "next": tuple(sorted(ahead, key=_begin)),
        "recent": tuple(recent[:MOST_RECENT]),
        "windows": tuple(_weekly(window) for window in windows),
    }


def _services(current: Sequence[Summary]) -> tuple[tuple[str, Summary], ...]:
    """The services that something open is about, what has begun before what is ahead."""
    found: dict[str, Summary] = {}
    for one in current:
        for name in one.services:
            found.setdefault(name, one)
    return tuple(sorted(found.items()))


def _is_over(one: Summary, as_of: datetime) -> bool:
    """Whether its end is a day ago and more: then nobody will report its completion."""
    return (as_of - one.period.ends_at).days >= 1


def _begin(one: Summary) -> tuple[datetime, str]:
    return one.period.starts_at, one.ref


def _weekly(window: Window) -> Mapping[str, Any]:
    return {
        "from_day": window.from_weekday,
        "from_time": f"{window.from_time:%H:%M}",
        "to_day": window.to_weekday,
        "to_time": f"{window.to_time:%H:%M}",
    }
