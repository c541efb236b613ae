"""What X answers when all goes well, and how it says no."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, Reply, Situation

TEXT = POST.body


def complaint(status: int, text: str) -> dict[str, Any]:
    return {"title": "No", "detail": text, "type": "about:blank", "status": status}


_ACCOUNT = {"id": "4711", "name": "Example", "username": "example"}
_ME = Reply(document={"data": _ACCOUNT}, headers=("x-access-level: read-write",))
_MADE = Reply(status=201, document={"data": {"id": "17", "text": TEXT}})
_POSTS = {"data": [{"id": "17", "text": TEXT}], "meta": {"result_count": 1}}
_OTHERS = {"data": [{"id": "18", "text": "else"}], "meta": {"result_count": 1, "next_token": "abc"}}
_POST = {"data": {"id": "17", "text": TEXT, "author_id": "4711"}}

SETTINGS = {
    name: {"env": name.upper()}
    for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
}
SECRETS = {"ACCESS_TOKEN": "4711-{}"}
"""An access token begins with the number of its account, which is no secret."""

REPLIES = {
    "check": Situation(replies=[_ME, _POSTS], shrugs={1: "identity"}),
    "publish": Situation(replies=[_MADE], more=1),
    "find": [_POSTS],
    "find-pages": Situation(replies=[_OTHERS, _POSTS], alike=[0, 1]),
    "withdraw": [{"data": {"deleted": True}}],
    "locate": Situation(replies=[_POST], url="https://x.com/example/status/17"),
}

BUT = {
    # Only in the sandbox, which has no TLS, do posts lead to base_url.
    "*.tls|*.proxy": "good|receipt",
    "*.as-x-*": "skip",
    "publish.data.id-*|find*.data.0.id-*": "Unknown",
}
