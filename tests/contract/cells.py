"""A cell of the table: one call of an adapter under one fault, run for real, and what must hold of it.

`Cell.run` opens the adapter as the program does, over the real transport, against a server that behaves well until
the request that the fault spoils. `violations` says what is wrong with what came of it; an empty list is a pass.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from contract_canaries import SECRETS, leaks
from contract_platforms import CALLS, SECRET, TEXT, URL, Call, Reply
from hostile_server import Behaviour, Hostile, Peer, Received

from publisher.announcement import Kind
from publisher.channel import (
    BadCredentials,
    ChannelError,
    ChannelSettings,
    Context,
    Draft,
    Format,
    Identity,
    NotSent,
    Post,
    Receipt,
    Rejected,
    Unknown,
)
from publisher.history import Snapshot
from publisher.masking import Masker
from publisher.registry import adapter_for, settings_for
from publisher.secrets import Secret, resolve
from publisher.transport import Transport

NETRC = "machine 127.0.0.1 login netrc password from-netrc\n"
"""What a careless program would log in with."""
NETRC_BASIC = base64.b64encode(b"netrc:from-netrc").decode()

CERTIFICATES = Path(__file__).parents[1] / "hostile" / "certificates"

HASTY = 0.6
"""Seconds of patience with what hangs; everything else has `PATIENT`."""
PATIENT = 5.0
SLACK = 1.0
"""Seconds by which a verb may outlast its time limit."""

MOST_MESSAGE = 400
"""Characters."""

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
        masker, transport = _transport(self.call.id, proxy)
        now = PLANNED + timedelta(seconds=self.call.age)
        secrets = SECRETS[self.call.type]
        return context(self.call.type, masker, transport, secrets=secrets, limit=limit, now=now)

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


# --- the adapter ----------------------------------------------------------------------------------------------

PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def context(
    type_name: str,
    masker: Masker,
    transport: Transport,
    *,
    secrets: Mapping[str, str],
    limit: float,
    now: datetime,
) -> Context:
    """What the core lends an adapter."""

    def resolved(secret: Secret) -> str:
        value = resolve(secret, root=Path(), environ=secrets)
        masker.add(value)
        return value

    def session(*, rewrite: tuple[str, str] | None = None) -> Any:
        return transport.session(type_name, timeout=limit, rewrite=rewrite)

    return Context(
        name=type_name,
        locale="de",
        zone=ZoneInfo("Europe/Berlin"),
        brand="CMO",
        provider="example.net",
        session=session,
        secret=resolved,
        clock=lambda: now,
        history=Snapshot,
        render=lambda template, values: template,
    )


@cache
def _transport(_call_id: str, proxy: str | None) -> tuple[Masker, Transport]:
    """One for each call, as for each run of the program: a transport has a thread of its own."""
    masker, environ = Masker(), {"HTTPS_PROXY": proxy} if proxy else {}
    return masker, Transport(masker=masker, ca_bundle=CERTIFICATES / "ca.pem", environ=environ)


@cache
def another_host() -> Hostile:
    """A server that nobody has a reason to speak to, for the whole suite."""
    return Hostile("ok")


def opened(call: Call, lent: Context, address: str) -> Any:
    """The adapter of a call."""
    return adapter_for(call.type)(_settings(call.id).model_copy(update={"base_url": address}), lent)


@cache
def _settings(call_id: str) -> ChannelSettings:
    """Read once: reading templates takes longer than a cell."""
    call = next(each for each in CALLS if each.id == call_id)
    own = {"username": "announce"} if call.type == "wordpress" else {}
    secrets = {} if call.type == "http" else {name: {"env": name} for name in SECRETS[call.type]}
    address = "https://blog.example.test"
    settings = {"type": call.type, "base_url": address, **own, **secrets, **_with_secrets(call.settings)}
    return settings_for(call.type).model_validate(settings)


def post(**changes: Any) -> Post:
    """The post of every call."""
    planned = Post(
        ref="CMO-7K3M",
        update=1,
        kind=Kind.INITIAL,
        channel="feed",
        locale="de",
        format=Format.TEXT,
        title="Dringende Wartung",
        body=TEXT,
        slug="cmo-7k3m",
        published_at=PLANNED,
    )
    return replace(planned, **changes)


def _with_secrets(settings: Any) -> Any:
    match settings:
        case Mapping():
            return {key: _with_secrets(value) for key, value in settings.items()}
    return {"env": "token"} if settings == SECRET else settings


def _timed(call: Call, channel: Any) -> tuple[Any, float]:
    started = time.monotonic()
    try:
        outcome = call.made(channel, post())
    except BaseException as error:  # noqa: BLE001  whatever it is, it is what the cell came to
        outcome = error
    return outcome, time.monotonic() - started


# --- what must hold -------------------------------------------------------------------------------------------

_ERRORS = (NotSent, Unknown, Rejected, BadCredentials)
_RESULTS: Mapping[str, tuple[type, ...]] = {
    "check": (Identity,),
    "stage": (Draft,),
    "release": (Receipt,),
    "publish": (Receipt,),
    "find": (Receipt, type(None)),
}


def violations(cell: Cell, run: Run, calm: Run) -> list[str]:
    """What is wrong with a run, each with the name of the rule in front; ``calm`` is the run without a fault."""
    return [f"{rule.__name__.strip('_')}: {fault}" for rule in RULES for fault in rule(cell, run, calm)]


def _verdict(cell: Cell, run: Run, calm: Run) -> Iterator[str]:
    """It comes to what the table says."""
    wanted = cell.fault.outcomes(cell.call)
    if run.kind not in wanted and not ("good" in wanted and run.shown == calm.shown):
        yield f"{run.shown[:300]} instead of {' or '.join(sorted(wanted))}: {cell.fault.why}"


def _contract(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """It raises one of four exceptions, or returns what its verb returns."""
    if type(run.outcome) not in (*_ERRORS, *_RESULTS[cell.call.verb]):
        yield "".join(traceback.format_exception(run.outcome))[-1500:]


def _message(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """What a person reads is one line of reasonable length, without control characters."""
    if not isinstance(run.outcome, ChannelError):
        return
    for name, text in (("message", str(run.outcome)), ("cure", run.outcome.cure or "-")):
        if not text or len(text) > MOST_MESSAGE or not _printable(text):
            yield f"{name} of {len(text)} characters: {text[:500]!r}"


def _names(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """The message names what the table says."""
    wanted = cell.fault.names
    if wanted and isinstance(run.outcome, ChannelError) and wanted not in str(run.outcome):
        yield f"{wanted!r} is not in {run.outcome}"


def _leak(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """No piece of a secret is anywhere."""
    error = run.outcome if isinstance(run.outcome, BaseException) else None
    places = {
        "repr": repr(run.outcome),
        "cure": str(getattr(run.outcome, "cure", "")),
        "traceback": "".join(traceback.format_exception(error)) if error else "",
        "log": run.log,
    }
    if not leaks("\0".join(places.values())):
        return
    for place, text in places.items():
        if pieces := leaks(text):
            yield f"{pieces[0]} in the {place}: {text[:500]!r}"


def _unsent(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """NotSent is true: the platform saw nothing of the request, or said itself that it did nothing."""
    if isinstance(run.outcome, NotSent) and not cell.fault.said and len(run.received) > cell.call.at:
        yield f"the platform saw {run.received[-1].method} {run.received[-1].path[:200]}"


def _once(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """Nothing is sent twice, and not more than the verb needs."""
    most = len(cell.call.replies) + cell.call.more + cell.fault.more
    if len(run.received) > most:
        yield f"{len(run.received)} requests instead of {most}"
    writes = [(each.path, each.body) for each in run.received if each.method != "GET"]
    if len(set(writes)) < len(writes):
        yield f"the same request twice: {writes}"


def _stranger(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """Nobody else is spoken to, and nothing is carried that is somebody else's."""
    if run.strangers:
        yield f"{run.strangers} connections to another host"
    for each in run.received:
        if "cookie" in each.headers:
            yield "a cookie was sent"
        if NETRC_BASIC in each.headers.get("authorization", ""):
            yield "the password of ~/.netrc was sent"


def _time(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """It ends when its time is over."""
    if run.seconds > run.limit + SLACK:
        yield f"{run.seconds:.1f} s instead of {run.limit} s"


def _wait(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """The wait that the platform asks for is understood, and bounded."""
    asked = getattr(run.outcome, "retry_after", None)
    low, high = cell.fault.wait or (0, 900)
    if asked is not None and not low <= asked <= high:
        yield f"retry_after is {asked}, not within {low} and {high}"
    if asked is None and cell.fault.wait and isinstance(run.outcome, NotSent):
        yield "retry_after is not told"


def _result(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """What is recorded of a platform's answer is bounded and fit to be shown."""
    match run.outcome:
        case Receipt(remote_id=remote_id, url=url, fingerprint=fingerprint, note=note):
            yield from _insane_id(remote_id)
            if url is not None and not _is_link(url):
                yield f"url {url[:300]!r}"
            if fingerprint is not None and not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
                yield f"fingerprint {fingerprint!r}"
            yield from _insane_texts(note)
        case Draft(remote_id=remote_id):
            yield from _insane_id(remote_id)
        case Identity(account=account, notes=notes):
            yield from _insane_texts(account, *notes)


def _insane_id(remote_id: Any) -> Iterator[str]:
    if remote_id is not None and not (
        isinstance(remote_id, str) and 0 < len(remote_id) <= 200 and remote_id.isprintable()
    ):
        yield f"remote_id {str(remote_id)[:300]!r}"


def _insane_texts(*texts: str | None) -> Iterator[str]:
    for text in texts:
        if text is not None and (len(text) > MOST_MESSAGE or not _printable(text)):
            yield f"a text of {len(text)} characters: {text[:300]!r}"


def _is_link(url: str) -> bool:
    with contextlib.suppress(ValueError):
        fits = len(url) <= 2000 and url.isprintable() and " " not in url
        return fits and url.startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
    return False


def _printable(text: str) -> bool:
    return all(character.isprintable() or character in "\u200c\u200d" for character in text)


Rule = Callable[[Cell, Run, Run], Iterator[str]]
RULES: tuple[Rule, ...] = (
    _verdict,
    _contract,
    _message,
    _names,
    _leak,
    _unsent,
    _once,
    _stranger,
    _time,
    _wait,
    _result,
)


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


def _tls(name: str | None) -> Any:
    if name is None:
        return None
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATES / name)
    return made
