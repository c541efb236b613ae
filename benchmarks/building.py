"""``announce feed build`` from a ledger of many announcements, into an empty folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.listing import fill
from benchmarks.process import Command
from benchmarks.programs import HOME, announce, environ

SITE = """\
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
ledger = "sqlite:///ledger.db"

[services.vps]
name = "VPS"

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""


class FeedBuild:
    """So many announcements, each made and completed; templates are compiled already."""

    def __init__(self, announcements: int) -> None:
        self._announcements = announcements
        self._state: Path | None = None

    def prepared(self, folder: Path, url: str) -> Command:
        state = self._state = self._state or self._filled()
        shutil.copytree(state, folder, dirs_exist_ok=True)
        words = [announce(), "--config", str(folder / "announce.toml"), "feed", "build"]
        return Command(words=words, environ=environ(HOME), written=folder / "public/rss.xml")

    def _filled(self) -> Path:
        state = HOME / f"building-{self._announcements}"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        (state / "announce.toml").write_text(SITE, encoding="utf-8")
        fill(state / "ledger.db", self._announcements)
        return state
