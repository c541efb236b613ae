"""What comes true while nobody speaks: a start, an end or a promised update that passes without a word.

A page is made when something is said and read whenever. So each of these stands in it with the time from which it is
so: shown where a build finds that time passed, else left to the script of the site, or to the next build.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from publisher.adapter.said import Phase, Update


class Unsaid(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that holds from one time until another, unless something is said."""

    key: str
    """Of its words: ``page.unsaid``."""
    at: datetime
    """What it speaks of."""
    since: datetime
    until: datetime | None = None
    """When another one takes its place; None: never."""
    shown: bool = False
    """Whether it holds at the time of the build."""


def unsaid(newest: Update, now: datetime) -> tuple[Unsaid, ...]:
    """Of an announcement's newest update; ``now`` is the time of the build."""
    found = _of(newest, newest.announcement.period.starts_at, newest.announcement.period.ends_at)
    return tuple(msgspec.structs.replace(one, shown=_holds(one, now)) for one in found)


def _of(newest: Update, start: datetime, end: datetime) -> Iterator[Unsaid]:
    if newest.phase is Phase.SCHEDULED:
        yield Unsaid(key="start", at=start, since=start, until=end)
        yield Unsaid(key="both", at=end, since=end)
    elif newest.phase is Phase.IN_PROGRESS:
        yield Unsaid(key="end", at=end, since=end)
    else:
        return
    if promised := newest.next_update_at:
        yield Unsaid(key="promise", at=promised, since=promised)


def _holds(one: Unsaid, now: datetime) -> bool:
    return one.since <= now and (one.until is None or now < one.until)
