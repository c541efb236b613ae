"""Controls that must fail: the harness finds the duplicates of a program in which one rule is broken.

Each case runs twice, on the broken program and on ours: a harness that finds duplicates everywhere would prove
as little as one that finds none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from crashlab import wrong
from crashlab.lab import PROGRAM, URGENT, Lab, ended, lab
from crashlab.pace import pace
from crashlab.points import Point
from crashlab.stages import BARE, FIVE, Stage
from crashlab.trials import Tally, Verdict, judged, recovered, tried

from announce_sandbox import Fault, Kind

Points = Callable[[Stage], tuple[Point, ...]]

OURS = "ours"


def program(rule: str) -> tuple[str, ...]:
    return PROGRAM if rule == OURS else (wrong.__file__, rule)


def killed(case: tuple[str, Stage, Point], folder: Path) -> Verdict:
    rule, stage, point = case
    words = (*URGENT, "--only", point.first)
    with lab(stage.only(point.first), folder, program=program(rule), typed=words) as own:
        ran = own.urgent(under=point.killing(own))
        return judged(own, f"{point}, {rule}", recovered(own), hit=ran.code == -9)


@pytest.mark.parametrize(
    ("stage", "channels"), [(BARE, ("board", "center")), (FIVE, ("facebook", "twitter"))], ids=str
)
def test_a_program_that_resends_out_of_sending_is_caught(
    stage: Stage, channels: tuple[str, ...], points: Points, tmp_path: Path
) -> None:
    """Killed between the answer's arrival and its reading: the platform shows the post, the ledger does not know."""
    answered = [point for point in points(stage) if point.call == "recvfrom" and point.nth == 1]
    cases = [
        (rule, stage, point)
        for point in sorted(answered)
        if point.first in channels
        for rule in ("resend-out-of-sending", OURS)
    ]
    broken, ours = _apart(tried("control", cases, killed, folder=tmp_path))
    assert [verdict.duplicates for verdict in broken] == [(name,) for name in channels], broken
    assert len(ours) == len(channels)
    assert all(verdict.is_good and verdict.hit for verdict in ours), ours


BRIEF = 0.1
LATE = round(4 * pace(), 1)
"""Seconds after the sender's end until the platform publishes: longer than it takes to type `resume`."""


def killed_before_a_late_commit(case: tuple[str, float], folder: Path) -> Verdict:
    rule, settle = case
    with lab(BARE, folder, program=program(rule), settle=settle) as own:
        own.sandbox.fault("http", Fault(Kind.LATE, seconds=LATE, times=2, verb="create"))
        process = own.begin(*URGENT)
        own.until_arrived({"center", "board"}, process)
        process.kill()
        ended(process)
        runs = recovered(own)
        _wait_until_published(own)
        return judged(own, f"late, {rule}, settle = {settle}", runs, hit=True)


def test_a_program_that_believes_one_look_is_caught(tmp_path: Path) -> None:
    """And so is a settle time that is too short for the platform: two looks alone do not help."""
    cases = [(rule, settle) for settle in (BRIEF, LATE + 1) for rule in ("believe-one-look", OURS)]
    tally = tried("control", cases, killed_before_a_late_commit, folder=tmp_path)
    found = {case: verdict.duplicates for case, verdict in zip(cases, tally.verdicts, strict=True)}
    assert found == {
        ("believe-one-look", BRIEF): ("center",),
        (OURS, BRIEF): ("center",),
        ("believe-one-look", LATE + 1): ("center",),
        (OURS, LATE + 1): (),
    }
    assert tally.verdicts[-1].is_good, tally.verdicts[-1]


def _apart(tally: Tally) -> tuple[list[Verdict], list[Verdict]]:
    """The broken program's verdicts, and ours."""
    ours = [verdict for verdict in tally.verdicts if verdict.what.endswith(OURS)]
    return [verdict for verdict in tally.verdicts if verdict not in ours], ours


def _wait_until_published(own: Lab) -> None:
    """Until every request that the platform has received has taken effect."""
    ends = time.monotonic() + 2 * LATE
    while own.visible() != own.sent() and time.monotonic() < ends:
        time.sleep(0.05)
