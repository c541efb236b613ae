"""One update × one channel: its states and steps, and questions about one. `transitions` has what moves it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from publisher.model.outcome import (
    ChannelError,
    OnUnknown,
)
from publisher.model.post import Draft, Post, Receipt
from publisher.model.record import Record


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


class Operation(StrEnum):
    """What a delivery does to its channel."""

    PUBLISH = "publish"
    """Make a post of its own."""
    AMEND = "amend"
    """Edit the post that is there; where none is, make one."""
    WITHDRAW = "withdraw"
    """Take the post down."""
    PING = "ping"
    """Tell the channel's hub that there is something new: no customer reads it, and nothing waits for it."""


class Step(StrEnum):
    """The call a delivery is at, or was at when it stopped."""

    PUBLISH = "publish"
    STAGE = "stage"
    RELEASE = "release"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    PING = "ping"


REPEATABLE = frozenset({Step.RELEASE, Step.AMEND, Step.WITHDRAW, Step.PING})
"""Calls that name what they act on: made twice, they come to the same."""

SHOWING = frozenset({Step.PUBLISH, Step.RELEASE, Step.AMEND})
"""Calls after which customers see something new."""


class Decision(StrEnum):
    """What a person can say about a delivery."""

    DELIVERED = "delivered"
    RESEND = "resend"
    ABANDON = "abandon"
    ABSENT = "absent"
    """It is not public, and is left so."""


CLAIMABLE = frozenset({State.PENDING, State.STAGED, State.RETRY_WAIT, State.BLOCKED_AUTH})
"""Out of these, and no others, an attempt may start."""

BY_HAND = "entered by hand and not verified"
"""How the note of a post begins whose address a person entered, and where nothing was found."""

GIVEN_UP = "given up by hand"
"""The note of what a person gave up, and has said no more about."""

FOR_GOOD = "given up for good"
"""How the note of what a person gave up begins, where they said why."""

CLOSED = frozenset({State.DELIVERED, State.FAILED, State.ABANDONED})
"""Nothing more happens to these by itself."""

Outcome = Draft | Receipt | ChannelError
"""What one attempt came to."""

Sighting = Receipt | ChannelError | None
"""What one look-up came to: the post, nothing, or no answer."""


class Terms(Record, frozen=True, kw_only=True):
    """What may be assumed of a channel when its answer is lost."""

    staged: bool = False
    """The platform has drafts."""
    lookup: bool = False
    """The platform can be asked."""
    repeatable: bool = False
    """Publishing twice shows the post once."""
    settle: float = 0.0
    """Seconds in which a lost request may still come into effect."""
    timeout: float = 0.0
    """Seconds after which a request has ended, on whatever machine it was made."""
    on_unknown: OnUnknown = OnUnknown.ASK
    """What to do where the platform cannot be asked."""


class Delivery(Record, frozen=True, kw_only=True):
    """The record of one update on one channel."""

    id: int
    ref: str
    update: int
    channel: str
    type: str
    operation: Operation
    post: Post
    """What is said; for a withdrawal, the post that is taken down."""
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
    """UTC; when the next attempt or look-up makes sense."""
    absences: int = 0
    """Look-ups in a row that saw nothing."""
    duplicate: bool = False
    """The platform has refused it as a duplicate: evidence that it is there."""
    target: str | None = None
    """The platform's id of the post that is edited or taken down; ``fingerprint`` is then how we left it."""
    forced: bool = False
    """Edits made by hand on the platform are written over."""
    silent: bool = False
    """Who subscribes to a feed is not told that this is taken down."""
    lost: bool = False
    """The answer to an attempt that may have made it public was lost, and nobody knows yet whether it did."""

    @property
    def is_unverified(self) -> bool:
        """Whether a person said that it is public, and nobody could see it there."""
        return self.state is State.DELIVERED and (self.note or "").startswith(BY_HAND)

    @property
    def is_ping(self) -> bool:
        """Whether it tells a hub, and no customer."""
        return self.operation is Operation.PING

    @property
    def receipt(self) -> Receipt:
        """The post that is edited or taken down, as we left it."""
        left = None if self.forced else self.fingerprint
        return Receipt(remote_id=self.target, url=self.url, fingerprint=left, ref=self.ref)


def next_step(delivery: Delivery, terms: Terms) -> Step:
    """The call that comes next: where the platform has drafts, stage, then release; else publish in one."""
    if delivery.is_ping:
        return Step.PING
    if delivery.target:
        return Step.WITHDRAW if delivery.operation is Operation.WITHDRAW else Step.AMEND
    if not terms.staged:
        return Step.PUBLISH
    return Step.RELEASE if delivery.remote_id else Step.STAGE


def reason(delivery: Delivery) -> str | None:
    """Why it is not delivered, as far as that is no note; every state but that one says why."""
    return delivery.error or _UNSAID.get(delivery.state)


_UNSAID = {
    State.PENDING: "not sent yet: the run ended before its turn",
    State.SENDING: "it was being sent when the run ended",
    State.STAGED: "its hidden draft is there, and the run ended before the release",
}
"""Where nothing has gone wrong."""


def never_public(delivery: Delivery) -> bool:
    """Whether it is sure that customers have seen nothing of it, so that a later update may take its place."""
    return delivery.state in CLAIMABLE and not delivery.lost and delivery.operation is not Operation.WITHDRAW


def is_cut(delivery: Delivery) -> bool:
    """Whether a post of its own is known to be public without all it must say, and nobody has said that this will do.

    Only what has been seen in public has an address: a draft has none.
    """
    return (
        delivery.state in {State.NEEDS_DECISION, State.ABANDONED}
        and delivery.operation in {Operation.PUBLISH, Operation.AMEND}
        and delivery.target is None
        and bool(delivery.remote_id and delivery.url)
    )


def may_stand(delivery: Delivery) -> bool:
    """Whether it was given up although it may be public as a post of its own: an answer was lost for good."""
    return (
        delivery.state is State.ABANDONED
        and delivery.operation in {Operation.PUBLISH, Operation.AMEND}
        and delivery.target is None
        and (delivery.lost or delivery.duplicate)
        and not is_cut(delivery)
    )


def is_asked_about(delivery: Delivery) -> bool:
    """Whether it `may_stand`, and neither a person nor the configuration has decided that this is left so."""
    return may_stand(delivery) and delivery.note == GIVEN_UP


def is_overtaken(delivery: Delivery, by: Operation) -> bool:
    """Whether a later update that does ``by`` on the channel takes the place of a delivery.

    Of one that nobody has seen, or that was refused. An edit does not take the place of a post of its own: that
    one is there to be noticed.
    """
    refused = delivery.state is State.FAILED and delivery.operation is not Operation.WITHDRAW
    covered = by is Operation.PUBLISH or delivery.operation is Operation.AMEND
    return covered and (refused or never_public(delivery))


def for_readers(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Those of the deliveries that customers read."""
    return tuple(delivery for delivery in deliveries if not delivery.is_ping)
