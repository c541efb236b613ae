"""The state machine, as a table and as a property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.announcement import Kind
from publisher.model.delivery import CLAIMABLE, Delivery, State, Step, Terms, next_step
from publisher.model.outcome import (
    LONGEST_WAIT,
    BadCredentials,
    ChannelError,
    NotSent,
    OnUnknown,
    Rejected,
    Unknown,
)
from publisher.model.post import Draft, Format, Post, Receipt
from publisher.model.transitions import claimed, concluded, interrupted, looked, reopened
from publisher.model.verdict import exit_code

LATER = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
POST = Post(
    ref="CMO-7K3M",
    update=1,
    kind=Kind.INITIAL,
    channel="blog",
    locale="de",
    format=Format.HTML,
    title="Titel",
    body="<p>Text</p>",
    slug="cmo-7k3m",
    published_at=LATER,
)


def delivery(**changes: object) -> Delivery:
    new = Delivery(
        id=1,
        ref="CMO-7K3M",
        update=1,
        channel="blog",
        type="wordpress",
        operation="publish",
        post=POST,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


LOOKUP = Terms(lookup=True, settle=20.0)
BLIND = Terms(settle=20.0)
SETTLED = LATER + timedelta(seconds=20)


def after(outcome: Any, terms: Terms = LOOKUP, step: Step = Step.PUBLISH, **changes: Any) -> Delivery:
    return concluded(claimed(delivery(**changes), step), outcome, terms=terms, now=LATER, seconds=0.5)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Receipt(remote_id="17", url="https://blog.example.net/x/"), State.DELIVERED),
        (Draft(remote_id="17"), State.STAGED),
        (NotSent("refused"), State.RETRY_WAIT),
        (Rejected("forbidden"), State.FAILED),
        (BadCredentials("401"), State.BLOCKED_AUTH),
    ],
)
def test_each_outcome_leads_to_its_state(outcome: Any, state: State) -> None:
    assert after(outcome).state is state


@pytest.mark.parametrize(
    ("terms", "step", "outcome", "state", "due"),
    [
        (LOOKUP, Step.PUBLISH, Unknown("lost"), State.UNKNOWN, SETTLED),
        (LOOKUP, Step.PUBLISH, Unknown("506", duplicate=True), State.UNKNOWN, SETTLED),
        (LOOKUP, Step.STAGE, Unknown("already public", duplicate=True), State.UNKNOWN, SETTLED),
        (LOOKUP, Step.STAGE, Unknown("lost"), State.RETRY_WAIT, SETTLED),
        (LOOKUP, Step.RELEASE, Unknown("lost"), State.RETRY_WAIT, None),
        (replace(LOOKUP, repeatable=True), Step.PUBLISH, Unknown("lost"), State.RETRY_WAIT, None),
        (BLIND, Step.PUBLISH, Unknown("lost"), State.NEEDS_DECISION, None),
        (BLIND, Step.STAGE, Unknown("lost"), State.RETRY_WAIT, SETTLED),
        (
            replace(BLIND, on_unknown=OnUnknown.RESEND),
            Step.PUBLISH,
            Unknown("lost"),
            State.RETRY_WAIT,
            SETTLED,
        ),
        (replace(BLIND, on_unknown=OnUnknown.SKIP), Step.PUBLISH, Unknown("lost"), State.ABANDONED, None),
    ],
)
def test_a_lost_answer_is_repeated_looked_for_or_asked_about(
    terms: Terms, step: Step, outcome: Unknown, state: State, due: datetime | None
) -> None:
    found = after(outcome, terms, step)
    assert (found.state, found.not_before) == (state, due)
    assert found.error


@pytest.mark.parametrize(("lookup", "state"), [(True, State.UNKNOWN), (False, State.NEEDS_DECISION)])
def test_a_refusal_says_nothing_about_an_attempt_before_it_whose_answer_was_lost(
    lookup: bool, state: State
) -> None:
    """Nor where the same publication may be repeated: the first one may stand there, in public."""
    terms = replace(LOOKUP, repeatable=True, lookup=lookup)
    waiting = after(Unknown("lost"), terms)
    refused = concluded(claimed(waiting, Step.PUBLISH), Rejected("read-only"), terms=terms, now=LATER)
    assert (waiting.state, refused.state) == (State.RETRY_WAIT, state)


@pytest.mark.parametrize(
    ("sightings", "state"),
    [
        ([Receipt(remote_id="17")], State.DELIVERED),
        ([None], State.UNKNOWN),
        ([None, None], State.PENDING),
        ([None, Receipt(remote_id="17")], State.DELIVERED),
        ([NotSent("refused")], State.UNKNOWN),
        ([NotSent("refused")] * 9, State.UNKNOWN),
        ([ChannelError("broken")], State.UNKNOWN),
        ([Unknown("HTML")], State.UNKNOWN),
        ([Unknown("HTML"), None], State.UNKNOWN),
        ([None, Unknown("HTML"), None], State.PENDING),
        ([BadCredentials("401")], State.NEEDS_DECISION),
        ([Rejected("403")], State.NEEDS_DECISION),
    ],
)
def test_absent_counts_only_when_it_was_seen_twice(sightings: list[Any], state: State) -> None:
    found = after(Unknown("lost"))
    for sighting in sightings:
        found = looked(found, sighting, terms=LOOKUP, now=LATER)
    assert found.state is state


def test_between_two_look_ups_the_platform_may_settle() -> None:
    once = looked(after(Unknown("lost")), None, terms=LOOKUP, now=SETTLED)
    assert (once.absences, once.not_before) == (1, SETTLED + timedelta(seconds=20))


def test_a_duplicate_that_cannot_be_found_is_never_sent_again() -> None:
    found = after(Unknown("506", duplicate=True))
    for _ in range(2):
        found = looked(found, None, terms=LOOKUP, now=LATER)
    assert found.state is State.NEEDS_DECISION


@pytest.mark.parametrize("state", sorted(set(State) - {State.UNKNOWN}))
def test_only_an_unknown_delivery_is_looked_for(state: State) -> None:
    with pytest.raises(ValueError, match="nothing to look for"):
        looked(delivery(state=state), None, terms=LOOKUP, now=LATER)


def test_a_receipt_is_kept_whole_and_clears_the_error() -> None:
    waiting = after(NotSent("throttled", cure="wait", retry_after=60))
    assert (waiting.error, waiting.cure) == ("throttled", "wait")
    assert waiting.not_before == LATER + timedelta(seconds=60)

    receipt = Receipt(remote_id="17", url="https://x.example/", fingerprint="f", note="seen twice")
    done = concluded(claimed(waiting, Step.PUBLISH), receipt, terms=LOOKUP, now=LATER, seconds=0.25)

    assert (done.remote_id, done.url, done.fingerprint, done.note) == (
        "17",
        "https://x.example/",
        "f",
        "seen twice",
    )
    assert (done.error, done.cure, done.not_before) == (None, None, None)
    assert (done.attempts, done.fence, done.seconds) == (2, 2, 0.75)


@pytest.mark.parametrize("state", sorted(set(State) - CLAIMABLE))
def test_no_attempt_starts_where_the_platform_may_already_show_the_post(state: State) -> None:
    with pytest.raises(ValueError, match="cannot start"):
        claimed(delivery(state=state), Step.PUBLISH)


def test_a_staged_channel_stages_then_releases_the_same_draft() -> None:
    staged = Terms(staged=True)
    assert next_step(delivery(), Terms()) is Step.PUBLISH
    assert next_step(delivery(), staged) is Step.STAGE
    assert next_step(delivery(remote_id="17"), staged) is Step.RELEASE


def test_a_draft_that_cannot_be_released_keeps_its_id() -> None:
    staged = after(Draft(remote_id="17"), step=Step.STAGE)
    waiting = concluded(claimed(staged, Step.RELEASE), NotSent("refused"), terms=LOOKUP, now=LATER)
    assert waiting.remote_id == "17"
    assert next_step(waiting, Terms(staged=True)) is Step.RELEASE


@pytest.mark.parametrize(
    ("asked", "seconds"), [(None, None), (0.0, None), (60.0, 60), (10 * 365 * 86400.0, LONGEST_WAIT)]
)
def test_a_platform_cannot_make_us_wait_for_years(asked: float | None, seconds: float | None) -> None:
    waiting = after(NotSent("throttled", retry_after=asked))
    assert waiting.not_before == (None if seconds is None else LATER + timedelta(seconds=seconds))


@pytest.mark.parametrize(("terms", "state"), [(LOOKUP, State.UNKNOWN), (BLIND, State.NEEDS_DECISION)])
def test_a_delivery_whose_owner_died_may_be_public(terms: Terms, state: State) -> None:
    found = interrupted(claimed(delivery(), Step.PUBLISH), terms=terms, now=LATER)
    assert found.state is state
    assert "nobody saw the answer" in (found.error or "")


def test_only_a_failed_delivery_is_reopened() -> None:
    assert reopened(after(Rejected("forbidden"))).state is State.PENDING
    with pytest.raises(ValueError, match="not failed"):
        reopened(after(Unknown("no answer")))


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([State.DELIVERED, State.DELIVERED], 0),
        ([State.DELIVERED, State.ABANDONED], 0),
        ([State.DELIVERED, State.RETRY_WAIT], 5),
        ([State.UNKNOWN, State.DELIVERED], 5),
        ([State.PENDING], 5),
        ([State.STAGED], 5),
        ([State.SENDING], 5),
        ([State.RETRY_WAIT, State.FAILED], 4),
        ([State.BLOCKED_AUTH, State.UNKNOWN], 4),
        ([State.FAILED, State.NEEDS_DECISION, State.PENDING], 3),
        ([], 0),
    ],
)
def test_the_most_urgent_state_decides_the_exit_code(states: list[State], code: int) -> None:
    assert exit_code(tuple(delivery(state=state) for state in states)) == code


class Platform:
    """A platform that may publish what it was sent, now or later, whatever it answered."""

    def __init__(self) -> None:
        self.visible = 0
        self.late = 0

    def receive(self, *, publishes: bool, late: bool) -> None:
        self.visible += publishes and not late
        self.late += publishes and late

    def settle(self) -> None:
        self.visible += self.late
        self.late = 0


ANSWERS = st.sampled_from(
    [
        # outcome, whether it was published, whether only later
        (Receipt(remote_id="1"), True, False),
        (NotSent("n", retry_after=1.0), False, False),
        (Rejected("r"), False, False),
        (BadCredentials("b"), False, False),
        (Unknown("lost, published"), True, False),
        (Unknown("lost, published late"), True, True),
        (Unknown("lost, not published"), False, False),
        ("crash before", False, False),
        ("crash after", True, False),
    ]
)


def visible_copies(
    answers: list[Any],
    looks: list[str],
    terms: Terms,
    lost: Callable[[Delivery], Delivery] = lambda found: found,
) -> tuple[Platform, Delivery]:
    """Let the machine and the platform play to the end; ``lost`` may tamper with the machine."""
    platform = Platform()
    current = delivery()
    for answer, publishes, late in answers:
        if current.state in CLAIMABLE:
            current = claimed(current, Step.PUBLISH)
            platform.receive(publishes=publishes, late=late)
            if isinstance(answer, str):
                current = interrupted(current, terms=terms, now=LATER)
            else:
                current = concluded(current, answer, terms=terms, now=LATER)
            current = lost(current)
        while current.state is State.UNKNOWN and looks:
            platform.settle()  # a look-up comes after the settle time
            seen: Any = Receipt(remote_id="1") if platform.visible else None
            sighting = {"see": seen, "fail": NotSent("refused"), "forbidden": Rejected("403")}[looks.pop(0)]
            current = looked(current, sighting, terms=terms, now=LATER)
    platform.settle()
    return platform, current


@given(
    answers=st.lists(ANSWERS, min_size=1, max_size=12),
    looks=st.lists(st.sampled_from(["see", "fail", "forbidden"]), max_size=24),
    lookup=st.booleans(),
)
def test_whatever_happens_a_post_is_never_visible_twice(
    answers: list[Any], looks: list[str], lookup: bool
) -> None:
    """Against a platform that publishes and answers as it likes: at most one visible post, and one if delivered."""
    platform, end = visible_copies(answers, looks, LOOKUP if lookup else BLIND)
    assert platform.visible <= 1
    if end.state is State.DELIVERED:
        assert platform.visible == 1
    if platform.visible:
        assert end.state not in CLAIMABLE


def test_the_same_play_finds_the_second_copy_of_a_machine_that_sends_again() -> None:
    """The control: were `unknown` treated as not sent, the play above would have to see it."""

    def send_again(found: Delivery) -> Delivery:
        return replace(found, state=State.PENDING) if found.state is State.UNKNOWN else found

    answers = [(Unknown("lost, published"), True, False), (Receipt(remote_id="2"), True, False)]
    platform, _ = visible_copies(answers, [], LOOKUP, send_again)
    assert platform.visible == 2
