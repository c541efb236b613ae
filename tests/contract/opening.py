"""Opens an adapter as the program does: its settings read, its secrets resolved, the real transport under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contract_canaries import SECRETS
from contract_platforms import CALLS, SECRET, TEXT, Call

from publisher.adapter.context import Context
from publisher.adapter.registry import adapter_for, settings_for
from publisher.model.announcement import Kind
from publisher.model.history import Snapshot
from publisher.model.post import Format, Post
from publisher.settings.channel import ChannelSettings
from publisher.settings.masking import Masker
from publisher.settings.secrets import Secret, resolve
from publisher.transport import Transport

CERTIFICATES = Path(__file__).parents[1] / "hostile" / "certificates"

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
def transport(_call_id: str, proxy: str | None) -> tuple[Masker, Transport]:
    """One for each call, as for each run of the program: a transport has a thread of its own."""
    masker, environ = Masker(), {"HTTPS_PROXY": proxy} if proxy else {}
    return masker, Transport(masker=masker, ca_bundle=CERTIFICATES / "ca.pem", environ=environ)


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
