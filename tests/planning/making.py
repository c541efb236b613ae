"""Requests and plans as the tests of this folder make them, and what channels leave in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from publisher.model.announcement import Kind, Update
from publisher.model.change import Change
from publisher.model.delivery import Delivery, State
from publisher.planning.initial import drawn_reference, plan_initial
from publisher.planning.initial_request import InitialRequest, InitialTyped, read_initial
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterRequest
from publisher.planning.plan import Means, Plan, commit

NOW = datetime(2026, 11, 23, 20, 0, 30, 500, tzinfo=UTC)  # a Monday, 21:00 in Berlin
LATER = NOW + timedelta(minutes=45)
BOTH = ("blog", "twitter")


def asked(means: Means, now: datetime = NOW, **typed: Any) -> InitialRequest:
    """A request for an hour's work in half an hour, unless typed otherwise."""
    known = {"preset": "kernel", "start": "+30m"} | typed
    return read_initial(InitialTyped(**known), {}, means.config, now=now)


def initial(means: Means, now: datetime = NOW, ref: str | None = None, **typed: Any) -> Plan:
    drawn = ref or drawn_reference(means.config, means.ledger)
    return plan_initial(asked(means, now, **typed), means, now=now, ref=drawn)


def recorded(plan: Plan, means: Means) -> tuple[Delivery, ...]:
    """The plan's deliveries; nobody else is there, so nothing is planned anew."""

    def never(_: Plan) -> Plan:
        raise AssertionError

    return commit(plan, means, never)[1]


def announced(means: Means, **typed: Any) -> Update:
    """An announcement that every channel has posted."""
    plan = initial(means, **typed)
    delivered(recorded(plan, means), means)
    return plan.update


def delivered(deliveries: Sequence[Delivery], means: Means) -> None:
    """Each has a post with an address of its own."""
    posted = [
        replace(
            one, state=State.DELIVERED, remote_id=f"{one.id}", url=f"https://{one.channel}.example/{one.id}"
        )
        for one in deliveries
    ]
    means.ledger.write(posted, at=NOW)


def left(deliveries: Sequence[Delivery], means: Means, **changes: Any) -> None:
    """Each as a run that ended left it."""
    means.ledger.write([replace(one, **changes) for one in deliveries], at=NOW)


def request(kind: Kind, *channels: str, forced: bool = False, **change: Any) -> LaterRequest:
    """A later update on these channels, both unless named."""
    return LaterRequest(change=Change(kind=kind, **change), channels=channels or BOTH, forced=forced)


def later(means: Means, said: LaterRequest, now: datetime = LATER) -> Plan:
    return plan_later(means.ledger.refs()[0], said, means, now=now)
