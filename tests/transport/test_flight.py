from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from publisher.model.outcome import ChannelError, NotSent, Unknown
from publisher.transport.flight import Flight, Gate, Watchdog
from tests.clocks import PATIENCE


def flight(gate: Gate, *, seconds: float = 5.0, method: str = "POST") -> Flight:
    return Flight(gate, method=method, place="blog.example.test", seconds=seconds)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_a_closed_gate_lets_nothing_depart() -> None:
    gate = Gate()
    waiting = flight(gate)
    gate.close()
    for late in (waiting, flight(gate)):
        with pytest.raises(NotSent, match="end of the run"):
            late.depart()
    assert gate.departures == 0


def test_an_overdue_flight_does_not_depart() -> None:
    gate = Gate()
    late = flight(gate, seconds=0.0)
    for step in (late.remaining, late.depart):
        with pytest.raises(NotSent, match="no connection to blog"):
            step()
    assert gate.departures == 0


def test_a_departed_flight_sends_nothing_more_once_the_gate_is_closed() -> None:
    gate = Gate()
    sent = flight(gate)
    sent.depart()
    gate.close()
    for step in (sent.depart, sent.remaining, sent.check):
        with pytest.raises(Unknown):
            step()


def test_a_departure_counts_once_and_reading_not_at_all() -> None:
    gate = Gate()
    for method in ("POST", "get", "HEAD", "OPTIONS", "delete"):
        leaving = flight(gate, method=method)
        leaving.depart()
        leaving.depart()
    assert gate.departures == 2


@pytest.mark.parametrize(("departed", "verdict"), [(False, NotSent), (True, Unknown)])
@pytest.mark.parametrize(
    ("error", "seconds", "told"),
    [
        (ConnectionResetError(), 5.0, "it broke"),
        (TimeoutError(), 5.0, "within 5 s"),
        (ConnectionResetError(), 0.02, "within 0.02 s"),
    ],
)
def test_the_verdict_on_a_failure_follows_from_the_departure(
    error: OSError, seconds: float, told: str, *, departed: bool, verdict: type[ChannelError]
) -> None:
    failed = flight(Gate(), seconds=seconds)
    if departed:
        failed.depart()
    time.sleep(0.03)
    judged = failed.failure(error, "it broke")
    assert type(judged) is verdict
    assert told in str(judged)


def test_the_watchdog_shuts_the_socket_at_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    overdue = flight(Gate(), seconds=0.1)
    overdue.hold(near)
    Watchdog().watch(overdue)
    far.settimeout(PATIENCE)
    started = time.monotonic()
    assert far.recv(1) == b""
    assert time.monotonic() - started > 0.05
    with pytest.raises(NotSent):
        overdue.check()


def test_a_nearer_deadline_wakes_the_watchdog(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    watchdog, gate = Watchdog(), Gate()
    watchdog.watch(flight(gate, seconds=60))
    time.sleep(0.05)
    soon = flight(gate, seconds=0.05)
    soon.hold(near)
    watchdog.watch(soon)
    far.settimeout(PATIENCE)
    assert far.recv(1) == b""


def test_what_has_landed_is_left_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    gate = Gate()
    done = flight(gate, seconds=0.05)
    done.hold(near)
    Watchdog().watch(done)
    done.land()
    gate.close()
    time.sleep(0.1)
    near.sendall(b"still open")
    assert far.recv(20) == b"still open"
    assert not gate.flights


def test_a_socket_that_is_already_closed_disturbs_neither_fence_nor_watchdog() -> None:
    near, far = socket.socketpair()
    gate = Gate()
    broken = flight(gate, seconds=0.05)
    broken.hold(near)
    near.close()
    far.close()
    watchdog = Watchdog()
    watchdog.watch(broken)
    time.sleep(0.1)
    gate.close()
    with pytest.raises(NotSent):
        broken.check()
