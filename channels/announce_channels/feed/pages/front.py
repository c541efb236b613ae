"""index.html: what is under way, announced and past, as values for the template `index`.

The page is made when something is said and not when it is read: phases are what updates say, never the clock's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from announce_channels.feed.pages.story import Summary, stories, summary
from publisher.adapter.said import Snapshot, Window

MOST_RECENT = 10
"""Past announcements on the front page; the pages of older ones stay."""


def values(history: Snapshot, *, channel: str, locale: str, windows: Sequence[Window]) -> Mapping[str, Any]:
    """What the template may use; ``as_of`` is None where nothing was said on the channel so far."""
    told = [summary(said, locale) for said in stories(history, channel)]
    as_of = max((one.published_at for one in told), default=None)
    current = [one for one in told if as_of and not _is_over(one, as_of)]
    now = [one for one in current if one.phase == "in_progress"]
    ahead = [one for one in current if one.phase == "scheduled"]
    shown = {one.ref for one in (*now, *ahead)}
    recent = [one for one in told if one.ref not in shown]
    return {
        "as_of": as_of,
        "state": "in_progress" if now else "scheduled" if ahead else "quiet",
        "now": tuple(sorted(now, key=_begin)),
        "next": tuple(sorted(ahead, key=_begin)),
        "recent": tuple(recent[:MOST_RECENT]),
        "windows": tuple(_weekly(window) for window in windows),
    }


def _is_over(one: Summary, as_of: datetime) -> bool:
    """Whether something was said a day and more after its end: then nobody will report its completion."""
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
