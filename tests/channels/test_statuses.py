"""P7: status × body × adapter. A status that says that nothing was done says so whatever the body is, everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from publisher.model.outcome import ChannelError, NotSent, Rejected, Unknown
from tests.channels.answering import Answering, answering

HOST = "https://platform.example.net"
KEYS: dict[str, dict[str, Any]] = {
    "wordpress": {"base_url": HOST, "username": "announce"},
    "whmcs": {"base_url": HOST},
    "facebook": {"base_url": HOST, "page_id": "1234567890"},
    "twitter": {"base_url": HOST},
    "http": {
        "base_url": HOST,
        "publish": {"path": "/news", "json": {"text": "{{ body }}"}},
        "id": "id",
        "error": "error",
    },
}
SECRETS = {
    "wordpress": ("password",),
    "whmcs": ("identifier", "secret"),
    "facebook": ("access_token",),
    "twitter": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "http": (),
}
OWN_WORDS: dict[str, Any] = {
    "wordpress": {"code": "some_code", "message": "Too Many Requests", "data": {"status": 429}},
    "whmcs": {"result": "error", "message": "Too Many Requests"},
    "facebook": {"error": {"message": "Too Many Requests", "code": 9999, "type": "OAuthException"}},
    "twitter": {
        "title": "Too Many Requests",
        "detail": "Too Many Requests",
        "type": "about:blank",
        "status": 429,
    },
    "http": {"error": "Too Many Requests"},
}
BODIES = ("its own words", "a page", "nothing", "other JSON", "a list", "half a document")
BUSY = [(429, {"Retry-After": "7"}), (429, {}), (503, {"Retry-After": "7"}), (425, {})]
"""Statuses that say that nothing was done, and that it may be done later."""

BROKEN = [500, 502, 503, 504]
"""Statuses after which it may have been done all the same."""


def body(name: str, kind: str) -> tuple[str, str]:
    """What is answered, and its media type."""
    match kind:
        case "its own words":
            return json.dumps(OWN_WORDS[name]), "application/json"
        case "a page":
            return "<html><title>Busy</title></html>", "text/html"
        case "nothing":
            return "", "text/plain"
        case "other JSON":
            return json.dumps({"hello": "world"}), "application/json"
        case "a list":
            return "[]", "application/json"
    return json.dumps(OWN_WORDS[name])[:-3], "application/json"


@pytest.fixture(scope="module")
def platform() -> Iterator[Answering]:
    with answering() as server:
        yield server


@pytest.fixture
def attempt(bench, platform):
    """What a first attempt comes to where the platform answers so, on every path."""

    def make(name: str, status: int, kind: str, headers: dict[str, str]) -> ChannelError:
        secrets = {key: bench.secret(f"4711-{key}") for key in SECRETS[name]}
        channel = bench.open(name, **KEYS[name] | {"base_url": platform.url}, **secrets)
        text, media_type = body(name, kind)
        platform.status, platform.body = status, text.encode()
        platform.headers = (("Content-Type", media_type), *headers.items())
        platform.asked.clear()
        with pytest.raises(ChannelError) as caught:
            channel.publish(bench.post())
        assert [method for method, _ in platform.asked].count("POST") == 1
        return caught.value

    return make


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(("status", "headers"), BUSY)
@pytest.mark.parametrize("name", KEYS)
def test_later_is_later_whatever_the_body_says(attempt, name, status, headers, kind):
    error = attempt(name, status, kind, headers)
    assert type(error) is NotSent, error
    assert error.retry_after == (7 if headers else None)


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("status", BROKEN)
@pytest.mark.parametrize("name", KEYS)
def test_what_broke_on_the_way_may_have_been_done_whatever_the_body_says(attempt, name, status, kind):
    assert type(attempt(name, status, kind, {})) is Unknown


@pytest.mark.parametrize("kind", ["a page", "nothing", "other JSON", "a list", "half a document"])
@pytest.mark.parametrize("name", KEYS)
def test_a_success_that_nobody_can_read_proves_nothing(attempt, name, kind):
    assert type(attempt(name, 200, kind, {})) is Unknown


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("name", KEYS)
def test_a_redirect_is_a_matter_of_the_address_whatever_the_body_says(attempt, name, kind):
    error = attempt(name, 301, kind, {"Location": "https://www.example.net/"})
    assert isinstance(error, Rejected)
    assert "www.example.net" in str(error)


@pytest.mark.parametrize("name", KEYS)
def test_the_platforms_own_sentence_is_always_told(attempt, name):
    assert "Too Many Requests" in str(attempt(name, 400, "its own words", {}))
