"""atom.xml: Atom 1.0 (RFC 4287) through a feedgen generator of its own: RSS and Atom share no self link."""

from __future__ import annotations

from feedgen.feed import FeedGenerator

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.items import Item, changed, newest
from announce_channels.feed.formats.parsing import parsed
from announce_channels.feed.formats.table import FORMATS
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot

_FILE = FORMATS["atom"].file


def build(head: Head, history: Snapshot) -> bytes:
    """The feed with the newest items, newest first."""
    items = newest(head, history)
    feed = _headed(head)
    feed.updated(changed(head, items))
    for item in items:
        _add(feed, item)
    return bytes(feed.atom_str(pretty=True))


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the entries in a feed; none where it is no XML."""
    root = parsed(document)
    found = [] if root is None else root.iterfind(f"{_ATOM}entry/{_ATOM}id")
    return frozenset(id_.text or "" for id_ in found)


_ATOM = "{http://www.w3.org/2005/Atom}"


def _headed(head: Head) -> FeedGenerator:
    feed = FeedGenerator()
    # The year only says when the domain was ours: the id is the same for ever.
    feed.id(f"tag:{head.authority},2026:{head.channel}")
    feed.title(on_one_line(head.title))
    feed.subtitle(on_one_line(head.description))
    feed.language(head.language)
    feed.generator("announce")
    feed.author(name=on_one_line(head.brand), uri=head.site)
    if head.hub:
        feed.link(href=head.hub, rel="hub")
    feed.link(href=f"{head.site}{_FILE}", rel="self", type="application/atom+xml")
    feed.link(href=head.site, rel="alternate", type="text/html")
    return feed


def _add(feed: FeedGenerator, item: Item) -> None:
    entry = feed.add_entry(order="append")
    entry.id(item.id)
    entry.title(item.title)
    entry.link(href=item.address)
    entry.content(item.html, type="html")
    entry.published(item.published)
    entry.updated(item.updated)
