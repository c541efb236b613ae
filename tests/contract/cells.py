"""A cell of the table: one call of an adapter under one fault, run for real.

`Cell.run` opens the adapter over the real transport, against a server that behaves well until the request that the
fault spoils, and keeps what came of it.
"""

from __future__ import annotations

import contextlib
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from contract_canaries import SECRETS
from contract_opening import CERTIFICATES, PLANNED, context, opened, post, transport
from contract_platforms import URL, Call, Reply
from hostile_server import Behaviour, Hostile, Peer, Received

from publisher.adapter.context import Context
from publisher.adapter.identity import Identity
from publisher.model.post import Draft, Receipt

HASTY = 0.8
"""Seconds of patience with what hangs; everything else has `PATIENT`."""
PATIENT = 5.0
ENOUGH = 4.0
"""Seconds after which what hangs ends by itself."""

Opener = Callable[[Call, Context, str], Any]
"""Makes the channel of a call, whose platform is at that address."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request, and what a verb may come to by it.

    ``expects`` and the values of ``but`` are outcomes, several joined by ``|``: the names of the exceptions; ``good``,
    what the verb comes to when nothing is wrong; ``receipt``, ``draft``, ``identity``, whatever is in them; and
    ``absent``, a look-up that saw nothing.
    """

    name: str
    expects: str
    why: str
    act: Callable[[Setting], Behaviour]
    """The server's part of it, made when the spoiled request comes in."""
    but: Mapping[str, str] = field(default_factory=dict)
    """Other expectations, by patterns of call ids; the first that fits."""
    only: str = "*"
    """The calls it applies to, a pattern or several joined by ``|``."""
    content: bool = False
    """It is in what the answer says, and tried once for each way of reading it."""
    first: bool = False
    """It keeps a connection from coming about, so it can only spoil the first request."""
    slow: bool = False
    """It hangs: the call gets little time."""
    tls: str | None = None
    """The certificate of a server that speaks TLS."""
    address: Callable[[Setting], str] | None = None
    """Where the platform seems to be, if not where the server is."""
    proxy: Callable[[Setting], str] | None = None
    """What HTTPS_PROXY says."""
    said: bool = False
    """The platform itself says that it did nothing, so that NotSent is right although it saw the request."""
    more: int = 0
    """Requests beyond those of the call that it may lead to."""
    wait: tuple[float, float] | None = None
    """The bounds of ``retry_after``, where the platform asks us to wait."""
    names: str | None = None
    """What the message must contain."""

    def applies(self, call: Call) -> bool:
        fits = any(fnmatchcase(call.id, pattern) for pattern in self.only.split("|"))
        return fits and not (self.first and call.at) and not (self.content and call.alike)

    def outcomes(self, call: Call) -> frozenset[str]:
        own = next((text for pattern, text in self.but.items() if fnmatchcase(call.id, pattern)), None)
        return frozenset((own or (call.shrugs if self._spoils else None) or self.expects).split("|"))

    @property
    def _spoils(self) -> bool:
        return self.expects != "good"


@dataclass
class Setting:
    """What a fault has to work with while its cell runs."""

    call: Call
    elsewhere: str
    """The address of another host, which nobody may speak to."""
    url: str = ""
    """The address of the platform."""
    stop: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """What is to be undone afterwards."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of a cell."""

    outcome: Any
    """What the verb returned or raised."""
    seconds: float
    limit: float
    """Seconds the verb may have taken."""
    received: list[Received]
    """The requests that the platform read whole."""
    strangers: int
    """Connections to the other host."""
    log: str
    """Everything that was logged meanwhile, at DEBUG."""

    @property
    def kind(self) -> str:
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

    call: Call
    fault: Fault
    opener: Opener | None = None
    """Opens something else than the adapter of the call's type: a control."""

    @property
    def id(self) -> str:
        return f"{self.call.id}.{self.fault.name}"

    def run(self) -> Run:
        """Make the call under the fault."""
        limit = HASTY if self.fault.slow else PATIENT
        other = another_host()
        with contextlib.ExitStack() as stop:
            setting = Setting(self.call, f"http://127.0.0.1:{other.port}", stop=stop)
            server = self._server(setting)
            stop.callback(server.close)
            if self.fault.slow:
                stop.enter_context(_ending(server))
            setting.url = server.url
            address = self.fault.address(setting) if self.fault.address else server.url
            channel = (self.opener or opened)(self.call, self._lent(setting, limit), address)
            before = other.connections
            with log.kept() as lines:
                outcome, seconds = _timed(self.call, channel)
            return Run(
                outcome=outcome,
                seconds=seconds,
                limit=limit,
                received=server.received,
                strangers=other.connections - before,
                log="\n".join(lines),
            )

    def _lent(self, setting: Setting, limit: float) -> Context:
        proxy = self.fault.proxy(setting) if self.fault.proxy else None
        masker, way = transport(self.call.id, proxy)
        now = PLANNED + timedelta(seconds=self.call.age)
        secrets = SECRETS[self.call.type]
        return context(self.call.type, masker, way, secrets=secrets, limit=limit, now=now)

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


def answer(reply: Reply) -> Behaviour:
    """Reads one request and answers it so."""

    def act(peer: Peer) -> None:
        peer.read()
        peer.send(framed(reply, peer.server.url))

    return act


def framed(reply: Reply, url: str) -> bytes:
    """The answer's bytes."""
    content = reply.content(url)
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(line.replace(URL, url) for line in reply.headers)]
    if reply.content_type is not None:
        lines.append(f"Content-Type: {reply.content_type}")
    lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + content


@cache
def another_host() -> Hostile:
    """A server that nobody has a reason to speak to, for the whole suite."""
    return Hostile("ok")


@contextlib.contextmanager
def _ending(server: Hostile) -> Iterator[None]:
    """A channel without a time limit shall fail its cell, and not hold up the others for minutes."""
    end = threading.Timer(ENOUGH, server.close)
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _timed(call: Call, channel: Any) -> tuple[Any, float]:
    started = time.monotonic()
    try:
        outcome = call.made(channel, post())
    except BaseException as error:  # noqa: BLE001  whatever it is, it is what the cell came to
        outcome = error
    return outcome, time.monotonic() - started


def _tls(name: str | None) -> Any:
    if name is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATES / name)
    return made


# --- what is logged -------------------------------------------------------------------------------------------


class ThreadLog(logging.Handler):
    """Keeps what each thread logs apart from the others, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: dict[int, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread in self._lines:
            self._lines[record.thread].append(self.format(record))

    @contextlib.contextmanager
    def kept(self) -> Iterator[list[str]]:
        """What this thread logs from here on."""
        lines = self._lines[threading.get_ident()] = []
        try:
            yield lines
        finally:
            del self._lines[threading.get_ident()]


log = ThreadLog()
"""To be put under the root logger, at DEBUG, before a cell runs."""
