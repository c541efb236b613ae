"""What rss.xml, atom.xml and feed.json list: the same items, with the same ids and dates.

An item is never touched again once it is published: its id and its date stay, or readers show it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from announce_channels.feed.formats.cleaning import cleaned, on_one_line
from announce_channels.feed.head import Head
from publisher.adapter import Post
from publisher.adapter.said import Snapshot, Update

MOST_ITEMS = 50
"""Older items leave the feeds; their pages stay."""

UNSAID = datetime(2026, 1, 1, tzinfo=UTC)
"""What dates a feed without items: the time of building would make other bytes of the same history."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An update as feeds list it; every text is clean."""

    id: str
    """For ever; not an address."""
    address: str
    title: str
    html: str
    published: datetime
    """In the feed's zone; for ever, and no other item's."""
    updated: datetime
    """Later than ``published`` where the text was silently corrected."""
    update: Update
    """Whose text it is."""


def newest(head: Head, history: Snapshot) -> list[Item]:
    """The newest items, newest first."""
    dates = _dates([told.post for said in history.said for told in said.told if told.channel == head.channel])
    items = [
        Item(
            id=head.item_id(item.post),
            address=head.page_url(item.post.ref),
            title=on_one_line(item.shown.title),
            html=cleaned(item.shown.body),
            published=dates[item.post.key].astimezone(head.zone),
            updated=dates[item.shown.key].astimezone(head.zone),
            update=item.update,
        )
        for item in history.items_on(head.channel)
    ]
    return sorted(items, key=lambda item: item.published.astimezone(UTC), reverse=True)[:MOST_ITEMS]


def changed(head: Head, items: Sequence[Item]) -> datetime:
    """When a feed with these items last changed."""
    return max((item.updated for item in items), default=UNSAID.astimezone(head.zone))


def _dates(posts: Sequence[Post]) -> dict[str, datetime]:
    """When each post was published, with what was taken down: a date stays.

    No two in the same second, as the ledger keeps it, too: readers drop or mix up such items.
    """
    dates: dict[str, datetime] = {}
    last = datetime.min.replace(tzinfo=UTC)
    for post in sorted(posts, key=lambda post: (post.published_at, post.ref, post.update)):
        last = max(post.published_at.replace(microsecond=0), last + timedelta(seconds=1))
        dates[post.key] = last
    return dates
