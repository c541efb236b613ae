"""Opens an adapter as the program does: its settings read, its secrets resolved, the real transport under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from announce_contract.canaries import Canaries
from announce_contract.hostile import CERTIFICATES
from announce_contract.replies import Call
from publisher.adapter.context import Context
from publisher.model.announcement import Kind
from publisher.model.history import Snapshot
from publisher.model.post import Format, Post, Receipt, Telling
from publisher.rendering.renderer import Renderer
from publisher.settings.masking import Masker
from publisher.settings.secrets import Secret, resolve
from publisher.transport import Transport

PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)

POST = Post(
    ref="CMO-7K3M",
    update=1,
    kind=Kind.INITIAL,
    channel="channel",
    locale="de",
    format=Format.TEXT,
    title="Dringende Wartung",
    body="Dringende Wartung am Montag um 22:30 Uhr. Ref. CMO-7K3M",
    slug="cmo-7k3m",
    published_at=PLANNED,
    tells=(Telling("start", ("22:30",)), Telling("reference", ("CMO-7K3M",))),
)
"""The post of every call: a good answer of a platform shows this text."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The adapter that is tested, and what its platform answers."""

    adapter: type[Any]
    settings: Mapping[str, Any]
    calls: tuple[Call, ...]
    verbs: frozenset[str]
    """Those whose good answers are told."""
    canaries: Canaries
    complaint: Callable[[int, str], Any]
    """From a status and a text to an error as the platform writes it."""
    but: Mapping[str, str] = field(default_factory=dict)
    """What cells come to on this platform, by patterns of their ids: see `announce_contract.contract`."""
    reads: str | None = None
    """A pattern of the bodies that only read, on a platform that is asked by POST."""
    in_addresses: str | None = None
    """A pattern of what may stand in an address although it is a secret: see `announce_contract.contract`."""
    receipt: Receipt | None = None
    """Of the post that is edited or taken down; unless it is told, the one that publishing gives."""
    post: Post = POST
    opener: Callable[[Context, str], Any] | None = None
    """Opens something else in the adapter's place: a control."""

    def opened(self, lent: Context, address: str) -> Any:
        """The channel, whose platform is at that address."""
        if self.opener:
            return self.opener(lent, address)
        model = read_settings(self)
        known = {"base_url": address} if "base_url" in type(model).model_fields else {}
        return self.adapter(model.model_copy(update=known), lent)

    def __hash__(self) -> int:
        return id(self)


@cache
def read_settings(subject: Subject) -> Any:
    """The settings' model. Read once: reading templates takes longer than a cell."""
    fields = subject.adapter.Settings.model_fields
    address = {"base_url": "https://platform.example.test"} if "base_url" in fields else {}
    return subject.adapter.Settings.model_validate({"type": "contract", **address, **subject.settings})


def context(
    masker: Masker, transport: Transport, *, secrets: Mapping[str, str], limit: float, now: datetime
) -> Context:
    """What the core lends an adapter; ``limit`` is in seconds for each request."""

    def resolved(secret: Secret) -> str:
        value = resolve(secret, root=Path(), environ=secrets)
        masker.add(value)
        return value

    def session(*, rewrite: tuple[str, str] | None = None) -> Any:
        return transport.session("channel", timeout=limit, rewrite=rewrite)

    return Context(
        name="channel",
        locale="de",
        zone=ZoneInfo("Europe/Berlin"),
        brand="CMO",
        provider="example.net",
        session=session,
        secret=resolved,
        clock=lambda: now,
        history=Snapshot,
        render=lambda template, values: template,
        words=Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).words,
    )


@cache
def transport(_subject: Subject, _call: str, proxy: str | None) -> tuple[Masker, Transport]:
    """One for each call, as for each run of the program: a transport has a thread of its own."""
    masker, environ = Masker(), {"HTTPS_PROXY": proxy} if proxy else {}
    return masker, Transport(masker=masker, ca_bundle=CERTIFICATES / "ca.pem", environ=environ)


def post(**changes: Any) -> Post:
    """`POST`, with something changed."""
    return replace(POST, **changes)
