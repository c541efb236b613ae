"""What is due: state × phase × clock, as one table, and what withdrawing and giving up make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.delivery import GIVEN_UP, Delivery, Operation, State
from publisher.model.dues import Cause, Owed, Withdrawn, owed, withdrawn
from publisher.model.post import Format, Post

START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE, DURING, AFTER = START - HOUR / 2, START + HOUR / 2, START + 3 * HOUR

SAID = Announcement(
    ref="CMO-7K3M",
    title={"und": "Titel"},
    services=(Service(key="vps", name={"und": "VPS"}),),
    period=Period(START, START + 2 * HOUR),
)
LATER = replace(SAID, period=Period(START, START + 4 * HOUR))

FIRST = Update(
    number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=SAID, published_at=START - 2 * HOUR
)


def update(number: int, kind: Kind, phase: Phase, about: Announcement = SAID, **more: object) -> Update:
    at = START - 2 * HOUR + number * timedelta(minutes=1)
    plain = Update(number=number, kind=kind, phase=phase, announcement=about, published_at=at)
    return replace(plain, **more)


BEGUN = update(2, Kind.PROGRESS, Phase.IN_PROGRESS)
EXTENDED = update(2, Kind.RESCHEDULED, Phase.SCHEDULED, LATER)
DONE = update(2, Kind.COMPLETED, Phase.COMPLETED)
OFF = update(2, Kind.CANCELLED, Phase.CANCELLED)


def delivery(
    number: int,
    channel: str = "blog",
    state: State = State.DELIVERED,
    operation: Operation = Operation.PUBLISH,
    **more: object,
) -> Delivery:
    """One of update ``number``; its post's id is the channel's name."""
    post = Post(
        ref=SAID.ref,
        update=number,
        kind=Kind.INITIAL,
        channel=channel,
        locale="de",
        format=Format.TEXT,
        title="T",
        body="B",
        slug="s",
        published_at=START - 2 * HOUR,
    )
    order = list(Operation).index(operation)
    plain = Delivery(
        id=10 * number + order,
        ref=SAID.ref,
        update=number,
        channel=channel,
        type="wordpress",
        operation=operation,
        post=post,
        state=state,
        remote_id=channel if state is State.DELIVERED else None,
    )
    return replace(plain, **more)


SWITCHED_OFF = {"fax", "telex"}
"""Channels that the configuration does not have any more."""


def due(updates: Sequence[Update], deliveries: Sequence[Delivery], now: datetime, **left: int) -> list[Owed]:
    newest_first = sorted(updates, key=lambda one: -one.number)
    return list(owed(newest_first, deliveries, left=left, off=SWITCHED_OFF.__contains__, now=now))


def causes(found: Sequence[Owed]) -> list[str]:
    return [one.cause for one in found]


# --- state × phase × clock ------------------------------------------------------------------------------------------

PHASES = {
    Phase.SCHEDULED: [FIRST],
    Phase.IN_PROGRESS: [FIRST, BEGUN],
    Phase.COMPLETED: [FIRST, DONE],
    Phase.CANCELLED: [FIRST, OFF],
}
CLOCK = {"before": BEFORE, "during": DURING, "after": AFTER}

LATE = {
    # What the clock alone makes due, where everything has been delivered.
    (Phase.SCHEDULED, "before"): [],
    (Phase.SCHEDULED, "during"): [Cause.START],
    (Phase.SCHEDULED, "after"): [Cause.END],
    (Phase.IN_PROGRESS, "before"): [],
    (Phase.IN_PROGRESS, "during"): [],
    (Phase.IN_PROGRESS, "after"): [Cause.END],
    **{(phase, time): [] for phase in (Phase.COMPLETED, Phase.CANCELLED) for time in CLOCK},
}

STATES = {
    # What the newest update's state on its channel makes due beside it.
    State.PENDING: Cause.UNTOLD,
    State.SENDING: Cause.UNTOLD,
    State.STAGED: Cause.UNTOLD,
    State.RETRY_WAIT: Cause.UNTOLD,
    State.UNKNOWN: Cause.UNTOLD,
    State.BLOCKED_AUTH: Cause.UNTOLD,
    State.NEEDS_DECISION: Cause.DECISION,
    State.FAILED: Cause.REFUSED,
    State.ABANDONED: Cause.UNTOLD,
    State.DELIVERED: None,
}
UNSEEN = {State.PENDING, State.STAGED, State.RETRY_WAIT, State.BLOCKED_AUTH, State.FAILED}
"""States of which nobody can have seen anything."""


def expected(phase: Phase, time: str, state: State) -> list[Cause]:
    late, own = list(LATE[phase, time]), STATES[state]
    if own is None:
        return late
    first_word = phase is Phase.SCHEDULED
    if first_word and state is State.ABANDONED:  # nothing is there, so nothing is wrong there
        return late
    if first_word and time == "after" and state in UNSEEN:  # never sent after the end: only the end is due
        return late
    return [*late, own]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("time", list(CLOCK))
@pytest.mark.parametrize("phase", list(Phase))
def test_state_by_phase_by_clock(phase: Phase, time: str, state: State) -> None:
    updates = PHASES[phase]
    earlier = [delivery(1)] if len(updates) > 1 else []
    found = due(updates, [*earlier, delivery(len(updates), state=state)], CLOCK[time])
    assert causes(found) == expected(phase, time, state)
    for one in found:
        if one.cause in {Cause.UNTOLD, Cause.REFUSED, Cause.DECISION}:
            assert one.channels == ("blog",)


def test_every_state_and_phase_stands_in_the_table() -> None:
    assert set(STATES) == set(State)
    assert {phase for phase, _ in LATE} == set(PHASES) == set(Phase)


def test_a_promise_is_due_once_its_time_has_passed() -> None:
    promised = update(2, Kind.PROGRESS, Phase.IN_PROGRESS, next_update_at=DURING)
    told = [delivery(1), delivery(2)]
    assert causes(due([FIRST, promised], told, DURING - HOUR / 4)) == []
    (one,) = due([FIRST, promised], told, DURING + HOUR / 4)
    assert (one.cause, one.since) == (Cause.PROMISE, DURING)
    assert causes(due([FIRST, promised], told, AFTER)) == [Cause.END, Cause.PROMISE]


# --- what readers see -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "is_due"),
    [
        (BEGUN, True),
        (EXTENDED, True),
        (DONE, True),
        (OFF, True),
        (update(2, Kind.PROGRESS, Phase.SCHEDULED), False),
    ],
    ids=["begun", "another end", "completed", "cancelled", "the same"],
)
@pytest.mark.parametrize("how", ["given up", "left out"])
def test_readers_who_see_what_was_so_before_are_owed(newest: Update, how: str, *, is_due: bool) -> None:
    given_up = [delivery(2, state=State.ABANDONED)] if how == "given up" else []
    found = due([FIRST, newest], [delivery(1), delivery(1, "feed"), delivery(2, "feed"), *given_up], BEFORE)
    assert [(one.cause, one.channels, one.seen) for one in found] == (
        [(Cause.UNTOLD, ("blog",), FIRST)] if is_due else []
    )


def test_the_next_word_settles_what_was_given_up() -> None:
    updates = [FIRST, EXTENDED, update(3, Kind.PROGRESS, Phase.IN_PROGRESS, LATER)]
    told = [delivery(1), delivery(2, state=State.ABANDONED), delivery(3)]
    assert due(updates, told, DURING) == []


def test_who_is_left_for_good_is_owed_nothing_until_it_changes_again() -> None:
    told = [delivery(1), delivery(2, state=State.ABANDONED)]
    assert due([FIRST, EXTENDED], told, BEFORE, blog=2) == []
    assert due([FIRST, EXTENDED], told, BEFORE, feed=2) != []
    end = replace(DONE, number=3)
    assert causes(due([FIRST, EXTENDED, end], told, AFTER, blog=2)) == [Cause.UNTOLD]
    assert due([FIRST, EXTENDED, end], told, AFTER, blog=3) == []


def test_a_correction_of_the_end_asks_no_more_of_who_was_left() -> None:
    corrected = update(3, Kind.CORRECTED, Phase.COMPLETED)
    assert due([FIRST, DONE, corrected], [delivery(1)], AFTER, blog=2) == []


def test_the_end_was_heard_whatever_the_period_was_by_then() -> None:
    real = replace(DONE, announcement=LATER)
    assert (
        due([FIRST, real, update(3, Kind.CORRECTED, Phase.COMPLETED)], [delivery(1), delivery(2)], AFTER)
        == []
    )


def test_channels_whose_readers_see_the_same_are_one() -> None:
    found = due([FIRST, DONE], [delivery(1), delivery(1, "feed")], AFTER)
    assert [one.channels for one in found] == [("blog", "feed")]


# --- what may stand there -------------------------------------------------------------------------------------------

DOUBTS = {"lost": {"lost": True}, "duplicate": {"duplicate": True}}


def given_up(number: int, doubt: str = "lost", **more: object) -> Delivery:
    """By hand, after an answer that may have made it public was lost."""
    return delivery(number, state=State.ABANDONED, note=GIVEN_UP, **(DOUBTS[doubt] | more))


@pytest.mark.parametrize("doubt", DOUBTS)
@pytest.mark.parametrize("time", list(CLOCK))
@pytest.mark.parametrize("phase", list(Phase))
def test_what_was_given_up_and_may_stand_there_is_asked_about(phase: Phase, time: str, doubt: str) -> None:
    updates = PHASES[phase]
    earlier = [delivery(1)] if len(updates) > 1 else []
    found = due(updates, [*earlier, given_up(len(updates), doubt)], CLOCK[time])
    assert causes(found) == [*LATE[phase, time], Cause.DECISION]
    assert found[-1].channels == ("blog",)
    assert found[-1].given_up is not None


def test_it_is_asked_about_until_somebody_decides_whatever_is_heard_later() -> None:
    """The end as a second post does not say whether the first one stands beside it."""
    told = [given_up(1), delivery(2)]
    assert causes(due([FIRST, DONE], told, AFTER)) == [Cause.DECISION]
    assert due([FIRST, DONE], told, AFTER, blog=2) == []
    assert due([FIRST, DONE], [replace(told[0], note="given up for good: seen"), delivery(2)], AFTER) == []
    assert due([FIRST, DONE], [replace(told[0], lost=False), delivery(2)], AFTER) == []


def test_who_may_see_it_and_was_left_so_for_good_is_owed_the_end() -> None:
    """It was left as it was: not the end of the work, which may be the next thing that is given up there."""
    first = replace(given_up(1), note="given up for good: nobody can look")
    end = delivery(2, state=State.ABANDONED)
    (one,) = due([FIRST, DONE], [first, end, delivery(2, "feed")], AFTER, blog=1)
    assert (one.cause, one.channels, one.seen, one.is_doubtful) == (Cause.UNTOLD, ("blog",), FIRST, True)
    assert due([FIRST, DONE], [first, end, delivery(2, "feed")], AFTER, blog=2) == []


def test_an_edit_that_was_given_up_may_be_seen_or_not() -> None:
    edit = delivery(2, state=State.ABANDONED, operation=Operation.AMEND, target="blog", lost=True)
    (one,) = due([FIRST, DONE], [delivery(1), edit], AFTER)
    assert (one.cause, one.seen, one.is_doubtful) == (Cause.UNTOLD, FIRST, True)
    (one,) = due([FIRST, DONE], [delivery(1), replace(edit, lost=False)], AFTER)
    assert not one.is_doubtful


def test_what_the_configuration_gives_up_was_decided_beforehand_until_it_changes() -> None:
    """`on_unknown = "skip"`: perhaps none. Who may see it still has to hear the end."""
    skipped = replace(given_up(1), note=None)
    assert due([FIRST], [skipped], BEFORE) == []
    assert causes(due([FIRST, DONE], [skipped, delivery(2, "feed")], AFTER)) == [Cause.UNTOLD]


# --- what was refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("updates", "matters"),
    [([FIRST], True), ([FIRST, BEGUN], True), ([FIRST, DONE], False)],
    ids=["newest", "not overtaken", "over by now"],
)
def test_what_was_refused_matters_while_it_could_still_be_sent(
    updates: list[Update], *, matters: bool
) -> None:
    others = [delivery(one.number, "feed") for one in updates]
    found = due(updates, [delivery(1, state=State.FAILED), *others], BEFORE)
    assert (Cause.REFUSED in causes(found)) is matters


def test_a_withdrawal_that_was_refused_matters_while_the_post_stands() -> None:
    down = delivery(1, state=State.FAILED, operation=Operation.WITHDRAW, target="blog")
    assert causes(due([FIRST], [delivery(1), down], BEFORE)) == [Cause.REFUSED]
    gone = replace(down, id=99, update=2, state=State.DELIVERED)
    assert due([FIRST], [delivery(1), down, gone], BEFORE) == []


@pytest.mark.parametrize("state", [State.PENDING, State.RETRY_WAIT, State.BLOCKED_AUTH, State.FAILED])
def test_a_hub_that_was_not_told_is_due(state: State) -> None:
    ping = delivery(1, state=state, operation=Operation.PING)
    assert causes(due([FIRST], [delivery(1), ping], BEFORE)) == [Cause.PINGS]


def test_what_is_switched_off_stands_apart_and_its_hub_is_not_waited_for() -> None:
    """What goes on with the others does nothing there, so it has another way out."""
    open_ones = [delivery(1, name, State.RETRY_WAIT) for name in ("blog", "fax", "x", "telex")]
    found = due([FIRST], open_ones, BEFORE)
    assert [one.channels for one in found] == [("blog", "x"), ("fax",), ("telex",)]
    behind = due([FIRST, DONE], [delivery(1, name) for name in ("blog", "fax", "x")], AFTER)
    assert [one.channels for one in behind] == [("blog", "x"), ("fax",)]
    ping = delivery(1, "fax", State.RETRY_WAIT, Operation.PING)
    assert due([FIRST], [delivery(1, "fax"), ping], BEFORE) == []


def test_what_was_never_sent_before_the_end_is_named_until_it_is_given_up() -> None:
    (one,) = due([FIRST, DONE], [delivery(1, state=State.PENDING), delivery(2, "feed")], AFTER)
    assert (one.cause, one.channels, one.is_moot) == (Cause.UNTOLD, ("blog",), True)


# --- taken down -----------------------------------------------------------------------------------------------------


def down(channel: str, state: State = State.DELIVERED) -> Delivery:
    return delivery(1, channel, state, Operation.WITHDRAW, target=channel)


BOTH = [delivery(1), delivery(1, "feed")]


def test_what_may_stand_is_asked_about_although_the_rest_is_taken_down() -> None:
    told = [delivery(1), given_up(1, channel="fax"), down("blog")]
    assert withdrawn(told) is Withdrawn.EVERYWHERE
    assert causes(due([FIRST], told, AFTER)) == [Cause.DECISION]


def test_what_may_stand_and_is_known_by_its_id_can_be_taken_down_unseen() -> None:
    told = [given_up(1, remote_id="blog"), down("blog")]
    assert due([FIRST], told, BEFORE) == []


@pytest.mark.parametrize("now", CLOCK.values(), ids=CLOCK)
def test_what_is_taken_down_everywhere_is_closed_whatever_the_time(now: datetime) -> None:
    told = [*BOTH, delivery(1, "x", State.FAILED), down("blog"), down("feed")]
    assert withdrawn(told) is Withdrawn.EVERYWHERE
    assert due([FIRST], told, now) == []


def test_what_is_taken_down_in_part_says_where_it_stands() -> None:
    told = [*BOTH, down("blog")]
    assert withdrawn(told) is Withdrawn.PARTLY
    (one,) = due([FIRST], told, BEFORE)
    assert (one.cause, one.channels, one.standing) == (Cause.UNTOLD, ("blog",), ("feed",))
    assert due([FIRST], told, BEFORE, blog=1) == []


def test_after_the_end_nothing_is_wrong_where_it_was_taken_down() -> None:
    told = [*BOTH, down("blog"), delivery(2, "feed")]
    assert withdrawn(told) is Withdrawn.PARTLY
    assert due([FIRST, DONE], told, AFTER) == []


def test_what_is_said_anew_where_it_was_taken_down_stands_again() -> None:
    told = [*BOTH, down("blog"), delivery(2), delivery(2, "feed")]
    assert withdrawn(told) is None
    assert due([FIRST, BEGUN], told, DURING) == []


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED, State.NEEDS_DECISION, State.ABANDONED])
def test_a_post_that_is_not_down_yet_keeps_it_open(state: State) -> None:
    told = [*BOTH, down("blog"), down("feed", state)]
    assert withdrawn(told) is Withdrawn.PARTLY
    assert due([FIRST], told, BEFORE) != []
