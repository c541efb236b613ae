"""What the adapters' tests share: a bench with the real transport and the real secrets, and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import responses

from announce_sandbox import Sandbox, start
from publisher.adapter.context import Context
from publisher.adapter.registry import adapter_for, settings_for
from publisher.model.announcement import Kind
from publisher.model.history import Snapshot
from publisher.model.post import Format, Post
from publisher.rendering.renderer import Renderer
from publisher.settings.masking import Masker
from publisher.settings.secrets import Secret, resolve
from publisher.transport import Transport

PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


class Bench:
    """Opens adapters as the program does; its clock is set by hand, its environment made up."""

    def __init__(self) -> None:
        self.now = PLANNED
        self.masker = Masker()
        self.environ: dict[str, str] = {}
        self.transport = Transport(masker=self.masker, environ={})
        self.delivered: tuple[str, ...] = ("",)
        """The addresses of posts that were delivered before; the empty one begins like every other."""
        self.history = Snapshot()
        self.billed = True
        self.repeat = False

    def open(self, type_name: str, **settings: Any) -> Any:
        """The adapter of a channel with these settings."""
        model = settings_for(type_name).model_validate({"type": type_name, **settings})
        return adapter_for(type_name)(model, self.context(type_name, model.timeout))

    def context(self, name: str, timeout: float) -> Context:
        def session(*, rewrite: tuple[str, str] | None = None) -> Any:
            return self.transport.session(name, timeout=timeout, rewrite=rewrite)

        return Context(
            name=name,
            locale="de",
            zone=ZoneInfo("Europe/Berlin"),
            brand="CMO",
            provider="example.net",
            session=session,
            secret=self.resolved,
            clock=lambda: self.now,
            history=lambda: self.history,
            has_delivered=lambda beginning: any(
                not url or url.startswith(beginning) for url in self.delivered
            ),
            billed=self.billed,
            render=lambda template, values: f"{template} {sorted(values)}",
            words=Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).words,
        )

    def secret(self, value: str) -> dict[str, str]:
        """A setting that stands for this secret."""
        name = f"SECRET_{len(self.environ)}"
        self.environ[name] = value
        return {"env": name}

    def resolved(self, secret: Secret) -> str:
        value = resolve(secret, root=Path(), environ=self.environ)
        self.masker.add(value)
        return value

    def again(self) -> None:
        """What is published from now on is published anew: an attempt may have left something behind."""
        self.repeat = True

    def post(self, **fields: Any) -> Post:
        """A first announcement, planned a moment ago."""
        told: dict[str, Any] = {
            "ref": "CMO-7K3M",
            "update": 1,
            "kind": Kind.INITIAL,
            "channel": "blog",
            "locale": "de",
            "format": Format.HTML,
            "title": "Dringende Wartung",
            "body": "<p>Am Montag um 22:30 Uhr. Ref. CMO-7K3M</p>",
            "slug": "cmo-7k3m",
            "published_at": PLANNED,
            "repeat": self.repeat,
        }
        return Post(**(told | fields))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """Answers in the place of a platform; each one must be asked for."""
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        yield mock
