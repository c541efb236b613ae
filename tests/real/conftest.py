"""Real programs to publish to. Where one cannot be had the tests say so loudly, and under ``CI=true`` they fail."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
import requests

from publisher.adapter.context import Context
from publisher.adapter.registry import adapter_for, settings_for
from publisher.model.announcement import Kind
from publisher.model.history import Snapshot
from publisher.model.post import Format, Post
from publisher.settings.masking import Masker
from publisher.settings.secrets import Secret, resolve
from publisher.transport import Transport

REFERENCES = (f"CMO-{number:04d}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def unavailable() -> Callable[[str], NoReturn]:
    """Called with the reason why a real program cannot be had: skips loudly, or fails where it must be there."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI=true asks for it")
        pytest.skip(reason)

    return give_up


class Engineer:
    """Opens adapters as the program does, over the real transport."""

    def __init__(self) -> None:
        self.environ: dict[str, str] = {}
        self._transport = Transport(masker=Masker(), environ={})

    def open(self, type_name: str, **settings: Any) -> Any:
        """The adapter of a channel with these settings."""
        model = settings_for(type_name).model_validate({"type": type_name, **settings})
        return adapter_for(type_name)(model, self._context(type_name, model.timeout))

    def secret(self, value: str) -> dict[str, str]:
        """A setting that stands for this secret."""
        name = f"SECRET_{len(self.environ)}"
        self.environ[name] = value
        return {"env": name}

    def post(self, **fields: Any) -> Post:
        """A first announcement with a reference of its own, planned now."""
        ref = next(REFERENCES)
        told: dict[str, Any] = {
            "ref": ref,
            "update": 1,
            "kind": Kind.INITIAL,
            "channel": "blog",
            "locale": "de",
            "format": Format.HTML,
            "title": f"Dringende Wartung {ref}",
            "body": f"<p>Wartung am Montag, Ref. {ref}</p>",
            "slug": ref.lower(),
            "published_at": datetime.now(UTC).replace(microsecond=0),
        }
        return Post(**(told | fields))

    def _context(self, name: str, timeout: float) -> Context:
        def session(*, rewrite: tuple[str, str] | None = None) -> requests.Session:
            return self._transport.session(name, timeout=timeout, rewrite=rewrite)

        def resolved(secret: Secret) -> str:
            return resolve(secret, root=Path(), environ=self.environ)

        return Context(
            name=name,
            locale="de",
            zone=ZoneInfo("Europe/Berlin"),
            brand="CMO",
            provider="example.net",
            session=session,
            secret=resolved,
            clock=lambda: datetime.now(UTC),
            history=Snapshot,
            render=lambda template, values: f"{template} {sorted(values)}",
        )


@pytest.fixture
def engineer() -> Engineer:
    return Engineer()


@pytest.fixture
def visitor() -> Iterator[requests.Session]:
    """A customer with a browser, who uses no proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
