"""The double that takes every request: what makes a post, and what is about one that was made."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from announce_sandbox import start

BODIES: list[dict[str, Any]] = [
    {"json": {"news": {"headline": "Kernel", "words": "All servers restart tonight."}}},
    {"json": {"posts": [{"lang": "en", "t": "All servers restart tonight."}]}},
    {"data": {"headline": "Kernel", "words": "All servers restart tonight."}},
    {"data": b"All servers restart tonight.", "headers": {"Content-Type": "text/plain"}},
    {"data": b'["All servers restart tonight."]', "headers": {"Content-Type": "application/json"}},
]


@pytest.mark.parametrize("body", BODIES, ids=["wrapped", "list-inside", "form", "text", "a-list"])
@pytest.mark.parametrize("where", ["path", "query", "body"])
def test_a_post_is_made_then_changed_and_deleted_however_it_is_named(
    body: dict[str, Any], where: str
) -> None:
    with start() as sandbox, requests.Session() as session:
        base = f"{sandbox.base_url('http')}/any/v2/news.php"
        made = session.post(base, **body).json()
        [shown] = sandbox.posts("http")
        assert (str(made["id"]), made["url"]) == (shown.remote_id, shown.url)
        assert "All servers restart tonight." in shown.body
        number = made["id"]
        about = {
            "path": {
                "url": f"{base}/{number}/edit",
                "json": {"words": "They are back, and all is well again."},
            },
            "query": {
                "url": f"{base}?item={number}",
                "json": {"words": "They are back, and all is well again."},
            },
            "body": {
                "url": base,
                "json": {"at": {"id": number}, "text": "They are back, and all is well again."},
            },
        }[where]
        changed = session.post(**about)  # type: ignore[arg-type]
        assert (changed.status_code, changed.json()["id"]) == (200, number)
        assert "back" in json.dumps(session.get(made["url"]).json())
        assert len(sandbox.posts("http")) == 1
        assert session.delete(f"{base}/{number}").status_code == 204
        assert sandbox.posts("http") == []


def test_two_posts_are_two_and_a_repeated_key_is_one() -> None:
    with start() as sandbox, requests.Session() as session:
        base, key = f"{sandbox.base_url('http')}/any/news", {"Idempotency-Key": "CMO-7K3M/1"}
        first = session.post(base, json={"x": "one"}, headers=key)
        again = session.post(base, json={"x": "one"}, headers=key)
        other = session.post(base, json={"x": "two"})
        assert first.json()["id"] == again.json()["id"] != other.json()["id"]
        assert len(sandbox.posts("http")) == 2
