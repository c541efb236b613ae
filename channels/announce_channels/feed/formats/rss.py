"""rss.xml: RSS 2.0 through feedgen 1.0, the same bytes for the same history.

Sources: rssboard.org/rss-specification, /rss-profile; validator.w3.org/feed; RFC 4151 for the tag: ids.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.items import FeedItem, newest
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.formats.parsing import parsed
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot

MINUTES_TO_LIVE = 5
"""How long a reader may keep a copy: an urgent notice must not wait for the next day's look."""


def build(head: Head, history: Snapshot) -> bytes:
    """The feed with the newest items, newest first."""
    feed = _headed(head)
    built = changed(head.channel, history)  # with the time of building, no two builds would be equal
    feed.lastBuildDate(built.astimezone(head.zone))
    for item in newest(head, history):
        _add(feed, item, head)
    with _RENDERING:
        return bytes(feed.rss_str(pretty=True))


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the items in a feed; none where it is no XML."""
    root = parsed(document)
    found = [] if root is None else root.iterfind("channel/item/guid")
    return frozenset(guid.text or "" for guid in found)


_RENDERING = threading.Lock()
"""feedgen changes the locale of the whole process while it writes a date."""

_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


class _Hub(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The hub's link, which feedgen itself writes into Atom only."""

    href = ""

    def extend_ns(self) -> Mapping[str, str]:
        return {}  # feedgen declares Atom's anyway

    def extend_rss(self, feed: Any) -> Any:
        etree.SubElement(feed[0], _ATOM_LINK, rel="hub", href=self.href)
        return feed


def _headed(head: Head) -> FeedGenerator:
    feed = FeedGenerator()
    feed.load_extension("dc", atom=False)
    feed.title(on_one_line(head.title))
    feed.description(on_one_line(head.description))
    feed.language(head.language)
    feed.generator("announce")
    feed.ttl(MINUTES_TO_LIVE)
    feed.link(href=f"{head.site}{head.file('rss')}", rel="self", type="application/rss+xml")
    feed.link(href=head.site, rel="alternate")  # last: it becomes the channel's link
    if head.hub:
        feed.register_extension("hub", _Hub, atom=False, rss=True)
        feed.hub.href = head.hub
    return feed


def _add(feed: FeedGenerator, item: FeedItem, head: Head) -> None:
    entry = feed.add_entry(order="append")
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.address)
    entry.description(item.html)
    entry.published(item.published)
    entry.dc.dc_creator(on_one_line(head.brand))  # `author` would have to be an e-mail address
    entry.category([{"term": name} for _, name in item.categories(head.locale)])
