"""The frame of both calendars: what they say of themselves, then one component after the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, vDuration, vText, vUri

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.head import Head

EVERY = timedelta(minutes=15)
"""How often a calendar program is asked to look; most look far less often."""

_END = b"END:VCALENDAR\r\n"


def written(head: Head, file: str, at: datetime, components: Iterable[bytes]) -> bytes:
    """The whole file. Components come as bytes, so that ten thousand events never exist at once as objects."""
    changed = at.astimezone(UTC).strftime("LAST-MODIFIED:%Y%m%dT%H%M%SZ\r\n").encode()
    before, after = _frame(head, file)
    return b"".join([before, changed, after.removesuffix(_END), *components, _END])


@lru_cache(maxsize=4)  # each of a thousand announcements has a file, and all their frames are one
def _frame(head: Head, file: str) -> tuple[bytes, bytes]:
    """What stands before and after the line that says when it was changed."""
    frame, title = Calendar(), vText(on_one_line(head.title))
    frame.add("version", "2.0")
    frame.add("prodid", "-//announce//announce//EN")
    frame.add("calscale", "GREGORIAN")
    frame.add("name", title)
    frame.add("x-wr-calname", title)
    frame.add("description", vText(on_one_line(head.description)))
    frame.add("url", vUri(head.site))
    frame.add("source", vUri(f"{head.site}{file}"), parameters={"VALUE": "URI"})
    frame.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    frame.add("x-published-ttl", vDuration(EVERY))
    before, line, after = frame.to_ical(sorted=False).partition(b"REFRESH-INTERVAL")
    return before, line + after
