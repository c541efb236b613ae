"""The standing maintenance windows as recurring events, in the wall-clock time of their zone.

Never in UTC: a start in UTC shifts by an hour in summer.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from icalendar import Event, vText

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.moments import UNSAID
from announce_channels.feed.head import Head
from publisher.adapter.said import Window


def recurring(head: Head, window: Window) -> Event:
    """A window as a weekly event. Its UID is made of its times: other times are another event."""
    made = Event()
    made.add("uid", head.uid(_name(window)))
    made.add("dtstamp", UNSAID)
    start, end = _first(window)
    for name, moment in (("dtstart", start), ("dtend", end)):
        made.add(name, moment, parameters={"TZID": head.zone.key})
    made.add("rrule", {"freq": "weekly", "byday": _DAYS[window.from_weekday]})
    made.add("summary", vText(on_one_line(head.words.window.replace("{brand}", head.brand))))
    made.add("url", head.site)
    made.add("categories", [on_one_line(head.words.windows)])
    made.add("class", "PUBLIC")
    made.add("transp", "TRANSPARENT")
    return made


_MONDAY = date(2026, 1, 5)
"""The first week there is an event in: a date that moved would change the file."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _first(window: Window) -> tuple[datetime, datetime]:
    start = _wall(window.from_weekday, window.from_time)
    end = _wall(window.to_weekday, window.to_time)
    return start, end if end > start else end + timedelta(weeks=1)


def _wall(weekday: int, at: time) -> datetime:
    return datetime.combine(_MONDAY + timedelta(days=weekday), at)


def _name(window: Window) -> str:
    start, end = _first(window)
    return "-".join(
        ("window", *(f"{_DAYS[moment.weekday()]}{moment:%H%M}".lower() for moment in (start, end)))
    )
