"""The page of `--html`, on every verb that speaks: card by card what the customers of each platform then see."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from announce_sandbox import Sandbox

ENGLISH = """
[channels.feed-en]
type = "feed"
locale = "en"
title = "News in English"
directory = "public-en"
url = "https://status.example.net/en/"
"""
LIFE = [
    ("extend", "--by", "30m", "Ein Speicher fehlt."),
    ("correct", "--reason", "Ein Fehler im Kernel", "--loud", "Der Grund war falsch."),
    ("update", "Angefangen.", "--begun", "--impact", "outage"),
]


def seen(html: str) -> str:
    """What a reader sees of markup, blanks of every kind as one."""
    plain = re.sub(r"<style>.*?</style>|<!--.*?-->|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(plain).split())


def shown_by(sandbox: Sandbox) -> set[str]:
    """Every text that stands on a platform."""
    articles = [post for platform in ("wordpress", "whmcs") for post in sandbox.posts(platform)]
    texts = [post for platform in ("facebook", "twitter") for post in sandbox.posts(platform)]
    return {text for post in articles for text in (post.title, seen(post.body))} | {
        " ".join(post.body.split()) for post in texts
    }


def subscribed(site: Path) -> Iterator[str]:
    """What programs of subscribers show of a site: the newest item under the feed's name, the event in a calendar."""
    channel = ET.parse(site / "rss.xml").find("channel")  # noqa: S314  our own file
    assert channel is not None
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    item = channel.find("item")
    assert item is not None
    yield str(channel.findtext("title"))
    yield str(item.findtext("title"))
    yield seen(item.findtext(content) or item.findtext("description") or "")
    (event,) = Calendar.from_ical((site / "announcements.ics").read_bytes()).walk("VEVENT")
    yield f"<strong>{event['SUMMARY']}</strong>"


@pytest.mark.parametrize(
    ("wording", "end"),
    [
        ("maintenance", ("cancel", "Es fehlt ein Teil.", "--new-date-follows")),
        ("incident", ("complete", "Fertig.")),
    ],
)
def test_every_card_says_what_customers_then_see(
    announce: Any, sandbox: Sandbox, tmp_path: Path, wording: str, end: tuple[str, ...]
) -> None:
    announce.edit(lambda text: text + ENGLISH)
    page = tmp_path / "preview.html"
    first = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "+2h", "--duration", "1h")
    for words in [(*first, "--wording", wording, "--reason", "Eine Lücke"), *LIFE, end]:
        before = shown_by(sandbox)
        ran = announce(*words, "--yes", "--html", str(page))
        assert ran.code == 0, (words, ran.stderr)
        html = page.read_text(encoding="utf-8")
        text = seen(re.sub(r"The fold: [^<]+", "", html))
        etc = announce.config.parent
        changed = shown_by(sandbox) - before
        assert changed, words
        for said in [*changed, *subscribed(etc / "public"), *subscribed(etc / "public-en")]:
            assert said in (unescape(html) if said.startswith("<") else text), words
        assert page.stat().st_mode & 0o777 == 0o600
