"""One delivery's thread: open the adapter, ask for a claim, make one attempt, hand in what it came to.

A worker decides nothing and records nothing. It asks the dispatcher for every step, and the dispatcher answers
only after the step is on disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from publisher.channel import Channel, ChannelError, Draft, Receipt, Rejected, Staging, Unknown
from publisher.delivery import Delivery, Outcome, Step, next_step
from publisher.retry import Turns


@dataclass(frozen=True, kw_only=True)
class Job:
    """A delivery to work on, and how to reach its platform."""

    delivery: Delivery
    staged: bool
    """The platform has drafts."""
    open: Callable[[], Channel]
    """Builds the adapter, its library included; called once, in the worker's own thread."""
    fence: Callable[[], bool]
    """Forbids any further byte; True when part of an unfinished request had already left."""


@dataclass(frozen=True, slots=True)
class Claim:
    """May I send? Answered with the claimed delivery once that is on disk, or None."""

    worker: Worker
    step: Step


@dataclass(frozen=True, slots=True)
class Result:
    """What the attempt came to. Answered with the delivery as recorded."""

    worker: Worker
    outcome: Outcome
    seconds: float


@dataclass(frozen=True, slots=True)
class Gone:
    """This worker has nothing more to do."""

    worker: Worker


Message = Claim | Result | Gone


class Worker(threading.Thread):
    """A daemon: a call that hangs for ever must not keep the process alive."""

    def __init__(self, job: Job, inbox: queue.SimpleQueue[Any], *, deadline: datetime) -> None:
        super().__init__(name=f"channel {job.delivery.channel}", daemon=True)
        self.job = job
        self.delivery = job.delivery
        self.channel: Channel | None = None
        self.answers: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._inbox = inbox
        self._turns = Turns(deadline)
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Start no further attempt; wakes a worker that waits for its next one."""
        self._stopped.set()

    def run(self) -> None:
        """Work until the delivery needs nothing more from this run."""
        try:
            self._work()
        finally:
            self._inbox.put(Gone(self))

    def _work(self) -> None:
        try:
            self.channel = self.job.open()
        except Exception as error:  # noqa: BLE001  an adapter that cannot start harms no other channel
            self._report(_as_unstarted(error), 0.0)
            return
        while self._wait_for_turn():
            claimed = self._ask(Claim(self, next_step(self.delivery, staged=self.job.staged)))
            if claimed is None:
                return
            self.delivery = claimed
            self._report(*self._attempt(self.channel, claimed))

    def _wait_for_turn(self) -> bool:
        seconds = self._turns.pause(self.delivery, datetime.now(UTC))
        if seconds is None:
            return False
        return not self._stopped.wait(seconds) if seconds else not self._stopped.is_set()

    def _attempt(self, channel: Channel, delivery: Delivery) -> tuple[Outcome, float]:
        started = time.monotonic()
        try:
            outcome: Outcome = _call(channel, delivery)
        except ChannelError as error:
            outcome = error
        except BaseException as error:  # noqa: BLE001  sys.exit in an adapter must not end a run that is sending
            outcome = Unknown(f"the adapter failed: {type(error).__name__}: {error}")
        return outcome, time.monotonic() - started

    def _report(self, outcome: Outcome, seconds: float) -> None:
        recorded = self._ask(Result(self, outcome, seconds))
        if recorded is None:
            self.stop()
        else:
            self.delivery = recorded

    def _ask(self, message: Message) -> Delivery | None:
        self._inbox.put(message)
        return self.answers.get()


def _call(channel: Channel, delivery: Delivery) -> Outcome:
    """The one place where an adapter's publishing verbs are called."""
    post = delivery.post
    match delivery.step:
        case Step.PUBLISH:
            outcome: Any = channel.publish(post)
        case Step.STAGE:
            outcome = _staging(channel).stage(post)
        case Step.RELEASE:
            outcome = _staging(channel).release(post, Draft(remote_id=delivery.remote_id or ""))
    if not isinstance(outcome, Draft | Receipt):
        raise Unknown(f"the adapter returned {type(outcome).__name__}, not a receipt")
    return outcome


def _staging(channel: Channel) -> Staging:
    if not isinstance(channel, Staging):
        raise Rejected("the adapter says it has drafts but cannot stage them")
    return channel


def _as_unstarted(error: Exception) -> ChannelError:
    if isinstance(error, ChannelError):
        return error
    return Rejected(f"the adapter could not be started: {type(error).__name__}: {error}")
