"""One delivery's thread: open the adapter, ask for a claim, make one attempt, hand in what it came to.

A worker decides nothing and records nothing. It asks the dispatcher for every step, and the dispatcher answers
only after the step is on disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from publisher.adapter.contract import Amending, Channel, Finding, Pinging, Staging, Withdrawing
from publisher.delivery.turns import Turns
from publisher.model.delivery import (
    Delivery,
    Outcome,
    Sighting,
    State,
    Step,
    Terms,
    next_step,
)
from publisher.model.outcome import ChannelError, NotSent, Rejected, Unknown
from publisher.model.post import Draft, Post, Receipt
from publisher.model.record import Record
from publisher.model.transitions import LATEST
from publisher.model.wholeness import mutilated


class Job(Record, frozen=True, kw_only=True):
    """A delivery to work on, and how to reach its platform."""

    delivery: Delivery
    terms: Terms
    open: Callable[[], Channel]
    """Builds the adapter, its library included; called first in the worker's own thread."""
    departures: Callable[[], int]
    """How many requests that may publish have left for this channel so far."""
    fence: Callable[[int], bool]
    """Forbids any further byte; True unless it is sure that no request has left beyond that many."""
    hosts: frozenset[str] = frozenset()
    """Where the links to its posts may lead; empty where that is not known."""
    sends: bool = True
    """False: what may be public is looked for, and not sent again in this run where it is not to be found."""


class Claim(Record, frozen=True):
    """May I send? Answered with the claimed delivery once that is on disk, or None."""

    worker: Worker
    step: Step


class Result(Record, frozen=True):
    """What the attempt came to. Answered with the delivery as recorded."""

    worker: Worker
    outcome: Outcome
    seconds: float


class Look(Record, frozen=True):
    """What a look-up saw. Answered with the delivery as recorded."""

    worker: Worker
    sighting: Sighting


class Finished(Record, frozen=True):
    """This worker has nothing more to do."""

    worker: Worker


Message = Claim | Result | Look | Finished


class Worker(threading.Thread):
    """A daemon: a call that hangs for ever must not keep the process alive."""

    def __init__(self, job: Job, inbox: queue.SimpleQueue[Any], *, deadline: datetime) -> None:
        super().__init__(name=f"channel {job.delivery.channel}", daemon=True)
        self.job = job
        self.delivery = job.delivery
        self.departed_before = 0
        """Requests that had left before the attempt in flight."""
        self.answers: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._inbox = inbox
        self._turns = Turns(deadline)
        self._stopped = threading.Event()
        self._untouched = job.delivery.state is State.PENDING and not job.delivery.attempts
        """Nothing but what this worker has done can have left anything of it on the platform."""

    def stop(self) -> None:
        """Start no further attempt; wakes a worker that waits for its next one."""
        self._stopped.set()

    def fence(self) -> bool:
        """Let nothing more leave; True unless it is sure that nothing of the attempt in flight has left."""
        self.stop()
        return self.job.fence(self.departed_before)

    def run(self) -> None:
        """Work until the delivery needs nothing more from this run."""
        try:
            self._work()
        finally:
            self._inbox.put(Finished(self))

    def _work(self) -> None:
        try:
            channel = self.job.open()
        except Exception as error:  # noqa: BLE001  an adapter that cannot start harms no other channel
            self._ask(Result(self, _as_unstarted(error), 0.0))
            return
        while self._wait_for_turn():
            if not self._take_turn(channel):
                return

    def _take_turn(self, channel: Channel) -> bool:
        """One look-up or one attempt; False where nothing more may be done."""
        if self.delivery.state is State.UNKNOWN:
            self._untouched = False
            recorded = self._ask(Look(self, _sighted(channel, self.delivery.post)))
            return recorded and (self.job.sends or self.delivery.state is State.UNKNOWN)
        asked_at = _awake_or_not()
        if not self._ask(Claim(self, next_step(self.delivery, self.job.terms))):
            return False
        if _awake_or_not() - asked_at > LATEST:
            slept = NotSent("this machine slept after it had claimed it; nothing was sent")
            return self._ask(Result(self, slept, 0.0))
        self.departed_before = self.job.departures()
        return self._ask(Result(self, *self._attempt(channel, self.delivery)))

    def _wait_for_turn(self) -> bool:
        seconds = self._turns.pause(self.delivery, datetime.now(UTC))
        if seconds is None:
            return False
        return not self._stopped.wait(seconds) if seconds else not self._stopped.is_set()

    def _attempt(self, channel: Channel, delivery: Delivery) -> tuple[Outcome, float]:
        started = time.monotonic()
        post = replace(delivery.post, repeat=not self._untouched)
        try:
            made = _call(channel, post, delivery)
            outcome: Outcome = mutilated(post, made) or made
        except ChannelError as error:
            outcome = error
        except BaseException as error:  # noqa: BLE001  sys.exit in an adapter must not end a run that is sending
            outcome = Unknown(f"the adapter failed: {type(error).__name__}: {error}")
        self._untouched = self._untouched and isinstance(outcome, Draft)
        return outcome, time.monotonic() - started

    def _ask(self, message: Message) -> bool:
        """Hand it in and wait until it is on disk; False where the dispatcher says no."""
        self._inbox.put(message)
        recorded = self.answers.get()
        if recorded is None:
            return False
        self.delivery = recorded
        return True


def _awake_or_not() -> float:
    """Seconds, those included in which this machine slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _call(channel: Channel, post: Post, delivery: Delivery) -> Draft | Receipt:
    """The one place where an adapter's publishing verbs are called."""
    match delivery.step:
        case Step.PUBLISH:
            outcome: Any = channel.publish(post)
        case Step.STAGE:
            outcome = _staging(channel).stage(post)
        case Step.RELEASE:
            outcome = _staging(channel).release(post, Draft(remote_id=delivery.remote_id or ""))
        case Step.AMEND:
            outcome = _amending(channel).amend(delivery.receipt, post)
        case Step.WITHDRAW:
            _withdrawing(channel).withdraw(delivery.receipt)
            outcome = delivery.receipt
        case Step.PING:
            _pinging(channel).ping()
            outcome = Receipt(remote_id=None)
    if not isinstance(outcome, Draft | Receipt):
        raise Unknown(f"the adapter returned {type(outcome).__name__}, not a receipt")
    return outcome


def _staging(channel: Channel) -> Staging:
    if not isinstance(channel, Staging):
        raise Rejected("the adapter says it has drafts but cannot stage them")
    return channel


def _amending(channel: Channel) -> Amending:
    if not isinstance(channel, Amending):
        raise Rejected("the adapter says it edits posts but cannot")
    return channel


def _withdrawing(channel: Channel) -> Withdrawing:
    if not isinstance(channel, Withdrawing):
        raise Rejected("the adapter says it takes posts down but cannot")
    return channel


def _pinging(channel: Channel) -> Pinging:
    if not isinstance(channel, Pinging):
        raise Rejected("the adapter says it has a hub but cannot tell it")
    return channel


def _sighted(channel: Channel, post: Post) -> Sighting:
    if not isinstance(channel, Finding):
        return Rejected("the adapter cannot look a post up")
    try:
        found = channel.find(post)
        return (mutilated(post, found) or found) if isinstance(found, Receipt) else found
    except ChannelError as error:
        return error
    except BaseException as error:  # noqa: BLE001  as above; a look-up that fails is no "absent"
        return ChannelError(f"the adapter failed: {type(error).__name__}: {error}")


def _as_unstarted(error: Exception) -> ChannelError:
    if isinstance(error, ChannelError):
        return error
    return Rejected(f"the adapter could not be started: {type(error).__name__}: {error}")
