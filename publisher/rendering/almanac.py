"""Dates, periods, durations and lists as the readers of one locale write them, by CLDR."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from babel.lists import format_list

from publisher.model.announcement import Period
from publisher.model.record import Record


class Moment(Record, frozen=True):
    """One point in time, written out; prints as ``full``. The examples are German."""

    full: str
    """``Mo., 23. November 2026, 22:30 Uhr MEZ``"""
    date: str
    """``Mo., 23. November 2026``"""
    day: str
    """``23. November 2026``"""
    date_short: str
    """``Mo., 23.11.``"""
    day_short: str
    """``23.11.``"""
    time: str
    """``22:30``"""
    zone: str
    """``MEZ``"""
    iso: str
    """``2026-11-23T22:30:00+01:00``, for machines"""
    clock: str
    """``22:30 Uhr``"""
    short: str
    """``Mo., 23.11., 22:30 Uhr MEZ``"""

    def __str__(self) -> str:
        return self.full


class _Manner(Record, frozen=True):
    """How a language writes what CLDR leaves open: weekday beside date, the word after a time, from–to."""

    date: str
    day: str
    date_short: str
    day_short: str
    clock: str
    until: str
    estimate: str
    """Before an end that is an estimate."""
    also: str = ""
    """Before the last of a list that has an `and` inside of one of its names."""
    at: str = "{}"
    on: str = "{day}, {at}"
    hours: str = "{}h"
    minutes: str = "{}min"


_MANNERS = {
    "de": _Manner(
        "EEE, d. MMMM y",
        "d. MMMM y",
        "EEE, dd.MM.",
        "dd.MM.",
        "{} Uhr",
        "bis",
        "voraussichtlich",
        " sowie",
        "um {}",
        "am {day}, {at}",
        "{} Std.",
        "{} Min.",
    ),
    "en": _Manner(
        "EEE, d MMMM y",
        "d MMMM y",
        "EEE d MMM",
        "d MMM",
        "{}",
        "to",
        "about",
        ", and",
        "at {}",
        "on {day} {at}",
        "{} h",
        "{} min",
    ),
}
_PLAIN_MANNER = _Manner("EEE d MMMM y", "d MMMM y", "EEE d MMM", "d MMM", "{}", "–", "~")

_CLDR_LOCALE = {"en": "en_GB"}
"""CLDR's plain English is American: no `CET`, and a comma before `and`."""


class Almanac:
    """Writes times, durations and lists for the readers of one locale, in one zone."""

    def __init__(self, locale: str, zone: ZoneInfo, *, unbroken: bool = False) -> None:
        """Raises ValueError for a locale that CLDR does not know.

        ``unbroken``: with no-break spaces, so that lines end before a time, around from–to and between hours and
        minutes, and nowhere inside ``23. November 2026`` or ``22:30 Uhr MEZ``.
        """
        self._locale = _parsed(locale)
        self._blank = "\u00a0" if unbroken else " "
        self._manner = _MANNERS.get(self._locale.language, _PLAIN_MANNER)
        self._zone = zone
        self.moment = lru_cache(256)(self._moment)
        """An aware datetime, written out in the zone. A page says the same few over and over, and CLDR is slow."""

    def _moment(self, at: datetime) -> Moment:
        local = at.astimezone(self._zone)
        date = self._date(local, self._manner.date)
        date_short = self._date(local, self._manner.date_short)
        time = format_time(local, "HH:mm", tzinfo=self._zone, locale=self._locale)
        clock, zone = self._clock(time), self._zone_name(local)
        return Moment(
            full=f"{date}, {clock}{self._blank}{zone}",
            date=date,
            day=self._date(local, self._manner.day),
            date_short=date_short,
            day_short=self._date(local, self._manner.day_short),
            time=time,
            zone=zone,
            iso=local.isoformat(timespec="seconds"),
            clock=clock,
            short=f"{date_short}, {clock}{self._blank}{zone}",
        )

    def period(self, period: Period) -> str:
        """From–to with dates in full: what is equal at both ends is said once."""
        start, end = self.moment(period.starts_at), self.moment(period.ends_at)
        return self._span(start, end, start.date, end.date)

    def period_short(self, period: Period) -> str:
        """From–to with short dates."""
        start, end = self.moment(period.starts_at), self.moment(period.ends_at)
        return self._span(start, end, start.date_short, end.date_short)

    def estimated(self, period: Period) -> str:
        """From–to with dates in full, where the end is an estimate."""
        start, end = self.moment(period.starts_at), self.moment(period.ends_at)
        return self._until_about(start, end, start.date, end.date, start.clock)

    def estimated_short(self, period: Period) -> str:
        """From–to with short dates, where the end is an estimate."""
        start, end = self.moment(period.starts_at), self.moment(period.ends_at)
        return self._until_about(start, end, start.date_short, end.date_short, start.time)

    def in_utc(self, period: Period) -> str | None:
        """The same for readers elsewhere: ``02:30–04:30 UTC``, with dates unless they are one and the same day's.

        None where the zone is UTC then.
        """
        local = [at.astimezone(self._zone) for at in (period.starts_at, period.ends_at)]
        if not any(at.utcoffset() for at in local):
            return None
        told = self._in_utc
        day = f"{told.moment(period.starts_at).date_short}, "
        days = {at.date() for at in local} | {at.astimezone(UTC).date() for at in local}
        return told.period_short(period).removeprefix(day if len(days) == 1 else "")

    @cached_property
    def _in_utc(self) -> Almanac:
        return Almanac(str(self._locale), ZoneInfo("UTC"), unbroken=self._blank != " ")

    def beside(self, at: datetime, other: datetime, *, weekday: bool = True, bare: bool = False) -> str:
        """A time beside another one: by its clock alone, with its date and zone where they differ.

        ``bare``: ``22:30`` for ``22:30 Uhr``, where the other one has the word.
        """
        moment, known = self.moment(at), self.moment(other)
        date = moment.date_short if weekday else moment.day_short
        day = "" if moment.date == known.date else f"{date}, "
        return f"{day}{moment.time if bare else moment.clock}{self._zone_beside(at, other)}"

    def span_beside(self, period: Period, other: Period) -> str:
        """A period that another one takes the place of; of two that each lie within a day, only what differs."""
        moments = [self.moment(at) for one in (period, other) for at in (one.starts_at, one.ends_at)]
        start, end, *others = moments
        if (
            start.date != end.date
            or others[0].date != others[1].date
            or len({one.zone for one in moments}) > 1
        ):
            return self.period_short(period)
        return self.beside(period.starts_at, other.starts_at).replace(start.time, f"{start.time}–{end.time}")

    def dated(self, at: datetime, other: datetime) -> str:
        """A time with its date, as short as a headline needs it: ``23.11., 22:30 Uhr``; its zone where that differs."""
        moment = self.moment(at)
        return f"{moment.day_short}, {moment.clock}{self._zone_beside(at, other)}"

    def _zone_beside(self, at: datetime, other: datetime) -> str:
        """The zone of the first of two times, where they are of two, or where its hour comes twice that night."""
        zone, local = self.moment(at).zone, at.astimezone(self._zone)
        is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return f"{self._blank}{zone}" if is_twice or zone != self.moment(other).zone else ""

    def at(self, at: datetime, other: datetime) -> str:
        """The same in a sentence: ``um 22:30 Uhr``, ``am Mo., 23.11., um 22:30 Uhr``."""
        moment, known = self.moment(at), self.moment(other)
        clock = self._manner.at.format(f"{moment.clock}{self._zone_beside(at, other)}")
        if moment.date == known.date:
            return clock
        return self._manner.on.format(day=moment.date_short, at=clock)

    def duration_short(self, length: timedelta) -> str:
        """Whole minutes, abbreviated: ``1 Std. 30 Min.``."""
        hours, minutes = divmod(round(length.total_seconds() / 60), 60)
        told = [(self._manner.hours, hours), (self._manner.minutes, minutes)]
        return " ".join(self._tied(form.format(amount)) for form, amount in told if amount) or told[1][
            0
        ].format(0)

    def duration(self, length: timedelta) -> str:
        """Whole minutes in words: ``1 Stunde 30 Minuten``."""
        minutes = round(length.total_seconds() / 60)
        days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
        parts = {
            "day": timedelta(days=days),
            "hour": timedelta(hours=hours),
            "minute": timedelta(minutes=minutes),
        }
        said = [self._amount(unit, amount) for unit, amount in parts.items() if amount]
        return " ".join(said) or self._amount("minute", timedelta())

    def listed(self, names: Sequence[str]) -> str:
        """``A, B und C``; ``A, B sowie C und D``, ``A, B, and C and D`` where an `und` stands inside of a name."""
        joined = format_list(names, locale=self._locale)
        also = self._manner.also
        if len(names) < 2 or not also or joined.endswith(f", {names[-1]}"):
            return joined
        conjunction = joined[: -len(names[-1])].split()[-1]
        if not any(f" {conjunction} " in name for name in names):
            return joined
        return f"{', '.join(names[:-1])}{also} {names[-1]}"

    def apart(self, text: str, name: str) -> str:
        """A text that says more behind a name: ``DNS und Domains sowie 3 weitere Dienste``."""
        joint = f" {format_list(['', ''], locale=self._locale).strip()} "
        if not self._manner.also or joint not in name:
            return text
        return text.replace(f"{name}{joint}", f"{name}{self._manner.also} ", 1)

    def filters(self) -> Mapping[str, Callable[..., object]]:
        """The above for templates: ``{{ at|moment }}``, ``{{ at|clock }}``."""
        return {
            "moment": self.moment,
            "month": lambda at: self._date(at, "MMMM y"),
            "day": lambda at: self.moment(at).date,
            "clock": lambda at: self.moment(at).time,
            "period": self.period,
            "duration": self.duration,
            "listed": self.listed,
            "apart": self.apart,
        }

    def _date(self, local: datetime, pattern: str) -> str:
        return self._tied(format_date(local, pattern, locale=self._locale))

    def _clock(self, time: str) -> str:
        return self._tied(self._manner.clock.format(time))

    def _tied(self, text: str) -> str:
        return text.replace(" ", self._blank)

    def _zone_name(self, local: datetime) -> str:
        """``MEZ`` where the language has an abbreviation, else the zone's own, else ``UTC+05:30``."""
        for name in (get_timezone_name(local, "short", locale=self._locale), local.tzname() or ""):
            if name.isalpha():
                return name
        return f"UTC{local.isoformat()[-6:]}"

    def _span(self, start: Moment, end: Moment, first_day: str, last_day: str) -> str:
        one_day, one_zone = start.date == end.date, start.zone == end.zone
        if one_day and one_zone:
            return f"{first_day}, {self._clock(f'{start.time}–{end.time}')}{self._blank}{end.zone}"
        opening = f"{first_day}, {start.clock}" + ("" if one_zone else f"{self._blank}{start.zone}")
        closing = ("" if one_day else f"{last_day}, ") + f"{end.clock}{self._blank}{end.zone}"
        return f"{opening} {self._manner.until} {closing}"

    def _until_about(self, start: Moment, end: Moment, first_day: str, last_day: str, first: str) -> str:
        one_day, one_zone = start.date == end.date, start.zone == end.zone
        opening = f"{first_day}, {first}" + ("" if one_zone else f"{self._blank}{start.zone}")
        closing = ("" if one_day else f"{last_day}, ") + f"{end.clock}{self._blank}{end.zone}"
        return f"{opening} {self._manner.until} {self._manner.estimate} {closing}"

    def _amount(self, unit: Any, amount: timedelta) -> str:
        # The endless threshold keeps Babel from rounding 23 hours up to a day.
        return self._tied(
            format_timedelta(amount, granularity=unit, threshold=float("inf"), locale=self._locale)
        )


def _parsed(locale: str) -> Locale:
    name = locale.replace("-", "_")
    if name.replace("_", "").isalnum():  # Babel would take `de.../` for `de`
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(_CLDR_LOCALE.get(name, name))
    raise ValueError(f"{locale!r} is not a locale such as 'de' or 'en_GB'")
