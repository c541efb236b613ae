"""Dates, times and lengths as customers read them in German and English. Shares nothing with what wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
OFFSETS = {"MEZ": 1, "CET": 1, "MESZ": 2, "CEST": 2}

_MONTHS = {
    "de": ("Januar Februar März April Mai Juni Juli August September Oktober November Dezember").split(),  # noqa: SIM905
    "en": ("January February March April May June July August September October November December").split(),  # noqa: SIM905
}
_DAYS = {
    "de": ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_DATE = {
    "de": rf"(?:(?P<wd>{'|'.join(_DAYS['de'])})\., )?(?P<d>\d{{1,2}})\. ?"
    rf"(?:(?P<m>\d\d)\.|(?P<mon>{'|'.join(_MONTHS['de'])}))(?: (?P<y>\d{{4}}))?",
    "en": rf"(?:(?P<wd>{'|'.join(_DAYS['en'])}),? )?(?P<d>\d{{1,2}}) "
    rf"(?P<mon>(?:{'|'.join(name[:3] for name in _MONTHS['en'])})[a-z]*)(?: (?P<y>\d{{4}}))?(?P<m>(?!))?",
}
_CLOCK = r"(?P<t>\d\d:\d\d)(?![:\d])(?: Uhr)?(?: (?P<z>MEZ|MESZ|CET|CEST|UTC))?"
_MOMENT = {
    locale: re.compile(rf"(?<![\d:])(?:{date}(?:,? um|,| at)? )?{_CLOCK}") for locale, date in _DATE.items()
}
_BETWEEN = re.compile(r"(?:–| bis | to )(voraussichtlich |about )?")


class Misread(Exception):
    """A date that no calendar has: a weekday or a zone that is not that day's."""


@dataclass(frozen=True)
class Moment:
    """A point in time, and where it stands in the text."""

    at: datetime
    """UTC."""
    begins: int
    ends: int
    is_bare: bool
    """A clock time alone: its day is the reader's guess."""


@dataclass(frozen=True)
class Span:
    """From when to when."""

    start: datetime
    end: datetime
    is_estimate: bool
    begins: int
    ends: int

    @property
    def period(self) -> tuple[datetime, datetime]:
        return self.start, self.end


def plain(text: str) -> str:
    """As it reads: no-break spaces are spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@lru_cache(4096)  # a line is asked for spans, then for what they take the place of
def moments(text: str, locale: str, near: datetime) -> list[Moment]:
    """Every point in time of a text; a clock time alone is of the day of the one before it, else of ``near``."""
    if ":" not in text:
        return []
    found = list(_MOMENT[locale].finditer(text))
    read: list[Moment] = []
    known = near.astimezone(BERLIN)
    for index, one in enumerate(found):
        zone = one["z"] or _zone_of_partner(text, found, index)
        at = _moment(one, locale, known if _belongs(text, read, one) else near.astimezone(BERLIN), zone)
        read.append(Moment(at.astimezone(UTC), one.start(), one.end(), one["d"] is None))
        known = at
    return read


def _zone_of_partner(text: str, found: list[re.Match[str]], index: int) -> str | None:
    """Of ``22:30–23:30 Uhr MEZ`` the zone is said once, for both."""
    if index + 1 < len(found) and _BETWEEN.fullmatch(text[found[index].end() : found[index + 1].start()]):
        return found[index + 1]["z"]
    return None


def _belongs(text: str, read: list[Moment], one: re.Match[str]) -> bool:
    """Whether a clock time stands beside another time: as its end, or as what it takes the place of."""
    if not read:
        return False
    between = text[read[-1].ends : one.start()]
    return bool(_BETWEEN.fullmatch(between) or re.fullmatch(r" \((?:(?:statt|was) )?", between))


def _moment(one: re.Match[str], locale: str, known: datetime, zone: str | None) -> datetime:
    hour, minute = map(int, one["t"].split(":"))
    day = known.date() if one["d"] is None else _date(one, locale, known)
    if zone == "UTC":
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    folds = [
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN, fold=fold) for fold in (0, 1)
    ]
    if zone:
        wanted = timedelta(hours=OFFSETS[zone])
        for at in folds:
            if at.utcoffset() == wanted:
                return at
        raise Misread(f"{one[0]!r}: that is not the zone of that day")
    same = [at for at in folds if at.utcoffset() == known.utcoffset()]
    return (same or folds)[0]


def _date(one: re.Match[str], locale: str, known: datetime) -> datetime:
    month = int(one["m"]) if one["m"] else 1 + _month(one["mon"], locale)
    years = [int(one["y"])] if one["y"] else [known.year - 1, known.year, known.year + 1]
    days = [datetime(year, month, int(one["d"]), 12, tzinfo=BERLIN) for year in years]
    day = min(days, key=lambda each: abs(each - known))
    if one["wd"] and _DAYS[locale][day.weekday()] != one["wd"]:
        raise Misread(f"{one[0]!r}: that is no {one['wd']}")
    return day


def _month(name: str, locale: str) -> int:
    return next(number for number, month in enumerate(_MONTHS[locale]) if month.startswith(name[:3]))


def spans(text: str, locale: str, near: datetime) -> list[Span]:
    """Every from–to of a text."""
    return list(_spans(text, moments(text, locale, near)))


def _spans(text: str, read: list[Moment]) -> Iterator[Span]:
    for first, second in pairwise(read):
        between = _BETWEEN.fullmatch(text[first.ends : second.begins])
        if between:
            yield Span(first.at, second.at, bool(between[1]), first.begins, second.ends)


def first_moment(text: str, locale: str, near: datetime) -> datetime | None:
    """The first point in time of a text."""
    return next((one.at for one in moments(text, locale, near)), None)


_UNITS = {
    "Tag": 1440,
    "Tage": 1440,
    "Stunde": 60,
    "Stunden": 60,
    "Std.": 60,
    "Minute": 1,
    "Minuten": 1,
    "Min.": 1,
    "day": 1440,
    "days": 1440,
    "hour": 60,
    "hours": 60,
    "h": 60,
    "minute": 1,
    "minutes": 1,
    "min": 1,
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
LENGTH = rf"(?:\d+ (?:{_UNIT})(?:,? |(?=\W|$)))+"


def minutes(text: str) -> int:
    """A length such as ``3 Std. 10 Min.`` in minutes."""
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(rf"(\d+) ({_UNIT})", text))
