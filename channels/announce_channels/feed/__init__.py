"""Static files for a web server of one's own: rss.xml, and a page for each announcement.

Every file is made anew from the whole history, so that to write twice shows everything once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import Field

from announce_channels.feed import files, page
from publisher.channel import (
    Capabilities,
    ChannelError,
    ChannelSettings,
    Context,
    Format,
    Identity,
    Post,
    Receipt,
    Standing,
)
from publisher.masking import one_line
from publisher.urls import BaseUrl

if TYPE_CHECKING:
    from publisher.history import Snapshot


class FeedSettings(ChannelSettings):
    """A folder, and where a web server shows it."""

    directory: Annotated[str, Field(min_length=1)]
    url: BaseUrl
    """The public address of the folder."""
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Of the feed; None: made from the brand."""


class Feed:
    """The files of one folder."""

    Settings = FeedSettings

    @classmethod
    def capabilities(cls, settings: FeedSettings) -> Capabilities:
        """HTML, an item an update; written as often as need be."""
        return Capabilities(format=Format.HTML, lookup=True, repeatable=True)

    def __init__(self, settings: FeedSettings, context: Context) -> None:
        self._context = context
        self._title = settings.title
        self._directory = Path(context.root, settings.directory)
        self._site = f"{settings.url}/"
        self._authority = context.provider or urlsplit(settings.url).hostname or "localhost"

    def check(self) -> Identity:
        """Whether files can be written into the folder, and what is there."""
        account = str(self._directory)
        try:
            there = files.probe(self._directory)
            note = f"items in {_RSS}: {len(self._items())}" if there else "the first post makes the folder"
        except ChannelError as refusal:
            notes = tuple(text for text in (str(refusal), refusal.cure) if text)
            return Identity(account=account, may_publish=Standing.REFUSED, notes=notes)
        return Identity(account=account, may_publish=Standing.PROVED, notes=(note,))

    def publish(self, post: Post) -> Receipt:
        """Write the page, then the feeds that link to it."""
        with files.locked(self._directory) as folder:
            history = self._context.history()  # under the lock: who writes last has read last
            note = self._write_page(folder, history, post)
            for name, build in _FEEDS.items():
                files.write(folder, name, build(self, history))
        return self._receipt(post, note)

    def find(self, post: Post) -> Receipt | None:
        """The item in the feed, as it is on disk."""
        return self._receipt(post) if self._item_id(post) in self._items() else None

    def locate(self, url: str) -> Receipt | None:
        """The newest item that links to the page at this address, as it is on disk."""
        told = self._context.history().posts_on(self._context.name)
        here = (post for post in told if self._page_url(post.ref).rstrip("/") == url.rstrip("/"))
        return next((found for post in here if (found := self.find(post))), None)

    def refresh(self, post: Post) -> None:
        """Write the page anew, now that other channels' posts have addresses. Items stay as they were published."""
        with files.locked(self._directory) as folder:
            self._write_page(folder, self._context.history(), post)

    def _receipt(self, post: Post, note: str | None = None) -> Receipt:
        return Receipt(remote_id=self._item_id(post), url=self._page_url(post.ref), note=note)

    def _write_page(self, folder: int, history: Snapshot, post: Post) -> str | None:
        values = page.values(history, ref=post.ref, channel=self._context.name, locale=self._context.locale)
        addresses = {"page_url": self._page_url(post.ref), "feed_url": f"{self._site}{_RSS}"}
        names = {"language": self._language, "feed_title": self._feed_title}
        try:
            html = self._context.render("page", {**values, **addresses, **names}).encode()
        except Exception as fault:  # noqa: BLE001  a user's template can raise anything; the item goes out
            return one_line(f"the page of {post.ref} was not written: {fault}")
        files.write(folder, f"{post.ref}/index.html", html)
        return None

    def _rss(self, history: Snapshot) -> bytes:
        from announce_channels.feed import rss  # feedgen is loaded in the channel's own thread

        head = rss.Head(
            title=self._feed_title,
            description=self._said(_DESCRIPTIONS),
            language=self._language,
            site=self._site,
            address=f"{self._site}{_RSS}",
            zone=self._context.zone,
        )
        posts = history.posts_on(self._context.name)
        return rss.build(
            head,
            [rss.Item(id=self._item_id(post), address=self._page_url(post.ref), post=post) for post in posts],
        )

    def _items(self) -> frozenset[str]:
        from announce_channels.feed import rss

        return rss.ids_in(files.look(self._directory, _RSS) or b"")

    def _item_id(self, post: Post) -> str:
        """The item's id for ever, an RFC 4151 tag; readers take an item with another one for a new item."""
        return f"tag:{self._authority},{post.published_at.astimezone(UTC).year}:{post.key}"

    def _page_url(self, ref: str) -> str:
        return f"{self._site}{ref}/"

    @property
    def _language(self) -> str:
        return self._context.locale.replace("_", "-")  # as BCP 47 writes it

    @property
    def _feed_title(self) -> str:
        return self._title or self._said(_TITLES).format(brand=self._context.brand)

    def _said(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._language.partition("-")[0], texts["en"])


_RSS = "rss.xml"

_FEEDS: Mapping[str, Callable[[Feed, Snapshot], bytes]] = {_RSS: Feed._rss}
"""What a post adds an item to, by file name."""

_TITLES = {"de": "{brand}: dringende Wartungen", "en": "{brand}: urgent maintenance"}
_DESCRIPTIONS = {
    "de": "Dringende Wartungen außerhalb der regulären Wartungsfenster: Ankündigung, Änderungen, Abschluss.",
    "en": "Urgent maintenance outside the regular windows: notice, changes and completion.",
}
