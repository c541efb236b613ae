"""From one update to the next: the table of phases, with every step that is forbidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.change import Change
from publisher.model.errors import Refused
from publisher.model.lifecycle import followed

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DURING = START + timedelta(minutes=30)

SAID = Announcement(
    ref="CMO-7K3M",
    title={"und": "Titel"},
    services=(Service(key="vps", name={"und": "VPS"}),),
    period=Period(START, START + 2 * HOUR),
)

PHASES = {
    # (where it stands, what is said) -> where it stands then; everything else is forbidden
    (Phase.SCHEDULED, Kind.PROGRESS): Phase.IN_PROGRESS,
    (Phase.SCHEDULED, Kind.RESCHEDULED): Phase.IN_PROGRESS,
    (Phase.SCHEDULED, Kind.COMPLETED): Phase.COMPLETED,
    (Phase.SCHEDULED, Kind.CANCELLED): Phase.CANCELLED,
    (Phase.SCHEDULED, Kind.CORRECTED): Phase.IN_PROGRESS,
    (Phase.IN_PROGRESS, Kind.PROGRESS): Phase.IN_PROGRESS,
    (Phase.IN_PROGRESS, Kind.RESCHEDULED): Phase.IN_PROGRESS,
    (Phase.IN_PROGRESS, Kind.COMPLETED): Phase.COMPLETED,
    (Phase.IN_PROGRESS, Kind.CANCELLED): Phase.CANCELLED,
    (Phase.IN_PROGRESS, Kind.CORRECTED): Phase.IN_PROGRESS,
    (Phase.COMPLETED, Kind.CORRECTED): Phase.COMPLETED,
    (Phase.CANCELLED, Kind.CORRECTED): Phase.CANCELLED,
}
"""Said half an hour after the start."""

REOPENED = {
    (Phase.COMPLETED, Kind.PROGRESS): Phase.IN_PROGRESS,
    (Phase.COMPLETED, Kind.RESCHEDULED): Phase.IN_PROGRESS,
    (Phase.CANCELLED, Kind.PROGRESS): Phase.IN_PROGRESS,
    (Phase.CANCELLED, Kind.RESCHEDULED): Phase.IN_PROGRESS,
}


def newest(phase: Phase = Phase.SCHEDULED, **changes: object) -> Update:
    first = Update(number=1, kind=Kind.INITIAL, phase=phase, announcement=SAID, published_at=START - HOUR)
    return replace(first, **changes)


def said(phase: Phase, change: Change, now: datetime = DURING) -> Update:
    return followed(newest(phase), change, now=now, published_at=now, zone=ZONE)


def change(kind: Kind, **more: object) -> Change:
    more.setdefault("longer_by", HOUR if kind is Kind.RESCHEDULED else None)
    more.setdefault("facts", {"title": {"und": "Neu"}} if kind is Kind.CORRECTED else {})
    return Change(kind=kind, **more)


@pytest.mark.parametrize(("phase", "kind"), list(product(Phase, Kind)))
@pytest.mark.parametrize("reopen", [None, "it came back"])
def test_every_step_is_allowed_or_refused(phase: Phase, kind: Kind, reopen: str | None) -> None:
    allowed = PHASES | (REOPENED if reopen else {})
    if (phase, kind) in allowed:
        update = said(phase, change(kind, reopen=reopen))
        assert (update.number, update.kind, update.phase) == (2, kind, allowed[phase, kind])
        return
    with pytest.raises(Refused, match=f"CMO-7K3M is {phase}") as refused:
        said(phase, change(kind, reopen=reopen))
    assert refused.value.hint
    assert refused.value.exit_code == 2


def test_work_that_has_not_begun_stays_scheduled_unless_it_is_said_to_have_begun() -> None:
    before = START - timedelta(minutes=20)
    assert said(Phase.SCHEDULED, change(Kind.PROGRESS), before).phase is Phase.SCHEDULED
    begun = said(Phase.SCHEDULED, change(Kind.PROGRESS, begun=True), before)
    assert begun.phase is Phase.IN_PROGRESS
    assert begun.announcement.period == Period(before, START + 2 * HOUR)
    assert begun.before == SAID.period


def test_a_new_time_says_the_old_one_too() -> None:
    longer = said(Phase.IN_PROGRESS, change(Kind.RESCHEDULED))
    assert longer.announcement.period == Period(START, START + 3 * HOUR)
    assert longer.before == SAID.period
    shorter = said(Phase.IN_PROGRESS, change(Kind.RESCHEDULED, longer_by=None, ends_at=START + HOUR))
    assert shorter.announcement.period.ends_at == START + HOUR


def test_the_end_moves_along_with_a_new_start() -> None:
    moved = said(
        Phase.SCHEDULED,
        change(Kind.RESCHEDULED, longer_by=None, starts_at=START + 24 * HOUR),
        START - HOUR,
    )
    assert moved.announcement.period == Period(START + 24 * HOUR, START + 26 * HOUR)
    assert moved.phase is Phase.SCHEDULED


def test_work_that_has_not_begun_in_time_may_be_put_off_and_running_work_may_not() -> None:
    put_off = change(Kind.RESCHEDULED, longer_by=None, starts_at=DURING + 24 * HOUR)
    assert said(Phase.SCHEDULED, put_off).phase is Phase.SCHEDULED
    with pytest.raises(Refused, match=r"has begun at .*its start cannot move") as refused:
        said(Phase.IN_PROGRESS, put_off)
    assert "announce cancel CMO-7K3M --new-date-follows" in str(refused.value.hint)
    early = change(Kind.RESCHEDULED, longer_by=None, starts_at=START - 2 * HOUR)
    with pytest.raises(Refused, match="new start has passed"):
        said(Phase.SCHEDULED, early, START - HOUR)


def test_the_end_says_how_long_it_really_took() -> None:
    done = said(Phase.IN_PROGRESS, change(Kind.COMPLETED, ends_at=START + timedelta(minutes=25)))
    assert done.announcement.period == Period(START, START + timedelta(minutes=25))
    assert done.before == SAID.period
    at_once = said(Phase.IN_PROGRESS, change(Kind.COMPLETED), START + timedelta(seconds=20))
    assert at_once.announcement.period.length == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("what", "now", "why"),
    [
        (change(Kind.RESCHEDULED, longer_by=None, ends_at=START + 2 * HOUR), DURING, "as it stands"),
        (change(Kind.RESCHEDULED, longer_by=None, ends_at=START - HOUR), DURING, "not after the start"),
        (
            change(Kind.RESCHEDULED, longer_by=None, ends_at=DURING - timedelta(minutes=5)),
            DURING,
            "has passed",
        ),
        (change(Kind.RESCHEDULED, longer_by=8 * 24 * HOUR), DURING, "7 days"),
        (change(Kind.RESCHEDULED, longer_by=None, starts_at=START - HOUR), DURING, "its start cannot move"),
        (change(Kind.COMPLETED), START - HOUR, "not begun"),
        (change(Kind.COMPLETED, ends_at=DURING + HOUR), DURING, "lies ahead"),
        (change(Kind.COMPLETED, ends_at=START - HOUR), DURING, "not after the start"),
        (change(Kind.CORRECTED, facts={}), DURING, "nothing is corrected"),
        (change(Kind.CORRECTED, facts={"title": {"und": "Titel"}}), DURING, "nothing is corrected"),
    ],
)
def test_what_cannot_be_meant_is_refused(what: Change, now: datetime, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        said(Phase.IN_PROGRESS, what, now)
    assert refused.value.exit_code == 2


def test_reopened_work_needs_an_end_that_lies_ahead_and_owes_nobody_the_old_one() -> None:
    late = START + timedelta(days=1)
    with pytest.raises(Refused, match="announced end has passed") as refused:
        said(Phase.COMPLETED, change(Kind.PROGRESS, reopen="it came back"), late)
    assert "extend says" in str(refused.value.hint)
    again = said(
        Phase.COMPLETED,
        change(Kind.RESCHEDULED, longer_by=None, ends_at=late + HOUR, reopen="it came back"),
        late,
    )
    assert again.before is None
    assert again.reopened == "it came back"


def test_the_same_words_within_a_day_need_a_reason() -> None:
    once = said(Phase.IN_PROGRESS, change(Kind.RESCHEDULED))
    with pytest.raises(Refused, match="was said as update 2"):
        followed(once, change(Kind.RESCHEDULED), now=DURING, published_at=DURING, zone=ZONE)
    followed(once, change(Kind.RESCHEDULED, again="so it is"), now=DURING, published_at=DURING, zone=ZONE)
    followed(once, change(Kind.RESCHEDULED, text={"und": "Mehr"}), now=DURING, published_at=DURING, zone=ZONE)


def test_a_correction_keeps_the_promise_and_the_phase() -> None:
    promised = newest(Phase.IN_PROGRESS, next_update_at=DURING + HOUR)
    corrected = followed(promised, change(Kind.CORRECTED), now=DURING, published_at=DURING, zone=ZONE)
    assert corrected.next_update_at == DURING + HOUR
    assert corrected.announcement.title == {"und": "Neu"}
    assert corrected.announcement.period == SAID.period
    assert corrected.before is None
