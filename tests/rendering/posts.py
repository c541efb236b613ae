"""An announcement in full and bare, and what it is rendered to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.post import Capabilities, Count, Format, Post
from publisher.rendering.renderer import Renderer

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)

BARE = Announcement(
    ref="CMO-7K3M",
    title={
        "de": "Kritische Sicherheitslücke im Betriebssystem",
        "en": "Critical operating-system vulnerability",
    },
    services=(Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),),
    period=Period(START, START + timedelta(hours=1)),
)
FULL = replace(
    BARE,
    services=(
        *BARE.services,
        Service(key="web", name={"de": "Webhosting", "en": "web hosting"}),
        Service(key="mail", name={"de": "E-Mail", "en": "e-mail"}),
    ),
    period=Period(START, START + timedelta(hours=2)),
    impact=Impact.DEGRADED,
    reason={
        "de": "Im Linux-Kernel wurde eine Lücke bekannt.",
        "en": "A hole in the Linux kernel became known.",
    },
    details={
        "de": "Wir spielen den Fix ein.\nDanach starten wir neu.\n\nIhre Daten sind nicht betroffen.",
        "en": "We install the fix.\nThen we restart.\n\nYour data are not affected.",
    },
    action={"de": "Bitte sichern Sie laufende Arbeiten.", "en": "Please save your work."},
    permalink="https://status.example.net/CMO-7K3M/",
)

HTML = Capabilities(format=Format.HTML)
TEXT = Capabilities(format=Format.TEXT, max_length=63_206)
SHORT = Capabilities(format=Format.SHORT, max_length=280, count=Count.WEIGHTED)


def update(announcement: Announcement = FULL, **changes: Any) -> Update:
    first = Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=START
    )
    return replace(first, **changes)


def titled(title: str, announcement: Announcement = FULL) -> Update:
    return update(replace(announcement, title={"und": title}))


def post(
    said: Update,
    capabilities: Capabilities,
    *,
    locale: str = "de",
    channel: str = "blog",
    type_name: str = "wordpress",
    own: Path | None = None,
) -> Post:
    renderer = Renderer([own] if own else [], brand="CMO", zone=BERLIN)
    return renderer.post(said, channel=channel, type_name=type_name, locale=locale, capabilities=capabilities)
