"""VTIMEZONE as text: which offset holds when, for readers that do not know the zone by its name.

Written by hand, for icalendar 7.3's ``add_missing_timezones`` writes one long RDATE list with wrong onsets, of which
ical.js reads the first value only: half of all windows are then an hour off.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

YEARS = (2025, 2037)
"""Where a zone's rule is no plain one (the n-th such weekday of a month), its changes are listed for these years."""


def vtimezone(zone: ZoneInfo) -> bytes:
    """The component of a zone, the same text every time."""
    if zone.key == "Europe/Berlin":
        return _written(_BERLIN)
    return _written(["BEGIN:VTIMEZONE", f"TZID:{zone.key}", *_observances(zone), "END:VTIMEZONE"])


_BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE""".splitlines()

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Change(msgspec.Struct, frozen=True):
    """The clocks jump: when as the old clock shows it, and from which offset to which."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


def _written(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _observances(zone: ZoneInfo) -> Iterator[str]:
    changes = list(_changes(zone))
    if not changes:
        yield from _fixed(zone)
    groups = [[change for change in changes if change.after == after] for after in _offsets(changes)]
    rules = [_rule(group) for group in groups]
    if all(rules):
        for group, rule in zip(groups, rules, strict=True):
            yield from _observance(group[0], rule)
    else:
        for change in changes:
            yield from _observance(change, None)


def _offsets(changes: Sequence[_Change]) -> list[timedelta]:
    return list(dict.fromkeys(change.after for change in changes))


def _fixed(zone: ZoneInfo) -> Iterator[str]:
    moment = datetime(1970, 1, 1, tzinfo=UTC)
    now = moment.replace(year=YEARS[0]).astimezone(zone)
    offset = now.utcoffset() or timedelta(0)
    yield from _observance(_Change(moment, offset, offset, now.tzname() or zone.key), None)


def _observance(change: _Change, rule: str | None) -> Iterator[str]:
    kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{change.local:%Y%m%dT%H%M%S}"
    if rule:
        yield f"RRULE:{rule}"
    yield f"TZOFFSETFROM:{_offset(change.before)}"
    yield f"TZOFFSETTO:{_offset(change.after)}"
    yield f"TZNAME:{change.name}"
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    minutes, sign = divmod(abs(offset).seconds // 60, 60), "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes[0]:02}{minutes[1]:02}"


def _rule(changes: Sequence[_Change]) -> str | None:
    """``FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`` where that says it for every year, else None."""
    days = [change.local for change in changes]
    alike = {(day.month, day.weekday(), day.time()) for day in days}
    if len(alike) != 1 or [day.year for day in days] != list(range(*YEARS)):
        return None
    number = _number(days)
    if number is None:
        return None
    return f"FREQ=YEARLY;BYMONTH={days[0].month};BYDAY={number}{_WEEKDAYS[days[0].weekday()]}"


def _number(days: Sequence[datetime]) -> int | None:
    """Which weekday of the month these all are: -1, the last, or 1 to 4."""
    if all(day.day + 7 > monthrange(day.year, day.month)[1] for day in days):
        return -1
    numbers = {(day.day - 1) // 7 + 1 for day in days}
    return numbers.pop() if len(numbers) == 1 else None


def _changes(zone: ZoneInfo) -> Iterator[_Change]:
    day, end = (datetime(year, 1, 1, tzinfo=UTC) for year in YEARS)
    while day < end:
        following = day + timedelta(days=1)
        if _at(day, zone) != _at(following, zone):
            yield _change(day, following, zone)
        day = following


def _change(earlier: datetime, later: datetime, zone: ZoneInfo) -> _Change:
    before, after = _at(earlier, zone), _at(later, zone)
    while later - earlier > timedelta(minutes=1):
        middle = (earlier + (later - earlier) / 2).replace(second=0, microsecond=0)
        earlier, later = (middle, later) if _at(middle, zone) == before else (earlier, middle)
    local = (later + before).replace(tzinfo=None)
    return _Change(local, before, after, later.astimezone(zone).tzname() or zone.key)


def _at(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
