"""What is due: every state × phase × clock; and each command, as it is printed, cures what it stands beside.

`tests/golden/due/table.txt` is the table; ``--regold`` writes it anew: then read the diff. One cell of each kind of
line has its commands run, in this process, against the sandbox's blog.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from announce_sandbox import Sandbox, start, write_example
from publisher.adapter import registry
from publisher.cli import app
from publisher.ledger import Ledger, open_ledger
from publisher.model import commands
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.delivery import GIVEN_UP, Delivery, State, Step
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Format, Post
from publisher.runbook.assembly import Assembly
from publisher.runbook.due import Due, due_of, sight
from publisher.runbook.resolve import DecisionTyped, resolve
from publisher.settings.config import load
from tests.runbook.desks import ListedDesk

CHANNEL = "blog"
URL = "https://blog.example.net/cmo-7k3m/"
HOUR = timedelta(hours=1)

PHASES: Mapping[Phase, Kind] = {
    # By the phase, the kind of the newest update that led there.
    Phase.SCHEDULED: Kind.INITIAL,
    Phase.IN_PROGRESS: Kind.PROGRESS,
    Phase.COMPLETED: Kind.COMPLETED,
    Phase.CANCELLED: Kind.CANCELLED,
}
CLOCK: Mapping[str, timedelta] = {
    # How long ago the announced start of two hours' work was.
    "before": -HOUR / 2,
    "begun": HOUR / 2,
    "promised": HOUR,
    "ended": 3 * HOUR,
    "long ago": 72 * HOUR,
}
STATES: Mapping[str, Callable[[Delivery], Delivery]] = {
    **{
        str(state): lambda one, state=state: replace(one, state=state)
        for state in (State.PENDING, State.RETRY_WAIT, State.BLOCKED_AUTH, State.FAILED, State.ABANDONED)
    },
    "sending": lambda one: replace(one, state=State.SENDING, step=Step.STAGE, fence=1, attempts=1),
    "staged": lambda one: replace(one, state=State.STAGED, step=Step.STAGE, remote_id="17", attempts=1),
    "unknown": lambda one: replace(one, state=State.UNKNOWN, step=Step.PUBLISH, lost=True, attempts=1),
    "needs_decision": lambda one: replace(one, state=State.NEEDS_DECISION, lost=True, attempts=1),
    "given up, may stand": lambda one: replace(one, state=State.ABANDONED, lost=True, note=GIVEN_UP),
    "delivered": lambda one: replace(one, state=State.DELIVERED, url=URL),
}


@dataclass(frozen=True)
class Cell:
    """What is recorded, and when it is looked at."""

    phase: Phase
    clock: str
    state: str

    def record(self, ledger: Ledger, now: datetime) -> str:
        """Everything before the newest update was delivered, on a blog that posts anew; the reference."""
        number = ledger.count()
        first = self._update(number, 1, now)
        since = Fingerprint(str(number), first.published_at - 24 * HOUR)
        [told] = ledger.add(first, [_outgoing(first)], since, again=None)
        if self.phase is not Phase.SCHEDULED:
            ledger.write([replace(told, state=State.DELIVERED, url=URL)], at=now)
            newest = self._update(number, 2, now)
            [told] = ledger.follow(newest, [_outgoing(newest)], ())
        ledger.write([STATES[self.state](told)], at=now)
        return first.announcement.ref

    def _update(self, announcement: int, number: int, now: datetime) -> Update:
        starts = now - CLOCK[self.clock]
        promise = now - HOUR / 4 if self.clock == "promised" and number == 2 else None
        said = Announcement(
            ref=f"CMO-{announcement:04}",
            title={"de": "Kernel-Lücke"},
            services=(Service(key="vps", name={"de": "VPS"}),),
            period=Period(starts, starts + 2 * HOUR),
        )
        return Update(
            number=number,
            kind=Kind.INITIAL if number == 1 else PHASES[self.phase],
            phase=Phase.SCHEDULED if number == 1 else self.phase,
            announcement=said,
            published_at=now - 99 * HOUR + timedelta(seconds=2 * announcement + number),
            next_update_at=promise,
        )


def _outgoing(update: Update) -> Outgoing:
    ref = update.announcement.ref
    post = Post(
        ref=ref,
        update=update.number,
        kind=update.kind,
        channel=CHANNEL,
        locale="de",
        format=Format.HTML,
        title=f"Titel {ref}",
        body=f"<p>Wartung {ref}</p>",
        slug=f"{ref.lower()}-{update.number}",
        published_at=update.published_at,
    )
    return Outgoing(post, "wordpress")


class Place:
    """One ledger and one sandbox for all cells."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.config = write_example(folder, sandbox)
        head, *tables = self.config.read_text(encoding="utf-8").split("[[windows]]")
        rest = tables[-1].split("\n\n", 1)[1]
        blog = 'type = "wordpress"\nupdates = "new"\nsettle = 0.02'
        text = "windows = []\n" + head + rest.replace('type = "wordpress"', blog)
        self.config.write_text(text.split("[channels.customer-center]")[0], encoding="utf-8")
        self.assembly = Assembly(load(self.config, registry.settings_for), {"NO_PROXY": "*"})
        self.ledger = open_ledger(self.assembly.ledger_path, write=True)

    def holds(self, cell: Cell) -> str:
        ref = cell.record(self.ledger, datetime.now(UTC).replace(microsecond=0))
        if cell.state == "staged":
            self._make_drafts(ref)
        return ref

    def _make_drafts(self, ref: str) -> None:
        """That is what staged means."""
        channel = self.assembly.channels.adapter(CHANNEL)
        [staged] = self.ledger.unfinished(ref)
        draft = channel.stage(staged.post)
        self.ledger.write([replace(staged, remote_id=draft.remote_id)], at=datetime.now(UTC))

    def due(self, ref: str) -> list[Due]:
        return due_of(self.ledger, ref, sight(self.assembly))

    def pastes(self, ref: str, line: str) -> int:
        """The words as a shell takes them. What asks for a yes has it; what asks what is there is told."""
        words = shlex.split(line)[1:]
        if words[0] != "resolve":
            return app.run([*words, "--yes"])
        if words[3:] == ["--config", str(self.config)]:  # the question alone
            ask, at = DecisionTyped(decision=None), ListedDesk(0, URL)
            return resolve(self.assembly, ref, CHANNEL, ask, update=None, desk=at)
        return app.run(words)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start() as sandbox:
        place = Place(tmp_path_factory.mktemp("etc"), sandbox)
        with place.ledger:
            yield place


@pytest.fixture(autouse=True)
def named_configuration(place: Place) -> None:
    """What is printed is pasted."""
    commands.keep(str(place.config))


CELLS = [Cell(*one) for one in product(PHASES, CLOCK, STATES)]


def _ways(item: Due) -> list[str]:
    return [item.command, *item.otherwise]


def _line(item: Due, place: Place, ref: str) -> str:
    """What is due, and its commands without what all of them have."""
    bare = [way.replace(f" --config {place.config}", "").replace(ref, "REF") for way in _ways(item)]
    return f"{item.kind}: {' | '.join(bare)}"


def test_the_table(place: Place, golden: Any) -> None:
    rows = []
    for cell in CELLS:
        ref = place.holds(cell)
        found = [_line(item, place, ref) for item in place.due(ref)] or ["nothing"]
        rows += [f"{cell.phase}, {cell.clock}, {cell.state}", *(f"    {one}" for one in found)]
    golden("due/table.txt", "\n".join(rows))


def test_every_command_cures_what_it_stands_beside(place: Place) -> None:
    """As it is printed; of cells with the same lines the first."""
    lines: dict[tuple[str, Phase | str, str], Cell] = {}
    for cell in CELLS:
        ref = place.holds(cell)
        for item in place.due(ref):
            when = cell.clock if cell.state == "unknown" else ""
            key = (_line(item, place, ref), cell.state + when if item.channels else "", str(item.kind))
            lines.setdefault(key, cell)
    failed = []
    for (line, _, kind), cell in lines.items():
        for number in range(len(line.split(" | "))):
            ref = place.holds(cell)
            item = next(one for one in place.due(ref) if _line(one, place, ref) == line)
            way = _ways(item)[number]
            assert way.endswith(f" --config {place.config}")
            code = place.pastes(ref, way)
            left = [one for one in place.due(ref) if bool(one.channels) == bool(item.channels)]
            if left:
                failed.append((cell, kind, way, code, [one.what for one in left]))
    assert not failed, "\n".join(map(str, failed))
