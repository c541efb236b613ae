"""A preview to judge: five platforms in two languages, with warnings, as `announce urgent --html` writes it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from judging.status_site import BERLIN, KERNEL, NIGHT
from publisher.adapter import registry
from publisher.cli.terminal.showcase import values
from publisher.model.announcement import Announcement, Kind, Phase, Update
from publisher.model.note import Note
from publisher.model.post import Capabilities, Count, Format, Reach
from publisher.planning.preview import ChannelPreview, Preview
from publisher.rendering.renderer import Renderer
from publisher.settings.config import load

MARKED = {
    "de": "Jeder Server ist etwa fünf Minuten lang nicht erreichbar.\n\n- Nürnberg ab **22:30 Uhr**\n- [Fragen](https://www.example.net/)",
    "en": "Each server is away for about five minutes.\n\n- Nuremberg from **22:30**\n- [Questions](https://www.example.net/)",
}
PLATFORMS = {
    "blog": ("wordpress", Format.HTML, None),
    "customer-center": ("whmcs", Format.HTML, None),
    "facebook": ("facebook", Format.TEXT, 63_206),
    "x": ("twitter", Format.SHORT, 280),
    "feed": ("feed", Format.HTML, None),
    "own": ("http", Format.TEXT, 2_000),
}

CONFIGURATION = """
[publisher]
brand = "Example Hosting"
reference_prefix = "CMO"
""" + "".join(
    f"""
[channels.{name}]
type = "feed"
directory = "public/{name}"
url = "https://status.example.net/{name}/"
"""
    for name in ("feed", "feed-en")
)
"""Of the feeds alone: of the other channels the page needs nothing but their posts."""


def previewed(announcement: Announcement = KERNEL, **more: Note) -> Preview:
    """Of a first update, on every platform in each language."""
    said = replace(announcement, details=MARKED)
    update = Update(
        number=1,
        kind=Kind.INITIAL,
        phase=Phase.SCHEDULED,
        announcement=said,
        published_at=NIGHT - timedelta(hours=1),
    )
    renderer = Renderer(brand="Example Hosting", zone=BERLIN)
    return Preview(
        update=update,
        ref=said.ref,
        title=said.title["de"] if "de" in said.title else said.title["und"],
        services=("VPS-Hosting", "Webhosting"),
        when="Mon 23 Nov 22:30–23:30 CET, in 1 h",
        example=True,
        starts="Mon 2026-11-23 22:30 CET (21:30 UTC)",
        ends="Mon 2026-11-23 23:30 CET (22:30 UTC)",
        length="1 h",
        lead="customers are told 1 h before the work",
        verdict="outside the maintenance windows: notice is due",
        permalink=said.permalink,
        channels=tuple(
            _channel(renderer, update, name, locale) for locale in ("de", "en") for name in PLATFORMS
        ),
        left_out=("old-blog",),
        warnings=(Note("left-out", "no room for the reason", "x-en"), Note("lag", "feed readers lag")),
    )


def _channel(renderer: Renderer, update: Update, name: str, locale: str) -> ChannelPreview:
    kind, form, limit = PLATFORMS[name]
    capabilities = Capabilities(
        format=form,
        max_length=limit,
        count=Count.WEIGHTED if form is Format.SHORT else Count.CHARACTERS,
        reach=Reach.BOTH,
    )
    post = renderer.post(update, channel=name, type_name=kind, locale=locale, capabilities=capabilities)
    return ChannelPreview(
        channel=name if locale == "de" else f"{name}-{locale}",
        type=kind,
        locale=locale,
        format=form,
        action="a new post",
        title=post.title,
        body=post.body,
        length=post.length,
        limit=limit,
        unit=capabilities.count.value,
    )


def write_preview(file: Path, preview: Preview) -> str:
    """The page; returns it, too. A configuration is written beside it."""
    renderer = Renderer(brand="Example Hosting", zone=BERLIN)
    config = file.with_name("announce.toml")
    config.write_text(CONFIGURATION, encoding="utf-8")
    known = values(preview, renderer.words, load(config, registry.settings_for))
    page = renderer.page("preview", "en", known)
    file.write_text(page, encoding="utf-8")
    return page
