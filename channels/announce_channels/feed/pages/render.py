"""The pages of the site and what they need: rendered from the history, for one channel."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from announce_channels.feed.formats.cleaning import cleaned
from announce_channels.feed.formats.event import event
from announce_channels.feed.formats.table import alternates, of_services
from announce_channels.feed.head import Head
from announce_channels.feed.pages import announcement, archive, front
from announce_channels.feed.pages.colours import coloured
from announce_channels.feed.pages.logo import picture
from announce_channels.feed.pages.story import Summary, stories, summary
from announce_channels.feed.pages.tongues import Tongue, of_announcement, of_site
from announce_channels.feed.services import name_of
from publisher.adapter import Context
from publisher.adapter.said import Snapshot, in_language

_STATIC = Path(__file__).parents[1] / "static"
MOST_MONTHS = 12
"""Months that the front page leads to; each of them leads to the one before."""

EVENT = "event.ics"
"""Beside the page of an announcement: its event alone."""

SCRIPT = "clock.js"
"""The one script of the site."""

_RENDERED = {"style.css": "the style", "opensearch.xml": "the search"}


@cache
def script_hash() -> str:
    """Of the script: pages allow it and no other."""
    digest = hashlib.sha256((_STATIC / SCRIPT).read_bytes()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


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
    shows_seen: bool = False
    """Whether they say when strangers saw what was said."""

    def front(self, history: Snapshot, months: Collection[str] = ()) -> bytes:
        """index.html; ``months`` are those of the archive."""
        head = self.head
        said = front.values(
            history, channel=head.channel, locale=head.locale, windows=head.windows, now=self._now
        )
        tongues = of_site(head, history, self.context.words)
        common = self._common(head.site, home="./", tongues=tongues)
        names = {key: name_of(head, history, key) for key in self.services}
        shown = tuple(archive.named(name, head.zone) for name in sorted(months, reverse=True)[:MOST_MONTHS])
        own = of_services(head.site, self.formats, head.title, names)
        return self._rendered(
            "index", {**said, "zone": head.zone.key, "of_services": own, "months": shown, **common}
        )

    def announcement(self, history: Snapshot, ref: str) -> bytes:
        """<ref>/index.html. Raises ValueError where nothing was said on the channel."""
        head, address = self.head, self.head.page_url(ref)
        said = announcement.values(
            history,
            ref=ref,
            channel=head.channel,
            locale=head.locale,
            now=self._now,
            shows_seen=self.shows_seen,
        )
        known = event(said, page_url=address, site_url=head.site, brand=head.brand, zone=head.zone)
        is_open = said["phase"] in ("scheduled", "in_progress")
        tongues = of_announcement(head, history, ref, self.context.words)
        return self._rendered(
            "page",
            {
                **said,
                "event": known,
                "calendar_file": EVENT if is_open else None,
                **self._common(address, home="../", tongues=tongues),
            },
        )

    def summaries(self, history: Snapshot) -> list[Summary]:
        """What the archive says of the announcements in a history."""
        head = self.head
        return [summary(said, head.locale, self._now) for said in stories(history, head.channel)]

    def month(self, name: str, told: Sequence[Summary], months: Collection[str]) -> bytes:
        """<year>-<month>/index.html, of announcements that may be of any month."""
        said = archive.values(name, told, months, self.head.zone)
        address = f"{self.head.site}{name}/"
        return self._rendered("archive", {**said, **self._common(address, home="../")})

    def withdrawn(self, ref: str) -> bytes:
        """<ref>/index.html of what was taken down: links lead to it, and it says no more than that."""
        return self._rendered("withdrawn", {"ref": ref, **self._common(self.head.page_url(ref), home="../")})

    def accessories(self) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        """What the pages link to: each file's name, what it is called, and how it is made."""
        for path in sorted(_STATIC.iterdir()):
            yield path.name, path.name, path.read_bytes
        if self.logo and (own := self.context.house.logo):
            yield self.logo, "the logo", partial(picture, own)
        common = self._common(self.head.site, home="./")
        for name, what in _RENDERED.items():
            yield name, what, partial(self._accessory, name, common)

    def beside(self) -> dict[str, bytes | None]:
        """The accessories as far as they can be made; None where a template of the user's own is broken."""
        return {name: _made(make) for name, _, make in self.accessories()}

    def _common(self, page_url: str, *, home: str, tongues: tuple[Tongue, ...] = ()) -> dict[str, Any]:
        head, house = self.head, self.context.house
        offered = alternates(head.site, self.formats, head.title)
        return {
            "page_url": page_url,
            "home": home,
            "site_url": head.site,
            "feed_url": offered[0]["url"],
            "feed_title": head.title,
            "language": head.language,
            "alternates": offered,
            "has_windows": bool(head.windows),
            "tongues": tongues,
            "links": tuple({**house.links, **self.links}.items()),
            "contact": in_language(house.contact, head.locale) if house.contact else None,
            "logo": self.logo,
            "script": SCRIPT,
            "script_hash": script_hash(),
        }

    def _accessory(self, name: str, common: Mapping[str, Any]) -> bytes:
        made, accent = self._rendered(name, common), self.context.house.accent
        return made + coloured(accent).encode() if accent and name == "style.css" else made

    @property
    def _now(self) -> datetime:
        return self.context.clock()

    @property
    def logo(self) -> str | None:
        """The name of the hoster's logo on the site; None where there is none."""
        own = self.context.house.logo
        return f"logo{Path(own).suffix.lower()}" if own else None

    def _rendered(self, template: str, values: Mapping[str, Any]) -> bytes:
        return cleaned(self.context.render(template, values)).encode()


def _made(make: Callable[[], bytes]) -> bytes | None:
    try:
        return make()
    except Exception:  # noqa: BLE001  whatever it is, it is told where the file is written
        return None
