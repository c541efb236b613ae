"""atom.xml: Atom 1.0 (RFC 4287) through a feedgen generator of its own: RSS and Atom share no self link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.items import FeedItem, Removed, newest, removed
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.formats.parsing import parsed
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot


def build(head: Head, history: Snapshot) -> bytes:
    """The feed with the newest items, newest first."""
    feed = _headed(head)
    feed.updated(changed(head.channel, history).astimezone(head.zone))
    feed.register_extension("removed", _Removals, atom=True, rss=False)
    feed.removed.list = removed(head, history)
    for item in newest(head, history):
        _add(feed, item, head)
    return bytes(feed.atom_str(pretty=True))


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the entries in a feed; none where it is no XML."""
    root = parsed(document)
    found = [] if root is None else root.iterfind(f"{_ATOM}entry/{_ATOM}id")
    return frozenset(id_.text or "" for id_ in found)


_ATOM = "{http://www.w3.org/2005/Atom}"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


class _Removals(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """RFC 6721: which entries are gone for good, for readers that drop them then."""

    list: Sequence[Removed] = ()

    def extend_ns(self) -> Mapping[str, str]:
        return {"at": _TOMBSTONES} if self.list else {}

    def extend_atom(self, feed: Any) -> Any:
        for one in self.list:
            etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry", ref=one.id, when=one.at.isoformat())
        return feed


def _headed(head: Head) -> FeedGenerator:
    feed = FeedGenerator()
    # The year only says when the domain was ours: the id is the same for ever.
    own = f"{head.channel}/service.{head.service}" if head.service else head.channel
    feed.id(f"tag:{head.authority},2026:{own}")
    feed.title(on_one_line(head.title))
    feed.subtitle(on_one_line(head.description))
    feed.language(head.language)
    feed.generator("announce")
    feed.author(name=on_one_line(head.brand), uri=head.site)
    if head.hub:
        feed.link(href=head.hub, rel="hub")
    feed.link(href=f"{head.site}{head.file('atom')}", rel="self", type="application/atom+xml")
    feed.link(href=head.site, rel="alternate", type="text/html")
    return feed


def _add(feed: FeedGenerator, item: FeedItem, head: Head) -> None:
    entry = feed.add_entry(order="append")
    entry.id(item.id)
    entry.title(item.title)
    entry.link(href=item.address)
    entry.content(item.html, type="html")
    entry.published(item.published)
    entry.updated(item.updated)
    entry.category([{"term": key, "label": name} for key, name in item.categories(head.locale)])
