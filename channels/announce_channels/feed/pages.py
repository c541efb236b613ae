"""The pages of the site and what they need: rendered from the history, for one channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from announce_channels.feed import overview, page
from announce_channels.feed.event import event
from announce_channels.feed.formats import alternates
from publisher.channel import Context
from publisher.history import Snapshot

_STATIC = Path(__file__).parent / "static"
_RENDERED = ("style.css", "opensearch.xml")
_FEED = "rss.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Makes the bytes of every file that is no feed."""

    context: Context
    site_url: str
    """With its slash."""
    feed_title: str
    language: str
    written: Iterable[str]
    """The feeds that are written."""
    links: Mapping[str, str]
    """The hoster's own, by name."""

    def front(self, history: Snapshot) -> bytes:
        """index.html."""
        said = overview.values(
            history, channel=self.context.name, locale=self.context.locale, windows=self.context.windows
        )
        values = {**said, "zone": self.context.zone.key}
        return self._rendered("index", {**values, **self._common(self.site_url, home="./")})

    def announcement(self, history: Snapshot, ref: str) -> bytes:
        """<ref>/index.html. Raises ValueError where nothing was said on the channel."""
        said = page.values(history, ref=ref, channel=self.context.name, locale=self.context.locale)
        address = self.address(ref)
        known = event(
            said, page_url=address, site_url=self.site_url, brand=self.context.brand, zone=self.context.zone
        )
        return self._rendered("page", {**said, "event": known, **self._common(address, home="../")})

    def accessories(self) -> dict[str, bytes]:
        """What the pages link to, by name."""
        made = {path.name: path.read_bytes() for path in sorted(_STATIC.iterdir())}
        return made | {
            name: self._rendered(name, self._common(self.site_url, home="./")) for name in _RENDERED
        }

    def address(self, ref: str) -> str:
        """Where the page of an announcement is read."""
        return f"{self.site_url}{ref}/"

    def _common(self, page_url: str, *, home: str) -> dict[str, Any]:
        return {
            "page_url": page_url,
            "home": home,
            "site_url": self.site_url,
            "feed_url": f"{self.site_url}{_FEED}",
            "feed_title": self.feed_title,
            "language": self.language,
            "alternates": alternates(self.site_url, self.written),
            "links": tuple(self.links.items()),
        }

    def _rendered(self, template: str, values: Mapping[str, Any]) -> bytes:
        return self.context.render(template, values).encode("utf-8", "replace")
