"""announcements.ics: every announcement as one event, without the weekly windows, which fill an agenda."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from announce_channels.feed.formats.events import events
from announce_channels.feed.formats.ical import written
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot


def build(head: Head, history: Snapshot) -> bytes:
    """The file, from the whole history."""
    at = changed(head.channel, history)
    return written(head, head.file("announcements"), at, (event for _, event in events(head, history)))


def singles(head: Head, history: Snapshot, refs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Of each of these announcements a file with its event alone, by its reference."""
    wanted = frozenset(refs)
    for life, event in events(head, history):
        if life.facts.ref in wanted:
            yield life.facts.ref, written(head, head.file("announcements"), life.changed, [event])
