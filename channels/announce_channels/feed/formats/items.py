"""What rss.xml, atom.xml and feed.json list: the same items, with the same ids and dates.

An item is never touched again once it is published: its id and its date stay, or readers show it anew. What is taken
down leaves an item that says no more than that, for readers keep what they have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

import msgspec

from announce_channels.feed.formats.cleaning import cleaned, on_one_line
from announce_channels.feed.formats.moments import moments, planned, restored, taken_down
from announce_channels.feed.formats.table import MOST_ITEMS
from announce_channels.feed.head import Head
from publisher.adapter.said import Kind, Service, Snapshot, Told, Update, in_language


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an item says, for machines."""

    kind: Kind
    """Its own, whatever has corrected it since."""
    update: Update
    """Whose text it is."""
    corrected: datetime | None = None
    """When that was, where it is a silent correction; in the feed's zone."""


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An update as feeds list it, or what is left of some; every text is clean."""

    id: str
    """For ever; not an address."""
    ref: str
    address: str
    title: str
    html: str
    published: datetime
    """In the feed's zone; for ever, and no other item's."""
    updated: datetime
    """Later than ``published`` where the text was silently corrected, or its withdrawal given up."""
    facts: ItemFacts | None
    """None: it was taken down, and nothing of it is repeated."""
    services: Sequence[Service] = ()

    def categories(self, locale: str) -> list[tuple[str, str]]:
        """The services it concerns: the key of each, and its name."""
        return [(on_one_line(one.key), on_one_line(in_language(one.name, locale))) for one in self.services]


class Removed(msgspec.Struct, frozen=True):
    """The id of an item that is not there any more, and since when."""

    id: str
    at: datetime


def newest(head: Head, history: Snapshot) -> list[FeedItem]:
    """The newest items, newest first."""
    items = [*_items(head, history), *_tombstones(head, history)]
    return sorted(items, key=lambda item: item.published.astimezone(UTC), reverse=True)[:MOST_ITEMS]


def removed(head: Head, history: Snapshot) -> list[Removed]:
    """The newest that were taken down, silently or not, newest first."""
    dates = moments(head.channel, history)
    gone = [
        Removed(head.item_id(told.post), dates[taken_down(told)].astimezone(head.zone))
        for told in planned(head.channel, history)
        if told.withdrawn
    ]
    return sorted(gone, key=lambda one: one.at.astimezone(UTC), reverse=True)[:MOST_ITEMS]


def _items(head: Head, history: Snapshot) -> Iterator[FeedItem]:
    dates = {key: at.astimezone(head.zone) for key, at in moments(head.channel, history).items()}
    back = {told.post.key: dates[key] for told in planned(head.channel, history) for key in restored(told)}
    for item in history.items_on(head.channel):
        first, shown = item.post.key, item.shown.key
        yield FeedItem(
            id=head.item_id(item.post),
            ref=item.post.ref,
            address=head.page_url(item.post.ref),
            title=on_one_line(item.shown.title),
            html=cleaned(item.shown.body),
            published=dates[first],
            updated=max(
                dates[shown], *(back[key] for key in (first, shown) if key in back), dates[first], key=_utc
            ),
            facts=ItemFacts(
                kind=item.post.kind, update=item.update, corrected=dates[shown] if shown != first else None
            ),
            services=item.update.announcement.services,
        )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _tombstones(head: Head, history: Snapshot) -> Iterator[FeedItem]:
    """An item for each time that an announcement was taken down and readers were to know."""
    dates = moments(head.channel, history)
    for told in planned(head.channel, history):
        if told.withdrawn and not told.silently and _was_newest(told, head, history):
            post, at = told.post, dates[taken_down(told)].astimezone(head.zone)
            yield FeedItem(
                id=f"{head.item_id(post)}/{taken_down(told).rpartition('/')[2]}",
                ref=post.ref,
                address=head.page_url(post.ref),
                title=f"[{on_one_line(head.words.withdrawn)}] {post.ref}",
                html=f"<p>{escape(cleaned(head.words.withdrawn_text))}</p>",
                published=at,
                updated=at,
                facts=None,
            )


def _was_newest(told: Told, head: Head, history: Snapshot) -> bool:
    """Whether nothing newer stood there when it was taken down: an announcement that is told anew keeps its stone."""
    dates = moments(head.channel, history)
    return not any(
        dates[told.post.key] < dates[other.post.key] < dates[taken_down(told)]
        for said in history.about(told.post.ref)
        for other in said.told
        if other.channel == head.channel
    )
