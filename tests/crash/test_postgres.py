"""The ledger in PostgreSQL: its line cut at any message, client, session or server gone: told once, and not lost."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from crashlab import wrong
from crashlab.base import Break, based, broken_at, counted
from crashlab.lab import PROGRAM, URGENT, ended
from crashlab.stages import BARE, FIVE, Stage
from crashlab.trials import Tally, judged, recovered, tried

from tests.postgres import Server, server
from tests.wire import Message

__all__ = ["server"]

Choose = Callable[[Sequence[Any], int], list[Any]]
Report = Callable[[Tally], None]


_MOMENTS = defaultdict(lambda: ("before",), dict.fromkeys("QSZ", ("before", "after")))
"""After a message is before the next one, but for those that end what one side says."""


@pytest.fixture(scope="module")
def messages(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Stage], tuple[Message, ...]]:
    """The messages of a clean run on a stage."""
    known: dict[str, tuple[Message, ...]] = {}

    def of(stage: Stage) -> tuple[Message, ...]:
        if stage.name not in known:
            known[stage.name] = counted(stage, tmp_path_factory.mktemp("count"), server)
        return known[stage.name]

    return of


@pytest.mark.parametrize(("what", "most"), [("cut", 10), ("client killed", 8), ("sessions ended", 6)])
@pytest.mark.parametrize("stage", [FIVE, BARE], ids=str)
def test_wherever_the_line_breaks_it_is_told_once(
    stage: Stage,
    what: str,
    most: int,
    server: Server,
    messages: Callable[[Stage], tuple[Message, ...]],
    chosen: Choose,
    report: Report,
    tmp_path: Path,
) -> None:
    cases = chosen(
        [Break(one.number, when, what) for one in messages(stage) for when in _MOMENTS[one.kind]], most
    )
    report(
        tried(
            f"killed, {what}, PostgreSQL, {stage.name}",
            cases,
            lambda case, folder: broken_at(stage, server, case, folder)[0],
            folder=tmp_path,
        )
    )


def test_a_server_that_is_restarted_in_mid_run_costs_nothing(
    server: Server,
    messages: Callable[[Stage], tuple[Message, ...]],
    chosen: Choose,
    report: Report,
    tmp_path: Path,
) -> None:
    """One after the other: the server is everybody's."""
    tally = Tally("killed, server restarted, PostgreSQL")
    for number, nth in enumerate(chosen([one.number for one in messages(BARE)][20:], 3)):
        case = Break(nth, "after", "server restarted")
        tally.verdicts.append(broken_at(BARE, server, case, tmp_path / str(number))[0])
    report(tally)


def test_eight_who_type_the_same_at_once_announce_it_once(server: Server, tmp_path: Path) -> None:
    with based(BARE, tmp_path, server) as base:
        runs = [ended(process) for process in [base.lab.begin(*URGENT) for _ in range(8)]]
        assert len(base.lab.recorded()) == 1, runs
    assert sorted(ran.code for ran in runs) == [0] + [2] * 7, runs


@pytest.mark.parametrize(("rule", "announced"), [("ours", 1), ("look-then-plan", 2)])
def test_a_program_that_looks_and_then_plans_is_caught(
    server: Server, rule: str, announced: int, tmp_path: Path
) -> None:
    """The second one begins a second later: two who publish by the same second are told apart in any case."""
    program = PROGRAM if rule == "ours" else (wrong.__file__, rule)
    with based(BARE, tmp_path, server, program=program) as base:
        first = base.lab.begin(*URGENT)
        time.sleep(1.5)
        runs = [ended(base.lab.begin(*URGENT)), ended(first)]
        assert len(base.lab.recorded()) == announced, runs


@pytest.mark.parametrize("rule", ["ours", "resend-out-of-sending"])
def test_a_program_that_resends_out_of_sending_is_caught(server: Server, rule: str, tmp_path: Path) -> None:
    """Killed as it records what the platform has answered."""
    program = PROGRAM if rule == "ours" else (wrong.__file__, rule)
    typed = (*URGENT, "--only", "center")
    with based(BARE.only("center"), tmp_path, server, program=program, typed=typed) as base:

        def breaks(message: Message) -> str | None:
            if base.lab.visible()["center"] and message.is_clients:
                base.kill_client()
                return "before"
            return None

        base.line.breaks = breaks
        assert base.run(*typed).code == -9
        base.line.breaks = lambda message: None
        base.age_claims()
        verdict = judged(base.lab, rule, recovered(base.lab), hit=True)
    assert verdict.duplicates == (() if rule == "ours" else ("center",)), verdict
    assert rule != "ours" or verdict.is_good, verdict
