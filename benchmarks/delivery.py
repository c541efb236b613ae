"""``python -m benchmarks.delivery``: what the ledger costs a delivery, beside the same run that records nothing.

The real dispatcher and the real ledger on the disk of the current folder; the channels answer at once, so that
nothing else is in the way. Claims and outcomes that come in together share a commit, hence several channels at once.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from publisher.adapter.identity import Identity, Permission
from publisher.delivery.dispatch import Dispatcher
from publisher.delivery.worker import Job
from publisher.ledger.sqlite.store import Store
from publisher.model.delivery import Delivery, State, Terms
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Capabilities, Format, Post, Receipt
from publisher.model.specimen import SPECIMENS
from publisher.settings.channel import ChannelSettings

CHANNELS = (1, 5, 50)
ROUNDS = 15


class Instant:
    """A channel that has delivered before one looks."""

    Settings: ClassVar[type[ChannelSettings]] = ChannelSettings

    @classmethod
    def capabilities(cls, settings: Any) -> Capabilities:
        return Capabilities(format=Format.TEXT)

    def __init__(self, settings: Any = None, context: Any = None) -> None: ...

    def check(self) -> Identity:
        return Identity(account="nobody", may_publish=Permission.PROVED)

    def publish(self, post: Post) -> Receipt:
        return Receipt(remote_id="17", url="https://blog.example.net/17")


class Unrecorded(Store):
    """The control: a run that records nothing, and would not know afterwards what it has sent."""

    def write(self, deliveries: Sequence[Delivery], *, at: datetime) -> None:
        return


def run_seconds(kind: type[Store], channels: int, folder: Path) -> float:
    """One run over so many channels, from its first claim to its last outcome."""
    with tempfile.TemporaryDirectory(dir=folder) as own, kind.open(Path(own) / "ledger.db") as ledger:
        jobs = [_job(delivery) for delivery in _planned(ledger, channels)]
        dispatcher = Dispatcher(ledger, jobs, deadline=60, watch=lambda _: None, mask=str)
        started = time.monotonic()
        settled = dispatcher.run()
        took = time.monotonic() - started
    assert all(delivery.state is State.DELIVERED for delivery in settled)
    return took


def cost(channels: int, folder: Path, rounds: int = ROUNDS) -> tuple[float, float]:
    """The medians of a recorded and a bare run, in seconds, taken in turn."""
    taken = [
        (run_seconds(Store, channels, folder), run_seconds(Unrecorded, channels, folder))
        for _ in range(rounds)
    ]
    recorded, bare = zip(*taken, strict=True)
    return statistics.median(recorded), statistics.median(bare)


def table(folder: Path, rounds: int = ROUNDS) -> str:
    """The figures as Markdown, in milliseconds."""
    lines = ["| channels | recorded | bare | the ledger, per delivery |", "| --- | --- | --- | --- |"]
    for channels in CHANNELS:
        recorded, bare = (1000 * seconds for seconds in cost(channels, folder, rounds))
        each = (recorded - bare) / channels
        lines.append(f"| {channels} | {recorded:.1f} ms | {bare:.1f} ms | {each:.2f} ms |")
    return "\n".join(lines)


def _planned(ledger: Store, channels: int) -> tuple[Delivery, ...]:
    update = SPECIMENS[0]
    outgoing = [Outgoing(_post(f"channel-{number}"), type="instant") for number in range(channels)]
    return ledger.add(update, outgoing, Fingerprint("x", update.published_at), again=None)


def _post(channel: str) -> Post:
    update = SPECIMENS[0]
    return Post(
        ref=update.announcement.ref,
        update=update.number,
        kind=update.kind,
        channel=channel,
        locale="de",
        format=Format.TEXT,
        title="Dringende Wartung",
        body="Dringende Wartung am Montag um 22:30 Uhr. " * 20,
        slug=update.announcement.ref.lower(),
        published_at=datetime.now(UTC),
    )


def _job(delivery: Delivery) -> Job:
    return Job(
        delivery=delivery, terms=Terms(), open=Instant, departures=lambda: 0, fence=lambda since: False
    )


if __name__ == "__main__":
    print(table(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
