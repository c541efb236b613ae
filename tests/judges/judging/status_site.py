"""A site to judge: announcements in every phase and with every kind of update, written by the real adapter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from announce_channels.feed.adapter import Feed
from publisher.adapter.context import Context
from publisher.adapter.contract import Built
from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.history import Said, Snapshot, Told
from publisher.model.house import House
from publisher.model.windows import DEFAULT_WINDOWS
from publisher.rendering.renderer import Renderer

BERLIN = ZoneInfo("Europe/Berlin")
URL = "https://status.example.net"
AWKWARD = "]]> &amp; </script><b>\"' {{ 7*7 }} [x] \U0001f6a8 مرحبا BEGIN:VEVENT " + "lang" * 20
NIGHT = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)

VPS = Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"})
WEB = Service(key="web", name={"de": "Webhosting", "en": "Web hosting"})
STORE = Service(key="storage", name={"de": "Online-Speicher", "en": "Online storage"})

S, P, C, X = Phase.SCHEDULED, Phase.IN_PROGRESS, Phase.COMPLETED, Phase.CANCELLED
Step = tuple[Kind, Phase, float, float, dict[str, str] | None]
"""Kind, phase, hours after the first notice, hours the period is moved by, text."""


Story = tuple[Announcement, datetime, tuple[Step, ...]]
"""The facts, the time of the first notice, and every update."""


def _texts(de: str, en: str) -> dict[str, str]:
    return {"de": de, "en": en}


KERNEL = Announcement(
    ref="CMO-7K3M",
    title=_texts("Kritische Sicherheitslücke im Betriebssystem", "Critical operating-system vulnerability"),
    services=(VPS, WEB),
    period=Period(NIGHT, NIGHT + timedelta(hours=1)),
    reason=_texts(
        "Eine Lücke im Linux-Kernel wird bereits ausgenutzt.",
        "A hole in the Linux kernel is being exploited.",
    ),
    action=_texts(
        "Nichts. Ihre Server starten selbsttätig neu.", "Nothing. Your servers restart by themselves."
    ),
    details=_texts(
        "Jeder Server ist etwa fünf Minuten lang nicht erreichbar.\nWir gehen Rechenzentrum für Rechenzentrum vor.",
        "Each server is away for about five minutes.\nWe go from one data center to the next.",
    ),
    permalink=f"{URL}/CMO-7K3M/",
)
STORAGE = Announcement(
    ref="CMO-Q2WD",
    title=_texts("Austausch eines Speichersystems", "Replacement of a storage system"),
    services=(STORE,),
    period=Period(NIGHT + timedelta(hours=25), NIGHT + timedelta(hours=27)),
    impact=Impact.DEGRADED,
)
NETWORK = Announcement(
    ref="CMO-H81T",
    title=_texts("Neustart der Netzwerk-Router", "Restart of the network routers"),
    services=(VPS, WEB, STORE),
    period=Period(NIGHT - timedelta(days=5), NIGHT - timedelta(days=5) + timedelta(hours=2)),
)
DATABASE = Announcement(
    ref="CMO-4ZRB",
    title=_texts("Sicherheitsupdate der Datenbankserver", "Security update of the database servers"),
    services=(WEB,),
    period=Period(NIGHT - timedelta(days=2), NIGHT - timedelta(days=2) + timedelta(hours=1)),
    impact=Impact.NONE,
)
ODD = Announcement(
    ref="CMO-0DDX",
    title={"und": AWKWARD[:200]},
    services=(VPS,),
    period=Period(NIGHT - timedelta(days=9), NIGHT - timedelta(days=8)),
    reason={"und": AWKWARD},
    details={"und": AWKWARD},
)

STORIES: tuple[Story, ...] = (
    (
        ODD,
        NIGHT - timedelta(days=10),
        ((Kind.INITIAL, S, 0, 0, None), (Kind.CORRECTED, C, 40, 0, {"und": AWKWARD})),
    ),
    (
        NETWORK,
        NIGHT - timedelta(days=5, hours=3),
        (
            (Kind.INITIAL, S, 0, 0, None),
            (
                Kind.COMPLETED,
                C,
                4.8,
                0,
                _texts("Alle Router laufen mit der neuen Version.", "All routers are up."),
            ),
        ),
    ),
    (
        DATABASE,
        NIGHT - timedelta(days=2, hours=6),
        (
            (Kind.INITIAL, S, 0, 0, None),
            (
                Kind.CANCELLED,
                X,
                2,
                0,
                _texts("Der Hersteller hat das Update zurückgezogen.", "It was withdrawn."),
            ),
        ),
    ),
    (
        KERNEL,
        NIGHT - timedelta(hours=3),
        (
            (Kind.INITIAL, S, 0, 0, None),
            (
                Kind.RESCHEDULED,
                S,
                1.2,
                0.5,
                _texts("Die Vorbereitungen dauern länger als gedacht.", "It takes longer to prepare."),
            ),
            (
                Kind.PROGRESS,
                P,
                3.6,
                0.5,
                _texts(
                    "Die Arbeiten haben begonnen. Die ersten Server sind neu gestartet.",
                    "The work has begun.",
                ),
            ),
        ),
    ),
    (STORAGE, NIGHT - timedelta(hours=2), ((Kind.INITIAL, S, 0, 0, None),)),
)


def history(locale: str, renderer: Renderer, stories: tuple[Story, ...]) -> Snapshot:
    """Everything that was said, newest first."""
    said = [
        _said(announcement, number, first, step, locale, renderer)
        for announcement, first, steps in stories
        for number, step in enumerate(steps, 1)
    ]
    return Snapshot(tuple(sorted(said, key=lambda one: one.update.published_at, reverse=True)))


def _said(
    announcement: Announcement, number: int, first: datetime, step: Step, locale: str, renderer: Renderer
) -> Said:
    from dataclasses import replace

    kind, phase, after, moved, text = step
    by = timedelta(hours=moved)
    period = Period(announcement.period.starts_at + by, announcement.period.ends_at + by)
    update = Update(
        number=number,
        kind=kind,
        phase=phase,
        announcement=replace(announcement, period=period),
        published_at=first + timedelta(hours=after),
        text=text,
    )
    post = renderer.post(
        update, channel="feed", type_name="feed", locale=locale, capabilities=Feed.capabilities(settings())
    )
    places = {"blog": "wordpress", "customer-center": "whmcs", "facebook": "facebook", "x": "twitter"}
    told = [Told(channel="feed", type="feed", state="delivered", url=None, post=post)]
    told += [
        Told(
            channel=name, type=kind, state="delivered", url=f"https://{name}.example.net/{number}", post=post
        )
        for name, kind in places.items()
    ]
    return Said(update=update, told=tuple(told))


def settings(directory: str = "public", **more: Any) -> Any:
    """Of the feed channel."""
    links = {"Impressum": "https://www.example.net/impressum", "example.net": "https://www.example.net/"}
    known = {"type": "feed", "directory": directory, "url": URL, "links": links, **more}
    return Feed.Settings.model_validate(known)


HOUSE = House(
    contact={"de": "+49 30 1234567, rund um die Uhr", "en": "+49 30 1234567, 24/7"},
    links={"Datenschutz": "https://www.example.net/datenschutz"},
    logo=str(Path(__file__).parents[3] / "channels/announce_channels/feed/static/icon.svg"),
    accent="#ffcc00",
)
"""With a colour in which no text can be read on white."""


def _unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("a feed needs neither network nor secrets")


def channel(
    folder: Path, locale: str, stories: tuple[Story, ...] = STORIES, **more: Any
) -> tuple[Feed, Snapshot]:
    """The adapter on a folder, and what it is to write."""
    renderer = Renderer(brand="Example Hosting", zone=BERLIN)
    said = history(locale, renderer, stories)
    context = Context(
        name="feed",
        locale=locale,
        zone=BERLIN,
        brand="Example Hosting",
        provider="example.net",
        session=_unused,
        secret=_unused,
        clock=lambda: NIGHT,
        history=lambda: said,
        render=lambda template, values: renderer.page(template, locale, values),
        words=renderer.words,
        windows=DEFAULT_WINDOWS,
        house=HOUSE,
        root=str(folder.parent),
    )
    return Feed(settings(**{"directory": folder.name, **more}), context), said


def write_site(folder: Path, locale: str = "de", **more: Any) -> Built:
    """Write the whole site."""
    feed, said = channel(folder, locale, **more)
    return feed.build((ref, Snapshot(said.about(ref))) for ref in {one.ref for one in said.said})
