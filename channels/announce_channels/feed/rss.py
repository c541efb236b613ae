"""rss.xml: RSS 2.0 through feedgen 1.0, the same bytes for the same posts.

An item is never touched again once it is published: its id and its date stay, or readers show it anew.

Sources: rssboard.org/rss-specification, /rss-profile; validator.w3.org/feed; RFC 4151 for the tag: ids.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.channel import Post

MOST_ITEMS = 50
"""Older items leave the feed; their pages stay."""

MINUTES_TO_LIVE = 5
"""How long a reader may keep a copy: an urgent notice must not wait for the next day's look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the feed says of itself, and how it names its items."""

    title: str
    description: str
    language: str
    """As in BCP 47: ``de``, ``de-AT``."""
    site: str
    """The public address of the folder, with its slash."""
    address: str
    """The public address of rss.xml itself."""
    zone: ZoneInfo
    """Dates are written in it, with its offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A post as an item."""

    id: str
    """For ever; not an address."""
    address: str
    """Where it links to unless the post itself says."""
    post: Post


def build(head: Head, items: Sequence[Item]) -> bytes:
    """The feed with the newest of the items, newest first; at least one is needed, because it dates the feed."""
    dated = _dated(items)[:MOST_ITEMS]
    feed = _headed(head, dated[0][1].astimezone(head.zone))
    for item, at in dated:
        entry = feed.add_entry(order="append")
        entry.guid(item.id, permalink=False)
        entry.title(_clean(item.post.title))
        entry.link(href=item.post.link or item.address)
        entry.description(_clean(item.post.body))
        entry.published(at.astimezone(head.zone))
    with _RENDERING:
        return bytes(feed.rss_str(pretty=True))


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the items in a feed; none where it is no XML. Entities stay unresolved: it may be anyone's."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return frozenset()
    return frozenset(guid.text or "" for guid in root.iterfind("channel/item/guid"))


_RENDERING = threading.Lock()
"""feedgen changes the locale of the whole process while it writes a date."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    """Without what XML cannot carry: one such character would cost the whole feed."""
    return _NOT_XML.sub("", text)


def _headed(head: Head, at: datetime) -> FeedGenerator:
    feed = FeedGenerator()
    feed.title(_clean(head.title))
    feed.description(_clean(head.description))
    feed.language(head.language)
    feed.generator("announce")
    feed.ttl(MINUTES_TO_LIVE)
    feed.lastBuildDate(at)  # the newest item's: with the time of building, no two builds would be equal
    feed.link(href=head.address, rel="self", type="application/rss+xml")
    feed.link(href=head.site, rel="alternate")  # last: it becomes the channel's link
    return feed


def _dated(items: Sequence[Item]) -> list[tuple[Item, datetime]]:
    """Newest first, no two in the same second: readers drop or mix up such items."""
    dated: list[tuple[Item, datetime]] = []
    for item in sorted(items, key=lambda item: (item.post.published_at, item.post.ref, item.post.update)):
        at = item.post.published_at.replace(microsecond=0)
        if dated:
            at = max(at, dated[-1][1] + timedelta(seconds=1))
        dated.append((item, at))
    return dated[::-1]
