"""<year>-<month>/index.html: what was announced for that month, for whoever looks for it later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from announce_channels.feed.pages.story import Summary
from publisher.adapter.said import Said

FRONT = "index.html"


class Month(msgspec.Struct, frozen=True):
    """One page of the archive."""

    name: str
    """``2026-11``, which is its folder too."""
    first: datetime
    """A moment in it, UTC."""


def month_of(at: datetime, zone: ZoneInfo) -> Month:
    """The month of a moment, where the readers are."""
    local = at.astimezone(zone)
    return named(f"{local:%Y-%m}", zone)


def named(name: str, zone: ZoneInfo) -> Month:
    """The month of such a name."""
    year, month = map(int, name.split("-"))
    return Month(name, datetime(year, month, 15, 12, tzinfo=zone))


def months_in(said: Iterable[Said], zone: ZoneInfo) -> frozenset[str]:
    """The months that these updates announced work for, moved or not."""
    return frozenset(month_of(one.update.announcement.period.starts_at, zone).name for one in said)


def written(names: Collection[str]) -> frozenset[str]:
    """The months that have a page among these files."""
    return frozenset(found[1] for name in names if (found := re.fullmatch(r"(\d{4}-\d\d)/index\.html", name)))


def values(
    name: str, told: Iterable[Summary], every: Collection[str], zone: ZoneInfo
) -> Mapping[str, object]:
    """What the template `archive` may use: the month, what it has, newest first, and the months beside it."""
    entries = [one for one in told if month_of(one.period.starts_at, zone).name == name]
    older, newer = (
        max((one for one in every if one < name), default=None),
        min((one for one in every if one > name), default=None),
    )
    return {
        "month": named(name, zone),
        "entries": tuple(sorted(entries, key=lambda one: (one.period.starts_at, one.ref), reverse=True)),
        "older": named(older, zone) if older else None,
        "newer": named(newer, zone) if newer else None,
    }
