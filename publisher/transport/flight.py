"""Where a request is — waiting, departed, landed — and who may stop it.

Whether a failed request may be repeated depends on one fact: whether its first byte had left. The fact is kept
here, under one lock a channel, so that the thread that sends, the watchdog and the dispatcher see the same.
"""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
import time

from publisher.model.outcome import ChannelError, NotSent, Unknown

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Requests that publish nothing, so that it does not matter whether they left."""


def now() -> float:
    """Seconds that go on while a laptop sleeps: after an hour in the bag a request is overdue, not in time."""
    return time.clock_gettime(_CLOCK)


class Gate:
    """A channel's way out: every request leaves through it, and it can be closed for good."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.closed = False
        self.departures = 0
        """Requests that have left so far, reads not counted."""
        self.flights: set[Flight] = set()

    def close(self) -> None:
        """Let no further byte out and end what is in the air; never waits."""
        with self.lock:
            self.closed = True
            for flight in self.flights:
                flight.cut()


class Flight:
    """One request. Its own thread calls it in this order: `hold`, `depart`, `check`, `land`."""

    def __init__(self, gate: Gate, *, method: str, place: str, seconds: float) -> None:
        self.deadline = now() + seconds
        self.departed = False
        self._gate = gate
        self._counts = method.upper() not in READS
        self._place = place
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._cut = False
        with gate.lock:
            gate.flights.add(self)
            self._cut = gate.closed

    def remaining(self) -> float:
        """Seconds left, above 0; raises NotSent or Unknown where the time is over or the gate closed."""
        self.check()
        left = self.deadline - now()
        if left <= 0:
            raise self._ended()
        return left

    def hold(self, connection: socket.socket) -> None:
        """From now on this socket is the one to shut when the time is over."""
        with self._gate.lock:
            self._socket = connection

    def let_go(self) -> None:
        """To be called before the held socket is closed, so that nobody shuts a stranger's."""
        with self._gate.lock:
            self._socket = None

    def depart(self) -> None:
        """The next bytes are the request's own: refused, as NotSent or Unknown, once it was cut or is overdue."""
        with self._gate.lock:
            if self._cut or now() >= self.deadline:
                raise self._ended()
            if not self.departed:
                self.departed = True
                self._gate.departures += self._counts

    def check(self) -> None:
        """Raises NotSent or Unknown where it was cut: an answer that a shut socket ended may look complete."""
        if self._cut:
            raise self._ended()

    def land(self) -> None:
        """It is over; lets the socket go."""
        with self._gate.lock:
            self._socket = None
            self._gate.flights.discard(self)

    def expire(self) -> None:
        """The watchdog's call: the time is over."""
        with self._gate.lock:
            self.cut()

    def cut(self) -> None:
        """End it at once; the gate's lock is held."""
        self._cut = True
        if self._socket is not None:
            try:
                # Not SSLSocket's own shutdown: it takes the TLS layer away from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                self._socket = None  # already closed by the other side

    def failure(self, error: BaseException, problem: str, *, cure: str | None = None) -> ChannelError:
        """The verdict on a failure: NotSent before the departure, Unknown after it; or that the time is over."""
        if self._cut or isinstance(error, TimeoutError) or now() >= self.deadline:
            return self._ended()
        return Unknown(problem) if self.departed else NotSent(problem, cure=cure)

    def _ended(self) -> ChannelError:
        if self._gate.closed:
            problem = "stopped by the end of the run"
            return (
                Unknown(f"{problem}, before the answer came")
                if self.departed
                else NotSent(f"{problem}, unsent")
            )
        if self.departed:
            return Unknown(f"{self._place} did not answer within {self._seconds:g} s")
        return NotSent(f"no connection to {self._place} within {self._seconds:g} s")


class Watchdog:
    """Shuts the sockets of overdue flights. One daemon thread, started with the first flight.

    Socket timeouts hold for one read; a server that drips a byte a second stays within them for ever.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._due: list[tuple[float, int, Flight]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(self, flight: Flight) -> None:
        """Cut this flight at its deadline, unless it has landed by then."""
        with self._turn:
            heapq.heappush(self._due, (flight.deadline, next(self._number), flight))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="transport watchdog", daemon=True)
                self._thread.start()
            elif self._due[0][2] is flight:
                self._turn.notify()

    def _run(self) -> None:
        with self._turn:
            while True:
                while self._due and self._due[0][0] <= now():
                    heapq.heappop(self._due)[2].expire()
                self._turn.wait(self._due[0][0] - now() if self._due else None)
