"""What strangers found of what was said, each time somebody looked. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from publisher.model.record import Record


class Visibility(StrEnum):
    """What strangers find of a channel's post."""

    SEEN = "seen"
    """All of it can be read."""
    MISSING = "missing"
    WALLED = "walled"
    """A social network that shows its posts to people with an account alone: neither seen nor missing."""


class Glimpse(Record, frozen=True, kw_only=True):
    """What strangers found, from this look on until the next one that is on record."""

    update: int
    """The number of the update whose text was looked for."""
    channel: str
    at: datetime
    """UTC."""
    what: Visibility
    url: str | None
    """Where it was looked for."""


def seen_first(glimpses: Sequence[Glimpse], channel: str, since: int) -> datetime | None:
    """When strangers first saw what that update, or a later one, said on a channel; None: no look has found it."""
    found = [
        one.at
        for one in glimpses
        if one.channel == channel and one.update >= since and one.what is Visibility.SEEN
    ]
    return min(found, default=None)


def unseen(glimpses: Sequence[Glimpse], wanted: Mapping[str, int]) -> frozenset[str]:
    """The channels on which the newest look did not see the update that is wanted of each."""

    def newest(channel: str) -> Visibility | None:
        own = _of(glimpses, channel, wanted[channel])
        return max(own, key=lambda one: one.at).what if own else None

    return frozenset(channel for channel in wanted if newest(channel) is not Visibility.SEEN)


def _of(glimpses: Sequence[Glimpse], channel: str, update: int) -> list[Glimpse]:
    return [one for one in glimpses if (one.channel, one.update) == (channel, update)]
