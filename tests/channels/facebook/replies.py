"""What Facebook answers when all goes well, and how it says no."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, URL, Situation

PAGE = "1234567890"
TEXT = POST.body
_HIDDEN = f"https://www.facebook.com/{PAGE}/posts/pfbid02abc"
_NEXT = f"{URL}/v26.0/{PAGE}/published_posts?limit=100&after=abc&access_token=x"


def told(number: int, message: Any = TEXT) -> dict[str, Any]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


def complaint(_status: int, text: str) -> dict[str, Any]:
    return {"error": {"message": text, "type": "OAuthException", "code": 9999}}


_PAGE = {"id": PAGE, "name": "Example"}
_RIGHTS = {"data": {"type": "PAGE", "scopes": ["pages_manage_posts"], "expires_at": 0}}
_POSTED = {"id": f"{PAGE}_17"}
_FIRST_POSTS = {"data": [told(19, "else")], "paging": {"next": _NEXT}}
_POSTS = {"data": [told(18, "else"), told(17)], "paging": {"cursors": {"after": "b"}}}
_BY_HAND = {"id": f"{PAGE}_17", "message": TEXT, "is_published": True}
_LINKED = {"data": [{"id": f"{PAGE}_17", "permalink_url": _HIDDEN}]}
_SUCCESS = {"success": True}
_HELD = "absent|NotSent|Unknown|BadCredentials|Rejected"
"""A read that Facebook refuses holds no deletion up; one that breaks, a dead token and a way that is closed do."""

SETTINGS = {"page_id": PAGE, "access_token": {"env": "TOKEN"}}

INSPECTED = r"(?<=/debug_token\?)input_token=[^&]*$"
"""One question is about the token itself, and Facebook takes that one in the query alone."""

REPLIES = {
    "check": Situation(replies=[_PAGE, _RIGHTS, _POSTS], shrugs={1: "identity", 2: "identity"}),
    "publish": Situation(replies=[_POSTED, told(17)], shrugs={1: "receipt"}),
    "find": [_POSTS],
    "find-pages": Situation(replies=[_FIRST_POSTS, _POSTS], alike=[0, 1]),
    "amend": Situation(replies=[told(17), _SUCCESS, told(17)], alike=[0, 1, 2], shrugs={2: "receipt"}),
    "withdraw": Situation(replies=[told(17), _SUCCESS], alike=[0, 1], shrugs={0: _HELD}),
    "locate": Situation(replies=[_BY_HAND], url=f"https://www.facebook.com/{PAGE}/posts/17"),
    "locate-list": Situation(replies=[_LINKED, _BY_HAND], url=_HIDDEN, alike=[1]),
}

BUT = {
    # Only in the sandbox, which has no TLS, do posts lead to base_url.
    "*.tls|*.proxy": "good|receipt",
    "*.as-graph-*": "skip",
    # Any number can be the id of a post.
    "publish.as-mastodon-status": "receipt|Unknown",
    "publish.id-*|find.data.1.id-*": "Unknown",
    "find.data.0.id-*": "good|Unknown",
}
