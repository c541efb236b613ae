"""What every double of a platform is, and a post as it is shown."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from announce_sandbox.faults import Fault, Kind
from announce_sandbox.wire import Answer, Refused, Request, html_answer


class State(StrEnum):
    """Whether customers see a post."""

    VISIBLE = "visible"
    DRAFT = "draft"
    TRASHED = "trashed"
    INSIDERS = "insiders"
    """Public by the platform's own word, and seen only by people with a role on the app that posted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One post as its platform would show it."""

    platform: str
    account: str
    """The user, page or handle it came with."""
    remote_id: str
    title: str = ""
    """As readers see it, plain text; empty where the platform has no titles."""
    body: str
    html: bool = False
    """The body is HTML; otherwise it is text with line breaks."""
    state: State = State.VISIBLE
    at: datetime
    """When it was published (a draft: created), aware, UTC."""
    url: str
    """Where a customer reads it."""
    weighted: int | None = None
    """The length in X's weighted characters; None on other platforms."""
    limit: int | None = None

    @property
    def visible(self) -> bool:
        """Whether customers see it."""
        return self.state is State.VISIBLE


class Double(ABC):
    """One platform: keeps what was posted, and answers one request at a time."""

    name: ClassVar[str]
    """The channel type, and the first segment of its addresses."""
    credentials: ClassVar[Mapping[str, str]]
    """What the platform accepts, by the names of the channel's settings."""
    reader: ClassVar[Mapping[str, str]]
    """Credentials it knows too, of somebody who may not publish."""
    reasons: ClassVar[tuple[str, ...]] = ()
    """Those for which it can be told to refuse: ``Fault("says", reason=…)``."""

    traits: ClassVar[Mapping[str, str]] = {}
    """What an installation of this platform may be like, by name, each in a sentence: see `Sandbox.make`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.has: frozenset[str] = frozenset()
        """Its traits."""
        self.keeps: Callable[[str], str] = str
        """What it makes of each text that it stores."""
        self._lock = threading.Lock()

    @abstractmethod
    def verb(self, request: Request) -> str:
        """What the request asks for: ``create``, ``update``, ``delete``, ``get``, ``list``, ``identity``."""

    @abstractmethod
    def shown(self) -> list[Shown]:
        """What was posted, in the order in which it came."""

    @abstractmethod
    def _handle(self, request: Request) -> Answer:
        """Do what the request asks for, under the lock. May raise Refused."""

    def answer(self, request: Request) -> Answer:
        """Do what the request asks for, and say how it went."""
        with self._lock:
            try:
                return self._handle(request)
            except Refused as refused:
                return refused.answer

    def become(self, *traits: str) -> None:
        """Have these traits in place of those before. Raises ValueError for one that there is not."""
        if unknown := sorted(set(traits) - set(self.traits)):
            known = ", ".join(self.traits) or "none"
            raise ValueError(f"{self.name} has no trait {unknown[0]!r}; there are {known}")
        with self._lock:
            self.has = frozenset(traits)

    def require_known(self, fault: Fault) -> None:
        """Raise ValueError for a fault with a reason that this platform does not know."""
        if fault.reason is not None and fault.reason not in self.reasons:
            known = ", ".join(self.reasons) or "none"
            raise ValueError(f"{self.name} does not know the reason {fault.reason!r}; there are {known}")

    def complaint(self, fault: Fault) -> Answer:
        """The answer to a request that the fault keeps from having an effect, in the platform's words."""
        return web_server_page(fault)


def now() -> datetime:
    """The current time, aware, UTC."""
    return datetime.now(UTC)


def web_server_page(fault: Fault) -> Answer:
    """What a web server in front of the platform says."""
    status, text = {
        Kind.UNAUTHORIZED: (401, "Authorization Required"),
        Kind.FORBIDDEN: (403, "Forbidden"),
        Kind.LIMITED: (429, "Too Many Requests"),
        Kind.BROKEN: (500, "Internal Server Error"),
    }.get(fault.kind, (502, "Bad Gateway"))
    page = f"<html><head><title>{status} {text}</title></head><body><h1>{status} {text}</h1></body></html>"
    return html_answer(page, status, fault.wait_headers if fault.kind is Kind.LIMITED else ())
