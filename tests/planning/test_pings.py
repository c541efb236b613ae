"""Pings: recorded and retried beside what customers read, and part of none of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from publisher.model.announcement import Kind
from publisher.model.carried import carried, waits_for
from publisher.model.delivery import Delivery, Operation, State, Step, Terms, for_readers
from publisher.model.outcome import NotSent, Unknown
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities, Format, Post, Receipt
from publisher.model.transitions import claimed, concluded, doubted, interrupted
from publisher.planning.pings import with_pings

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
BLIND = Terms()
"""No look-up, nothing repeatable: what makes a publication whose answer is lost a case for a person."""


def post(channel: str) -> Post:
    return Post(
        ref="CMO-7K3M",
        update=1,
        kind=Kind.INITIAL,
        channel=channel,
        locale="de",
        format=Format.HTML,
        title="Titel",
        body="<p>Text</p>",
        slug="cmo-7k3m",
        published_at=NOW,
    )


def delivery(number: int = 1, operation: Operation = Operation.PUBLISH, **changes: object) -> Delivery:
    made = Delivery(
        id=number,
        ref="CMO-7K3M",
        update=1,
        channel="feed",
        type="feed",
        operation=operation,
        post=post("feed"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


PING = delivery(9, Operation.PING)


def test_each_channel_with_a_hub_gets_one_after_its_posts() -> None:
    known = {
        "feed": Capabilities(format=Format.HTML, pings=True),
        "blog": Capabilities(format=Format.HTML),
    }
    outgoing = [
        Outgoing(post("feed"), "feed", Operation.AMEND),
        Outgoing(post("feed"), "feed"),
        Outgoing(post("blog"), "wordpress"),
    ]

    found = with_pings(outgoing, known.__getitem__)

    assert list(found[:3]) == outgoing
    assert [(item.post.channel, item.operation) for item in found[3:]] == [("feed", Operation.PING)]


@pytest.mark.parametrize("outcome", [Unknown("no answer"), NotSent("refused")])
def test_one_that_was_perhaps_heard_is_made_again(outcome: Unknown | NotSent) -> None:
    after = concluded(claimed(PING, Step.PING), outcome, terms=BLIND, now=NOW)
    assert after.state is State.RETRY_WAIT


def test_one_that_a_dead_run_or_an_old_ledger_left_is_made_again() -> None:
    assert interrupted(claimed(PING, Step.PING), terms=BLIND, now=NOW).state is State.RETRY_WAIT
    assert doubted(PING, terms=BLIND, now=NOW).state is State.RETRY_WAIT
    assert doubted(delivery(), terms=BLIND, now=NOW).state is State.NEEDS_DECISION  # the control


@pytest.mark.parametrize("state", State)
def test_one_waits_until_its_post_is_there(state: State) -> None:
    there = state in {State.DELIVERED, State.ABANDONED}
    assert waits_for(PING, [delivery(state=state), PING]) is not there


@pytest.mark.parametrize("state", State)
def test_nothing_waits_for_one(state: State) -> None:
    assert not waits_for(delivery(2, update=2), [replace(PING, state=state)])
    assert not waits_for(replace(PING, id=10, update=2), [replace(PING, state=state)])


@pytest.mark.parametrize("state", State)
def test_one_is_nothing_that_stands_on_a_channel(state: State) -> None:
    ping, told_by = replace(PING, state=state), delivery(state=State.DELIVERED, remote_id="tag:x")
    assert carried([ping]) == {}
    assert list(carried([told_by, ping])["feed"].posts) == [told_by.id]
    assert for_readers([told_by, ping]) == (told_by,)


def test_hearing_one_proves_no_post() -> None:
    heard = concluded(claimed(PING, Step.PING), Receipt(remote_id=None), terms=BLIND, now=NOW)
    assert (heard.state, heard.remote_id, heard.url) == (State.DELIVERED, None, None)
