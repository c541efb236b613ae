"""Maintenance windows, planned times in which work needs no notice, and the verdict on a period.

A window is written in wall-clock time and recurs every week. Its occurrences are points in time (UTC), merged
where they touch or overlap. Where the clocks change, a boundary that does not exist moves to the first moment
after the gap, and one that comes twice makes the window the wider one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Self
from zoneinfo import ZoneInfo

from publisher.model.record import Record


class Window(Record, frozen=True):
    """A weekly window; weekdays count from 0, Monday. It is shorter than seven days by nature."""

    from_weekday: int
    from_time: time
    to_weekday: int
    to_time: time

    def __post_init__(self) -> None:
        if not {self.from_weekday, self.to_weekday} <= set(range(7)):
            raise ValueError("a weekday is a number from 0, Monday, to 6, Sunday")
        if (self.from_weekday, self.from_time) == (self.to_weekday, self.to_time):
            raise ValueError(f"a window must end at another time than it begins ({self}); move its end")

    @classmethod
    def parse(cls, from_: str, to: str) -> Self:
        """A window from texts such as ``Tue 22:30`` and ``Wed 06:00``, in English or German.

        Raises ValueError that says how to write it.
        """
        return cls(*_weekly(from_), *_weekly(to))

    def in_week(self, monday: date, zone: ZoneInfo) -> Occurrence:
        """The occurrence that begins in the week of a Monday; one that the clocks skip does not end after its start."""
        start = datetime.combine(monday + timedelta(days=self.from_weekday), self.from_time)
        end = datetime.combine(monday + timedelta(days=self.to_weekday), self.to_time)
        if end < start:
            end += _WEEK
        return Occurrence(_moment(start, zone, fold=0), _moment(end, zone, fold=1))

    def __str__(self) -> str:
        start = f"{_NAMES[self.from_weekday]} {self.from_time:%H:%M}"
        return f"{start} – {_NAMES[self.to_weekday]} {self.to_time:%H:%M}"


class Occurrence(Record, frozen=True):
    """One time that windows make, from start to end: two aware datetimes in UTC."""

    start: datetime
    end: datetime


class Verdict(StrEnum):
    """How a period lies to the windows."""

    INSIDE = "inside"
    """Wholly within one occurrence, its ends included: no notice is due."""
    OUTSIDE = "outside"
    """It begins when no window is open, or just as one closes."""
    OVERRUNS = "overruns"
    """It begins inside and ends after the window."""


class Judgement(Record, frozen=True):
    """The verdict, and the occurrence it was passed on; None where the period lies outside."""

    verdict: Verdict
    occurrence: Occurrence | None


def judge(windows: Sequence[Window], zone: ZoneInfo, start: datetime, end: datetime | None) -> Judgement:
    """The verdict on a period, or on one moment where ``end`` is None. Takes aware datetimes.

    Raises ValueError for naive ones and for an end before the start.
    """
    start = _utc(start)
    until = start if end is None else _utc(end)
    if until < start:
        raise ValueError("the end is before the start")
    for occurrence in occurrences(windows, zone, start, until):
        if occurrence.start > start:
            break
        if until <= occurrence.end:
            return Judgement(Verdict.INSIDE, occurrence)
        if start < occurrence.end:
            return Judgement(Verdict.OVERRUNS, occurrence)
    return Judgement(Verdict.OUTSIDE, None)


def upcoming(windows: Sequence[Window], zone: ZoneInfo, now: datetime, count: int) -> list[Occurrence]:
    """The next ``count`` occurrences, one that is open now included."""
    moment = _utc(now)
    ahead = (occurrence for occurrence in occurrences(windows, zone, moment) if occurrence.end > moment)
    return list(islice(ahead, count))


def occurrences(
    windows: Sequence[Window], zone: ZoneInfo, start: datetime, end: datetime | None = None
) -> Iterator[Occurrence]:
    """The occurrences that touch the time from ``start`` to ``end``, whole and in order; made one at a time.

    Without ``end`` they go on until the calendar ends, in the year 9999. Windows that leave no time between them
    would be one endless occurrence: it is cut weeks beyond what was asked for. Raises ValueError for naive times.
    """
    first, last = _utc(start), _utc(end) if end else None
    longest = 2 * _LOOK_BACK + (last - first if last else timedelta(0))
    for occurrence in _merged(_single(windows, zone, first), longest):
        if last and occurrence.start > last:
            return
        if occurrence.end >= first:
            yield occurrence


def _utc(moment: datetime) -> datetime:
    """In UTC: between two times of one zone, Python compares and reckons by the wall clock."""
    if moment.tzinfo is None:
        raise ValueError("a window is judged by aware datetimes")
    return moment.astimezone(UTC)


# --- weeks ------------------------------------------------------------------------------------------------------

_WEEK = timedelta(weeks=1)
_LOOK_BACK = 4 * _WEEK
"""Longer than any occurrence that ends: a change of the clocks may hide the gap of one week, not of every one."""


def _single(windows: Sequence[Window], zone: ZoneInfo, start: datetime) -> Iterator[Occurrence]:
    """Every window's own occurrences from weeks before ``start`` on, by their starts."""
    ordered = sorted(windows, key=lambda window: (window.from_weekday, window.from_time))
    for monday in _mondays(start.date()) if ordered else ():
        for window in ordered:
            occurrence = window.in_week(monday, zone)
            if occurrence.start < occurrence.end:  # else the clocks have skipped it
                yield occurrence


def _mondays(day: date) -> Iterator[date]:
    """The Mondays from weeks before a day on, as far from the calendar's ends as a window and a zone can reach."""
    first = day.toordinal() - day.weekday() - _LOOK_BACK.days
    earliest = date.min.toordinal() + 2 * _WEEK.days
    last = date.max.toordinal() - 2 * _WEEK.days
    while first < earliest:
        first += _WEEK.days
    return (date.fromordinal(monday) for monday in range(first, last, _WEEK.days))


def _merged(single: Iterator[Occurrence], longest: timedelta) -> Iterator[Occurrence]:
    current = next(single, None)
    while current:
        following = next(single, None)
        if following and following.start <= current.end and current.end - current.start < longest:
            current = Occurrence(current.start, max(current.end, following.end))
        else:
            yield current
            current = following


# --- wall clocks ------------------------------------------------------------------------------------------------


def _moment(local: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """When the clocks show a local time: of two such moments the one ``fold`` says, in a gap the one after it."""
    first, second = (local.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (0, 1))
    if second < first:  # each reading takes the offset of the other side
        return _jump(second, first, zone)
    return second if fold else first


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two at which the clocks jump, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after


# --- texts ------------------------------------------------------------------------------------------------------

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
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
_WEEKLY = r"(?P<day>[a-z]+)\.? +(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"


def _weekly(text: str) -> tuple[int, time]:
    found = re.fullmatch(_WEEKLY, " ".join(text.split()).lower())
    if not found or found["day"] not in _WEEKDAYS:
        raise ValueError(f"not a weekday and a time: {text[:40]!r}; write it as Tue 22:30 or Di 22:30")
    try:
        return _WEEKDAYS[found["day"]], time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise ValueError(f"no such time of day: {text[:40]!r}; a day goes from 00:00 to 23:59") from None


DEFAULT_WINDOWS: tuple[Window, Window] = (
    Window.parse("Tue 22:30", "Wed 06:00"),
    Window.parse("Wed 22:30", "Thu 06:00"),
)
"""The windows that hold where the configuration names none."""
