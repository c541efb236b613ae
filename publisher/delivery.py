"""One update × one channel: its states, its steps, and what each outcome makes of it. Pure data, no I/O.

::

    pending ──claim──► sending ──► delivered
       ▲                │ │ │ └──► failed            the platform refused it for good
       │                │ │ └────► blocked_auth      a new token may help
       └── retry_wait ◄─┘ │        staged            the draft is there, its release is next
                          └──────► unknown           it may be public: never sent again on faith
                                     └──► needs_decision   only a person can know

A publication is sent only out of `pending`, `staged`, `retry_wait` or `blocked_auth`: the states in which the
platform provably shows nothing of it. `sending` is on disk before the first byte leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.channel import (
    BadCredentials,
    ChannelError,
    Draft,
    NotSent,
    Post,
    Receipt,
    Rejected,
    Unknown,
)


class State(StrEnum):
    """Every state a delivery can be in."""

    PENDING = "pending"
    SENDING = "sending"
    STAGED = "staged"
    RETRY_WAIT = "retry_wait"
    UNKNOWN = "unknown"
    NEEDS_DECISION = "needs_decision"
    BLOCKED_AUTH = "blocked_auth"
    DELIVERED = "delivered"
    FAILED = "failed"
    ABANDONED = "abandoned"


class Step(StrEnum):
    """The call a delivery is at, or was at when it stopped."""

    PUBLISH = "publish"
    STAGE = "stage"
    RELEASE = "release"

    @property
    def repeatable(self) -> bool:
        """Whether the same call made twice shows customers one post: releasing one draft does."""
        return self is Step.RELEASE


LONGEST_WAIT = 900.0
"""Seconds; a platform that asks for more is believed for a quarter of an hour only."""

CLAIMABLE = frozenset({State.PENDING, State.STAGED, State.RETRY_WAIT, State.BLOCKED_AUTH})
"""Out of these, and no others, an attempt may start."""

CLOSED = frozenset({State.DELIVERED, State.FAILED, State.ABANDONED})
"""Nothing more happens to these by itself."""

Outcome = Draft | Receipt | ChannelError
"""What one attempt came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The record of one update on one channel."""

    id: int
    ref: str
    update: int
    channel: str
    type: str
    operation: str
    """``publish`` today; the ledger's key leaves room for more than one operation a channel."""
    post: Post
    state: State = State.PENDING
    step: Step = Step.PUBLISH
    fence: int = 0
    """Rises with every claim; a result that carries an older one is not recorded."""
    attempts: int = 0
    seconds: float = 0.0
    """Spent in attempts so far."""
    remote_id: str | None = None
    url: str | None = None
    fingerprint: str | None = None
    note: str | None = None
    error: str | None = None
    cure: str | None = None
    not_before: datetime | None = None
    """UTC; when the next attempt makes sense."""
    lookup: bool = False
    """Whether the channel can be asked afterwards."""


def next_step(delivery: Delivery, *, staged: bool) -> Step:
    """The call that comes next: where the platform has drafts, stage, then release; else publish in one."""
    if not staged:
        return Step.PUBLISH
    return Step.RELEASE if delivery.remote_id else Step.STAGE


def claimed(delivery: Delivery, step: Step) -> Delivery:
    """The delivery as it is on disk while an attempt is in flight.

    Raises ValueError out of a state in which the platform may already show the post.
    """
    if delivery.state not in CLAIMABLE:
        raise ValueError(f"{delivery.channel}: an attempt cannot start out of {delivery.state}")
    return replace(
        delivery,
        state=State.SENDING,
        step=step,
        fence=delivery.fence + 1,
        attempts=delivery.attempts + 1,
        error=None,
        cure=None,
        not_before=None,
    )


def concluded(delivery: Delivery, outcome: Outcome, *, seconds: float, now: datetime) -> Delivery:
    """The delivery after an attempt of ``seconds`` that ended with ``outcome``."""
    after = replace(delivery, seconds=round(delivery.seconds + seconds, 3))
    match outcome:
        case Receipt():
            return _delivered(after, outcome)
        case Draft():
            return replace(after, state=State.STAGED, remote_id=outcome.remote_id)
        case BadCredentials():
            return _stopped(after, State.BLOCKED_AUTH, outcome)
        case Rejected():
            return _stopped(after, State.FAILED, outcome)
        case NotSent():
            return replace(_stopped(after, State.RETRY_WAIT, outcome), not_before=_asked(outcome, now))
        case Unknown():
            return _stopped(after, State.UNKNOWN if after.lookup else State.NEEDS_DECISION, outcome)
    raise TypeError(f"not an outcome: {outcome!r}")


def interrupted(delivery: Delivery) -> Delivery:
    """A delivery found in `sending` although nobody is sending it: its owner died in mid-attempt."""
    stopped = Unknown("the program ended while this was being sent; nobody saw the answer")
    return _stopped(delivery, State.UNKNOWN if delivery.lookup else State.NEEDS_DECISION, stopped)


def reopened(delivery: Delivery) -> Delivery:
    """A delivery that the platform refused, once the engineer says that the cause is gone."""
    if delivery.state is not State.FAILED:
        raise ValueError(f"{delivery.channel} is {delivery.state}, not failed")
    return replace(delivery, state=State.PENDING, error=None, cure=None)


def exit_code(deliveries: tuple[Delivery, ...]) -> int:
    """What the command ends with: 0, or the most urgent of 3 (decide), 4 (refused for good), 5 (resume)."""
    return min((_urgency(delivery) for delivery in deliveries), default=0, key=_by_urgency)


def _delivered(delivery: Delivery, receipt: Receipt) -> Delivery:
    return replace(
        delivery,
        state=State.DELIVERED,
        remote_id=receipt.remote_id or delivery.remote_id,
        url=receipt.url,
        fingerprint=receipt.fingerprint,
        note=receipt.note,
        error=None,
        cure=None,
        not_before=None,
    )


def _stopped(delivery: Delivery, state: State, error: ChannelError) -> Delivery:
    return replace(delivery, state=state, error=str(error), cure=error.cure)


def _asked(outcome: NotSent, now: datetime) -> datetime | None:
    """Until when the platform wants to be left alone, as far as it is believed."""
    if not outcome.retry_after:
        return None
    return now + timedelta(seconds=min(outcome.retry_after, LONGEST_WAIT))


_EXIT_CODES = {
    State.DELIVERED: 0,
    State.ABANDONED: 0,
    State.NEEDS_DECISION: 3,
    State.FAILED: 4,
    State.BLOCKED_AUTH: 4,
}


def _urgency(delivery: Delivery) -> int:
    return _EXIT_CODES.get(delivery.state, 5)


def _by_urgency(code: int) -> int:
    return code or 9
