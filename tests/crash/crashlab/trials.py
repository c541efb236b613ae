"""Hit a run somewhere, resume it as an engineer would, and judge what customers see."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from crashlab.lab import Lab, Ran

MOST_RESUMES = 5
"""More than any trial needs: what is still open then is stuck."""

_Case = TypeVar("_Case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one trial came to."""

    what: str
    hit: bool
    """The fault fell into the run; one meant for a later call than there are does not."""
    duplicates: tuple[str, ...] = ()
    """Channels that were sent it, or show it, more than once."""
    lost: tuple[str, ...] = ()
    """Channels that do not show it, and nobody is asked about them."""
    broken: tuple[str, ...] = ()
    """Other promises that were not kept."""
    undecided: int = 0
    """Channels that wait for a person, as they must where the platform cannot be asked."""

    @property
    def is_good(self) -> bool:
        """Everything was told once, or asked about."""
        return not (self.duplicates or self.lost or self.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What all trials of one kind came to, as it passes from process to process."""

    kind: str
    tried: int
    hits: int
    """Trials in which the fault fell into the run."""
    duplicates: int
    lost: int
    asked: int
    """Channels that were left to a person."""
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.kind}: {self.tried} tried, {self.hits} hit, {self.duplicates} duplicates, {self.lost} lost,"
            f" {self.asked} left to a person, {self.seconds:.0f} s"
        )


@dataclass
class Tally:
    """All trials of one kind, and how long they took."""

    kind: str
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def bad(self) -> list[Verdict]:
        """What a test fails with."""
        return [verdict for verdict in self.verdicts if not verdict.is_good]

    @property
    def figures(self) -> Figures:
        """In numbers; a post too many on one channel is one duplicate."""
        return Figures(
            kind=self.kind,
            tried=len(self.verdicts),
            hits=sum(verdict.hit for verdict in self.verdicts),
            duplicates=sum(len(verdict.duplicates) for verdict in self.verdicts),
            lost=sum(len(verdict.lost) for verdict in self.verdicts),
            asked=sum(verdict.undecided for verdict in self.verdicts),
            seconds=self.seconds,
        )


def total(found: Sequence[Figures]) -> str:
    """All of them in one line, as the documentation has them."""
    kills = sum(one.tried for one in found if one.kind.startswith("killed"))
    faults = sum(one.tried for one in found) - kills
    return (
        f"crash: {kills} kill points tried, {faults} EIO/ENOSPC points tried,"
        f" {sum(one.hits for one in found)} of all hit,"
        f" {sum(one.duplicates for one in found)} duplicates, {sum(one.lost for one in found)} lost"
    )


def tried(
    kind: str, cases: Iterable[_Case], trial: Callable[[_Case, Path], Verdict], *, folder: Path
) -> Tally:
    """Every case in a folder of its own, some at a time: a trial waits for settle times as much as it works."""
    tally, began = Tally(kind), time.monotonic()

    def one(case: _Case) -> Verdict:
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
            return trial(case, Path(own))

    with ThreadPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        tally.verdicts = list(pool.map(one, cases))
    tally.seconds = time.monotonic() - began
    return tally


def recovered(lab: Lab) -> list[Ran]:
    """Resume until nothing is left to retry; where nothing had been recorded, type the command again."""
    runs = _resumed(lab)
    if lab.recorded():
        return runs
    again = lab.urgent()
    return [*runs, again, *(_resumed(lab) if again.code == 5 else [])]


def judged(lab: Lab, what: str, runs: Sequence[Ran], *, hit: bool, broken: Sequence[str] = ()) -> Verdict:
    """The verdict on a lab after its recovery, which ended with the last of ``runs``."""
    visible, sent, states = lab.visible(), lab.sent(), lab.recorded()
    state = states[0] if len(states) == 1 else {}
    asked = {name for name in lab.stage.blind if state.get(name) == "needs_decision"}
    duplicates = {name for counts in (visible, sent) for name, count in counts.items() if count > 1}
    lost = {name for name, count in visible.items() if not count} - asked
    return Verdict(
        what=what,
        hit=hit,
        duplicates=tuple(sorted(duplicates)),
        lost=tuple(sorted(lost)),
        broken=(*broken, *_broken(lab, states, asked, runs[-1])),
        undecided=len(asked),
    )


def impolite(lab: Lab, ran: Ran) -> list[str]:
    """What is wrong with how a run ended that met a fault and was not killed by it."""
    if ran.code not in range(6):
        return [f"exit code {ran.code}: {ran.stderr[-300:]}"]
    faults = []
    if "Traceback" in ran.stderr:
        faults.append(f"a traceback: {ran.stderr[-600:]}")
    if ran.code == 2 and lab.arrived():
        faults.append(f"exit code 2, but {sorted(lab.arrived())} had been called")
    if ran.code == 2 and "hint" not in ran.json:
        faults.append("exit code 2 without a hint")
    if ran.code != 2 and "ref" not in ran.json:
        faults.append(f"exit code {ran.code} without the reference")
    if ran.code != 2:
        faults += _false_claims(lab, ran)
    return faults


def _resumed(lab: Lab) -> list[Ran]:
    runs = [lab.resume()]
    while runs[-1].code == 5 and len(runs) < MOST_RESUMES:
        runs.append(lab.resume())
    return runs


def _false_claims(lab: Lab, ran: Ran) -> list[str]:
    visible = lab.visible()
    told = {channel for channel, state in ran.states.items() if state == "delivered"}
    faults = [f"{channel} is said to be delivered" for channel in told if not visible[channel]]
    return faults + ([] if ran.code or told == lab.stage.channels else ["exit code 0 too early"])


def _broken(lab: Lab, states: list[dict[str, str]], asked: set[str], last: Ran) -> list[str]:
    if len(states) != 1:
        return [f"{len(states)} announcements recorded; {last}"]
    expected = 3 if asked else 0
    faults = [] if last.code == expected else [f"exit code {last.code}, not {expected}: {last}"]
    if set(states[0]) != lab.stage.channels:
        faults.append(f"recorded for {sorted(states[0])} only")
    return faults + [
        f"{name} is {state}"
        for name, state in states[0].items()
        if name not in asked and state != "delivered"
    ]
