"""What each outcome makes of a delivery. Pure data, no I/O.

::

    pending ──claim──► sending ──► delivered
     ▲  ▲               │ │ │ └──► failed            the platform refused it for good
     │  │               │ │ └────► blocked_auth      a new token may help
     │  └─ retry_wait ◄─┘ │        staged            the draft is there, its release is next
     │                    └──────► unknown           it may be public: never sent again on faith
     │  absent, twice                 │ settle, then look
     └────────────────────────────────┤
                                      ├──► delivered        found
                                      └──► needs_decision   only a person can know

    What is public and lacks its start, end or reference needs a decision, too.

A publication is sent only out of `pending`, `staged`, `retry_wait` or `blocked_auth`: the states in which the
platform shows nothing of it, or in which the call that comes next may be repeated. `sending` is on disk before
the first byte leaves. A platform may commit after its answer was lost, so "absent" counts only when it was seen
twice, each time after the settle time. A refusal says nothing about an earlier attempt whose answer was lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from publisher.model.delivery import (
    CLAIMABLE,
    GIVEN_UP,
    REPEATABLE,
    SHOWING,
    Decision,
    Delivery,
    Operation,
    Outcome,
    Sighting,
    State,
    Step,
    Terms,
    is_cut,
    is_overtaken,
    may_stand,
    next_step,
)
from publisher.model.outcome import (
    LONGEST_WAIT,
    BadCredentials,
    ChannelError,
    Gone,
    Mutilated,
    NotSent,
    OnUnknown,
    Rejected,
    Unknown,
)
from publisher.model.post import Draft, Receipt

LATEST = 5.0
"""Seconds after it was asked for by which a claim has to be used: a machine that slept meanwhile gives it back."""


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
        absences=0,
    )


def concluded(
    delivery: Delivery, outcome: Outcome, *, terms: Terms, now: datetime, seconds: float = 0.0
) -> Delivery:
    """The delivery after an attempt of ``seconds`` that ended with ``outcome``."""
    after = replace(delivery, seconds=round(delivery.seconds + seconds, 3))
    match outcome:
        case Receipt():
            return _delivered(after, outcome)
        case Draft():
            return replace(after, state=State.STAGED, remote_id=outcome.remote_id)
        case Mutilated(receipt=Receipt()):
            return _mutilated(after, outcome)
        case Rejected():
            return _refused(after, outcome, terms, now)
        case NotSent():
            return _waiting(after, State.RETRY_WAIT, outcome, _asked(outcome, now))
        case Unknown():
            return _lost(after, outcome, terms, now)
    raise TypeError(f"not an outcome: {outcome!r}")


def interrupted(
    delivery: Delivery, *, terms: Terms, now: datetime, claimed_ago: float | None = None
) -> Delivery:
    """A delivery found in `sending` although nobody is sending it: its owner died in mid-attempt.

    Or has lost its hold ``claimed_ago`` seconds after its claim, and lives: then its request may be on its way until
    it has ended and settled, so until then even what may be repeated is not.
    """
    stopped = Unknown("the program ended while this was being sent; nobody saw the answer")
    after = _lost(delivery, stopped, terms, now)
    if claimed_ago is None or after.state not in CLAIMABLE | {State.UNKNOWN}:
        return after
    left = terms.timeout + LATEST + terms.settle - claimed_ago
    return replace(after, not_before=max(after.not_before or now, now + timedelta(seconds=left)))


def doubted(delivery: Delivery, *, terms: Terms, now: datetime) -> Delivery:
    """A delivery of a ledger that was put back from a backup: it may be public by now, whichever step it stood at."""
    stopped = Unknown("the ledger is an older copy that was put back; this may have been sent since")
    aimed = delivery.target or delivery.is_ping
    step = next_step(delivery, terms) if aimed else Step.PUBLISH
    return _lost(replace(delivery, step=step, absences=0), stopped, terms, now)


def looked(delivery: Delivery, sighting: Sighting, *, terms: Terms, now: datetime) -> Delivery:
    """An `unknown` delivery after a look-up. Raises ValueError for one in another state."""
    if delivery.state is not State.UNKNOWN:
        raise ValueError(f"{delivery.channel} is {delivery.state}: there is nothing to look for")
    match sighting:
        case Receipt():
            return _delivered(delivery, sighting)
        case None:
            return _absent(delivery, terms, now)
        case Mutilated(receipt=Receipt()):
            return _mutilated(delivery, sighting)
        case Rejected():
            return _stopped(delivery, State.NEEDS_DECISION, _blind(sighting))
        case NotSent():
            return _waiting(delivery, State.UNKNOWN, _blind(sighting), _asked(sighting, now))
        case _:
            return _waiting(delivery, State.UNKNOWN, _blind(sighting), None)


def reopened(delivery: Delivery, *, forced: bool = False) -> Delivery:
    """A delivery that the platform refused, once the engineer says that the cause is gone, or to be ignored."""
    if delivery.state is not State.FAILED:
        raise ValueError(f"{delivery.channel} is {delivery.state}, not failed")
    return replace(delivery, state=State.PENDING, forced=delivery.forced or forced, error=None, cure=None)


def superseded(delivery: Delivery, by: int) -> Delivery:
    """What was never sent and is overtaken by a later update. Raises ValueError where it may have been sent."""
    if not is_overtaken(delivery, Operation.PUBLISH):
        raise ValueError(f"{delivery.channel} is {delivery.state}: it may be public")
    return replace(delivery, state=State.ABANDONED, note=f"superseded by update {by}", not_before=None)


def needless(delivery: Delivery) -> Delivery:
    """An edit that turns out to have nothing to edit, where a post of its own says the same."""
    note = "nothing is known to stand there that could be edited; the new post says it"
    return replace(delivery, state=State.ABANDONED, note=note, not_before=None)


def taken_up(delivery: Delivery, *, forced: bool = False) -> Delivery:
    """What was given up, gone on with after all: looked for first where it may be public. Raises ValueError."""
    if delivery.state is not State.ABANDONED:
        raise ValueError(f"{delivery.channel} is {delivery.state}, not given up")
    may_be_public = (delivery.lost or delivery.duplicate) and delivery.step not in REPEATABLE
    state = State.UNKNOWN if may_be_public else State.PENDING
    again = replace(delivery, state=state, forced=delivery.forced or forced, note=None)
    return replace(again, error=None, cure=None, not_before=None, absences=0)


def resolved(delivery: Delivery, decision: Decision, *, receipt: Receipt | None = None) -> Delivery:
    """What a person knows and no program can. Raises ValueError where there is nothing to decide.

    ``receipt`` goes with `Decision.DELIVERED`. Sending again begins anew: a draft that cannot be released is left.
    What was given up and may stand there is still to be decided about, but is not sent any more.
    """
    given_up = delivery.state is State.ABANDONED
    if delivery.state in {State.DELIVERED, State.SENDING} or (given_up and not may_stand(delivery)):
        raise ValueError(f"{delivery.channel} is {delivery.state}: there is nothing to decide")
    if decision is Decision.RESEND and given_up:
        raise ValueError(f"{delivery.channel}: it was given up, and is not sent any more")
    if decision is Decision.RESEND and is_cut(delivery):
        raise ValueError(f"{delivery.channel}: it is public; sent again it would stand there twice")
    match decision:
        case Decision.DELIVERED:
            # A draft that an attempt left behind is not the post that a person made.
            by_hand = replace(delivery, remote_id=None) if receipt else delivery
            return _delivered(by_hand, receipt or Receipt(remote_id=None))
        case Decision.RESEND:
            again = replace(delivery, state=State.PENDING, remote_id=None, duplicate=False, lost=False)
            return replace(again, error=None, cure=None, not_before=None, absences=0)
        case Decision.ABANDON:
            return replace(delivery, state=State.ABANDONED, note=GIVEN_UP, not_before=None)
        case Decision.ABSENT:
            known = replace(delivery, lost=False, duplicate=False, error=None, cure=None)
            note = f"{GIVEN_UP}: it is not there"
            return replace(known, state=State.ABANDONED, note=note, not_before=None)


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
        absences=0,
        lost=False,
    )


def _mutilated(delivery: Delivery, outcome: Mutilated) -> Delivery:
    """It stands there in public without what it must say: not delivered, and never sent again by itself."""
    receipt = outcome.receipt or Receipt(remote_id=None)
    return _stopped(_delivered(delivery, receipt), State.NEEDS_DECISION, outcome)


def _stopped(delivery: Delivery, state: State, error: ChannelError) -> Delivery:
    return replace(delivery, state=state, error=str(error), cure=error.cure)


def _refused(delivery: Delivery, outcome: Rejected, terms: Terms, now: datetime) -> Delivery:
    if isinstance(outcome, BadCredentials):
        return _stopped(delivery, State.BLOCKED_AUTH, outcome)
    if isinstance(outcome, Gone) and delivery.forced:  # it is made anew, in this run
        anew = replace(delivery, state=State.PENDING, target=None, url=None, fingerprint=None)
        return replace(anew, lost=False)
    if (
        delivery.lost and delivery.step is not Step.AMEND
    ):  # this attempt was refused, but what became of the one before is not known
        settled = now + timedelta(seconds=terms.settle)
        state = State.UNKNOWN if terms.lookup else State.NEEDS_DECISION
        return _waiting(delivery, state, outcome, settled if terms.lookup else None)
    return _stopped(delivery, State.FAILED, outcome)


def _waiting(delivery: Delivery, state: State, error: ChannelError, until: datetime | None) -> Delivery:
    return replace(_stopped(delivery, state, error), not_before=until)


def _asked(outcome: NotSent, now: datetime) -> datetime | None:
    """Until when the platform wants to be left alone, as far as it is believed."""
    if not outcome.retry_after:
        return None
    return now + timedelta(seconds=min(outcome.retry_after, LONGEST_WAIT))


def _lost(delivery: Delivery, outcome: Unknown, terms: Terms, now: datetime) -> Delivery:
    """The answer is lost: repeat what may be repeated, look where one can, else do as the configuration says."""
    settled = now + timedelta(seconds=terms.settle)
    delivery = replace(delivery, lost=delivery.lost or delivery.step in SHOWING)
    if outcome.duplicate:
        return replace(_waiting(delivery, State.UNKNOWN, outcome, settled), duplicate=True)
    if delivery.step in REPEATABLE or (delivery.step is Step.PUBLISH and terms.repeatable):
        return _waiting(delivery, State.RETRY_WAIT, outcome, None)
    if delivery.step is Step.STAGE:  # a second draft is hidden, and the adapter looks for the first one
        return _waiting(delivery, State.RETRY_WAIT, outcome, settled)
    if terms.lookup:
        return _waiting(delivery, State.UNKNOWN, outcome, settled)
    return _as_configured(delivery, outcome, terms.on_unknown, settled)


def _as_configured(delivery: Delivery, outcome: Unknown, choice: OnUnknown, settled: datetime) -> Delivery:
    match choice:
        case OnUnknown.RESEND:
            return _waiting(delivery, State.RETRY_WAIT, outcome, settled)
        case OnUnknown.SKIP:
            return _stopped(delivery, State.ABANDONED, outcome)
    return _stopped(delivery, State.NEEDS_DECISION, outcome)


def _absent(delivery: Delivery, terms: Terms, now: datetime) -> Delivery:
    if not delivery.absences:
        return replace(delivery, absences=1, not_before=now + timedelta(seconds=terms.settle))
    if delivery.duplicate:
        riddle = Rejected("the platform refuses it as a duplicate, but it is not to be found")
        return _stopped(delivery, State.NEEDS_DECISION, riddle)
    found = replace(delivery, state=State.PENDING, absences=0, lost=False, not_before=None)
    return replace(found, error="looked for twice, and not found: it is to be sent again", cure=None)


def _blind(error: ChannelError) -> ChannelError:
    return ChannelError(f"the look-up failed, so it may be public or not: {error}", cure=error.cure)
