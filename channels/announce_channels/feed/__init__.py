"""Static files for a web server of one's own: feeds, calendars, and a page for each announcement.

Every file is made anew from the whole history, so that to write twice shows everything once.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from announce_channels.feed import files, page
from announce_channels.feed.formats import FORMATS, LISTS, Formats, builder, lister
from announce_channels.feed.head import Head
from announce_channels.feed.websub import HubUrl
from publisher.announcement import Kind
from publisher.channel import (
    Capabilities,
    ChannelError,
    ChannelSettings,
    Context,
    Format,
    Identity,
    Post,
    Reach,
    Receipt,
    Standing,
)
from publisher.history import Snapshot
from publisher.masking import one_line
from publisher.urls import BaseUrl


class FeedSettings(ChannelSettings):
    """A folder, and where a web server shows it."""

    directory: Annotated[str, Field(min_length=1)]
    url: BaseUrl
    """The public address of the folder."""
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Of the feed; None: made from the brand."""
    formats: Formats = tuple(FORMATS)
    """Which feeds and calendars are written."""
    hub: HubUrl | None = None
    """A WebSub hub; named in the feeds, whose readers then stop polling."""


class Feed:
    """The files of one folder."""

    Settings = FeedSettings

    @classmethod
    def capabilities(cls, settings: FeedSettings) -> Capabilities:
        """HTML, an item an update, which only a correction edits; written as often as need be."""
        return Capabilities(
            format=Format.HTML, lookup=True, repeatable=True, reach=Reach.BOTH, updates=Reach.NEW
        )

    def __init__(self, settings: FeedSettings, context: Context) -> None:
        self._context = context
        self._settings = settings
        self._directory = Path(context.root, settings.directory)

    def check(self) -> Identity:
        """Whether files can be written into the folder, and what is there."""
        account = str(self._directory)
        try:
            there = files.probe(self._directory)
            note = self._inventory() if there else "the first post makes the folder"
        except ChannelError as refusal:
            notes = tuple(text for text in (str(refusal), refusal.cure) if text)
            return Identity(account=account, may_publish=Standing.REFUSED, notes=notes)
        return Identity(account=account, may_publish=Standing.PROVED, notes=(note,))

    def publish(self, post: Post) -> Receipt:
        """Write the page, then the feeds that link to it."""
        with files.locked(self._directory) as folder:
            history = self._context.history()  # under the lock: who writes last has read last
            note = self._write_page(folder, history, post)
            for name in self._settings.formats:
                made = builder(name)
                files.write(folder, made.FILE, made.build(self._head, history))
        return self._receipt(post, history, note)

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Write everything anew: the item that is corrected keeps its id and its date."""
        return self.publish(post)

    def find(self, post: Post) -> Receipt | None:
        """The item in every feed that is written, as they are on disk."""
        history = self._context.history()
        return self._receipt(post, history) if self._shows(post, history) else None

    def locate(self, url: str) -> Receipt | None:
        """The newest item that links to the page at this address, as it is on disk."""
        told = self._context.history().posts_on(self._context.name)
        here = (post for post in told if self._head.page_url(post.ref).rstrip("/") == url.rstrip("/"))
        return next((found for post in here if (found := self.find(post))), None)

    def refresh(self, post: Post) -> None:
        """Write the page anew, now that other channels' posts have addresses. Items stay as they were published."""
        with files.locked(self._directory) as folder:
            self._write_page(folder, self._context.history(), post)

    def _receipt(self, post: Post, history: Snapshot, note: str | None = None) -> Receipt:
        return Receipt(remote_id=self._item_id(post, history), url=self._head.page_url(post.ref), note=note)

    def _shows(self, post: Post, history: Snapshot) -> bool:
        """Whether a post is public. A correction changes items and calendars events, so that no id proves them."""
        lists = [name for name in self._settings.formats if name in LISTS]
        if post.kind is Kind.CORRECTED or not lists:
            return post in history.posts_on(self._context.name) and self._is_current(history)
        return all(self._item_id(post, history) in self._ids(name) for name in lists)

    def _is_current(self, history: Snapshot) -> bool:
        made = [builder(name) for name in self._settings.formats]
        return all(files.look(self._directory, one.FILE) == one.build(self._head, history) for one in made)

    def _ids(self, name: str) -> frozenset[str]:
        made = lister(name)
        return made.ids_in(files.look(self._directory, made.FILE) or b"")

    def _inventory(self) -> str:
        names = [name for name in self._settings.formats if name in LISTS]
        counts = [f"items in {lister(name).FILE}: {len(self._ids(name))}" for name in names]
        return ", ".join(counts) or "the folder is there"

    def _item_id(self, post: Post, history: Snapshot) -> str:
        """Of the item that shows a post; a silent correction has none of its own."""
        items = history.items_on(self._context.name) if post.kind is Kind.CORRECTED else ()
        return self._head.item_id(next((item.post for item in items if item.shown == post), post))

    def _write_page(self, folder: int, history: Snapshot, post: Post) -> str | None:
        values = page.values(history, ref=post.ref, channel=self._context.name, locale=self._context.locale)
        addresses = {"page_url": self._head.page_url(post.ref), "feed_url": f"{self._head.site}rss.xml"}
        names = {"language": self._head.language, "feed_title": self._head.title}
        try:
            html = self._context.render("page", {**values, **addresses, **names}).encode()
        except Exception as fault:  # noqa: BLE001  a user's template can raise anything; the item goes out
            return one_line(f"the page of {post.ref} was not written: {fault}")
        files.write(folder, f"{post.ref}/index.html", html)
        return None

    @cached_property
    def _head(self) -> Head:
        context, settings = self._context, self._settings
        tongue = context.locale.replace("_", "-").partition("-")[0]
        title = _TITLES.get(tongue, _TITLES["en"]).format(brand=context.brand)
        return Head(
            title=settings.title or title,
            description=_DESCRIPTIONS.get(tongue, _DESCRIPTIONS["en"]),
            brand=context.brand,
            locale=context.locale,
            channel=context.name,
            site=f"{settings.url}/",
            authority=context.provider or urlsplit(settings.url).hostname or "localhost",
            zone=context.zone,
            windows=context.windows,
            hub=settings.hub,
        )


_TITLES = {"de": "{brand}: dringende Wartungen", "en": "{brand}: urgent maintenance"}
_DESCRIPTIONS = {
    "de": "Dringende Wartungen außerhalb der regulären Wartungsfenster: Ankündigung, Änderungen, Abschluss.",
    "en": "Urgent maintenance outside the regular windows: notice, changes and completion.",
}
