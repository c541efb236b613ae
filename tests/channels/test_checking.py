"""What a check finds before the night does: a token that is about to expire, a wrong API."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from announce_channels.facebook.token import rights_in
from announce_channels.http.ends import warnings
from publisher.adapter.identity import SOON, Identity, Permission
from publisher.cli.commands.check import lines
from publisher.delivery.probes import Checked
from publisher.model.outcome import ChannelError

PLAIN = {"username", "page_id"}
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@pytest.fixture(params=["wordpress", "whmcs", "facebook", "twitter"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(bench: Any, sandbox: Any, name: str, **changes: Any) -> Any:
    known = sandbox.credentials[name]
    settings = {key: value if key in PLAIN else bench.secret(value) for key, value in known.items()}
    return bench.open(name, **{"base_url": sandbox.base_url(name), "timeout": 2, **settings, **changes})


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ({"expires_at": 0, "data_access_expires_at": 0}, []),
        ({"expires_at": stamp(NOW + SOON + timedelta(days=1))}, []),
        (
            {"expires_at": stamp(NOW + timedelta(days=3, hours=1))},
            ["expires 2026-11-26 21:00 UTC, in 3 days"],
        ),
        ({"expires_at": stamp(NOW - timedelta(days=3))}, ["in 0 days"]),
        ({"data_access_expires_at": stamp(NOW + timedelta(days=9))}, ["access to data"]),
        (
            {"expires_at": stamp(NOW + timedelta(days=1)), "data_access_expires_at": stamp(NOW)},
            ["in 1 days", "access to data"],
        ),
        ({"expires_at": True}, []),
        ({"expires_at": -1}, []),
        ({"expires_at": 10**30}, []),
        ({"expires_at": "soon"}, []),
    ],
)
def test_a_token_that_is_about_to_expire_is_warned_of(ends: dict[str, Any], says: list[str]) -> None:
    about = {"type": "PAGE", "scopes": ["pages_manage_posts"], **ends}
    warnings = rights_in(about, "PAGE", NOW, page="17").warnings
    assert len(warnings) == len(says)
    assert all(words in warning for words, warning in zip(says, warnings, strict=True))


def jwt(**claims: Any) -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, claims)
    )
    return f"Bearer {head}.{body}.c2lnbmF0dXJl"


GITHUB = "GitHub-Authentication-Token-Expiration"


@pytest.mark.parametrize(
    ("sent", "answered", "says"),
    [
        (jwt(exp=stamp(NOW + timedelta(days=3, hours=1))), {}, ["2026-11-26 21:00 UTC, in 3 days"]),
        (jwt(exp=stamp(NOW - timedelta(days=3))), {}, ["in 0 days"]),
        (jwt(exp=stamp(NOW + SOON)), {}, []),
        (jwt(sub="announce"), {}, []),
        (jwt(exp="soon"), {}, []),
        (jwt(exp=10**30), {}, []),
        ("Bearer eyJhbGci.eyJleHAiOnRy.c2ln", {}, []),
        ("Basic YW5ub3VuY2U6c2VjcmV0", {}, []),
        ("Bearer plain", {GITHUB: "2026-11-30 20:00:00 UTC"}, ["2026-11-30 20:00 UTC, in 7 days"]),
        ("Bearer plain", {GITHUB.lower(): "2026-11-30 20:00:00 +0000"}, ["in 7 days"]),
        ("Bearer plain", {GITHUB: "never"}, []),
    ],
)
def test_the_end_of_a_token_that_says_so_itself_is_warned_of(
    sent: str, answered: dict[str, str], says: list[str]
) -> None:
    found = list(warnings([sent], answered, NOW))
    assert len(found) == len(says), found
    assert all(words in warning for words, warning in zip(says, found, strict=True))


def test_an_http_channel_warns_of_its_token_without_asking_anybody(bench: Any) -> None:
    token = jwt(exp=stamp(datetime.now(UTC) + timedelta(days=2))).removeprefix("Bearer ")
    channel = bench.open(
        "http",
        base_url="https://center.example.net",
        auth={"kind": "bearer", "token": bench.secret(token)},
        publish={"path": "/news", "json": {"text": "{{ body }}"}},
    )
    bench.now = datetime.now(UTC)
    [warning] = channel.check().warnings
    assert "the token expires" in warning
    assert token not in warning


def test_a_token_that_facebook_calls_invalid_may_not_publish() -> None:
    about = {"type": "PAGE", "scopes": ["pages_manage_posts"], "is_valid": False}
    assert rights_in(about, "PAGE", NOW, page="17").may_publish is Permission.REFUSED


@pytest.mark.parametrize("other", ["wordpress", "whmcs", "facebook", "twitter"])
def test_another_platform_at_that_address_is_found(bench: Any, sandbox: Any, name: str, other: str) -> None:
    """Its JSON may be as valid as can be."""
    if other == name:
        assert opened(bench, sandbox, name).check().account
        return
    channel = opened(bench, sandbox, name, base_url=sandbox.base_url(other))
    with pytest.raises(ChannelError):
        channel.check()
    assert sandbox.posts() == []


def test_a_warning_stands_before_the_notes() -> None:
    found = Identity(account="CMO", may_publish=Permission.PROVED, notes=("seen",), warnings=("soon",))
    shown = lines([Checked(channel="facebook", identity=found)], {"facebook": []})
    assert shown == ["facebook  may publish  CMO", "    warning: soon", "    note: seen"]
