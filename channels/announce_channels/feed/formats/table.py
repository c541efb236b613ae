"""What can be subscribed to: the feeds and calendars by their names in the configuration, and the module of each.

A module has a ``build`` and imports its library, so that it is loaded in the channel's own thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast
from urllib.parse import quote, urlencode

import msgspec
from pydantic import AfterValidator, Field

from publisher.adapter import nearest, quoted

if TYPE_CHECKING:
    from announce_channels.feed.head import Head
    from publisher.adapter.said import Snapshot


MOST_ITEMS = 50
"""Older items leave the feeds; their pages stay."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A file that customers subscribe to."""

    module: str
    file: str
    media_type: str
    lists: bool = False
    """Whether it has an item an update."""
    for_calendars: bool = False
    """Whether people subscribe to it in a calendar program."""


FORMATS: Mapping[str, Subscription] = {
    "rss": Subscription(module="rss", file="rss.xml", media_type="application/rss+xml", lists=True),
    "atom": Subscription(module="atom", file="atom.xml", media_type="application/atom+xml", lists=True),
    "json": Subscription(
        module="json_feed",
        file="feed.json",
        media_type="application/feed+json",
        lists=True,
    ),
    "calendar": Subscription(
        module="calendar",
        file="calendar.ics",
        media_type="text/calendar",
        for_calendars=True,
    ),
    "announcements": Subscription(
        module="announcements",
        file="announcements.ics",
        media_type="text/calendar",
        for_calendars=True,
    ),
    "maintnote": Subscription(module="maintnote", file="maintnote.ics", media_type="text/calendar"),
}
"""In the order in which files are written."""


def files(names: Iterable[str], services: Iterable[str] = ()) -> dict[str, str]:
    """The files of these formats and of these services, in the order of writing, each with its format."""
    chosen = [name for name in FORMATS if name in names]
    own = [name for name in chosen if FORMATS[name].lists or name == "calendar"]
    return {FORMATS[name].file: name for name in chosen} | {
        of_service(FORMATS[name].file, key): name for key in services for name in own
    }


def of_service(file: str, key: str | None) -> str:
    """``rss-vps.xml``; a file's own name where it is of no service."""
    stem, dot, suffix = file.rpartition(".")
    return f"{stem}-{key}{dot}{suffix}" if key else file


class Builder(Protocol):
    """Makes one file."""

    def build(self, head: Head, history: Snapshot) -> bytes:
        """The file's content, the same for the same history."""
        ...


class Lister(Builder, Protocol):
    """Makes a file that lists items by their ids."""

    def ids_in(self, document: bytes) -> frozenset[str]:
        """The ids in a file that may be anyone's."""
        ...


def alternates(site: str, names: Iterable[str], title: str) -> tuple[Mapping[str, Any], ...]:
    """These formats as templates see them: for autodiscovery and for the front page."""
    return tuple(_offered(f"{site}{file}", name, title) for file, name in files(names).items())


def of_services(
    site: str, names: Iterable[str], title: str, services: Mapping[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """The same of services, whose names are given by their keys: ``service`` is whose file it is."""
    own = files(names, services).items() - files(names).items()
    return tuple(
        _offered(f"{site}{file}", name, f"{title}: {services[key]}") | {"service": services[key]}
        for key in services
        for file, name in files(names, [key]).items()
        if (file, name) in own
    )


def _offered(url: str, name: str, title: str) -> dict[str, Any]:
    one = FORMATS[name]
    return {
        "name": name,
        "media_type": one.media_type,
        "url": url,
        "programs": programs(url, title) if one.for_calendars else {},
    }


def programs(url: str, title: str) -> Mapping[str, str]:
    """Links with which calendar programs subscribe to a file, by the key of their words: a plain one copies it once."""
    webcal = f"webcal://{url.partition('://')[2]}"
    where = urlencode({"url": url, "name": title}, errors="replace", quote_via=quote)
    return {
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal}, quote_via=quote)}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?{where}",
        "office": f"https://outlook.office.com/calendar/0/addfromweb?{where}",
    }


def builder(name: str) -> Builder:
    """The module of a format; loads its library."""
    return cast(Builder, import_module(f"announce_channels.feed.formats.{FORMATS[name].module}"))


def single_events(head: Head, history: Snapshot, refs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Of each of these announcements a calendar of its own, by its reference; loads the library of calendars."""
    module = import_module("announce_channels.feed.formats.announcements")
    yield from module.singles(head, history, refs)


def lister(name: str) -> Lister:
    """The module of a format that lists items."""
    return cast(Lister, builder(name))


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in FORMATS:
            raise ValueError(_refusal(name))
    return tuple(name for name in FORMATS if name in names)


def _refusal(name: str) -> str:
    meant = nearest(name, FORMATS)
    hint = f"did you mean {meant}?" if meant else f"there are {', '.join(FORMATS)}"
    return f"there is no format {quoted(name)}; {hint}"


Formats = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_known)]
