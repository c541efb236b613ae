"""Which posts can be taken down, and what is given up with them."""

from __future__ import annotations

import pytest

from publisher.model.announcement import Kind
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.errors import Refused
from publisher.planning.plan import Means
from publisher.planning.withdrawal import Withdrawals, unsent, withdrawals
from tests.planning.making import announced, delivered, initial, later, left, recorded, request


def planned(means: Means, *channels: str, closed: tuple[str, ...] = ()) -> Withdrawals:
    return withdrawals(
        deliveries(means),
        channels,
        is_open=lambda name: name not in closed,
        capabilities=means.capabilities,
    )


def deliveries(means: Means) -> tuple[Delivery, ...]:
    return means.ledger.all_deliveries(means.ledger.refs()[0])


def aims(plan: Withdrawals) -> list[tuple[str, str | None]]:
    return [(one.post.channel, one.target.remote_id if one.target else None) for one in plan.every]


def test_every_post_that_stands_is_taken_down(means: Means) -> None:
    announced(means)
    delivered(recorded(later(means, request(Kind.COMPLETED, "twitter")), means), means)
    plan = planned(means)
    assert aims(plan) == [("blog", "1"), ("twitter", "2"), ("twitter", "3")]
    assert {one.operation for one in plan.outgoing} == {Operation.WITHDRAW}
    assert aims(planned(means, "blog")) == [("blog", "1")]


def test_one_that_failed_is_tried_again_and_one_that_is_done_is_not(means: Means) -> None:
    announced(means)
    blog, twitter = means.ledger.join(planned(means).outgoing)
    left([blog], means, state=State.FAILED)
    delivered([twitter], means)
    plan = planned(means)
    assert plan.outgoing == ()
    assert [(one.id, one.channel, one.state) for one in plan.again] == [(blog.id, "blog", State.PENDING)]


@pytest.mark.parametrize(
    ("channels", "closed", "why"),
    [
        (("blgo",), (), "blgo: no post of this announcement stands there"),
        (("blog",), ("blog",), "blog: not configured, or switched off"),
        ((), ("blog", "twitter"), "nothing can be taken down: blog: not configured"),
    ],
)
def test_what_cannot_be_taken_down_is_said(
    means: Means, channels: tuple[str, ...], closed: tuple[str, ...], why: str
) -> None:
    announced(means)
    with pytest.raises(Refused, match=why):
        planned(means, *channels, closed=closed)


def test_where_nothing_stands_nothing_is_taken_down(means: Means) -> None:
    recorded(initial(means), means)
    with pytest.raises(Refused, match="no post stands there"):
        planned(means)


def test_what_was_never_sent_there_is_given_up(means: Means) -> None:
    announced(means)
    recorded(later(means, request(Kind.PROGRESS, "blog", text={"und": "Gleich"})), means)
    given_up = unsent(deliveries(means), planned(means))
    assert [(one.channel, one.update, one.state, one.note) for one in given_up] == [
        ("blog", 2, State.ABANDONED, "withdrawn before it was sent")
    ]
    assert unsent(deliveries(means), planned(means, "twitter")) == []
