"""Feeds and calendars of one service: who has no VPS is not told of them."""

from __future__ import annotations

from msgspec.structs import replace

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot, in_language


def narrowed(head: Head, history: Snapshot, key: str) -> tuple[Head, Snapshot]:
    """The site as one service's files tell it: announcements that have ever concerned it, whole, and no windows."""
    refs = {said.ref for said in history.said for one in said.update.announcement.services if one.key == key}
    said = tuple(one for one in history.said if one.ref in refs)
    title = f"{head.title}: {name_of(head, history, key)}"
    return replace(head, service=key, title=title, windows=()), Snapshot(said, history.origin)


def name_of(head: Head, history: Snapshot, key: str) -> str:
    """As customers know it; its key until it is spoken of."""
    known = (one for said in history.said for one in said.update.announcement.services if one.key == key)
    first = next(known, None)
    return on_one_line(in_language(first.name, head.locale)) if first else key
