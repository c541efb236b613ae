"""The frame of both calendars: what they say of themselves, then one component after the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, vDuration, vText, vUri

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.head import Head

EVERY = timedelta(minutes=15)
"""How often a calendar program is asked to look; most look far less often."""

_END = b"END:VCALENDAR\r\n"


def written(head: Head, file: str, at: datetime, components: Iterable[bytes]) -> bytes:
    """The whole file. Components come as bytes, so that ten thousand events never exist at once as objects."""
    frame = _frame(head, file, at).to_ical(sorted=False)
    return b"".join([frame.removesuffix(_END), *components, _END])


def _frame(head: Head, file: str, at: datetime) -> Calendar:
    frame, title = Calendar(), vText(on_one_line(head.title))
    frame.add("version", "2.0")
    frame.add("prodid", "-//announce//announce//EN")
    frame.add("calscale", "GREGORIAN")
    frame.add("name", title)
    frame.add("x-wr-calname", title)
    frame.add("description", vText(on_one_line(head.description)))
    frame.add("url", vUri(head.site))
    frame.add("source", vUri(f"{head.site}{file}"), parameters={"VALUE": "URI"})
    frame.add("last-modified", at)
    frame.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    frame.add("x-published-ttl", vDuration(EVERY))
    return frame
