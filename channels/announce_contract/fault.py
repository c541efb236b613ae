"""A fault: what goes wrong with one request, and what a verb may come to by it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from announce_contract.bench import Subject
from announce_contract.hostile import Behaviour, Peer
from announce_contract.replies import URL, Call, Reply

SKIP = "skip"
"""In the place of outcomes: the cell says nothing on this platform."""

NOTHING_SPOILED = object()


@dataclass
class Setting:
    """What a fault has to work with while its cell runs."""

    subject: Subject
    call: Call
    elsewhere: str
    """The address of another host, which nobody may speak to."""
    url: str = ""
    """The address of the platform."""
    stop: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """What is to be undone afterwards."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request.

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
    spoils: Any = NOTHING_SPOILED
    """The good value in whose place it puts one that is no id."""

    def applies(self, call: Call) -> bool:
        """Whether it can spoil this request in a way that is not tried elsewhere."""
        return (
            _fits(call.id, self.only) and not (self.first and call.at) and not (self.content and call.alike)
        )

    def outcomes(self, subject: Subject, call: Call) -> frozenset[str]:
        """What the verb may come to."""
        own = _first(subject.but, f"{call.id}.{self.name}")
        shrugged = call.shrugs if self.expects != "good" else None
        return frozenset((own or shrugged or _first(self.but, call.id) or self.expects).split("|"))


def _first(table: Mapping[str, str], name: str) -> str | None:
    return next((text for pattern, text in table.items() if _fits(name, pattern)), None)


def _fits(name: str, patterns: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns.split("|"))


def says(
    name: str, only: str, expects: str, why: str, document: Any, *, status: int = 200, **more: Any
) -> Fault:
    """A fault of one platform's own: it answers these calls with this document."""
    reply = Reply(status=status, document=document, headers=more.pop("headers", ()))
    return Fault(name=name, only=only, expects=expects, why=why, act=lambda _: answer(reply), **more)


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
