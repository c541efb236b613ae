"""The table: every request of every verb × every fault that applies, each cell run for real.

`Cell.run` opens the adapter over the real transport, against a server that behaves well until the request that the
fault spoils, and keeps what came of it.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from announce_contract.bench import PLANNED, Subject, context, transport
from announce_contract.fault import SKIP, Fault, Setting, answer
from announce_contract.hostile import CERTIFICATES, Hostile, Peer, Received
from announce_contract.logs import LOG
from announce_contract.replies import URL, Call
from publisher.adapter.context import Context
from publisher.adapter.identity import Identity
from publisher.model.post import Draft, Receipt

HASTY = 0.8
"""Seconds of patience with what hangs, on a machine that is not busy; everything else has `PATIENT`."""
HASTE = 8
"""How many times as long as the same call takes when nothing is wrong, at that moment on that machine, at least."""
PATIENT = 5.0
ENOUGH = 5
"""Time limits after which what hangs is ended from outside: what ends by itself does so well before."""

CALM = Fault(name="calm", expects="good", why="nothing is wrong", act=lambda s: answer(s.call.good))


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of a cell."""

    outcome: Any
    """What the verb returned or raised."""
    seconds: float
    limit: float
    """Seconds the verb may have taken."""
    ended: bool
    """What hung was ended by the platform, not by the verb."""
    received: list[Received]
    """The requests that the platform read whole."""
    strangers: int
    """Connections to the other host."""
    log: str
    """Everything that was logged meanwhile, at DEBUG."""

    @property
    def kind(self) -> str:
        """The outcome's name, as faults expect it."""
        match self.outcome:
            case None:
                return "absent"
            case Receipt() | Draft() | Identity():
                return type(self.outcome).__name__.lower()
        return type(self.outcome).__name__

    @property
    def shown(self) -> str:
        """The outcome, without the number of the port, for comparison."""
        cure = getattr(self.outcome, "cure", None)
        return re.sub(r"(https?://)?127\.0\.0\.1:\d+", "HOST", f"{self.outcome!r} {cure!r}")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One square of the table."""

    subject: Subject
    call: Call
    fault: Fault

    @property
    def id(self) -> str:
        """As in ``publish.2.reset_after``."""
        return f"{self.call.id}.{self.fault.name}"

    @property
    def outcomes(self) -> frozenset[str]:
        """What the verb may come to."""
        return self.fault.outcomes(self.subject, self.call)

    def run(self) -> Run:
        """Make the call under the fault."""
        limit = self._hasty() if self.fault.slow else PATIENT
        if self.call.verb in {"release", "amend", "withdraw"}:
            receipt_of(self.subject)  # made now, and not while this call runs
        other = another_host()
        with contextlib.ExitStack() as stop:
            elsewhere = f"http://127.0.0.1:{other.port}"
            setting = Setting(self.subject, self.call, elsewhere, stop=stop)
            server = self._server(setting)
            stop.callback(server.close)
            ended = (
                stop.enter_context(_ending(server, ENOUGH * limit)) if self.fault.slow else threading.Event()
            )
            setting.url = server.url
            address = self.fault.address(setting) if self.fault.address else server.url
            channel = self.subject.opened(self._lent(setting, limit), address)
            before = other.connections
            with LOG.kept() as lines:
                outcome, seconds = self._timed(channel, address)
            return Run(
                outcome=outcome,
                seconds=seconds,
                limit=limit,
                ended=ended.is_set(),
                received=server.received,
                strangers=other.connections - before,
                log="\n".join(lines),
            )

    def _hasty(self) -> float:
        """Seconds; a limit that is the same everywhere would judge the machine."""
        return max(HASTY, HASTE * replace(self, fault=CALM).run().seconds)

    def _lent(self, setting: Setting, limit: float) -> Context:
        proxy = self.fault.proxy(setting) if self.fault.proxy else None
        masker, way = transport(self.subject, self.call.id, proxy)
        return context(masker, way, secrets=self.subject.canaries.environ, limit=limit, now=PLANNED)

    def _server(self, setting: Setting) -> Hostile:
        """Good answers up to the spoiled one, and after it."""
        before = [answer(reply) for reply in self.call.replies[: self.call.at]]
        after = [answer(reply) for reply in self.call.replies[self.call.at + 1 :]]
        good = self.call.good

        def spoiled(peer: Peer) -> None:
            self.fault.act(setting)(peer)

        server = Hostile(
            *before,
            spoiled,
            *after,
            status=good.status,
            content_type=good.content_type,
            headers=good.headers,
            tls=_tls(self.fault.tls),
            location=f"{setting.elsewhere}/secret-path",
        )
        server.settings = replace(server.settings, body=good.content(server.url))
        return server

    def _timed(self, channel: Any, address: str) -> tuple[Any, float]:
        started = time.monotonic()
        try:
            outcome = self._made(channel, address)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what the cell came to
            outcome = error
        return outcome, time.monotonic() - started

    def _made(self, channel: Any, address: str) -> Any:
        post = replace(self.subject.post, repeat=self.call.repeat)
        match self.call.verb:
            case "check":
                return channel.check()
            case "release":
                return channel.release(post, Draft(remote_id=str(receipt_of(self.subject).remote_id)))
            case "amend":
                return channel.amend(receipt_of(self.subject), post)
            case "withdraw":
                return channel.withdraw(receipt_of(self.subject))
            case "locate":
                return channel.locate(self.call.url.replace(URL, address))
        return getattr(channel, self.call.verb)(post)


@cache
def receipt_of(subject: Subject) -> Receipt:
    """The receipt of the post that is released, edited or taken down, as publishing gives it."""
    if subject.receipt:
        return subject.receipt
    for call in subject.calls:
        if call.verb in {"publish", "find", "stage"} and not call.at:
            outcome = Cell(subject=subject, call=call, fault=CALM).run().outcome
            if isinstance(outcome, Receipt | Draft) and outcome.remote_id:
                mark = getattr(outcome, "fingerprint", None)
                return Receipt(remote_id=outcome.remote_id, fingerprint=mark)
    return Receipt(remote_id="17")


def cells_for(subject: Subject, faults: Sequence[Fault]) -> list[Cell]:
    """Every cell; those that hang come last, since they do it while the others run."""
    every = [
        Cell(subject=subject, call=call, fault=fault)
        for fault in sorted(faults, key=lambda fault: fault.slow)
        for call in subject.calls
        if fault.applies(call)
    ]
    cells = [cell for cell in every if SKIP not in cell.outcomes]
    if twice := [name for name, number in Counter(cell.id for cell in cells).items() if number > 1]:
        raise ValueError(f"two cells are named {twice[0]}")
    return cells


@cache
def another_host() -> Hostile:
    """A server that nobody has a reason to speak to, for all cells."""
    return Hostile("ok")


@contextlib.contextmanager
def _ending(server: Hostile, seconds: float) -> Iterator[threading.Event]:
    """A channel without a time limit shall fail its cell, and not hold up the others for minutes."""
    ended = threading.Event()

    def close() -> None:
        ended.set()
        server.close()

    end = threading.Timer(seconds, close)
    end.start()
    try:
        yield ended
    finally:
        end.cancel()


def _tls(name: str | None) -> ssl.SSLContext | None:
    if name is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATES / name)
    return made
