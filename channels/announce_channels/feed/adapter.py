"""A static site for a web server of one's own: feeds, calendars, a front page, and a page for each announcement.

Every file is made anew from the whole history, so that to write twice shows everything once. What makes them is loaded
when a verb needs it: a preview needs the settings only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from announce_channels.feed.settings import FeedSettings
from announce_channels.feed.websub import ping
from publisher.adapter import (
    Built,
    Capabilities,
    ChannelError,
    Context,
    Format,
    Identity,
    Permission,
    Post,
    Reach,
    Receipt,
    Served,
)

if TYPE_CHECKING:
    from announce_channels.feed.head import Head
    from announce_channels.feed.present import Present
    from announce_channels.feed.site import Site
    from announce_channels.feed.storage.protocol import Folder, Storage
    from publisher.adapter.said import Origin, Snapshot


class Feed:
    """The files of one folder."""

    Settings = FeedSettings

    @classmethod
    def capabilities(cls, settings: FeedSettings) -> Capabilities:
        """HTML, an item an update, which only a correction edits; written as often as need be."""
        return Capabilities(
            format=Format.HTML,
            lookup=True,
            repeatable=True,
            reach=Reach.BOTH,
            updates=Reach.NEW,
            withdraw=True,
            feed=next((f"{settings.url}/{file}" for file in settings.topics), None),
            page=f"{settings.url}/{{ref}}/",
            pings=settings.hub is not None,
        )

    @classmethod
    def site(cls, settings: FeedSettings) -> Served:
        """The folder, and which of its files a hub knows."""
        files = (*settings.files, "opensearch.xml", "favicon.ico")
        links = {
            file: f'<{settings.hub}>; rel="hub", <{settings.url}/{file}>; rel="self"'
            for file in settings.topics
            if settings.hub
        }
        return Served(directory=settings.directory, url=f"{settings.url}/", files=files, links=links)

    def __init__(self, settings: FeedSettings, context: Context) -> None:
        self._context = context
        self._settings = settings

    def check(self) -> Identity:
        """Whether files can be written into the folder, and what is there."""
        from announce_channels.feed.duties import missed
        from announce_channels.feed.storage import manifest

        account = self._storage.place
        try:
            there = self._storage.probe()
            if there:
                manifest.refuse_foreign(self._storage, self._contents())
                origin = self._context.history().origin
                manifest.refuse_other(self._storage.look(manifest.NAME), origin, account)
            note = self._present.inventory() if there else "the first post makes the folder"
        except ChannelError as refusal:
            notes = tuple(text for text in (str(refusal), refusal.cure) if text)
            return Identity(account=account, may_publish=Permission.REFUSED, notes=notes)
        warnings = tuple(missed(self._context, self._settings.links))
        return Identity(account=account, may_publish=Permission.PROVED, notes=(note,), warnings=warnings)

    def publish(self, post: Post) -> Receipt:
        """Write the announcement's page, then the feeds that link to it, then the front page."""
        with self._locked() as (folder, history):
            built = self._write_all(folder, history, post.ref)
        return self._receipt(post, history, "; ".join(built.faults) or None)

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Write everything anew: the item that is corrected keeps its id and its date."""
        return self.publish(post)

    def find(self, post: Post) -> Receipt | None:
        """The item in every feed that is written, as they are on disk."""
        history = self._context.history()
        return self._receipt(post, history) if self._present.shows(post, history) else None

    def locate(self, url: str) -> Receipt | None:
        """The newest item that links to the page at this address, as it is on disk."""
        told = self._context.history().posts_on(self._context.name)
        here = (post for post in told if self._head.page_url(post.ref).rstrip("/") == url.rstrip("/"))
        return next((found for post in here if (found := self.find(post))), None)

    def withdraw(self, receipt: Receipt) -> None:
        """Write everything anew without what was taken down; its page says so, and calendars cancel the event."""
        ref = self._head.ref_of(receipt.remote_id or "")
        with self._locked() as (folder, history):
            self._write_all(folder, history, ref)

    def template_faults(self) -> list[str]:
        """Every page, tried on updates that were never published."""
        from announce_channels.feed.pages.trial import page_faults

        try:
            return page_faults(self._site.pages)
        except ChannelError as refusal:
            return [f"{refusal}; {refusal.cure}"]

    def ping(self) -> None:
        """Tell the hub that every feed has changed; calendars have no subscribers there."""
        topics = [f"{self._head.site}{file}" for file in self._settings.topics]
        if self._settings.hub and topics:
            ping(self._context.session(), self._settings.hub, topics)

    def refresh(self, post: Post) -> None:
        """Write the pages anew, now that other channels' posts have addresses. Items stay as they were published."""
        from announce_channels.feed.site import write

        with self._locked() as (folder, history):
            faults: list[str] = []
            write(folder, self._site.again(post.ref, history, faults, folder), faults, history.origin)

    def build(self, announcements: Iterable[tuple[str, Snapshot]]) -> Built:
        """Make every file anew; what is deleted or edited by hand comes back, what is right is left alone."""
        with self._locked() as (folder, history):
            return self._written(folder, history, announcements)

    def adopt(self) -> Origin | None:
        """Let the site belong to this ledger, whichever wrote it so far; returns that one, where it was another."""
        from announce_channels.feed.storage import manifest

        with self._storage.locked() as folder:
            return manifest.adopt(folder, self._context.history().origin)

    def _write_all(self, folder: Folder, history: Snapshot, ref: str) -> Built:
        """Everything that lists announcements; of their pages this one's, and those that were never written.

        Those of a run that died before its turn, and all of them where the folder is a new one: they are linked to.
        """
        from announce_channels.feed.storage import manifest

        there = manifest.listed(folder.read(manifest.NAME))
        refs = dict.fromkeys([ref, *(said.ref for said in history.said)])
        due = [(one, history) for one in refs if one == ref or f"{one}/index.html" not in there]
        return self._written(folder, history, due)

    def _written(
        self, folder: Folder, history: Snapshot, announcements: Iterable[tuple[str, Snapshot]]
    ) -> Built:
        from announce_channels.feed.site import write

        faults: list[str] = []
        return write(
            folder, self._site.everything(history, announcements, faults, folder), faults, history.origin
        )

    def _receipt(self, post: Post, history: Snapshot, note: str | None = None) -> Receipt:
        item = self._present.item_id(post, history)
        return Receipt(remote_id=item, url=self._head.page_url(post.ref), note=note)

    def _contents(self) -> dict[str, bytes | None]:
        """The files in the folder itself, with what is known of them before anything is said."""
        feeds: dict[str, bytes | None] = dict.fromkeys(self._settings.files)
        return {**feeds, "index.html": None, **self._site.pages.beside()}

    @contextmanager
    def _locked(self) -> Iterator[tuple[Folder, Snapshot]]:
        """The site for this writer alone, and what has been said, which is read under the lock: the last one wins."""
        from announce_channels.feed.storage import manifest

        manifest.refuse_strangers(self._storage, self._contents)
        with self._storage.locked() as folder:
            history = self._context.history()
            manifest.refuse_other(folder.read(manifest.NAME), history.origin, self._storage.place)
            yield folder, history

    @cached_property
    def _storage(self) -> Storage:
        from announce_channels.feed.storage.protocol import storage_of

        return storage_of(self._settings, self._context)

    @cached_property
    def _site(self) -> Site:
        from announce_channels.feed.pages.render import Pages
        from announce_channels.feed.site import Site

        settings, head = self._settings, self._head
        formats, services = settings.formats, settings.services
        pages = Pages(
            context=self._context,
            head=head,
            formats=formats,
            services=services,
            links=settings.links,
            shows_seen=settings.show_seen,
        )
        return Site(head=head, formats=formats, services=services, pages=pages)

    @cached_property
    def _present(self) -> Present:
        from announce_channels.feed.present import Present

        return Present(storage=self._storage, head=self._head, settings=self._settings)

    @cached_property
    def _head(self) -> Head:
        from announce_channels.feed.head import head_of

        return head_of(self._settings, self._context)
