"""The hoster as customers see him, beside his brand: how to reach him, his duties, his looks. Frozen data."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from publisher.model.announcement import Localized, Wording
from publisher.model.record import Record


class House(Record, frozen=True, kw_only=True):
    """What ``[publisher]`` says of it."""

    contact: Localized | None = None
    """How customers reach it, such as a phone number and its hours."""
    links: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Imprint, privacy and the like: addresses by name."""
    logo: str | None = None
    """The path of an SVG or PNG."""
    accent: str | None = None
    """``#0b57b0``"""
    wording: Wording = Wording.MAINTENANCE
    """What work is called where it is not about a single one."""
