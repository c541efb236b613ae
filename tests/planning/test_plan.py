"""How a plan is recorded: in one transaction, in a second of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind
from publisher.model.delivery import State
from publisher.model.errors import AlreadySaid, Refused
from publisher.planning.plan import Means, Plan, commit, published
from tests.planning.making import NOW, announced, delivered, initial, later, recorded, request


def test_two_plans_of_one_second_are_published_in_two(means: Means) -> None:
    """The second was free when the other plan was made, and taken when it was recorded."""
    one = initial(means, only=("blog",))
    two = initial(means, only=("twitter",))
    recorded(one, means)
    kept, deliveries = commit(two, means, lambda old: initial(means, ref=old.ref, only=("twitter",)))
    assert kept.ref == two.ref
    assert kept.update.published_at > one.update.published_at
    assert [delivery.channel for delivery in deliveries] == ["twitter"]
    assert len(means.ledger.refs()) == 2


def test_a_later_update_is_dated_anew_as_well(means: Means) -> None:
    announced(means, only=("blog",))
    plan = later(means, request(Kind.PROGRESS, "blog", text={"und": "Gleich"}), now=NOW)
    taken = initial(means, only=("twitter",), again="so")
    recorded(replace(taken, update=replace(taken.update, published_at=plan.update.published_at)), means)
    anew: list[Plan] = []

    def again(old: Plan) -> Plan:
        anew.append(old)
        return replace(old, update=replace(old.update, published_at=published(means.ledger, NOW)))

    kept, _ = commit(plan, means, again)
    assert anew == [plan]
    assert kept.update.published_at > plan.update.published_at


def test_a_reference_taken_in_the_meantime_is_refused(means: Means) -> None:
    one = initial(means, only=("blog",))
    other = initial(means, ref=one.ref, only=("twitter",))
    recorded(one, means)
    with pytest.raises(Refused, match="busy"):
        recorded(other, means)


def test_who_never_finds_a_free_second_is_told_so(means: Means) -> None:
    one = initial(means, only=("blog",))
    two = initial(means, only=("twitter",))
    recorded(one, means)
    with pytest.raises(Refused, match="busy with other announcements"):
        commit(two, means, lambda old: old)
    assert means.ledger.refs() == (one.ref,)


def test_the_same_content_recorded_by_somebody_else_meanwhile_is_refused(means: Means) -> None:
    one, two = initial(means), initial(means)
    recorded(one, means)
    with pytest.raises(AlreadySaid, match=one.ref):
        recorded(two, means)
    assert recorded(replace(two, again="so", update=_a_minute_later(two)), means)


def _a_minute_later(plan: Plan) -> object:
    return replace(plan.update, published_at=plan.update.published_at.replace(minute=1))


def test_what_a_later_update_overtakes_is_given_up_in_the_same_transaction(means: Means) -> None:
    first = recorded(initial(means), means)
    delivered([one for one in first if one.channel == "blog"], means)
    plan = later(means, request(Kind.PROGRESS, text={"und": "Gleich"}))
    recorded(plan, means)
    states = {(one.update, one.channel): one.state for one in means.ledger.all_deliveries(plan.ref)}
    assert states[1, "twitter"] is State.ABANDONED
    assert states[2, "twitter"] is State.PENDING


def test_a_channel_that_does_two_things_is_one_channel(means: Means) -> None:
    announced(means)
    plan = later(means, request(Kind.COMPLETED))
    assert plan.channels == ("blog", "twitter")
    assert [item.post.channel for item in plan.outgoing] == ["blog", "blog", "twitter"]
