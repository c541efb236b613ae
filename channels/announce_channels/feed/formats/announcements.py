"""announcements.ics: every announcement as one event, without the weekly windows, which fill an agenda."""

from __future__ import annotations

from announce_channels.feed.formats.events import events
from announce_channels.feed.formats.ical import written
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot


def build(head: Head, history: Snapshot) -> bytes:
    """The file, from the whole history."""
    at = changed(head.channel, history)
    return written(head, head.file("announcements"), at, (event for _, event in events(head, history)))
