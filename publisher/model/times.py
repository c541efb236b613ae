"""Times and durations as an engineer types them, and as a command line says them back.

Whatever is typed becomes an aware datetime in UTC or is refused with a `TimeFault` that says how to write it. A
local time that the clocks skip, or show twice, when they change is refused with both readings named.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.model.record import Record

EXAMPLES = "now, +30m, 22:30, tomorrow 02:00, Tue 22:30, 24.11. 22:30 or 2026-11-24T22:30"
"""What a time may look like, for messages and help."""


class TimeFault(ValueError):
    """A time or duration that cannot be meant; the message says what to write instead."""


def parse_when(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment a text means, in UTC: `EXAMPLES`, with German words, German dates and UTC offsets too.

    ``now`` is aware and counts by its minute; ``22:30`` is the next one, this minute included. A date without a
    year is the nearest one, past or coming. Raises TimeFault.
    """
    minute = _minute(now)
    return _parse(text, _Bearings(now=minute, origin=minute, earliest=minute, zone=zone))


def parse_until(text: str, *, start: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of work that begins at ``start``, in UTC: ``02:00`` is the first after it, ``+2h`` counts from it.

    All else is read as `parse_when` does. Raises TimeFault.
    """
    begun = start.astimezone(UTC)
    return _parse(
        text, _Bearings(now=_minute(now), origin=begun, earliest=begun + timedelta.resolution, zone=zone)
    )


def parse_duration(text: str) -> timedelta:
    """Whole minutes from ``2h``, ``90m``, ``1h30``, ``1.5h``, ``1d`` (24 hours), ``45min`` or ISO 8601's ``PT2H``.

    Raises TimeFault, also for no time at all.
    """
    typed = _tidy(text)
    found = re.fullmatch(_DECIMAL_HOURS, typed)
    length = _decimal_hours(found) if found else _sum_of_units(typed)
    if length is None:
        raise TimeFault(f"not a duration: {_shown(text)}; write 2h, 90m, 1h30m or 1d")
    if not length:
        raise TimeFault(f"no time at all: {_shown(text)}; work takes a minute at least")
    return length


def evened(text: str, moment: datetime) -> datetime:
    """The moment that a text means, on the next five minutes where it is so many round minutes ahead.

    ``+30m`` at 06:07 is 06:40: nobody announces 06:37. ``+32m`` and what is nearer than a quarter of an hour is meant.
    """
    typed = _tidy(text)
    if not typed.startswith("+"):
        return moment
    ahead = parse_duration(typed[1:])
    if ahead < _NEAR or ahead % _FIVE:
        return moment
    return moment + timedelta(minutes=-moment.minute % 5)


_FIVE = timedelta(minutes=5)
_NEAR = timedelta(minutes=15)


def is_bare_clock(text: str) -> bool:
    """Whether the text is a clock time without a day, such as ``22:30``: which day it means depends on the hour."""
    return bool(re.fullmatch(_CLOCK, _tidy_moment(text)))


def with_its_day(text: str, moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """A bare clock time as it is typed with the day it was understood to mean: ``today 22:30``."""
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    near = {today: "today", today + timedelta(days=1): "tomorrow"}
    return f"{near.get(day, day.isoformat())} {_tidy_moment(text).replace('.', ':')}"


def in_words(length: timedelta) -> str:
    """``23 h 59 min``, ``45 min``, ``2 d 3 h``: whole minutes, rounded down; below one, ``less than 1 min``."""
    minutes = length // timedelta(minutes=1)
    if minutes < 1:
        return "less than 1 min"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return " ".join(
        f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count
    )


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in a zone and in UTC: ``Tue 2026-11-24 22:30 CET (21:30 UTC)``."""
    local, utc = moment.astimezone(zone), moment.astimezone(UTC)
    said = f"{_NAMES[local.weekday()]} {local:%Y-%m-%d %H:%M} {local.tzname()}"
    if not local.utcoffset():
        return said
    return f"{said} ({utc:%H:%M} UTC)" if local.date() == utc.date() else f"{said} ({utc:%Y-%m-%d %H:%M} UTC)"


def brief(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for a line that has to be short: ``Sat 28 Nov 02:30 CET``."""
    local = moment.astimezone(zone)
    return f"{_day(local)} {local:%H:%M} {local.tzname()}"


def brief_period(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``Sat 28 Nov 02:30–03:30 CET``; both in full where the day or the offset is another one."""
    begun, over = start.astimezone(zone), end.astimezone(zone)
    if (begun.date(), begun.utcoffset()) != (over.date(), over.utcoffset()):
        return f"{brief(start, zone)} – {brief(end, zone)}"
    return f"{_day(begun)} {begun:%H:%M}–{over:%H:%M} {begun.tzname()}"


def distance(moment: datetime, now: datetime) -> str:
    """``in 29 min`` or ``40 min ago``."""
    return f"in {in_words(moment - now)}" if moment >= now else f"{in_words(now - moment)} ago"


def _day(local: datetime) -> str:
    return f"{_NAMES[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


# --- moments ----------------------------------------------------------------------------------------------------


class _Bearings(Record, frozen=True, kw_only=True):
    """What a text is read against. In UTC: between two times of one zone, Python reckons by the wall clock."""

    now: datetime
    origin: datetime
    """What ``+30m`` counts from."""
    earliest: datetime
    """The first moment a clock time or a weekday without a date may mean."""
    zone: ZoneInfo


_CLOCK = "(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})"
_IN_WORDS = "([0-9]{1,2})([:.][0-9]{2})? ?uhr$"
_ON_A_DAY = rf"(?:(?P<day>[a-zü]+)[.,]{{0,2}} +)?{_CLOCK}"
_GERMAN = rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})(?:\.(?P<year>[0-9]{{4}}|[0-9]{{2}})?)?,? {_CLOCK}"
_DATED = (
    rf"(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[t ]{_CLOCK}(?::(?P<second>[0-9]{{2}}))?"
    r" ?(?P<offset>z|utc|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?"
)
_NOW = {"now", "jetzt"}
_DAYS = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2}
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = {
    name: weekday
    for weekday, names in enumerate(
        (
            "mon monday mo montag",
            "tue tues tuesday di dienstag",
            "wed wednesday mi mittwoch",
            "thu thur thurs thursday do donnerstag",
            "fri friday fr freitag",
            "sat saturday sa samstag sonnabend",
            "sun sunday so sonntag",
        )
    )
    for name in names.split()
}


def _minute(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def _parse(text: str, bearings: _Bearings) -> datetime:
    try:
        moment = _read(_tidy_moment(text), bearings)
        if moment:
            moment.astimezone(bearings.zone)  # the calendar may end before the zone can show it
            return moment
    except TimeFault:
        raise
    except (ValueError, OverflowError) as error:
        raise TimeFault(f"no such time: {_shown(text)}, {error}; write {EXAMPLES}") from None
    raise TimeFault(f"not a time: {_shown(text)}; write {EXAMPLES}")


def _read(typed: str, bearings: _Bearings) -> datetime | None:
    if typed in _NOW:
        return bearings.now
    if typed.startswith("+"):
        return bearings.origin + parse_duration(typed[1:])
    if found := re.fullmatch(_ON_A_DAY, typed):
        return _on_a_day(found, bearings)
    if found := re.fullmatch(_GERMAN, typed):
        return _german(found, bearings)
    if found := re.fullmatch(_DATED, typed):
        return _dated(found, bearings.zone)
    return None


def _on_a_day(found: re.Match[str], bearings: _Bearings) -> datetime:
    clock = time(int(found["hour"]), int(found["minute"]))
    day = found["day"]
    if day in _DAYS:
        today = bearings.now.astimezone(bearings.zone).date()
        return _moment(datetime.combine(today + timedelta(days=_DAYS[day]), clock), bearings.zone)
    if day is None:
        return _next(clock, bearings, first=0, step=1)
    if day in _WEEKDAYS:
        weekday = bearings.earliest.astimezone(bearings.zone).weekday()
        return _next(clock, bearings, first=(_WEEKDAYS[day] - weekday) % 7, step=7)
    raise TimeFault(f"not a day: {_shown(day)}; write {EXAMPLES}")


def _next(clock: time, bearings: _Bearings, *, first: int, step: int) -> datetime:
    """The first such clock time that is not over, ``first`` days from the earliest or ``step`` days later."""
    local = bearings.earliest.astimezone(bearings.zone).replace(tzinfo=None)
    candidate = datetime.combine(local.date() + timedelta(days=first), clock)
    before, after = _readings(candidate, bearings.zone)
    over = local > candidate if before > after else max(before, after) < bearings.earliest
    return _moment(candidate + timedelta(days=step if over else 0), bearings.zone)


def _dated(found: re.Match[str], zone: ZoneInfo) -> datetime:
    clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    local = datetime.combine(date.fromisoformat(found["date"]), clock)
    if not found["offset"]:
        return _moment(local, zone)
    offset = found["offset"].replace("utc", "z").upper()
    return local.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo).astimezone(UTC)


def _german(found: re.Match[str], bearings: _Bearings) -> datetime:
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if year:
        dated = date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    else:
        dated = _nearest(day, month, bearings.earliest.astimezone(bearings.zone).date())
    return _moment(datetime.combine(dated, time(int(found["hour"]), int(found["minute"]))), bearings.zone)


def _nearest(day: int, month: int, here: date) -> date:
    """A day of the year next to another, before or after: on 2 January, ``31.12.`` was the day before yesterday."""
    years = [here.year] if (day, month) == (29, 2) else [here.year - 1, here.year, here.year + 1]
    return min((date(year, month, day) for year in years), key=lambda one: abs(one - here))


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The one moment at which the clocks of a zone show a local time; TimeFault where there is none, or two."""
    before, after = _readings(local, zone)
    if before == after:
        return before
    trouble = "does not exist" if before > after else "comes twice"
    first, second = (
        f"{moment.astimezone(zone).isoformat(timespec='minutes')} ({moment:%H:%M} UTC)"
        for moment in sorted((before, after))
    )
    raise TimeFault(
        f"{local:%H:%M} on {local:%Y-%m-%d} {trouble} in {zone}, where the clocks change; write {first} or {second}"
    )


def _readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A local time by the offsets before and after a change of the clocks; equal where there is none.

    In an hour that comes twice the first is the earlier one, in an hour that is skipped the later one.
    """
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before, after


# --- durations --------------------------------------------------------------------------------------------------

_DECIMAL_HOURS = "(?P<hours>[0-9]{1,4})[.,](?P<part>[0-9]{1,4}) ?h"
_UNITS = (
    "(?:(?P<days>[0-9]{1,6}) ?(?:d|days?|tage?))? ?"
    "(?:(?P<hours>[0-9]{1,6}) ?(?:h|hours?|std|stunden?))? ?"
    "(?:(?P<minutes>[0-9]{1,6}) ?(?:m|min|minutes?|minuten?))?"
)
_HOURS_AND_MINUTES = "(?P<hours>[0-9]{1,6}) ?h ?(?P<minutes>[0-5][0-9])"
_ISO = "p(?:(?P<days>[0-9]{1,6})d)?(?:t(?:(?P<hours>[0-9]{1,6})h)?(?:(?P<minutes>[0-9]{1,6})m)?)?"


def _sum_of_units(typed: str) -> timedelta | None:
    for form in (_UNITS, _HOURS_AND_MINUTES, _ISO):
        found = re.fullmatch(form, typed)
        if found and any(found.groups()):
            return timedelta(**{unit: int(count) for unit, count in found.groupdict().items() if count})
    return None


def _decimal_hours(found: re.Match[str]) -> timedelta:
    seconds, rest = divmod(int(found["hours"] + found["part"]) * 3600, 10 ** len(found["part"]))
    if rest or seconds % 60:
        raise TimeFault(f"not whole minutes: {_shown(found[0])}; write it as 1h30m")
    return timedelta(seconds=seconds)


# --- texts ------------------------------------------------------------------------------------------------------


def _tidy(text: str) -> str:
    return " ".join(text.split()).lower()


def _tidy_moment(text: str) -> str:
    """The same for a moment, ``22 Uhr`` as ``22:00``."""
    return re.sub(_IN_WORDS, lambda found: found[1] + (found[2] or ":00"), _tidy(text))


def _shown(text: str) -> str:
    """What was typed, on one line and short enough to be read."""
    return repr(text if len(text) <= 40 else text[:39] + "…")
