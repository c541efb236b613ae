"""The standing maintenance windows as recurring events, in the wall-clock time of their zone.

Never in UTC: a start in UTC shifts by an hour in summer. A recurring event has the same length every time (RFC 5545,
3.8.5.3), and so a night in which the clocks change has an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event, vText

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.moments import UNSAID
from announce_channels.feed.formats.zones import YEARS
from announce_channels.feed.head import Head
from publisher.adapter.said import Window


def recurring(head: Head, window: Window) -> Iterator[Event]:
    """A window as a weekly event, then the nights on which it is another one. Its UID is made of its times."""
    start, end = _first(window)
    weekly = _event(head, window)
    for name, moment in (("dtstart", start), ("dtend", end)):
        weekly.add(name, moment, parameters={"TZID": head.zone.key})
    weekly.add("rrule", {"freq": "weekly", "byday": _DAYS[window.from_weekday]})
    yield weekly
    for nominal, period in _odd_nights(window, head.zone):
        night = _event(head, window)
        night.add("recurrence-id", nominal, parameters={"TZID": head.zone.key})
        night.add("dtstart", period[0])
        night.add("dtend", period[1])
        yield night


def _event(head: Head, window: Window) -> Event:
    made = Event()
    made.add("uid", head.uid(_name(window)))
    made.add("dtstamp", UNSAID)
    made.add("summary", vText(on_one_line(head.words.window.replace("{brand}", head.brand))))
    made.add("url", head.site)
    made.add("categories", [on_one_line(head.words.windows)])
    made.add("class", "PUBLIC")
    made.add("transp", "TRANSPARENT")
    return made


def _odd_nights(window: Window, zone: ZoneInfo) -> Iterator[tuple[datetime, tuple[datetime, datetime]]]:
    """Occurrences that the clocks make longer or shorter: the start by the wall clock, then both ends in UTC."""
    start, end = _first(window)
    while start.year < YEARS[1]:
        if _offset(start - _DAY, zone) != _offset(end + _DAY, zone):
            meant = window.in_week(start.date() - timedelta(days=window.from_weekday), zone)
            as_ever = start.replace(tzinfo=zone).astimezone(UTC)
            if (meant.start, meant.end) != (as_ever, as_ever + (end - start)) and meant.start < meant.end:
                yield start, (meant.start, meant.end)
        start, end = start + _WEEK, end + _WEEK


def _offset(local: datetime, zone: ZoneInfo) -> timedelta | None:
    return local.replace(tzinfo=zone).utcoffset()


_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)

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
