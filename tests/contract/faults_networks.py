"""What only Facebook or X does, and what their documentation or their users tell of it."""

from __future__ import annotations

from typing import Any

from contract_cells import Fault
from contract_faults_sites import says
from contract_platforms import PAGE, TEXT

# --- Facebook -------------------------------------------------------------------------------------------------


def _graph(name: str, code: int, expects: str, why: str, *, status: int = 400, **more: Any) -> Fault:
    error = {"message": "(#1) No.", "type": "OAuthException", "code": code, **more.pop("error", {})}
    return says(f"graph-{name}-{status}", "facebook.*", expects, why, {"error": error}, status=status, **more)


def _feed(*posts: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(posts), **more}


def _told(number: int, message: Any = TEXT) -> dict[str, Any]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


_MAYBE = "posts were there after such an error"
_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 3}]}'
_ENDLESS_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 1e400}]}'
_FIND = "facebook.find"

FACEBOOK = (
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
            "facebook.*",
            "Unknown",
            "an error, whatever it is",
            {"error": value},
            but={"*.check-rights": "identity", "*.check-look": "identity"},
        )
        for name, value in {"text": "No.", "list": [1], "true": True, "number": 190}.items()
    ),
    *(
        says(
            f"error-code-{name}",
            "facebook.*",
            "Rejected",
            "by the status",
            {"error": {"message": "No.", "code": value}},
            status=400,
        )
        for name, value in {"list": [190], "null": None, "huge": 10**30}.items()
    ),
    says(
        "error-code-text",
        "facebook.*",
        "BadCredentials",
        "Facebook has written its numbers as texts, too",
        {"error": {"message": "No.", "code": "190"}},
        status=400,
    ),
    says(
        "error-message-is-object",
        "facebook.*",
        "Rejected",
        "by the status",
        {"error": {"message": {"a": ["b"] * 999}}},
        status=400,
    ),
    says("success-true", "facebook.publish", "Unknown", "no id", {"success": True}),
    says("only-a-post-id", "facebook.publish", "Unknown", "no id", {"post_id": f"{PAGE}_17"}),
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
        "facebook.find",
        "Unknown",
        "it never ends; and no other host is asked",
        _feed(_told(5, "x"), paging={"next": "https://elsewhere.example.test/?after=b"}),
        more=9,
    ),
)


# --- X --------------------------------------------------------------------------------------------------------


def _problem(detail: str, status: int) -> dict[str, Any]:
    return {"title": "No", "detail": detail, "type": "about:blank", "status": status}


_SAME = "You are not allowed to create a Tweet with duplicate content."

TWITTER = (
    says("duplicate", "twitter.*", "Unknown", "evidence, not proof", _problem(_SAME, 403), status=403),
    says(
        "read-only",
        "twitter.*",
        "Rejected",
        "a right is missing",
        _problem("Not permitted.", 403),
        status=403,
    ),
    says(
        "no-credits",
        "twitter.*",
        "Rejected",
        "it must be paid first",
        _problem("CreditsDepleted", 402),
        status=402,
    ),
    says(
        "clock",
        "twitter.*",
        "BadCredentials",
        "the signature is too old",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: Mon, 23 Nov 2026 19:00:00 GMT",),
        names="60 min",
    ),
    says(
        "no-clock",
        "twitter.*",
        "BadCredentials",
        "who we are is not accepted",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: yesterday",),
    ),
    says(
        "errors-with-200",
        "twitter.*",
        "Unknown",
        "an error with status 200",
        {"errors": [{"message": "No.", "code": 1}]},
    ),
    says(
        "old-errors",
        "twitter.*",
        "Rejected",
        "by the status",
        {"errors": [{"message": "No.", "code": 187}]},
        status=400,
    ),
    *(
        says(f"errors-are-{name}", "twitter.*", "Rejected", "by the status", value, status=400)
        for name, value in {
            "list": [1],
            "null": None,
            "text": "No.",
            "inner": {"errors": "No."},
            "deep": {"errors": [[1]]},
        }.items()
    ),
    says(
        "reset-is-junk",
        "twitter.*",
        "NotSent",
        "429 all the same",
        _problem("Too many", 429),
        status=429,
        said=True,
        headers=("x-rate-limit-reset: soon",),
    ),
    says(
        "nothing-found",
        "twitter.find",
        "absent",
        "a complete look-up saw nothing",
        {"meta": {"result_count": 0}},
    ),
    says(
        "nothing-told",
        "twitter.find",
        "Unknown",
        "it counts posts that it does not show",
        {"meta": {"result_count": 5}},
    ),
    says(
        "found-two",
        "twitter.find",
        "receipt",
        "both are told of",
        {"data": [{"id": "18", "text": TEXT}, {"id": "17", "text": TEXT}], "meta": {"result_count": 2}},
    ),
    says(
        "found-many",
        "twitter.find",
        "receipt",
        "a note has a limit",
        {"data": [{"id": str(n), "text": TEXT} for n in range(1, 90)], "meta": {}},
    ),
    says(
        "found-without-id",
        "twitter.find",
        "Unknown",
        "our text is there",
        {"data": [{"text": TEXT}], "meta": {}},
    ),
    says(
        "junk-in-the-list",
        "twitter.find",
        "Unknown",
        "a list that cannot be read is no absence",
        {"data": ["x", 17, None], "meta": {}},
    ),
    says(
        "partly",
        "twitter.find",
        "Unknown",
        "part of it could not be read",
        {"data": [{"id": "5", "text": "x"}], "errors": [{"title": "x"}], "meta": {}},
    ),
    says(
        "entities-are-junk",
        "twitter.find",
        "receipt|Unknown",
        "links that cannot be read",
        {
            "data": [{"id": "17", "text": TEXT, "entities": {"urls": [1, {"url": 5, "expanded_url": []}]}}],
            "meta": {},
        },
    ),
    says(
        "token-is-junk",
        "twitter.find",
        "Unknown",
        "it never ends",
        {"data": [{"id": "5", "text": "x"}], "meta": {"next_token": {"a": "\x1b"}}},
        more=9,
    ),
)

NETWORKS = (*FACEBOOK, *TWITTER)
