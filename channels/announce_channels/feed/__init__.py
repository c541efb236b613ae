"""A static site for a web server of one's own: feeds, a front page, and a page for each announcement.

Every file is made anew from the whole history, so that to write twice shows everything once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from announce_channels.feed import manifest
from announce_channels.feed.bucket import BucketStorage
from announce_channels.feed.pages import Pages
from announce_channels.feed.storage import Folder, LocalStorage, Storage
from publisher.channel import (
    Built,
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
from publisher.urls import BaseUrl, UrlFault, checked_link

if TYPE_CHECKING:
    from publisher.history import Snapshot


Link = Annotated[str, AfterValidator(checked_link)]
"""An address of the hoster's own."""


def _checked_directory(text: str) -> str:
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/?#]+)*/?", text):
        raise UrlFault("is neither a folder nor a bucket", cure="write it as in s3://bucket/prefix")
    return text


class FeedSettings(ChannelSettings):
    """A folder, and where a web server shows it."""

    directory: Annotated[str, Field(min_length=1), AfterValidator(_checked_directory)]
    """A folder, or ``s3://bucket/prefix``."""
    endpoint_url: BaseUrl | None = None
    """Of an S3 that is not Amazon's."""
    url: BaseUrl
    """The public address of the folder."""
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Of the feed; None: made from the brand."""
    links: Mapping[Annotated[str, Field(min_length=1, max_length=60)], Link] = {}
    """At the foot of every page, such as the imprint: addresses by name."""


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
        self._storage = _storage(settings, context)
        self._site = f"{settings.url}/"
        self._authority = context.provider or urlsplit(settings.url).hostname or "localhost"
        self._pages = Pages(
            context=context,
            site_url=self._site,
            feed_title=self._feed_title,
            language=self._language,
            written=_FEEDS,
            links=settings.links,
        )

    def check(self) -> Identity:
        """Whether files can be written into the folder, and what is there."""
        account = self._storage.place
        try:
            there = self._storage.probe()
            refusal = self._foreign() if there else None
            if refusal:
                raise refusal
            note = f"items in {_RSS}: {len(self._items())}" if there else "the first post makes the folder"
        except ChannelError as refused:
            notes = tuple(text for text in (str(refused), refused.cure) if text)
            return Identity(account=account, may_publish=Standing.REFUSED, notes=notes)
        return Identity(account=account, may_publish=Standing.PROVED, notes=(note,))

    def publish(self, post: Post) -> Receipt:
        """Write the announcement's page, then the feeds that link to it, then the front page."""
        with self._storage.locked() as folder:
            history = self._context.history()  # under the lock: who writes last has read last
            faults: list[str] = []
            self._write(folder, self._files(history, {post.ref: history}, faults))
        return self._receipt(post, "; ".join(faults) or None)

    def find(self, post: Post) -> Receipt | None:
        """The item in the feed, as it is on disk."""
        return self._receipt(post) if self._item_id(post) in self._items() else None

    def refresh(self, post: Post) -> None:
        """Write the page anew, now that other channels' posts have addresses. Items stay as they were published."""
        with self._storage.locked() as folder:
            history = self._context.history()
            self._write(folder, self._page_files({post.ref: history}, []))

    def build(self, announcements: Iterable[tuple[str, Snapshot]]) -> Built:
        """Make every file anew; what is deleted or edited by hand comes back, what is right is left alone."""
        with self._storage.locked() as folder:
            faults: list[str] = []
            contents = self._files(self._context.history(), dict(announcements), faults)
            written = self._write(folder, contents)
        return Built(files=len(contents), written=written, faults=tuple(faults))

    # --- what is written ------------------------------------------------------------------------------------

    def _files(
        self, history: Snapshot, announcements: Mapping[str, Snapshot], faults: list[str]
    ) -> dict[str, bytes]:
        """In the order of writing: nothing links to what is new before it is there."""
        accessories = _attempt("the style", self._pages.accessories, faults) or {}
        pages = self._page_files(announcements, faults)
        feeds: dict[str, bytes] = {}
        if history.posts_on(self._context.name):
            feeds = {name: build(self, history) for name, build in _FEEDS.items()}
            front = _attempt("the front page", partial(self._pages.front, history), faults)
            feeds |= {_FRONT: front} if front else {}
        return accessories | pages | feeds

    def _page_files(self, announcements: Mapping[str, Snapshot], faults: list[str]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        for ref, history in announcements.items():
            if any(post.ref == ref for post in history.posts_on(self._context.name)):
                html = _attempt(f"the page of {ref}", partial(self._pages.announcement, history, ref), faults)
                made |= {f"{ref}/{_FRONT}": html} if html else {}
        return made

    def _write(self, folder: Folder, contents: Mapping[str, bytes]) -> int:
        manifest.claim(folder, contents)
        return sum([folder.write(name, content) for name, content in contents.items()])

    def _foreign(self) -> ChannelError | None:
        known = self._storage.look(manifest.NAME)
        refusals = (
            manifest.foreign_file(self._storage.look(name), name, known) for name in (*_FEEDS, _FRONT)
        )
        return next((refusal for refusal in refusals if refusal), None)

    def _receipt(self, post: Post, note: str | None = None) -> Receipt:
        return Receipt(remote_id=self._item_id(post), url=self._pages.address(post.ref), note=note)

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
            [
                rss.Item(id=self._item_id(post), address=self._pages.address(post.ref), post=post)
                for post in posts
            ],
        )

    def _items(self) -> frozenset[str]:
        from announce_channels.feed import rss

        return rss.ids_in(self._storage.look(_RSS) or b"")

    def _item_id(self, post: Post) -> str:
        """The item's id for ever, an RFC 4151 tag; readers take an item with another one for a new item."""
        return f"tag:{self._authority},{post.published_at.astimezone(UTC).year}:{post.key}"

    @property
    def _language(self) -> str:
        return self._context.locale.replace("_", "-")  # as BCP 47 writes it

    @property
    def _feed_title(self) -> str:
        return self._title or self._said(_TITLES).format(brand=self._context.brand)

    def _said(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._language.partition("-")[0], texts["en"])


_RSS = "rss.xml"
_FRONT = "index.html"

_Made = TypeVar("_Made")


def _storage(settings: FeedSettings, context: Context) -> Storage:
    if not settings.directory.startswith("s3://"):
        return LocalStorage(Path(context.root, settings.directory))
    endpoint = settings.endpoint_url
    return BucketStorage(settings.directory, endpoint=endpoint, timeout=settings.timeout, root=context.root)


def _attempt(what: str, make: Callable[[], _Made], faults: list[str]) -> _Made | None:
    """A user's template can raise anything: it costs its page, and the item goes out."""
    try:
        return make()
    except Exception as fault:  # noqa: BLE001
        faults.append(one_line(f"{what} was not written: {fault}"))
        return None


_FEEDS: Mapping[str, Callable[[Feed, Snapshot], bytes]] = {_RSS: Feed._rss}
"""What a post adds an item to, by file name."""

_TITLES = {"de": "{brand}: dringende Wartungen", "en": "{brand}: urgent maintenance"}
_DESCRIPTIONS = {
    "de": "Dringende Wartungen außerhalb der regulären Wartungsfenster: Ankündigung, Änderungen, Abschluss.",
    "en": "Urgent maintenance outside the regular windows: notice, changes and completion.",
}
