"""The newest word once more: for the channels that were left out of it, or where it was given up, and for no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from publisher.model.announcement import Kind
from publisher.model.delivery import Operation, State
from publisher.model.errors import Refused
from publisher.planning.plan import Means, Plan
from publisher.planning.withdrawal import unsent, withdrawals
from tests.planning.making import NOW, announced, delivered, later, left, recorded, request

NEW_TIME = {"longer_by": timedelta(hours=1)}
WORDS = [
    (Kind.RESCHEDULED, NEW_TIME, Kind.PROGRESS),
    (Kind.COMPLETED, {}, Kind.COMPLETED),
    (Kind.CANCELLED, {}, Kind.CANCELLED),
]
"""What was said, and the kind of request that says it once more without any words."""
ONCE = pytest.mark.parametrize(("kind", "change", "again"), WORDS, ids=[one[0] for one in WORDS])
DURING = NOW + timedelta(hours=2)


def said(means: Means, kind: Kind, *channels: str, **change: Any) -> Plan:
    plan = later(means, request(kind, *channels, **change), now=DURING)
    delivered(recorded(plan, means), means)
    return plan


@ONCE
def test_who_was_left_out_hears_it_and_nobody_twice(
    means: Means, kind: Kind, change: dict[str, Any], again: Kind
) -> None:
    announced(means)
    said(means, kind, "blog", **change)
    plan = later(means, request(again), now=DURING)
    assert (plan.channels, plan.joins, plan.update.number) == (("twitter",), True, 2)
    delivered(recorded(plan, means), means)
    with pytest.raises(Refused):
        later(means, request(again), now=DURING)


@ONCE
def test_what_was_given_up_is_gone_on_with(
    means: Means, kind: Kind, change: dict[str, Any], again: Kind
) -> None:
    announced(means)
    plan = later(means, request(kind, **change), now=DURING)
    blog, *rest = recorded(plan, means)
    twitter = next(one for one in rest if one.channel == "twitter")
    delivered([one for one in (blog, *rest) if one is not twitter], means)
    left([twitter], means, state=State.ABANDONED, note="given up by hand", error="403", cure="ask")
    once_more = later(means, request(again), now=DURING)
    assert [(one.id, one.state, one.error) for one in once_more.taken_up] == [
        (twitter.id, State.PENDING, None)
    ]
    assert once_more.channels == ("twitter",)
    assert recorded(once_more, means) == ()
    (pending,) = means.ledger.unfinished()
    assert (pending.id, pending.state, pending.post) == (twitter.id, State.PENDING, twitter.post)


@pytest.mark.parametrize(
    ("lost", "state"), [(True, State.UNKNOWN), (False, State.PENDING)], ids=["may be public", "was refused"]
)
def test_what_may_be_public_is_looked_for_first(means: Means, state: State, *, lost: bool) -> None:
    announced(means)
    for one in recorded(later(means, request(Kind.COMPLETED, "twitter"), now=DURING), means):
        left([one], means, state=State.ABANDONED, lost=lost)
    (again,) = later(means, request(Kind.COMPLETED, "twitter"), now=DURING).taken_up
    assert (again.operation, again.state) == (Operation.PUBLISH, state)


def test_nothing_to_say_is_said(means: Means) -> None:
    announced(means)
    with pytest.raises(Refused, match="nothing to say"):
        later(means, request(Kind.PROGRESS))


# --- taken down everywhere ------------------------------------------------------------------------------------------


@pytest.fixture
def gone(means: Means) -> Means:
    announced(means)
    ref = means.ledger.refs()[0]
    plan = withdrawals(
        means.ledger.all_deliveries(ref), (), is_open=lambda _: True, capabilities=means.capabilities
    )
    delivered(means.ledger.join(plan.outgoing), means)
    return means


@pytest.mark.parametrize(
    ("kind", "change", "hint"),
    [
        (Kind.PROGRESS, {"text": {"und": "Weiter"}}, "--reopen"),
        (Kind.PROGRESS, {}, "--reopen"),
        (Kind.RESCHEDULED, NEW_TIME, "--reopen"),
        (Kind.COMPLETED, {}, "announce show"),
        (Kind.CANCELLED, {}, "announce show"),
        (Kind.CORRECTED, {"facts": {"title": {"de": "Neu", "en": "New"}}}, "announce show"),
    ],
)
def test_what_is_withdrawn_is_closed(gone: Means, kind: Kind, change: dict[str, Any], hint: str) -> None:
    with pytest.raises(Refused, match="is withdrawn: nothing of it is public") as refused:
        later(gone, request(kind, **change))
    assert hint in str(refused.value.hint)


def test_what_is_withdrawn_is_said_anew_only_for_a_reason(gone: Means) -> None:
    plan = later(gone, request(Kind.RESCHEDULED, reopen="Doch", **NEW_TIME))
    assert {one.operation for one in plan.outgoing} == {Operation.PUBLISH}


@pytest.mark.parametrize(("channels", "given_up"), [((), True), (("blog",), False)], ids=["all", "one"])
def test_what_was_refused_elsewhere_is_given_up_where_nothing_stays(
    means: Means, channels: tuple[str, ...], *, given_up: bool
) -> None:
    announced(means)
    (late,) = recorded(later(means, request(Kind.PROGRESS, "twitter", text={"und": "x"})), means)
    left([late], means, state=State.FAILED)
    every = means.ledger.all_deliveries(late.ref)
    plan = withdrawals(every, channels, is_open=lambda _: True, capabilities=means.capabilities)
    assert ([one.id for one in unsent(every, plan)] == [late.id]) is given_up


def test_a_withdrawal_that_was_given_up_is_tried_again(means: Means) -> None:
    announced(means)
    every = means.ledger.all_deliveries(means.ledger.refs()[0])
    plan = withdrawals(every, (), is_open=lambda _: True, capabilities=means.capabilities)
    blog, twitter = means.ledger.join(plan.outgoing)
    delivered([blog], means)
    left([twitter], means, state=State.ABANDONED)
    every = means.ledger.all_deliveries(blog.ref)
    again = withdrawals(every, (), is_open=lambda _: True, capabilities=means.capabilities)
    assert [(one.id, one.state) for one in again.again] == [(twitter.id, State.PENDING)]
