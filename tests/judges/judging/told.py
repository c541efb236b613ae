"""A whole life in two languages, told by the real command and served by the real server; a hub hears of each step."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from judging.programs import ROOT
from judging.websub import Subscriber, running_hub

LOCALES = ("de", "en")
FOLDERS = {"de": "public", "en": "public-en"}
FEEDS = ("rss.xml", "atom.xml", "feed.json")

URGENT = ("urgent", "--preset", "kernel", "--start", "+2h", "--again", "another life")
STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("one", "announced", URGENT),
    ("one", "update", ("update", "{ref}", "Wir spielen das Update ein.", "--begun")),
    ("one", "extend", ("extend", "{ref}", "--by", "1h")),
    ("one", "correct", ("correct", "{ref}", "--impact", "degraded")),
    ("one", "correct --loud", ("correct", "{ref}", "--impact", "none", "--loud")),
    ("one", "complete", ("complete", "{ref}")),
    ("two", "announced", URGENT),
    ("two", "cancel", ("cancel", "{ref}")),
    ("three", "announced", URGENT),
    ("three", "withdraw", ("withdraw", "{ref}")),
    ("four", "announced", URGENT),
    ("four", "withdraw --silent", ("withdraw", "{ref}", "--silent")),
)
"""Whose life it is, what happens in the words of the table, and the command."""

EVENTS = tuple(dict.fromkeys(event for _, event, _ in STEPS))


class Stage(NamedTuple):
    """What subscribers can see after a step."""

    event: str
    folder: Path
    """A copy of each site, by language; the hub has delivered its feeds as they are there."""


CONFIG = """
[publisher]
brand = "Example Hosting"
reference_prefix = "CMO"
provider = "example.net"
locale = "de"
ledger = "sqlite:///ledger.db"

[services.vps]
name = {{ de = "VPS-Hosting", en = "VPS hosting" }}

[presets.kernel]
services = ["vps"]
duration = "1h"
title = {{ de = "Sicherheitslücke im Betriebssystem", en = "Operating-system vulnerability" }}

[channels.feed]
type = "feed"
directory = "public"
url = "{de}"
hub = "{hub}"

[channels.feed-en]
type = "feed"
directory = "public-en"
url = "{en}"
locale = "en"
hub = "{hub}"
"""
CHANNELS = {"de": "feed", "en": "feed-en"}


def told(folder: Path) -> list[Stage]:
    """The life, a stage a step; every feed has arrived at the hub's subscriber by then."""
    with ExitStack() as running:
        hub = running.enter_context(running_hub(folder))
        sites = {locale: f"http://127.0.0.1:{_free_port()}/" for locale in LOCALES}
        (folder / "announce.toml").write_text(CONFIG.format(hub=hub, **sites))
        for locale in LOCALES:
            (folder / FOLDERS[locale]).mkdir()
        for locale, site in sites.items():
            running.enter_context(_serving(folder, CHANNELS[locale], site))
        subscriber = running.enter_context(Subscriber.listening())
        topics = {f"{sites[locale]}{file}": (locale, file) for locale in LOCALES for file in FEEDS}
        subscriber.subscribe(hub, topics)
        return list(_stages(folder, subscriber, topics))


def _stages(folder: Path, subscriber: Subscriber, topics: Mapping[str, tuple[str, str]]) -> Iterator[Stage]:
    refs: dict[str, str] = {}
    for number, (whose, event, words) in enumerate(STEPS):
        said = _announce(folder, *(word.format(ref=refs.get(whose)) for word in words), "--yes", "--json")
        refs.setdefault(whose, said["ref"])
        copy = folder / f"stage-{number:02}"
        for locale in LOCALES:
            shutil.copytree(folder / FOLDERS[locale], copy / locale)
        if any(ping["state"] != "delivered" for ping in said["pings"]):  # a hub that is slow is told by it
            _announce(folder, "resume", "--json")
        subscriber.await_all(
            {topic: (copy / locale / file).read_bytes() for topic, (locale, file) in topics.items()}
        )
        yield Stage(event, copy)


def _announce(folder: Path, *words: str) -> dict[str, Any]:
    ran = subprocess.run(
        _line(folder, *words), env=_environ(), capture_output=True, encoding="utf-8", cwd=ROOT
    )
    assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _line(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "publisher", "--config", str(folder / "announce.toml"), *words]


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "channels")]), "NO_PROXY": "*"}


@contextmanager
def _serving(folder: Path, channel: str, site: str) -> Iterator[None]:
    words = _line(
        folder, "feed", "serve", "--channel", channel, "--port", site.rstrip("/").rpartition(":")[2]
    )
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=_environ(), text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            assert site in process.stdout.readline()
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
