"""calendar.ics: the standing maintenance windows, and every announcement as one event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from announce_channels.feed.formats.events import Life, events
from announce_channels.feed.formats.ical import written
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.formats.windows import recurring
from announce_channels.feed.formats.zones import vtimezone
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot


def build(head: Head, history: Snapshot) -> bytes:
    """The file, from the whole history."""
    found = events(head, history)
    return written(head, head.file("calendar"), changed(head.channel, history), _components(head, found))


def _components(head: Head, found: Sequence[tuple[Life, bytes]]) -> Iterator[bytes]:
    if head.windows:
        yield vtimezone(head.zone)
    yield from (one.to_ical() for window in head.windows for one in recurring(head, window))
    yield from (event for _, event in found)
