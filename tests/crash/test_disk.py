"""The disk fails in mid-run: nothing is sent that is not recorded, the fault is said, and resume puts it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from crashlab.lab import lab
from crashlab.points import Point, struck
from crashlab.stages import BARE, FIVE, Stage
from crashlab.trials import Tally, Verdict, impolite, judged, recovered, tried

Choose = Callable[[Sequence[Any], int], list[Any]]
Report = Callable[[Tally], None]


def failing_at(stage: Stage, errno: str, *, for_good: bool) -> Callable[[Point, Path], Verdict]:
    def trial(point: Point, folder: Path) -> Verdict:
        with lab(stage, folder) as own:
            ran = own.urgent(under=point.failing(own, errno, for_good=for_good))
            hit, broken = struck(own), impolite(own, ran)
            return judged(own, f"{errno} at {point}", recovered(own), hit=hit, broken=broken)

    return trial


@pytest.mark.parametrize(("errno", "for_good", "calls"), [
    ("EIO", False, {"pwrite64", "fdatasync", "unlink", "openat", "pread64"}),
    ("ENOSPC", True, {"pwrite64", "openat"}),
])  # fmt: skip
@pytest.mark.parametrize(("stage", "sample"), [(FIVE, 4), (BARE, 3)], ids=str)
def test_a_fault_of_the_disk_costs_no_post_and_doubles_none(
    stage: Stage,
    sample: int,
    errno: str,
    for_good: bool,
    calls: set[str],
    ledger_points: Callable[[Stage], tuple[Point, ...]],
    chosen: Choose,
    report: Report,
    tmp_path: Path,
) -> None:
    cases = chosen([point for point in ledger_points(stage) if point.call in calls], sample)
    trial = failing_at(stage, errno, for_good=for_good)
    report(
        tried(f"{errno}{' from then on' if for_good else ''}, {stage.name}", cases, trial, folder=tmp_path)
    )
