"""The pages of the site and what they need: rendered from the history, for one channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from announce_channels.feed.formats.cleaning import cleaned
from announce_channels.feed.formats.event import event
from announce_channels.feed.formats.table import alternates, of_services
from announce_channels.feed.head import Head
from announce_channels.feed.pages import announcement, front
from announce_channels.feed.pages.tongues import Tongue, of_announcement, of_site
from announce_channels.feed.services import name_of
from publisher.adapter import Context
from publisher.adapter.said import Snapshot

_STATIC = Path(__file__).parents[1] / "static"
_RENDERED = {"style.css": "the style", "opensearch.xml": "the search"}


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the bytes of every file that is no feed."""

    context: Context
    head: Head
    formats: Sequence[str]
    """The feeds and calendars that are written."""
    services: Sequence[str] = ()
    """Those with files of their own."""
    links: Mapping[str, str]
    """The hoster's own, by name."""

    def front(self, history: Snapshot) -> bytes:
        """index.html."""
        head = self.head
        said = front.values(history, channel=head.channel, locale=head.locale, windows=head.windows)
        tongues = of_site(head, history, self.context.words)
        common = self._common(head.site, home="./", tongues=tongues)
        names = {key: name_of(head, history, key) for key in self.services}
        own = of_services(head.site, self.formats, head.title, names)
        return self._rendered("index", {**said, "zone": head.zone.key, "of_services": own, **common})

    def announcement(self, history: Snapshot, ref: str) -> bytes:
        """<ref>/index.html. Raises ValueError where nothing was said on the channel."""
        head, address = self.head, self.head.page_url(ref)
        said = announcement.values(history, ref=ref, channel=head.channel, locale=head.locale)
        known = event(said, page_url=address, site_url=head.site, brand=head.brand, zone=head.zone)
        tongues = of_announcement(head, history, ref, self.context.words)
        return self._rendered(
            "page", {**said, "event": known, **self._common(address, home="../", tongues=tongues)}
        )

    def withdrawn(self, ref: str) -> bytes:
        """<ref>/index.html of what was taken down: links lead to it, and it says no more than that."""
        return self._rendered("withdrawn", {"ref": ref, **self._common(self.head.page_url(ref), home="../")})

    def accessories(self) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        """What the pages link to: each file's name, what it is called, and how it is made."""
        for path in sorted(_STATIC.iterdir()):
            yield path.name, path.name, path.read_bytes
        common = self._common(self.head.site, home="./")
        for name, what in _RENDERED.items():
            yield name, what, partial(self._rendered, name, common)

    def beside(self) -> dict[str, bytes | None]:
        """The accessories as far as they can be made; None where a template of the user's own is broken."""
        return {name: _made(make) for name, _, make in self.accessories()}

    def _common(self, page_url: str, *, home: str, tongues: tuple[Tongue, ...] = ()) -> dict[str, Any]:
        head = self.head
        offered = alternates(head.site, self.formats, head.title)
        return {
            "page_url": page_url,
            "home": home,
            "site_url": head.site,
            "feed_url": offered[0]["url"],
            "feed_title": head.title,
            "language": head.language,
            "alternates": offered,
            "tongues": tongues,
            "links": tuple(self.links.items()),
        }

    def _rendered(self, template: str, values: Mapping[str, Any]) -> bytes:
        return cleaned(self.context.render(template, values)).encode()


def _made(make: Callable[[], bytes]) -> bytes | None:
    try:
        return make()
    except Exception:  # noqa: BLE001  whatever it is, it is told where the file is written
        return None
