"""Send what the ledger holds: every channel at once, each step on disk before it is taken.

One loop owns the deadline and the ledger. It starts a worker thread per delivery, one at a time for each channel,
answers claims, records outcomes — all that have come in together in one commit — and leaves when nothing is open or
the time is over. What is then still in flight is fenced: forbidden to send another byte, and recorded as what is
known of it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol

from publisher.adapter.contract import Refreshing
from publisher.delivery.screening import screened
from publisher.delivery.worker import (
    Claim,
    Finished,
    Job,
    Look,
    Message,
    Result,
    Worker,
)
from publisher.ledger import Ledger
from publisher.model.carried import aimed, is_needless, waits_for
from publisher.model.delivery import Delivery, Operation, Outcome, Sighting, State
from publisher.model.outcome import NotSent, Unknown
from publisher.model.record import Record
from publisher.model.transitions import claimed, concluded, looked, needless, superseded

PING_SECONDS = 1.0
"""How long hubs may still take once every channel is done; a ping that is not answered by then is made again."""

REFRESH_SECONDS = 5.0
"""How long pages that show the other channels' posts may take to be rewritten; best effort."""


class Watcher(Protocol):
    """Told of every change."""

    def __call__(self, delivery: Delivery) -> None:
        """The delivery as it now stands on disk; called from the loop, so it must be quick."""
        ...


class _Stop(Record, frozen=True):
    """A signal came. The first one starts nothing new; the second one leaves at once."""


class Dispatcher:
    """One run over some deliveries. Not reusable."""

    def __init__(
        self,
        ledger: Ledger,
        jobs: Sequence[Job],
        *,
        deadline: float,
        watch: Watcher,
        mask: Callable[[str], str],
    ) -> None:
        """``deadline`` in seconds from now bounds the whole run; ``mask`` hides secrets in what is recorded."""
        self.interrupted = False
        self._ledger = ledger
        self._watch = watch
        self._mask = mask
        self._ends = time.monotonic() + deadline
        self._inbox: queue.SimpleQueue[Message | _Stop] = queue.SimpleQueue()
        until = datetime.now(UTC) + timedelta(seconds=deadline)
        self._workers = [Worker(job, self._inbox, deadline=until) for job in jobs]
        self._deliveries = {job.delivery.id: job.delivery for job in jobs}
        self._waiting = sorted(self._workers, key=_turn)
        self._tells = not all(job.delivery.is_ping for job in jobs)
        self._busy: set[Worker] = set()
        self._closing = False

    def run(self) -> tuple[Delivery, ...]:
        """Work until every delivery is settled, waits for another run, or the time is over.

        Raises LedgerFault where a step cannot be recorded: nothing is sent that is not on disk.
        """
        self._start()
        try:
            while self._busy and not self._is_over():
                self._settle(self._drain())
                self._start()
                self._hurry_pings()
        finally:
            self._close()
        return self.deliveries

    def stop(self) -> None:
        """From a signal handler: start nothing new and let what is in flight end; again: leave now."""
        self._inbox.put(_Stop())

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every delivery of this run as it stands on disk."""
        return tuple(self._deliveries.values())

    # --- the loop -------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """Start every worker whose channel has said what came before; an edit takes up the post as that left it."""
        if self.interrupted:
            return
        recorded = cache(self._ledger.all_deliveries)  # hundreds of channels look at the same announcement
        occupied = {busy.channel for busy in map(self._of, self._busy) if not busy.is_ping}
        for worker in tuple(self._waiting):
            delivery = self._of(worker)
            if delivery.channel in occupied:
                continue  # adapters and the platforms' libraries are not made for two threads
            if not waits_for(delivery, before := self._before(delivery, recorded)):
                self._deliveries[delivery.id] = worker.delivery = aimed(delivery, before)
                self._waiting.remove(worker)
                if self._start_unless_needless(worker, before) and not delivery.is_ping:
                    occupied.add(delivery.channel)

    def _start_unless_needless(self, worker: Worker, others: Sequence[Delivery]) -> bool:
        """Begin its work; an edit without a post is given up where a new post says the same, or there were two."""
        if is_needless(worker.delivery, others):
            self._record([needless(worker.delivery)])
            return False
        self._busy.add(worker)
        worker.start()
        return True

    def _before(
        self, delivery: Delivery, recorded: Callable[[str], Sequence[Delivery]]
    ) -> Sequence[Delivery]:
        """What may have to be settled first: this run's for a ping, which follows the files it tells of."""
        if delivery.is_ping:
            return self.deliveries
        return recorded(delivery.ref) if delivery.update > 1 else ()

    def _hurry_pings(self) -> None:
        """Customers have been told once only pings are left: a hub that hangs holds nobody up.

        A run for nothing but pings has all its time: a hub may be slow.
        """
        if self._tells and all(self._of(worker).is_ping for worker in self._busy):
            self._ends = min(self._ends, time.monotonic() + PING_SECONDS)

    def _is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def _drain(self, *, wait: bool = True) -> list[Message | _Stop]:
        """Everything that has come in; waits for the first message, takes the others along."""
        messages: list[Message | _Stop] = []
        left = max(0.0, self._ends - time.monotonic())
        try:
            if wait:
                messages.append(self._inbox.get(timeout=left))
            while True:
                messages.append(self._inbox.get_nowait())
        except queue.Empty:
            return messages

    def _settle(self, messages: Sequence[Message | _Stop]) -> None:
        """One commit for all of them, and only then the answers."""
        answers: list[tuple[Worker, Delivery | None]] = []
        for message in messages:
            match message:
                case Claim(worker, step):
                    granted = not (self.interrupted or self._closing)
                    answers.append((worker, claimed(self._of(worker), step) if granted else None))
                case Result(worker, outcome, seconds):
                    answers.append((worker, self._concluded(worker, outcome, seconds)))
                case Look(worker, sighting):
                    answers.append((worker, self._looked(worker, sighting)))
                case Finished(worker):
                    self._busy.discard(worker)
                case _Stop():
                    self._interrupt()
        self._record([delivery for _, delivery in answers if delivery is not None])
        for worker, answer in answers:
            worker.answers.put(answer)

    def _of(self, worker: Worker) -> Delivery:
        return self._deliveries[worker.job.delivery.id]

    def _concluded(self, worker: Worker, outcome: Outcome, seconds: float) -> Delivery:
        outcome = screened(outcome, self._mask, worker.job.hosts)
        before, now = self._of(worker), datetime.now(UTC)
        after = concluded(before, outcome, terms=worker.job.terms, now=now, seconds=seconds)
        if before.target and not after.target:  # it was gone, and would be made anew
            return self._unless_needless(after)
        return after

    def _unless_needless(self, delivery: Delivery) -> Delivery:
        others = self._ledger.all_deliveries(delivery.ref)
        return needless(delivery) if is_needless(delivery, others) else delivery

    def _looked(self, worker: Worker, sighting: Sighting) -> Delivery:
        sighting = screened(sighting, self._mask, worker.job.hosts)
        found = looked(self._of(worker), sighting, terms=worker.job.terms, now=datetime.now(UTC))
        return self._unless_overtaken(found)

    def _unless_overtaken(self, delivery: Delivery) -> Delivery:
        """What turns out never to have been public is not sent where a later update has been planned since."""
        if delivery.state is not State.PENDING:
            return delivery
        later = self._ledger.all_deliveries(delivery.ref)
        newest = max((one.update for one in later if one.channel == delivery.channel), default=0)
        return superseded(delivery, newest) if newest > delivery.update else delivery

    def _record(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        self._ledger.write(deliveries, at=datetime.now(UTC))
        for delivery in deliveries:
            self._deliveries[delivery.id] = delivery
            self._watch(delivery)

    def _interrupt(self) -> None:
        if self.interrupted:
            self._ends = 0.0
        self.interrupted = True
        for worker in self._workers:
            worker.stop()

    def _close(self) -> None:
        """The time is over: nothing more may leave, and what is in flight is recorded as it is known."""
        self._closing = True
        departed = {worker: worker.fence() for worker in self._busy}
        self._settle(self._drain(wait=False))  # answers that came in time count
        sending = [worker for worker in departed if self._of(worker).state is State.SENDING]
        self._record([self._overdue(worker, departed=departed[worker]) for worker in sending])

    def _overdue(self, worker: Worker, *, departed: bool) -> Delivery:
        lost = Unknown("no answer before the end of the run")
        unsent = NotSent("no connection before the end of the run; nothing was sent")
        return self._concluded(worker, lost if departed else unsent, seconds=0.0)


def _turn(worker: Worker) -> tuple[int, bool]:
    """Update by update; a post that people notice before an edit that tells nobody."""
    delivery = worker.job.delivery
    return delivery.update, delivery.operation is Operation.AMEND


def refresh(jobs: Sequence[Job]) -> None:
    """Let pages that show the other channels' posts be rewritten; what fails there changes no outcome."""
    threads = [threading.Thread(target=_refresh, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + REFRESH_SECONDS
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))


def _refresh(job: Job) -> None:
    try:
        channel = job.open()
        if isinstance(channel, Refreshing):
            channel.refresh(job.delivery.post)
    except Exception:  # noqa: BLE001  best effort: the posts are out, and the next run rewrites the page
        return
