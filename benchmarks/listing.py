"""``announce list`` on ledgers of different size: the newest few must not cost more because there are many."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.process import Command
from benchmarks.programs import CONFIGURATION, HOME, announce, environ
from publisher.ledger.sqlite.store import Store
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Format, Post
from publisher.model.reference import ALPHABET

CHANNELS = ("blog", "customer-center", "facebook", "twitter", "feed")
START = datetime(2026, 1, 1, tzinfo=UTC)


class Listing:
    """``announce list`` where so many announcements have been made, each on five channels."""

    def __init__(self, announcements: int) -> None:
        self._announcements = announcements
        self._folder: Path | None = None

    def prepared(self, folder: Path, url: str) -> Command:
        state = self._folder = self._folder or self._filled(url)
        words = [
            announce(),
            "--config",
            str(state / "announce.toml"),
            "list",
        ]
        return Command(words=words, environ=environ(folder))

    def _filled(self, url: str) -> Path:
        state = HOME / f"listing-{self._announcements}"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        (state / "announce.toml").write_text(CONFIGURATION.replace("{url}", url), encoding="utf-8")
        print(f"making {self._announcements} announcements …", file=sys.stderr)
        fill(state / "ledger.db", self._announcements)
        return state


def fill(path: Path, announcements: int) -> None:
    """A ledger with so many announcements, each of them over and told on all channels."""
    with Store.open(path) as ledger:
        ledger._connection.execute("PRAGMA synchronous = OFF")
        for number in range(announcements):
            _add(ledger, number)


def _add(ledger: Store, number: int) -> None:
    at = START + timedelta(seconds=number)
    announcement = Announcement(
        ref=f"CMO-{_code(number)}",
        title={"de": "Kritische Sicherheitslücke im Betriebssystem"},
        services=(Service(key="vps", name={"de": "VPS-Hosting"}),),
        period=Period(at, at + timedelta(hours=1)),
    )
    update = Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=at
    )
    outgoing = [Outgoing(_post(update, channel), type="wordpress") for channel in CHANNELS]
    ledger.add(update, outgoing, Fingerprint(f"{number:064}", at), again=None)
    end = replace(
        update,
        number=2,
        kind=Kind.COMPLETED,
        phase=Phase.COMPLETED,
        published_at=at + timedelta(milliseconds=500),
    )
    ledger.follow(end, [Outgoing(_post(end, channel), type="wordpress") for channel in CHANNELS], [])


def _post(update: Update, channel: str) -> Post:
    ref = update.announcement.ref
    return Post(
        ref=ref,
        update=update.number,
        kind=update.kind,
        channel=channel,
        locale="de",
        format=Format.HTML,
        title=f"Dringende Wartung ({ref})",
        body="<p>Wir müssen kurzfristig eine dringende Wartung durchführen.</p>" * 10,
        slug=ref.lower(),
        published_at=update.published_at,
    )


def _code(number: int) -> str:
    digits = []
    for _ in range(4):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)
