"""The files, written by the real adapter into a real folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from announce_channels.feed.adapter import Feed
from judging.histories import PLANNED, SITE, History
from publisher.adapter.context import Context
from publisher.adapter.contract import Built
from publisher.model.history import Snapshot
from publisher.model.post import Post, Receipt
from publisher.model.windows import DEFAULT_WINDOWS, Window
from publisher.rendering.renderer import Renderer

HUB = "https://hub.example.net/"


class Site:
    """A folder and the channel that writes it."""

    def __init__(self, root: Path, history: History | None = None) -> None:
        self.history = history or History()
        self.folder = root / "public"
        self.zone = "Europe/Berlin"
        self.locale = "de"
        self.brand = "CMO"
        self.windows: tuple[Window, ...] = DEFAULT_WINDOWS
        self._root = root

    def channel(self, **settings: Any) -> Feed:
        """The adapter, as configured."""
        known = {"type": "feed", "directory": "public", "url": SITE, **settings}
        return Feed(Feed.Settings.model_validate(known), self._context())

    def write(self, post: Post | None = None, **settings: Any) -> Receipt:
        """Publish a post, or else the last one that was told."""
        return self.channel(**settings).publish(post or self.history.said[-1].told[0].post)

    def build(self, **settings: Any) -> Built:
        """Write everything, every announcement's page too."""
        said = self.history.snapshot()
        refs = dict.fromkeys(one.ref for one in said.said)
        return self.channel(**settings).build((ref, Snapshot(said.about(ref))) for ref in refs)

    def pages(self) -> list[Path]:
        """Every page there is."""
        return sorted(self.folder.rglob("index.html"))

    def read(self, name: str) -> bytes:
        """One of the files."""
        return (self.folder / name).read_bytes()

    def _context(self) -> Context:
        renderer = Renderer(brand=self.brand, zone=ZoneInfo(self.zone))
        return Context(
            name="feed",
            locale=self.locale,
            zone=ZoneInfo(self.zone),
            brand=self.brand,
            provider="example.net",
            session=_unused,
            secret=_unused,
            clock=lambda: PLANNED,
            history=self.history.snapshot,
            render=lambda template, values: renderer.page(template, self.locale, values),
            words=renderer.words,
            root=str(self._root),
            windows=self.windows,
        )


def _unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("writing files needs neither network nor secrets")
