"""Work begins when customers know of it: what is waited for, and what is on record afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.model.errors import NotInformed
from publisher.model.seen import Visibility
from publisher.runbook import due
from publisher.runbook.gate import VISITS_EVERY, Asked, let_begin
from publisher.runbook.resume import resume
from publisher.runbook.verify import Look, Visit, visits
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


def test_what_no_stranger_has_seen_is_waited_for_and_kept(
    assemble: Any, announced: Any, record: Ledger, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced("own", starts=-HOUR)
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk(yes=True))
    clock, looked = Clock(), []

    def look(_: Any, wanted: Sequence[Visit], *, wait: timedelta) -> tuple[Look, ...]:
        looked.append((clock.now, [one.channel for one in wanted], wait))
        is_there = clock.now >= NOW + timedelta(minutes=2)
        found = Visibility.SEEN if is_there else Visibility.MISSING
        why = None if is_there else "strangers get an error (503)"
        return (Look(channel="own", visibility=found, url=None, seconds=0, at=clock.now, update=1, why=why),)

    monkeypatch.setattr("publisher.runbook.gate.looks", look)
    asked, at = Asked(wait=HOUR, verified=True), desk()
    let_begin(assembly, record, REF, asked, at, clock=clock, pause=clock.pause)
    assert record.work_begun(REF) is not None
    assert looked == [(NOW + timedelta(minutes=number), ["own"], timedelta()) for number in range(3)]
    [waiting] = [text for text in at.notes if "waiting" in text]
    assert "no stranger has seen it on own (strangers get an error (503))" in waiting
    assert [one.what for one in record.glimpses(REF)] == [Visibility.MISSING, Visibility.SEEN]

    let_begin(assembly, record, REF, asked, desk(), clock=clock, pause=clock.pause)
    assert len(looked) == 3, "what is on record is believed"
    record.saw(REF, [replace(record.glimpses(REF)[0], at=clock.now + HOUR)])
    at_once = replace(asked, wait=timedelta())
    with pytest.raises(NotInformed, match="own") as refused:
        let_begin(assembly, record, REF, at_once, desk(), clock=clock, pause=clock.pause)
    assert f"verify {REF}" in (refused.value.hint or ""), "what strangers missed since counts"


def test_strangers_are_not_sent_every_second(
    assemble: Any, announced: Any, record: Ledger, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced("own", starts=-HOUR)
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk(yes=True))
    now, looked = [NOW], []
    monkeypatch.setattr("publisher.runbook.gate.looks", lambda *_, **__: looked.append(now[0]) or ())

    def pause(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    asked = Asked(wait=timedelta(seconds=25), verified=True)
    with pytest.raises(NotInformed, match="it is not on record"):
        let_begin(assembly, record, REF, asked, desk(), clock=lambda: now[0], pause=pause)
    assert looked == [NOW, NOW + VISITS_EVERY, NOW + 2 * VISITS_EVERY]


def test_what_was_said_since_is_counted_for_feeds_that_list_the_newest(
    assemble: Any, announced: Any, record: Ledger, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[set[str], int]] = []
    monkeypatch.setattr(
        "publisher.settings.channel.ChannelSettings.listed_in",
        lambda _, services, later: asked.append((services, later)) or (),
    )
    announced("own", starts=-HOUR)
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk(yes=True))
    visits(assembly, record, REF)
    for number in range(3):
        announced("own", ref=f"CMO-800{number}")
    visits(assembly, record, REF)
    assert asked == [({"vps"}, 0), ({"vps"}, 3)]
