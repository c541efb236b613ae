"""Who says things, and what reads back what the feed adapter wrote: feedparser, lxml and an HTML parser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from msgspec.structs import replace

from announce_channels.feed.adapter import Feed
from announce_channels.feed.storage import folder, manifest
from publisher.adapter.context import Context
from publisher.model.announcement import (
    Announcement,
    Kind,
    Localized,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.history import Origin, Said, Snapshot, Told
from publisher.model.house import House
from publisher.model.post import Post
from publisher.model.windows import Window
from publisher.rendering.renderer import Renderer

BERLIN = ZoneInfo("Europe/Berlin")
PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PERIOD = Period(PLANNED + timedelta(hours=2), PLANNED + timedelta(hours=3))
SITE = "https://status.example.net/"
FEEDS = {"rss.xml", "atom.xml", "feed.json", "calendar.ics", "announcements.ics", "maintnote.ics"}
ATOM = "{http://www.w3.org/2005/Atom}"
BESIDE = {
    *("style.css", "opensearch.xml", "icon.svg", "favicon.png", "favicon.ico", "clock.js", "event.ics"),
    manifest.NAME,
    folder.LOCK,
}
AWKWARD = "]]> &amp; <script>alert(1)</script> {{ 7*7 }} [gallery] \U0001f6a8 Störung"


class Publisher:
    """Says things and lets the feed adapter write them, with the packaged templates."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "public"
        self.rss = self.folder / "rss.xml"
        self.said: list[Said] = []
        self.name, self.brand, self.locale = "feed", "CMO", "de"
        self.provider: str | None = "example.net"
        self.renderer = Renderer(brand="CMO", zone=BERLIN)
        self.render: Any = lambda template, values: self.renderer.page(template, self.locale, values)
        self.reads = 0
        self.now = PLANNED
        self.is_whole = True
        self.house = House()
        self.windows: tuple[Window, ...] = ()
        self.origin = Origin(None, "unknown")
        self.alone: Any = None

    def channel(self, **settings: Any) -> Feed:
        known = {"type": "feed", "directory": "public", "url": SITE, **settings}
        return Feed(Feed.Settings.model_validate(known), self._context())

    def say(self, ref: str = "CMO-7K3M", *, number: int = 1, after: float = 0, **fields: Any) -> Post:
        """Plan an update, on the feed and by Facebook; returns the feed's post. ``after``: seconds.

        ``facts`` stand in the announcement as they are, other fields are texts of no language.
        """
        at = PLANNED + timedelta(seconds=after)
        elsewhere = fields.pop("elsewhere", {"facebook": None})
        channels = fields.pop("on", ("feed",))
        more, period = fields.pop("update", {}), fields.pop("period", PERIOD)
        facts = fields.pop("facts", {})
        update = Update(
            number=number,
            kind=Kind.INITIAL,
            phase=Phase.SCHEDULED,
            announcement=replace(announcement(ref, **fields), period=period, **facts),
            published_at=at,
        )
        update = replace(update, **more)
        post = self.renderer.post(
            update,
            channel="feed",
            type_name="feed",
            locale=self.locale,
            capabilities=Feed.capabilities(Feed.Settings(type="feed", directory="x", url=SITE)),
        )
        told = [Told(channel=name, type="feed", state="delivered", url=SITE, post=post) for name in channels]
        told += [
            Told(channel=name, type=name, state="delivered", url=url, post=post)
            for name, url in elsewhere.items()
        ]
        self.said.append(Said(update=update, told=tuple(told)))
        return post

    def _context(self) -> Context:
        return Context(
            name=self.name,
            locale=self.locale,
            zone=BERLIN,
            brand=self.brand,
            provider=self.provider,
            session=_unused,
            secret=_unused,
            clock=lambda: self.now,
            house=self.house,
            windows=self.windows,
            brief=lambda at: self.renderer.brief(at, self.locale),
            history=self.history,
            render=self.render,
            words=self.renderer.words,
            alone=self.alone,
            root=str(self.root),
        )

    def history(self) -> Snapshot:
        self.reads += 1
        newest_first = sorted(self.said, key=lambda said: said.update.published_at, reverse=True)
        return Snapshot(tuple(newest_first), self.origin, self.is_whole)


def _unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("a feed needs neither network nor secrets")


def announcement(ref: str, title: str = "Sicherheitslücke", **fields: Any) -> Announcement:
    texts: dict[str, Localized] = {name: {"und": text} for name, text in fields.items()}
    return Announcement(
        ref=ref,
        title={"und": title},
        services=(Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),),
        period=PERIOD,
        permalink=f"{SITE}{ref}/",
        **texts,
    )


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def items(rss: Path) -> list[Any]:
    return etree.fromstring(rss.read_bytes()).findall("channel/item")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data.replace("\u00a0", " "))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read_page(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def visible(html: str) -> str:
    return "".join(read_page(html).text)
