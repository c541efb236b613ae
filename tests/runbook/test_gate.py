"""Work begins when customers know of it: what is waited for, and what is on record afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.model.errors import NotInformed
from publisher.runbook import due
from publisher.runbook.gate import Asked, let_begin
from publisher.runbook.resume import resume
from tests.runbook.conftest import NOW, REF

HOUR = timedelta(hours=1)
"""Starts lie hours ahead: the whole suite may have been at work for a while when these run."""


class Clock:
    """Moves when somebody waits; ``then`` happens once it has moved so far."""

    def __init__(self, then: Any = None) -> None:
        self.now, self._then = NOW, then

    def __call__(self) -> Any:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds * 60)
        if self._then:
            self._then()
            self._then = None


def test_the_start_is_waited_for_and_the_beginning_recorded(
    assemble: Any, announced: Any, record: Ledger, desk: Any
) -> None:
    announced("own", starts=3 * HOUR)
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk())
    clock, at = Clock(), desk()
    let_begin(assembly, record, REF, Asked(wait=4 * HOUR), at, clock=clock, pause=clock.pause)
    assert clock.now >= NOW + 3 * HOUR
    begun = record.work_begun(REF)
    assert begun is not None
    assert begun.at == clock.now
    assert NOW <= begun.told_at < NOW + 3 * HOUR
    assert "@" in (begun.by or "")
    assert len([text for text in at.notes if "waiting" in text]) == 1


def test_from_then_on_it_is_due_to_say_so(assemble: Any, announced: Any, record: Ledger, desk: Any) -> None:
    announced("own", starts=3 * HOUR)
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk())
    clock = Clock()
    let_begin(assembly, record, REF, Asked(wait=4 * HOUR), desk(), clock=clock, pause=clock.pause)
    [item] = due.due_of(record, REF, replace(due.sight(assembly), now=clock.now + HOUR / 12))
    assert item.what == "the work began 5 min ago, and nobody has said so to customers"
    assert item.command.endswith(f"update {REF} --begun")


def test_a_channel_that_tells_meanwhile_opens_it(
    assemble: Any, announced: Any, record: Ledger, desk: Any
) -> None:
    announced("own", starts=3 * HOUR)
    assembly = assemble(own="")
    clock = Clock(then=lambda: resume(assembly, REF, failed=False, forced=False, desk=desk()))
    let_begin(assembly, record, REF, Asked(wait=4 * HOUR), desk(), clock=clock, pause=clock.pause)


def test_when_the_time_is_up_nothing_begins(assemble: Any, announced: Any, record: Ledger, desk: Any) -> None:
    announced("own", starts=3 * HOUR)
    clock = Clock()
    with pytest.raises(NotInformed, match="own has not told what is so now"):
        let_begin(assemble(own=""), record, REF, Asked(wait=4 * HOUR), desk(), clock=clock, pause=clock.pause)
    assert record.work_begun(REF) is None
