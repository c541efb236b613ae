"""What a check finds before the night does: a clock that is wrong, a token that is about to expire, a wrong API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from announce_channels.facebook.token import SOON, rights_in
from publisher.adapter.identity import UNTOLD, Identity, Permission, ahead_of
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


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(0, None), (3, "3 min ahead of"), (-4, "3 min behind"), (6 * 60, "360 min ahead of")],
)
def test_a_clock_that_is_wrong_is_found_through_every_platform(
    bench: Any, sandbox: Any, name: str, minutes: int, says: str | None
) -> None:
    """X takes a few minutes for granted; the others say nothing of it and show the wrong time."""
    channel = opened(bench, sandbox, name)
    bench.now = datetime.now(UTC) + timedelta(minutes=minutes, seconds=20)
    warnings = channel.check().warnings
    assert len(warnings) == (says is not None)
    assert says is None or says in warnings[0]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Date": "Mon, 23 Nov 2026 19:59:30 GMT"}, 30),
        ({"date": "Mon, 23 Nov 2026 21:00:00 +0100"}, 0),
        ({"Date": "Mon, 23 Nov 2026 20:05:00 -0000"}, -300),
        ({"Date": "Mon, 23 Nov 2026 19:00:00 GMT", "Age": "3600"}, None),
        ({"Date": "yesterday"}, None),
        ({"Date": "Mon, 99 Foo 99999 25:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_time_of_an_answer_is_read_as_far_as_it_is_its_own(
    headers: dict[str, str], seconds: float | None
) -> None:
    ahead = ahead_of(headers, NOW)
    assert ahead == (None if seconds is None else timedelta(seconds=seconds))


def test_a_platform_that_does_not_tell_the_time_is_said_to_be_one(bench: Any, wire: Any) -> None:
    blog = bench.open(
        "wordpress", base_url="https://blog.example.net", username="a", password=bench.secret("secret-12345")
    )
    wire.get(
        "https://blog.example.net/", json={"slug": "a", "roles": [], "capabilities": {"publish_posts": True}}
    )
    identity = blog.check()
    assert UNTOLD in identity.notes
    assert identity.warnings == ()


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
