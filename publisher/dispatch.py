"""Send what the ledger holds: every channel at once, each step on disk before it is taken.

One loop owns the deadline and the ledger. It starts a worker thread per delivery, answers claims, records
outcomes — all that have come in together in one commit — and leaves when nothing is open or the time is over.
What is then still in flight is fenced: forbidden to send another byte, and recorded as what is known of it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from publisher.channel import ChannelError, NotSent, Refreshing, Unknown
from publisher.delivery import Delivery, Outcome, State, claimed, concluded
from publisher.ledger import Ledger
from publisher.worker import Claim, Gone, Job, Message, Result, Worker

REFRESH_SECONDS = 5.0
"""How long pages that show the other channels' posts may take to be rewritten; best effort."""


class Watcher(Protocol):
    """Told of every change."""

    def __call__(self, delivery: Delivery) -> None:
        """The delivery as it now stands on disk; called from the loop, so it must be quick."""
        ...


@dataclass(frozen=True, slots=True)
class _Stop:
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
        self._busy = set(self._workers)

    def run(self) -> tuple[Delivery, ...]:
        """Work until every delivery is settled, waits for another run, or the time is over.

        Raises LedgerFault where a step cannot be recorded: nothing is sent that is not on disk.
        """
        for worker in self._workers:
            worker.start()
        try:
            while self._busy and not self._is_over():
                self._settle(self._drain())
        finally:
            self._fence_all()
        return self.deliveries

    def stop(self) -> None:
        """From a signal handler: start nothing new and let what is in flight end; again: leave now."""
        self._inbox.put(_Stop())

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every delivery of this run as it stands on disk."""
        return tuple(self._deliveries.values())

    # --- the loop -------------------------------------------------------------------------------------------

    def _is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def _drain(self) -> list[Message | _Stop]:
        """Everything that has come in: waits for the first message, takes the others along."""
        try:
            messages = [self._inbox.get(timeout=max(0.0, self._ends - time.monotonic()))]
        except queue.Empty:
            return []
        while not self._inbox.empty():
            messages.append(self._inbox.get())
        return messages

    def _settle(self, messages: Sequence[Message | _Stop]) -> None:
        """One commit for all of them, and only then the answers."""
        granted: list[tuple[Worker, Delivery]] = []
        for message in messages:
            match message:
                case Claim(worker, step) if not self.interrupted:
                    granted.append((worker, claimed(self._deliveries[worker.job.delivery.id], step)))
                case Claim(worker, _):
                    worker.answers.put(None)
                case Result(worker, outcome, seconds):
                    granted.append((worker, self._concluded(worker, outcome, seconds)))
                case Gone(worker):
                    self._busy.discard(worker)
                case _Stop():
                    self._interrupt()
        self._record([delivery for _, delivery in granted])
        for worker, delivery in granted:
            worker.answers.put(delivery)

    def _concluded(self, worker: Worker, outcome: Outcome, seconds: float) -> Delivery:
        delivery = self._deliveries[worker.job.delivery.id]
        if isinstance(outcome, ChannelError):
            outcome.args = (self._mask(str(outcome)),)
        return concluded(delivery, outcome, seconds=seconds, now=datetime.now(UTC))

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

    def _fence_all(self) -> None:
        """The time is over: what is still in flight may send nothing more, and is recorded as it is known."""
        overdue = []
        for worker in self._busy:
            worker.stop()
            departed = worker.job.fence()
            delivery = self._deliveries[worker.job.delivery.id]
            if delivery.state is State.SENDING:
                overdue.append(self._overdue(delivery, departed=departed))
        self._record(overdue)

    def _overdue(self, delivery: Delivery, *, departed: bool) -> Delivery:
        lost = Unknown("no answer before the run's deadline")
        unsent = NotSent("no connection before the run's deadline; nothing was sent")
        outcome = lost if departed else unsent
        return concluded(delivery, outcome, seconds=0.0, now=datetime.now(UTC))


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
