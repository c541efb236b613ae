"""Kills, faults of the disk and their recovery, on the real command; see `crashlab` for how.

``CRASH=all`` tries every point, otherwise a sample is drawn with ``CRASH_SEED``.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: this makes `crashlab` one

from crashlab.lab import Lab, lab
from crashlab.points import Point, counted, counted_on_ledger
from crashlab.stages import BARE, FIVE, Stage
from crashlab.trials import Figures, Tally, total

EVERYTHING = os.environ.get("CRASH") == "all"
SEED = int(os.environ.get("CRASH_SEED", "20261123"))
FIGURES = "crash figures"
"""The name under which a test's report has them: reports come from all processes, what a process keeps does not."""
UNTESTED = pytest.StashKey[list[str]]()

_Case = TypeVar("_Case")


def _why_not() -> str | None:
    """The reason why no process can be hit here, or None."""
    if not shutil.which("strace"):
        return "strace is missing (apt-get install strace)"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=getppid:signal=KILL", "true"]
    traced = subprocess.run(command, capture_output=True, encoding="utf-8")
    return f"strace may not trace here: {traced.stderr.strip()[:200]}" if traced.returncode else None


@pytest.fixture(scope="session")
def unavailable(pytestconfig: pytest.Config) -> Callable[[str], NoReturn]:
    """Called with the reason why something cannot be tried: skips loudly, or fails where it must be tried."""

    def give_up(reason: str) -> NoReturn:
        if EVERYTHING or os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CRASH=all or CI=true asks for it")
        pytestconfig.stash.setdefault(UNTESTED, []).append(reason)
        pytest.skip(reason)

    return give_up


@pytest.fixture(scope="session")
def strace(unavailable: Callable[[str], NoReturn]) -> None:
    """For tests that need it."""
    if reason := _why_not():
        unavailable(reason)


@pytest.fixture(scope="session")
def points(strace: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Stage], tuple[Point, ...]]:
    """Every point of a clean run of `announce urgent` on a stage."""
    known: dict[str, tuple[Point, ...]] = {}

    def of(stage: Stage) -> tuple[Point, ...]:
        if stage.name not in known:
            count = partial(_counted_warm, stage, tmp_path_factory)
            known[stage.name] = _of_all_processes(tmp_path_factory, stage.name, count)
        return known[stage.name]

    return of


def _counted_warm(stage: Stage, folders: pytest.TempPathFactory) -> tuple[Point, ...]:
    with lab(stage, folders.mktemp("warm")) as warm:
        assert warm.urgent().code == 0  # bytecode is written by now, and not while calls are counted
    return _in_clean_runs(stage, folders, counted)


@pytest.fixture(scope="session")
def ledger_points(strace: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Stage], Any]:
    """Every call of a clean run on the ledger's own files."""
    calls = ("pwrite64", "fdatasync", "unlink", "openat", "pread64")

    def of(stage: Stage) -> tuple[Point, ...]:
        return _in_clean_runs(stage, tmp_path_factory, partial(counted_on_ledger, calls=calls))

    return of


def _in_clean_runs(
    stage: Stage, folders: pytest.TempPathFactory, count: Callable[..., tuple[Point, ...]]
) -> tuple[Point, ...]:
    """The points of clean runs; of several in a sweep, because no two group their commits alike."""
    found: set[Point] = set()
    for _ in range(5 if EVERYTHING else 1):
        with lab(stage, folders.mktemp("count")) as clean:
            found.update(count(clean, lambda under, own=clean: own.urgent(under=under)))
    return tuple(sorted(found))


def _of_all_processes(
    folders: pytest.TempPathFactory, name: str, count: Callable[[], tuple[Point, ...]]
) -> tuple[Point, ...]:
    """What was counted, once: processes that share the points of a stage must mean the same ones by a part."""
    own = folders.getbasetemp()
    file = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"points of {name}.json"
    with file.open("a+", encoding="utf-8") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        if not (text := kept.read()):
            kept.write(text := json.dumps([astuple(point) for point in count()]))
        return tuple(Point(*one) for one in json.loads(text))


@pytest.fixture(scope="session")
def seed() -> int:
    """What every chance in these tests begins with."""
    return SEED


@pytest.fixture(scope="session")
def chosen() -> Callable[[Sequence[Any], int], list[Any]]:
    """All cases in a full sweep, else a sample of so many."""

    def choose(cases: Sequence[_Case], most: int) -> list[_Case]:
        dice = random.Random(SEED)  # noqa: S311  to repeat a run is what it is for
        return list(cases) if EVERYTHING else dice.sample(cases, min(most, len(cases)))

    return choose


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[Tally], None]:
    """Has the figures shown at the end, then fails for whatever was not good."""

    def tell(tally: Tally) -> None:
        record_property(FIGURES, asdict(tally.figures))
        assert tally.figures.hits, "no trial was hit"
        assert not tally.bad, "\n".join([str(tally.figures), *map(str, tally.bad)])

    return tell


@pytest.fixture
def five(tmp_path: Path) -> Iterator[Lab]:
    """A lab with the five channels."""
    with lab(FIVE, tmp_path) as made:
        yield made


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Lab]:
    """A lab with the two channels whose platform takes anything twice."""
    with lab(BARE, tmp_path) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons: list[str] = config.stash.get(UNTESTED, [])
    for reason in dict.fromkeys(reasons):
        terminalreporter.write_line(f"NOT TESTED: {reason}", red=True, bold=True)
    ended = [report for how in ("passed", "failed") for report in terminalreporter.stats.get(how, [])]
    told = [value for report in ended for name, value in report.user_properties if name == FIGURES]
    found = sorted((Figures(**one) for one in told), key=lambda one: one.kind)
    for one in found:
        terminalreporter.write_line(str(one))
    if found:
        terminalreporter.write_line(total(found), bold=True)
