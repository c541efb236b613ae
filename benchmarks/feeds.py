"""``python -m benchmarks.feeds``: what the feeds and calendars of a long history cost, each in a process of its own.

One build of all formats from a history in memory, loading the libraries included: by the wall clock and by the
processor's, which other programs do not disturb. Memory is the process's peak. Ledger and pages are not in it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from announce_channels.feed.formats.table import FORMATS, builder
from announce_channels.feed.head import Head
from announce_channels.feed.words import words_of
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.history import Said, Snapshot, Told
from publisher.model.post import Format, Post
from publisher.model.windows import DEFAULT_WINDOWS
from publisher.rendering.renderer import Renderer

SIZES = {1_000: "1.5 s", 10_000: "120 MiB"}
"""So many announcements, and the target that is set for them."""

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Measure every size, or with a number as argument that one in this process."""
    if arguments:
        print(measured(int(arguments[0])))
        return 0
    print("| announcements | seconds | of CPU | peak MiB | written KiB | target |")
    print("| ---: | ---: | ---: | ---: | ---: | --- |")
    for size, target in SIZES.items():
        command = [sys.executable, "-m", "benchmarks.feeds", str(size)]
        row = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        print(f"{row} {target} |")
    return 0


def measured(size: int) -> str:
    """A row of the table."""
    history, head = Snapshot(tuple(_said(size))), _head()
    started, busy = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            Path(folder, FORMATS[name].file).write_bytes(builder(name).build(head, history))
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        written = sum(path.stat().st_size for path in Path(folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"| {size} | {seconds:.2f} | {busy:.2f} | {peak:.0f} | {written / 1024:.0f} |"


def _head() -> Head:
    return Head(
        title="CMO: dringende Wartungen",
        description="Dringende Wartungen",
        words=words_of(Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).words("de"), "de"),
        brand="CMO",
        locale="de",
        channel="feed",
        site="https://status.example.net/",
        authority="example.net",
        zone=ZoneInfo("Europe/Berlin"),
        windows=DEFAULT_WINDOWS,
    )


def _said(size: int) -> Iterator[Said]:
    """Newest first, one post a channel, as the ledger gives them."""
    for number in reversed(range(size)):
        update = _update(number)
        told = (Told(channel="feed", type="feed", state="delivered", url=None, post=_post(update)),)
        yield Said(update=update, told=told)


def _update(number: int) -> Update:
    starts = FIRST + timedelta(hours=number)
    facts = Announcement(
        ref=f"CMO-{number:05d}",
        title={"und": "Kritische Sicherheitslücke im Betriebssystem"},
        services=(Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),),
        period=Period(starts, starts + timedelta(hours=1)),
        reason={"und": "Eine Lücke im Kernel wird bereits ausgenutzt."},
        permalink=f"https://status.example.net/CMO-{number:05d}/",
    )
    at = starts - timedelta(minutes=30)
    return Update(number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=facts, published_at=at)


def _post(update: Update) -> Post:
    ref = update.announcement.ref
    return Post(
        ref=ref,
        update=1,
        kind=update.kind,
        channel="feed",
        locale="de",
        format=Format.HTML,
        title=f"Dringende Wartung ({ref})",
        body=f"<p>{ref}: wir müssen kurzfristig eine dringende Wartung durchführen.</p>" * 10,
        slug=ref.lower(),
        published_at=update.published_at,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
