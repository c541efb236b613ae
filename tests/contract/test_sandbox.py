"""Faults of platforms that work: what an adapter says of its attempt against what customers then see.

The table proves verdicts; here the doubles really publish, or not, behind each fault. Afterwards the fault is gone,
and the look-up has to find what is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from announce_contract.bench import context, post
from announce_sandbox import Fault, Sandbox, start
from publisher.adapter.registry import adapter_for, settings_for
from publisher.model.outcome import ChannelError, NotSent, Rejected
from publisher.model.post import Post
from publisher.settings.masking import Masker
from publisher.transport import Transport

_NEWS = {"path": "/news", "json": {"title": "{{ title }}", "text": "{{ body }}", "external_id": "{{ key }}"}}
_OWN: dict[str, dict[str, Any]] = {
    "wordpress": {},
    "whmcs": {},
    "facebook": {},
    "twitter": {},
    "http": {
        "auth": {"kind": "bearer", "token": {"env": "token"}},
        "publish": _NEWS,
        "lookup": {
            "path": "/news?q={{ ref }}",
            "items": "items",
            "match": "external_id",
            "equals": "{{ key }}",
            "id": "id",
        },
        "id": "id",
        "url": "url",
        "error": "error",
    },
}
_NAMES = {"wordpress": {"username"}, "facebook": {"page_id"}}
"""Settings among the credentials that are no secrets."""

_STAGED = ("check", "stage", "release", "publish", "find")
_PLAIN = ("check", "publish", "find")
CALLS = [
    *((name, verb) for name in ("wordpress", "whmcs") for verb in _STAGED),
    *((name, verb) for name in ("http", "facebook", "twitter") for verb in _PLAIN),
]

FAULTS = {
    "refuse": "NotSent|Unknown",
    "401": "BadCredentials",
    "403": "Rejected",
    "429": "NotSent",
    "500": "Unknown",
    "502": "Unknown",
    "hang": "Unknown",
    "reset": "Unknown",
    "drip": "Unknown",
    "html200": "Unknown",
    "redirect": "Rejected",
    "late": "Unknown",
    "truncated": "Unknown",
    "slow": "good",
}
"""By kind of fault: what an attempt comes to."""

HASTY = {"hang", "drip", "late"}


class Lab:
    """One channel on a sandbox of its own."""

    def __init__(self, type_name: str, sandbox: Sandbox, *, limit: float) -> None:
        self.type, self.sandbox = type_name, sandbox
        known = sandbox.credentials[type_name]
        plain = {name: known[name] for name in _NAMES.get(type_name, set())}
        secret = {} if type_name == "http" else {name: {"env": name} for name in known if name not in plain}
        address = sandbox.base_url(type_name)
        settings = {"type": type_name, "base_url": address, **plain, **secret, **_OWN[type_name]}
        masker, now = Masker(), datetime.now(UTC)
        lent = context(masker, Transport(masker=masker, environ={}), secrets=known, limit=limit, now=now)
        self.channel = adapter_for(type_name)(settings_for(type_name).model_validate(settings), lent)
        self.post = post(published_at=now)

    def prepare(self, verb: str) -> Any:
        """What has to be there before the verb makes sense."""
        match verb:
            case "release":
                return self.channel.stage(self.post)
            case "find":
                return self.channel.publish(self.post)
        return None

    def make(self, verb: str, post: Post, prepared: Any) -> Any:
        """What the verb comes to."""
        call = getattr(self.channel, verb)
        arguments = {"check": (), "release": (post, prepared)}.get(verb, (post,))
        try:
            return call(*arguments)
        except ChannelError as error:
            return error

    def visible(self) -> list[str]:
        """The ids of what customers see."""
        return [shown.remote_id for shown in self.sandbox.posts(self.type) if shown.visible]


@pytest.fixture(scope="module")
def hasty() -> Iterator[dict[tuple[str, str, str], Future[None]]]:
    """The cells that wait do it together."""
    with ThreadPoolExecutor(8) as pool:
        yield {(*call, kind): pool.submit(_plays, *call, kind) for call in CALLS for kind in HASTY}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize(("type_name", "verb"), CALLS)
def test_what_is_said_fits_what_customers_see(type_name, verb, kind, hasty):
    cell = (type_name, verb, kind)
    if cell in hasty:
        hasty[cell].result()
    else:
        _plays(*cell)


def _patience(lab: Lab) -> float:
    """Seconds with what hangs: a limit that is the same on a busy machine would end what is only slow."""
    started = time.monotonic()
    lab.make("check", lab.post, None)
    return max(1.2, 12 * (time.monotonic() - started))


def _plays(type_name: str, verb: str, kind: str) -> None:
    with start() as sandbox:
        lab = Lab(type_name, sandbox, limit=5)
        prepared, before = lab.prepare(verb), lab.visible()
        limit = _patience(lab)
        spoiled = Lab(type_name, sandbox, limit=limit) if kind in HASTY else lab
        sandbox.fault(type_name, Fault(kind, times=1, seconds=limit if kind == "drip" else 0.1))
        outcome = spoiled.make(verb, lab.post, prepared)
        seen = lab.visible()

        if FAULTS[kind] != "good":
            assert type(outcome).__name__ in _expected(type_name, verb, kind), outcome
        assert len(seen) <= 1, "two posts"
        if isinstance(outcome, NotSent | Rejected):
            assert seen == before, f"{outcome}: but something was published"
        if verb in ("publish", "release") and not isinstance(outcome, ChannelError):
            assert seen == [outcome.remote_id]
        if kind == "late" and verb in ("publish", "release"):
            _await(lab.visible)
        _looks_up(lab)


def _expected(type_name: str, verb: str, kind: str) -> set[str]:
    expected = set(FAULTS[kind].split("|"))
    if verb == "check" and kind == "html200":
        expected.add("Rejected")  # nothing is in doubt there but the address
    if type_name == "wordpress" and verb in {"check", "find"} and kind == "html200":
        expected |= {"Identity", "Receipt"}  # the API has another address, which is asked
    return expected


def _await(there: Callable[[], object]) -> None:
    """Wait for what comes late, however busy the machine is."""
    end = time.monotonic() + 30
    while not there() and time.monotonic() < end:
        time.sleep(0.02)


def _looks_up(lab: Lab) -> None:
    """With the fault gone, and a late one's effect there, the look-up finds exactly what customers see."""
    found = lab.channel.find(lab.post)
    assert ([found.remote_id] if found else []) == lab.visible()
