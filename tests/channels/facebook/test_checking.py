"""What a check of a Page finds out, and what cannot be asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from announce_channels.facebook.adapter import DEVELOPMENT
from publisher.adapter.identity import Permission
from publisher.model.outcome import Rejected

PAGE = "1234567890"
GRAPH = "https://graph.facebook.com/v26.0"
POSTS = f"{GRAPH}/{PAGE}/published_posts"
DEBUG = f"{GRAPH}/debug_token"
_NO = {"error": {"message": "(#100) no", "type": "OAuthException", "code": 100}}


@pytest.fixture
def opened(bench, sandbox):
    def make(token: str) -> Any:
        bench.now = datetime.now(UTC)  # the sandbox lives in real time
        address = sandbox.base_url("facebook")
        return bench.open("facebook", page_id=PAGE, access_token=bench.secret(token), base_url=address)

    return make


@pytest.fixture
def scripted(bench):
    """An adapter whose Page is answered by the `wire`."""
    return bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"))


def test_the_right_to_post_is_proved_by_the_tokens_scopes(opened):
    identity = opened("EAAsandboxPageToken").check()

    assert identity.account == f"CMO ({PAGE})"
    assert identity.may_publish is Permission.PROVED
    assert identity.notes == ("token of type PAGE, does not expire", DEVELOPMENT)


def test_a_token_that_may_only_read_is_refused_and_publishes_nothing(opened, bench, sandbox):
    reader = opened(sandbox.readers["facebook"]["access_token"])

    assert reader.check().may_publish is Permission.REFUSED
    with pytest.raises(Rejected, match="200"):
        reader.publish(bench.post())
    assert not sandbox.posts("facebook")


@pytest.mark.parametrize(
    ("about", "standing", "note"),
    [
        (
            {"scopes": ["pages_manage_posts"], "type": "PAGE", "expires_at": 1796000000},
            "proved",
            "expires 2026-11-",
        ),
        (
            {"scopes": ["pages_manage_posts"], "type": "PAGE", "expires_at": "x"},
            "proved",
            "expiry is not told",
        ),
        ({"scopes": ["pages_manage_posts"], "type": "USER", "expires_at": 0}, "unknown", "type USER"),
        ({"scopes": [], "type": "PAGE", "expires_at": 0}, "refused", "lacks pages_manage_posts"),
        ({}, "unknown", "does not say"),
        (None, "unknown", "may not ask"),
    ],
)
def test_what_the_token_may_do_is_known_as_far_as_it_may_ask(scripted, wire, about, standing, note):
    wire.get(f"{GRAPH}/{PAGE}", json={"id": PAGE, "name": "CMO"})
    wire.get(POSTS, json={"data": []})
    wire.get(DEBUG, json=_NO if about is None else {"data": about})

    identity = scripted.check()

    assert identity.may_publish == standing
    assert note in "; ".join(identity.notes)


def test_a_version_that_has_expired_is_reported(scripted, wire):
    """Meta forwards it to the oldest living one and says nothing but this header."""
    wire.get(f"{GRAPH}/{PAGE}", json={"id": PAGE, "name": "CMO"}, headers={"facebook-api-version": "v27.0"})
    wire.get(POSTS, json={"data": []})
    wire.get(DEBUG, json=_NO)

    assert "v26.0 is served as v27.0: set graph_version to one that lives" in scripted.check().notes


@pytest.mark.parametrize("said", [{"id": "42", "name": "another Page"}, {"name": "CMO"}])
def test_another_page_or_another_api_is_refused(scripted, wire, said):
    wire.get(f"{GRAPH}/{PAGE}", json=said)

    with pytest.raises(Rejected, match="Graph API"):
        scripted.check()
