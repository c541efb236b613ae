"""What is measured: each program under each delay, round by round, one after the other."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import quiet
from benchmarks.authority import Authority
from benchmarks.building import FeedBuild
from benchmarks.imports import share
from benchmarks.ledger import commit_seconds
from benchmarks.listing import Listing
from benchmarks.process import Sample, measured
from benchmarks.programs import (
    AUTHORITY,
    FIVE_CHANNELS,
    FLOOR_DRY_RUN,
    FLOOR_HELP,
    FLOOR_LIST,
    FLOOR_SENDING,
    HOME,
    Announce,
    Apprise,
    Bare,
    BareRequests,
    DryRun,
    Help,
    Program,
    authorities,
    hook_channels,
    in_two_languages,
)
from benchmarks.server import Server

TRIES = 4
"""For a sample in which other programs had no part."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A program, and how long the server takes to answer it, in seconds."""

    program: Program
    delay: float = 0.0
    delays: Mapping[str, float] = field(default_factory=dict)
    """For single platforms."""
    tls: bool = False
    """Over https, with a certificate that the program has to check."""
    most_rounds: int = 1_000
    """Where a run takes so long that a few must do."""


FIVE = Announce(FIVE_CHANNELS, posts=4, feed=True)
DRY_RUN = DryRun(FIVE)
BILINGUAL = DryRun(Announce(in_two_languages(FIVE_CHANNELS), posts=4, feed=True))

CASES: Mapping[str, Case] = {
    "announce, 5, 5 ms, TLS": Case(
        program=Announce(FIVE_CHANNELS, posts=4, feed=True), delay=0.005, tls=True
    ),
    "apprise, 5, 5 ms, TLS": Case(program=Apprise(5), delay=0.005, tls=True),
    "announce, 5, 5 ms": Case(program=FIVE, delay=0.005),
    "apprise, 5, 5 ms": Case(program=Apprise(5), delay=0.005),
    "bare imports of sending": Case(program=Bare(FLOOR_SENDING)),
    "announce, dry run, 5": Case(program=DRY_RUN),
    "announce, dry run, 5 in two languages": Case(program=BILINGUAL),
    "apprise, dry run, 5": Case(program=Apprise(5, dry_run=True)),
    "bare imports of a dry run": Case(program=Bare(FLOOR_DRY_RUN)),
    "announce --help": Case(program=Help()),
    "bare imports of --help": Case(program=Bare(FLOOR_HELP)),
    "announce list, 10": Case(program=Listing(10)),
    "bare imports of list": Case(program=Bare(FLOOR_LIST)),
    "announce list, 10,000": Case(program=Listing(10_000)),
    "announce, 5, 200 ms": Case(program=FIVE, delay=0.2),
    "apprise, 5, 200 ms": Case(program=Apprise(5), delay=0.2),
    "announce, 5, one 2 s": Case(program=FIVE, delay=0.2, delays={"facebook": 2.0}),
    "announce, 50, 200 ms": Case(program=Announce(hook_channels(50), posts=50), delay=0.2),
    "apprise, 50, 200 ms": Case(program=Apprise(50), delay=0.2),
    "bare requests, 50, 200 ms": Case(program=BareRequests(50), delay=0.2),
    "announce, 500, 200 ms": Case(program=Announce(hook_channels(500), posts=500), delay=0.2),
    "bare requests, 500, 200 ms": Case(program=BareRequests(500), delay=0.2),
    "apprise, 500, 200 ms": Case(program=Apprise(500), delay=0.2, most_rounds=3),
    "announce feed build, 1,000": Case(program=FeedBuild(1_000), most_rounds=3),
}
"""In the order in which a round takes them: what is compared stands side by side."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """Every sample, by case, and what a commit cost meanwhile, in seconds, one a round."""

    samples: Mapping[str, list[Sample]]
    commits: list[float]
    shares: list[float] = field(default_factory=list)
    """Of our own modules in the time that all imports of a dry run took, between 0 and 1, one a round."""
    disturbed: int = 0
    """So many samples were taken while other programs were busy, because they always were."""

    @property
    def commit(self) -> float:
        """The median."""
        return statistics.median(self.commits)


def run(cases: Mapping[str, Case], rounds: int, patience: float) -> Results:
    """Warm every case up, then measure them in turn, so that a machine's bad minute meets all of them.

    Waits at most ``patience`` seconds before each sample for other programs to leave the machine alone.
    """
    shutil.rmtree(HOME / "runs", ignore_errors=True)
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    commits: list[float] = []
    shares: list[float] = []
    disturbed = 0
    with Server(Authority(AUTHORITY, authorities()).serving()) as server:
        for name, case in cases.items():
            _tell(f"warm-up: {name}")
            _warm_up(case, server, HOME / "runs" / name.replace(" ", "-"))
        for number in range(rounds):
            for name, case in cases.items():
                if number < case.most_rounds:
                    _tell(f"round {number + 1} of {rounds}: {name}")
                    sample, alone = _undisturbed(case, server, HOME / "runs/now", patience)
                    samples[name].append(sample)
                    disturbed += not alone
                    commits += _commit(HOME / "runs/now")
            if "announce, dry run, 5" in cases:
                shares.append(_share(server, HOME / "runs/now"))
    _tell("")
    shutil.rmtree(HOME / "runs")
    return Results(samples=samples, commits=commits, shares=shares, disturbed=disturbed)


def _warm_up(case: Case, server: Server, folder: Path) -> None:
    _once(case, server, HOME / "runs/now")
    if isinstance(case.program, Announce | DryRun):
        case.program.keep(HOME / "runs/now", folder)


def _undisturbed(case: Case, server: Server, folder: Path, patience: float) -> tuple[Sample, bool]:
    """A sample in which other programs had no part; after some tries one in which they had, and False."""
    for _ in range(TRIES):
        quiet.wait(patience)
        sample, alone = _once(case, server, folder)
        if alone:
            break
    return sample, alone


def _once(case: Case, server: Server, folder: Path) -> tuple[Sample, bool]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = case.program.prepared(folder, server.tls_url if case.tls else server.url)
    os.sync()  # what preparing wrote must not be flushed by the program's own first fsync
    server.begin(case.delays, case.delay)
    others = quiet.Others()
    sample = measured(command, server, folder.parent / "log")
    return sample, not others.disturb(sample.cpu)


def _share(server: Server, folder: Path) -> float:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return share(DRY_RUN.prepared(folder, server.url))


def _commit(folder: Path) -> list[float]:
    ledger = folder / "ledger.db"
    return [commit_seconds(ledger)] if ledger.exists() else []


def _tell(what: str) -> None:
    """One line that is written over: a whole run takes minutes. Quiet where nobody watches."""
    if not sys.stderr.isatty():
        return
    print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
