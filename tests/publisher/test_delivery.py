"""The state machine, as a table and as a property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.announcement import Kind
from publisher.channel import BadCredentials, Draft, Format, NotSent, Post, Receipt, Rejected, Unknown
from publisher.delivery import (
    CLAIMABLE,
    LONGEST_WAIT,
    Delivery,
    State,
    Step,
    claimed,
    concluded,
    exit_code,
    interrupted,
    next_step,
    reopened,
)

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
        lookup=True,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def after(outcome: object, **changes: object) -> Delivery:
    sending = claimed(delivery(**changes), Step.PUBLISH)
    return concluded(sending, outcome, seconds=0.5, now=LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "lookup", "state"),
    [
        (Receipt(remote_id="17", url="https://blog.example.net/x/"), True, State.DELIVERED),
        (Draft(remote_id="17"), True, State.STAGED),
        (NotSent("refused"), True, State.RETRY_WAIT),
        (Rejected("forbidden"), True, State.FAILED),
        (BadCredentials("401"), True, State.BLOCKED_AUTH),
        (Unknown("no answer"), True, State.UNKNOWN),
        (Unknown("no answer"), False, State.NEEDS_DECISION),
    ],
)
def test_each_outcome_leads_to_its_state(outcome: object, lookup: bool, state: State) -> None:
    assert after(outcome, lookup=lookup).state is state


def test_a_receipt_is_kept_whole_and_clears_the_error() -> None:
    waiting = after(NotSent("throttled", cure="wait", retry_after=60))
    assert (waiting.error, waiting.cure) == ("throttled", "wait")
    assert waiting.not_before == LATER + timedelta(seconds=60)

    receipt = Receipt(remote_id="17", url="https://x.example/", fingerprint="f", note="seen twice")
    done = concluded(claimed(waiting, Step.PUBLISH), receipt, seconds=0.25, now=LATER)

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
    assert next_step(delivery(), staged=False) is Step.PUBLISH
    assert next_step(delivery(), staged=True) is Step.STAGE
    assert next_step(delivery(remote_id="17"), staged=True) is Step.RELEASE


def test_a_draft_that_cannot_be_released_keeps_its_id() -> None:
    staged = after(Draft(remote_id="17"))
    waiting = concluded(claimed(staged, Step.RELEASE), NotSent("refused"), seconds=0, now=LATER)
    assert waiting.remote_id == "17"
    assert next_step(waiting, staged=True) is Step.RELEASE


@pytest.mark.parametrize(
    ("asked", "seconds"), [(None, None), (0.0, None), (60.0, 60), (10 * 365 * 86400.0, LONGEST_WAIT)]
)
def test_a_platform_cannot_make_us_wait_for_years(asked: float | None, seconds: float | None) -> None:
    waiting = after(NotSent("throttled", retry_after=asked))
    assert waiting.not_before == (None if seconds is None else LATER + timedelta(seconds=seconds))


@pytest.mark.parametrize(("lookup", "state"), [(True, State.UNKNOWN), (False, State.NEEDS_DECISION)])
def test_a_delivery_whose_owner_died_may_be_public(lookup: bool, state: State) -> None:
    found = interrupted(claimed(delivery(lookup=lookup), Step.PUBLISH))
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


OUTCOMES = st.sampled_from(
    [
        Receipt(remote_id="1"),
        Draft(remote_id="1"),
        NotSent("n", retry_after=1.0),
        Rejected("r"),
        BadCredentials("b"),
        Unknown("u"),
        Unknown("u", duplicate=True),
    ]
)


@given(outcomes=st.lists(OUTCOMES, max_size=8), lookup=st.booleans(), staged=st.booleans())
def test_nothing_is_sent_again_once_it_may_be_public(
    outcomes: list[object], lookup: bool, staged: bool
) -> None:
    """Whatever happens in whatever order: after a receipt or an unknown outcome no claim is granted."""
    current = delivery(lookup=lookup)
    may_be_public = False
    for outcome in outcomes:
        try:
            sending = claimed(current, next_step(current, staged=staged))
        except ValueError:
            break
        assert not may_be_public
        current = concluded(sending, outcome, seconds=0, now=LATER)  # type: ignore[arg-type]
        may_be_public = may_be_public or isinstance(outcome, Receipt | Unknown)
        assert sending.fence == current.fence
