"""The table of what can be subscribed to: for autodiscovery, for the front page, and to know our own files again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One file that customers subscribe to."""

    name: str
    file: str
    media_type: str
    label: str
    """What it is called, the same in every language."""


SUBSCRIPTIONS = (
    Subscription(name="rss", file="rss.xml", media_type="application/rss+xml", label="RSS"),
    Subscription(name="atom", file="atom.xml", media_type="application/atom+xml", label="Atom"),
    Subscription(name="json", file="feed.json", media_type="application/feed+json", label="JSON Feed"),
    Subscription(name="calendar", file="calendar.ics", media_type="text/calendar", label="iCalendar"),
    Subscription(name="maintnote", file="maintnote.ics", media_type="text/calendar", label="MAINTNOTE"),
)


def alternates(site: str, written: Iterable[str]) -> tuple[dict[str, str], ...]:
    """Those of the table whose files are written, as templates see them."""
    files = frozenset(written)
    return tuple(
        {"name": one.name, "label": one.label, "media_type": one.media_type, "url": f"{site}{one.file}"}
        for one in SUBSCRIPTIONS
        if one.file in files
    )
