"""SIGKILL wherever it can strike: after `announce resume` every channel shows the post, and none shows it twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from crashlab.lab import URGENT, Lab, ended, lab
from crashlab.points import WIRE, Point, counted
from crashlab.stages import BARE, FIVE, Stage
from crashlab.trials import Tally, Verdict, judged, recovered, tried

from announce_sandbox import Fault, Kind

Choose = Callable[[Sequence[Any], int], list[Any]]
Report = Callable[[Tally], None]
Points = Callable[[Stage], tuple[Point, ...]]

SLOW = 0.2
"""Seconds until the platform acts on a request whose sender is killed: it then acts after the kill."""


def typed_again(own: Lab) -> list[str]:
    """What is wrong with how the same command is taken a second time; asked on the stage that is quick."""
    if own.stage is not BARE:
        return []
    ran = own.urgent()
    if ran.code != 2:
        return [f"typed again: exit code {ran.code}"]
    return [] if "resume" in ran.json["hint"] else [f"typed again: {ran.json['error']}"]


def killed_at(stage: Stage) -> Callable[[Point, Path], Verdict]:
    def trial(point: Point, folder: Path) -> Verdict:
        with lab(stage, folder) as own:
            config = own.config
            if point.first:
                config = own.held(point.first)
                platform = stage.platforms[point.first].partition("/")[0]
                own.sandbox.fault(platform, Fault(Kind.SLOW, seconds=SLOW, times=2))
            ran = own.urgent(under=point.killing(own), config=config)
            runs = recovered(own)
            return judged(own, str(point), runs, hit=ran.code == -9, broken=typed_again(own))

    return trial


PARTS = 3
"""That the points of a stage are tried in, so that processes share them."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("stage", "wire", "files"), [(FIVE, 18, 12), (BARE, 15, 15)], ids=str)
def test_killed_at_any_system_call_it_is_told_once(
    stage: Stage,
    wire: int,
    files: int,
    part: int,
    points: Points,
    chosen: Choose,
    report: Report,
    tmp_path: Path,
) -> None:
    found = points(stage)
    on_the_wire = [point for point in found if point.call in WIRE]
    others = [point for point in found if point.call not in WIRE]
    cases = [*chosen(on_the_wire, wire), *chosen(others, files)][part::PARTS]
    report(tried(f"killed, {stage.name}", cases, killed_at(stage), folder=tmp_path))


def stopped_in_mid_air(own: Lab) -> None:
    """Kill a run with a request of each channel in flight; some of them take effect, some never do."""
    own.unheard = {
        "twitter",
        "center",
        "board",
    }  # of the last two only the first to come; both show what is doubled
    faults = {
        "wordpress": Fault(Kind.SLOW, seconds=SLOW, times=1),
        "whmcs": Fault(Kind.HANG, times=1, verb="update"),
        "facebook": Fault(Kind.SLOW, seconds=SLOW, times=1),
        "twitter": Fault(Kind.HANG, times=1),
    }
    for platform in {begins.partition("/")[0] for begins in own.stage.platforms.values()}:
        own.sandbox.fault(platform, faults.get(platform, Fault(Kind.HANG, times=1)))
    process = own.begin(*URGENT)
    verbs = {"create", "update"} if "whmcs" in str(own.stage.platforms) else {"create"}
    own.until_arrived(own.stage.platforms, process)
    while not verbs <= {call.verb for call in own.sandbox.calls}:
        assert process.poll() is None, ended(process)
        time.sleep(0.01)
    process.kill()
    ended(process)


def killed_twice_in_recovery(stage: Stage) -> Callable[[tuple[Point, Point], Path], Verdict]:
    def trial(pair: tuple[Point, Point], folder: Path) -> Verdict:
        with lab(stage, folder) as own:
            stopped_in_mid_air(own)
            kills = [own.resume(under=point.killing(own)).code == -9 for point in pair]
            what = f"{pair[0]}, then {pair[1]}, in resume"
            return judged(own, what, recovered(own), hit=any(kills))

    return trial


@pytest.mark.parametrize(("stage", "sample"), [(FIVE, 3), (BARE, 2)], ids=str)
def test_killed_twice_in_the_recovery_it_is_told_once(
    stage: Stage, sample: int, strace: None, chosen: Choose, report: Report, tmp_path: Path
) -> None:
    with lab(stage, tmp_path / "count") as clean:
        stopped_in_mid_air(clean)
        found = [
            Point(point.call, point.nth) for point in counted(clean, lambda under: clean.resume(under=under))
        ]
    points = sorted(set(found))
    random.Random(len(points)).shuffle(points)  # noqa: S311  pairs that differ, and the same ones next time
    cases = chosen(list(pairwise([*points, points[0]])), sample)
    report(
        tried(
            f"killed twice in resume, {stage.name}", cases, killed_twice_in_recovery(stage), folder=tmp_path
        )
    )


def slowed(own: Lab, dice: random.Random) -> None:
    for platform in ("wordpress", "whmcs", "facebook", "twitter"):
        own.sandbox.fault(platform, Fault(Kind.SLOW, seconds=dice.uniform(0.1, 0.5), times=2))


def killed_after(seconds: float, folder: Path) -> Verdict:
    with lab(FIVE, folder, settle=0.7) as own:
        slowed(own, random.Random(seconds))  # noqa: S311
        process = own.begin(*URGENT)
        time.sleep(seconds)
        process.kill()
        hit = ended(process).code == -9
        return judged(own, f"killed after {seconds:.3f} s", recovered(own), hit=hit)


def test_killed_at_random_times_it_is_told_once(
    five: Lab, seed: int, chosen: Choose, report: Report, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311
    slowed(five, dice)
    began = time.monotonic()
    assert five.urgent().code == 0
    length = time.monotonic() - began
    moments = [dice.uniform(0.2, 1.2) * length for _ in range(20)]
    report(tried("killed at some time", chosen(moments, 6), killed_after, folder=tmp_path))
