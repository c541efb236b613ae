"""Faults: what goes wrong between a client and a platform, as data, and how each is acted out.

A fault waits for a request to its platform (and, where it names one, of its verb), then spoils that exchange::

    sandbox.fault("wordpress", Fault("502", times=1, verb="create"))      # it is published, the answer is lost
    sandbox.fault("twitter", Fault("says", reason="locked"))                # in X's own words for that
    curl -H 'Content-Type: application/json' -d '{"platform": "twitter", "kind": "429", "times": 1}' …/faults
"""

from __future__ import annotations

import math
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from announce_sandbox.wire import Answer, Request, html_answer

if TYPE_CHECKING:
    from announce_sandbox.double import Double


class Kind(StrEnum):
    """What goes wrong."""

    REFUSE = "refuse"
    """The connection is reset before anything is read; its ``verb`` can only be an HTTP method.

    (For a port nobody listens on there is `Sandbox.closed_url`.)
    """
    UNAUTHORIZED = "401"
    """The credentials are not accepted, in the platform's own words and status."""
    FORBIDDEN = "403"
    """Known, but not allowed, in the platform's own words and status."""
    LIMITED = "429"
    """Too many requests, said as the platform says it; ``retry_after`` goes where the platform puts it."""
    BROKEN = "500"
    """A server error; nothing was published."""
    LOST = "502"
    """It is published, but a gateway answers 502."""
    HANG = "hang"
    """Nothing is published and no answer ever comes."""
    RESET = "reset"
    """It is published, then the connection is reset."""
    DRIP = "drip"
    """It is published, and the answer comes byte by byte, ``seconds`` apart, status line included."""
    HTML = "html200"
    """A captive portal answers 200 with a page of its own; nothing is published."""
    REDIRECT = "redirect"
    """A redirect (``status``) to another address; nothing is published."""
    LATE = "late"
    """No answer; published ``seconds`` after the client has gone."""
    TRUNCATED = "truncated"
    """It is published, and the answer breaks off in the middle of its body."""
    SLOW = "slow"
    """All is well, ``seconds`` late."""
    SAYS = "says"
    """The platform refuses for the ``reason`` that is named, in the words and status it has for that one alone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. Raises ValueError for an unknown kind or a number that makes no sense."""

    kind: Kind
    """Also by its value: ``Fault("502")``."""
    _: KW_ONLY
    times: int | None = None
    """How many requests it spoils; None: all, until it is cleared."""
    verb: str | None = None
    """Only requests of this HTTP method, or this operation (``create``, ``update``, ``list``, …)."""
    seconds: float = 0.2
    """For ``drip``, ``late`` and ``slow``."""
    retry_after: str | None = "1"
    """For ``429``: as it stands in the header, so that nonsense can be tried too; None: not said."""
    status: int = 302
    """For ``redirect``."""
    reason: str | None = None
    """For ``says``: one of those that the platform's double knows, such as ``missing`` or ``app-day``."""

    def __post_init__(self) -> None:
        if self.kind not in set(Kind):
            raise ValueError(f"unknown kind of fault {self.kind!r}; there are {', '.join(Kind)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be at least 1, or left out")
        if (self.kind == Kind.SAYS) != (self.reason is not None):
            raise ValueError("a reason belongs to the kind says, and that one needs it")
        if not (math.isfinite(self.seconds) and 0 <= self.seconds <= 3600):
            raise ValueError("seconds must be between 0 and 3600")
        object.__setattr__(self, "kind", Kind(self.kind))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Fault:
        """A fault from a JSON object. Raises ValueError that names the key or value at fault."""
        types: dict[str, tuple[type, ...]] = {
            "kind": (str,),
            "times": (int, type(None)),
            "verb": (str, type(None)),
            "seconds": (int, float),
            "retry_after": (str, type(None)),
            "status": (int,),
            "reason": (str, type(None)),
        }
        for key, value in data.items():
            if key not in types:
                raise ValueError(f"unknown key {key!r}; there are platform, {', '.join(types)}")
            fits = isinstance(value, types[key]) and not isinstance(value, bool)
            if not fits:
                raise ValueError(f"{key} cannot be {value!r}")
        if "kind" not in data:
            raise ValueError("kind is missing")
        return cls(**data)

    @property
    def wait_headers(self) -> tuple[tuple[str, str], ...]:
        """The Retry-After header, if one is to be sent."""
        return () if self.retry_after is None else (("Retry-After", self.retry_after),)

    @property
    def wait_seconds(self) -> int:
        """``retry_after`` as seconds; 60 where it is no number."""
        number = self.retry_after or ""
        return int(number) if number.isascii() and number.isdigit() else 60

    def meets(self, verbs: tuple[str, ...]) -> bool:
        """Whether a request with this method and operation is spoiled."""
        return self.verb is None or self.verb.lower() in {verb.lower() for verb in verbs}


class Faults:
    """The faults that wait, by platform, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Fault]] = []

    def add(self, platform: str, fault: Fault) -> None:
        """Let it wait for the next request."""
        with self._lock:
            self._waiting.append((platform, fault))

    def clear(self, platform: str | None = None) -> None:
        """Forget those of one platform, or all."""
        with self._lock:
            self._waiting = [entry for entry in self._waiting if platform not in (None, entry[0])]

    def waiting(self) -> list[tuple[str, Fault]]:
        """Those that still wait, with what is left of their times."""
        with self._lock:
            return list(self._waiting)

    def take(self, platform: str, *verbs: str, before_reading: bool = False) -> Fault | None:
        """The fault for this request, counted down; None if all is to go well."""
        with self._lock:
            for at, (where, fault) in enumerate(self._waiting):
                on_time = (fault.kind is Kind.REFUSE) == before_reading
                if where == platform and on_time and fault.meets(verbs):
                    self._count_down(at)
                    return fault
        return None

    def _count_down(self, at: int) -> None:
        platform, fault = self._waiting[at]
        match fault.times:
            case None:
                pass
            case 1:
                del self._waiting[at]
            case times:
                self._waiting[at] = (platform, replace(fault, times=times - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that is about to be answered, and the connection it came on."""

    double: Double
    request: Request
    connection: socket.socket
    stopping: threading.Event
    """Set when the sandbox stops."""

    def effect(self) -> Answer:
        """Do what the request asks for."""
        return self.double.answer(self.request)

    def send(self, answer: Answer) -> None:
        """Answer, and say that the connection ends here."""
        self.connection.sendall(self.encoded(answer))

    def encoded(self, answer: Answer) -> bytes:
        """The answer's bytes."""
        return answer.encoded(head_only=self.request.method == "HEAD", close=True)

    def until_gone(self) -> None:
        """Wait until the client has closed its end, or the sandbox stops."""
        self.connection.settimeout(None)
        with _gone_is_fine():
            while self.connection.recv(4096):
                pass


def act_out(fault: Fault, exchange: Exchange) -> None:
    """Spoil the exchange. The connection is of no use afterwards."""
    with _gone_is_fine():
        _ACTS[fault.kind](fault, exchange)


def reset(connection: socket.socket) -> None:
    """Close the connection so that the client's system reports a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _complain(fault: Fault, exchange: Exchange) -> None:
    exchange.send(exchange.double.complaint(fault))


def _lose(fault: Fault, exchange: Exchange) -> None:
    exchange.effect()
    exchange.send(html_answer("<html><head><title>502 Bad Gateway</title></head></html>", 502))


def _hang(fault: Fault, exchange: Exchange) -> None:
    exchange.until_gone()


def _reset_after_effect(fault: Fault, exchange: Exchange) -> None:
    exchange.effect()
    reset(exchange.connection)


def _drip(fault: Fault, exchange: Exchange) -> None:
    for byte in exchange.encoded(exchange.effect()):
        exchange.connection.sendall(bytes([byte]))
        if exchange.stopping.wait(fault.seconds):
            return


def _captive_portal(fault: Fault, exchange: Exchange) -> None:
    exchange.send(html_answer("<!doctype html><title>Guest network</title><p>Please accept our terms."))


def _redirect(fault: Fault, exchange: Exchange) -> None:
    # By name instead of number: another host for the client, and still this machine.
    elsewhere = exchange.request.url.replace("//127.0.0.1:", "//localhost:", 1)
    exchange.send(Answer(status=fault.status, headers=(("Location", elsewhere + "?elsewhere"),)))


def _commit_late(fault: Fault, exchange: Exchange) -> None:
    exchange.until_gone()
    if not exchange.stopping.wait(fault.seconds):
        exchange.effect()


def _truncate(fault: Fault, exchange: Exchange) -> None:
    answer = exchange.effect()
    raw = exchange.encoded(answer)
    exchange.connection.sendall(raw[: len(raw) - (len(answer.body) + 1) // 2])


def _be_slow(fault: Fault, exchange: Exchange) -> None:
    if not exchange.stopping.wait(fault.seconds):
        exchange.send(exchange.effect())


_ACTS: Mapping[Kind, Callable[[Fault, Exchange], None]] = {
    Kind.UNAUTHORIZED: _complain,
    Kind.FORBIDDEN: _complain,
    Kind.LIMITED: _complain,
    Kind.BROKEN: _complain,
    Kind.LOST: _lose,
    Kind.HANG: _hang,
    Kind.RESET: _reset_after_effect,
    Kind.DRIP: _drip,
    Kind.HTML: _captive_portal,
    Kind.REDIRECT: _redirect,
    Kind.LATE: _commit_late,
    Kind.TRUNCATED: _truncate,
    Kind.SLOW: _be_slow,
    Kind.SAYS: _complain,
}


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except (ConnectionError, TimeoutError):
        return
