"""What readers of the feeds find now, as the files are: what proves that a post is public."""

from __future__ import annotations

import msgspec

from announce_channels.feed.formats.table import FORMATS, builder, lister
from announce_channels.feed.head import Head
from announce_channels.feed.settings import FeedSettings
from announce_channels.feed.storage.protocol import Storage
from publisher.adapter import Post
from publisher.adapter.said import Kind, Snapshot


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a site, looked at without the lock."""

    storage: Storage
    head: Head
    settings: FeedSettings

    def shows(self, post: Post, history: Snapshot) -> bool:
        """Whether a post is public. A correction changes items and calendars events, so that no id proves them."""
        lists = self.settings.lists
        if post.kind is Kind.CORRECTED or not lists:
            return post in history.posts_on(self.head.channel) and self._is_current(history)
        return all(self.item_id(post, history) in self._ids(name) for name in lists)

    def item_id(self, post: Post, history: Snapshot) -> str:
        """Of the item that shows a post; a silent correction has none of its own."""
        items = history.items_on(self.head.channel) if post.kind is Kind.CORRECTED else ()
        return self.head.item_id(next((item.post for item in items if item.shown == post), post))

    def inventory(self) -> str:
        """How many items there are, in a line."""
        counts = [f"items in {FORMATS[name].file}: {len(self._ids(name))}" for name in self.settings.lists]
        return ", ".join(counts) or "the folder is there"

    def _is_current(self, history: Snapshot) -> bool:
        return all(
            self.storage.look(FORMATS[name].file) == builder(name).build(self.head, history)
            for name in self.settings.formats
        )

    def _ids(self, name: str) -> frozenset[str]:
        return lister(name).ids_in(self.storage.look(FORMATS[name].file) or b"")
