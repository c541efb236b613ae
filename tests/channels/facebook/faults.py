"""What only Facebook does, and what is known of it from its documentation and its users."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, Fault, says
from tests.channels.facebook.replies import PAGE

TEXT = POST.body


def _graph(name: str, code: int, expects: str, why: str, *, status: int = 400, **more: Any) -> Fault:
    error = {"message": "(#1) No.", "type": "OAuthException", "code": code, **more.pop("error", {})}
    return says(f"graph-{name}-{status}", "*", expects, why, {"error": error}, status=status, **more)


def _feed(*posts: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(posts), **more}


def _told(number: int, message: Any = TEXT) -> dict[str, Any]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


_MAYBE = "posts were there after such an error"
_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 3}]}'
_ENDLESS_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 1e400}]}'
_FIND = "find"

FAULTS = (
    *(
        _graph(f"code-{code}", code, "Unknown", _MAYBE, status=status)
        for code in (1, 2)
        for status in (200, 400, 500)
    ),
    *(
        _graph(
            f"throttled-{code}", code, "NotSent", "refused before anything was done", status=status, said=True
        )
        for code in (4, 17, 32, 341, 613, 80001)
        for status in (200, 400, 403)
    ),
    _graph(
        "throttled-3-min", 32, "NotSent", "it says how long", headers=(_USAGE,), said=True, wait=(180, 180)
    ),
    _graph("throttled-endless", 32, "NotSent", "a number beyond all", headers=(_ENDLESS_USAGE,), said=True),
    _graph(
        "throttled-junk", 32, "NotSent", "no number", headers=("x-business-use-case-usage: [[",), said=True
    ),
    *(
        _graph(f"token-{code}", code, "BadCredentials", "the token is dead", status=status)
        for code in (102, 190)
        for status in (200, 400, 401)
    ),
    _graph("token-expired", 190, "BadCredentials", "the token is dead", error={"error_subcode": 463}),
    _graph("duplicate-506", 506, "Unknown", "evidence, not proof"),
    _graph(
        "duplicate-368",
        368,
        "Unknown",
        "evidence, not proof",
        error={"message": "already posted this recently"},
    ),
    _graph("blocked-368", 368, "Rejected", "Facebook's policy"),
    _graph("permission-10", 10, "Rejected", "a right is missing", status=403),
    _graph("permission-200", 200, "Rejected", "a right is missing", status=403),
    _graph("parameter-100", 100, "Rejected", "it would be refused again"),
    _graph("other", 9999, "Unknown", "an error with status 200 says neither", status=200),
    _graph("transient", 9999, "Unknown", "it says itself that it may pass", error={"is_transient": True}),
    *(
        says(
            f"error-is-{name}",
            "*",
            "Unknown",
            "an error, whatever it is",
            {"error": value},
            but={"check.2|check.3": "identity"},
        )
        for name, value in {"text": "No.", "list": [1], "true": True, "number": 190}.items()
    ),
    *(
        says(
            f"error-code-{name}",
            "*",
            "Rejected",
            "by the status",
            {"error": {"message": "No.", "code": value}},
            status=400,
        )
        for name, value in {"list": [190], "null": None, "huge": 10**30}.items()
    ),
    says(
        "error-code-text",
        "*",
        "BadCredentials",
        "Facebook has written its numbers as texts, too",
        {"error": {"message": "No.", "code": "190"}},
        status=400,
    ),
    says(
        "error-message-is-object",
        "*",
        "Rejected",
        "by the status",
        {"error": {"message": {"a": ["b"] * 999}}},
        status=400,
    ),
    says("success-true", "publish", "Unknown", "no id", {"success": True}),
    says("only-a-post-id", "publish", "Unknown", "no id", {"post_id": f"{PAGE}_17"}),
    says("nothing-found", _FIND, "absent", "a complete look-up saw nothing", _feed()),
    says("found-two", _FIND, "receipt", "both are told of", _feed(_told(18), _told(17))),
    says("found-many", _FIND, "receipt", "a note has a limit", _feed(*map(_told, range(1, 90)))),
    says(
        "found-without-id",
        _FIND,
        "Unknown",
        "our text is there",
        _feed({"message": TEXT, "created_time": "x"}),
    ),
    says(
        "photo-without-text",
        _FIND,
        "absent",
        "a post may have no text",
        _feed({"id": f"{PAGE}_5", "created_time": "x"}),
    ),
    says(
        "junk-in-the-list", _FIND, "Unknown", "a list that cannot be read is no absence", _feed("x", 17, None)
    ),
    says(
        "next-elsewhere",
        "find",
        "Unknown",
        "it never ends; and no other host is asked",
        _feed(_told(5, "x"), paging={"next": "https://elsewhere.example.test/?after=b"}),
        more=9,
    ),
)
