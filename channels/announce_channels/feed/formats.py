"""Which feeds and calendars are written: their names in the configuration, and the module of each.

A module has a ``FILE`` and a ``build``; it imports its library, so that it is loaded in the channel's own thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Protocol, cast

from pydantic import AfterValidator, Field

from announce_channels.feed.head import Head
from publisher.faults import quoted
from publisher.history import Snapshot
from publisher.nearest import nearest


class Builder(Protocol):
    """Makes one file."""

    FILE: str

    def build(self, head: Head, history: Snapshot) -> bytes:
        """The file's content, the same for the same history."""
        ...


class Lister(Builder, Protocol):
    """Makes a file that lists items by their ids."""

    def ids_in(self, document: bytes) -> frozenset[str]:
        """The ids in a file that may be anyone's."""
        ...


LISTS = ("rss", "atom", "json")
"""Those with an item an update."""

FORMATS: Mapping[str, str] = {
    "rss": "rss",
    "atom": "atom",
    "json": "json_feed",
    "calendar": "calendar",
    "maintnote": "maintnote",
}
"""In the order in which files are written."""


def builder(name: str) -> Builder:
    """The module of a format; loads its library."""
    return cast(Builder, import_module(f"announce_channels.feed.{FORMATS[name]}"))


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
