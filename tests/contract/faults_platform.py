"""What only one platform does, and what its documentation or its users tell of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_cells import Fault, Setting, answer
from contract_platforms import PAGE, TEXT, URL, Reply
from hostile_server import Behaviour


def _as(reply: Reply) -> Callable[[Setting], Behaviour]:
    return lambda _setting: answer(reply)


def _says(
    name: str, only: str, expects: str, why: str, document: Any, *, status: int = 200, **more: Any
) -> Fault:
    headers = more.pop("headers", ())
    act = _as(Reply(status=status, document=document, headers=headers))
    return Fault(name=name, only=only, expects=expects, why=why, act=act, **more)


# --- WordPress ------------------------------------------------------------------------------------------------

_RELEASING = "wordpress.release|wordpress.release-again|wordpress.publish-release"
_MAKING = "wordpress.stage|wordpress.stage-again|wordpress.publish-stage"
_BLOG = "wordpress.*"


def _blog_post(**changes: Any) -> dict[str, Any]:
    told = {
        "id": 17,
        "slug": "cmo-7k3m",
        "status": "publish",
        "link": f"{URL}/17/",
        "content": {"raw": "<p>"},
    }
    return told | changes


def _blog_error(code: str, status: int, **data: Any) -> dict[str, Any]:
    return {"code": code, "message": "Sorry.", "data": {"status": status, **data}}


_HELD = "a post that customers do not see is no success"

WORDPRESS = (
    *(
        _says(f"becomes-{status}", _RELEASING, "Rejected", _HELD, _blog_post(status=status))
        for status in ("pending", "future", "draft", "private", "trash", "")
    ),
    _says(
        "named-2",
        _RELEASING,
        "receipt",
        "public under another name: said in a note",
        _blog_post(slug="cmo-7k3m-2"),
    ),
    _says("another-post", _RELEASING, "Unknown", "it tells of another post", _blog_post(id=99)),
    _says(
        "created-without-id",
        _MAKING,
        "Unknown",
        "a 201 without an id",
        {"slug": "x", "status": "draft"},
        status=201,
    ),
    _says("created-as-list", _MAKING, "Unknown", "the list of posts, as after a redirect", [_blog_post()]),
    _says(
        "maintenance",
        _BLOG,
        "NotSent",
        "WordPress itself says that it is being updated",
        {"code": "wp_die", "message": "Briefly unavailable for scheduled maintenance."},
        status=503,
        said=True,
        headers=("Retry-After: 600",),
        wait=(600, 600),
    ),
    _says(
        "fatal",
        _BLOG,
        "Unknown",
        "a plugin failed, perhaps after saving",
        _blog_error("internal_server_error", 500),
        status=500,
    ),
    *(
        _says(code, _BLOG, "Rejected", "a right is missing", _blog_error(code, 403), status=403)
        for code in (
            "rest_cannot_create",
            "rest_cannot_publish",
            "rest_forbidden_context",
            "rest_cannot_edit",
        )
    ),
    _says("gone", _BLOG, "Rejected", "deleted", _blog_error("rest_post_invalid_id", 404), status=404),
    _says(
        "logged-out-list",
        _BLOG,
        "BadCredentials",
        "a look-up without a login is answered as a fault of its parameter",
        _blog_error("rest_invalid_param", 400, params={"status": "Status is forbidden."}),
        status=400,
    ),
    _says("found-private", "wordpress.find", "absent", "nobody sees it", [_blog_post(status="private")]),
    _says(
        "found-other-name", "wordpress.find", "absent", "it is another post", [_blog_post(slug="cmo-7k3m-x")]
    ),
    _says(
        "found-two",
        "wordpress.find",
        "receipt",
        "both are told of",
        [_blog_post(), _blog_post(id=18, slug="cmo-7k3m-2")],
    ),
    _says(
        "found-many",
        "wordpress.find",
        "receipt",
        "a note has a limit",
        [_blog_post(id=n, slug="cmo-7k3m-2") for n in range(1, 90)],
    ),
    _says("public-already", "wordpress.stage-look", "Unknown", "evidence that it is there", [_blog_post()]),
    _says(
        "in-the-trash",
        "wordpress.stage-look",
        "Rejected",
        "a person's decision",
        [_blog_post(slug="cmo-7k3m__trashed", status="trash")],
    ),
    _says(
        "trashed-draft",
        "wordpress.release-look",
        "Rejected",
        "a person's decision",
        _blog_post(status="trash"),
    ),
    _says(
        "strangers-draft",
        "wordpress.release-look",
        "Rejected",
        "the id is another post's",
        _blog_post(slug="imprint", status="draft"),
    ),
    _says(
        "other-id",
        "wordpress.release-look",
        "Unknown",
        "it tells of another post",
        _blog_post(id=99, status="draft"),
    ),
)


# --- WHMCS ----------------------------------------------------------------------------------------------------


def _refusal(name: str, expects: str, message: str, status: int) -> Fault:
    document = {"result": "error", "message": message}
    return _says(f"{name}-{status}", "whmcs.*", expects, "WHMCS speaks in the JSON", document, status=status)


_ROW = {"id": 17, "announcement": '<div data-announce-id="CMO-7K3M/1">x</div>', "published": "1"}


def _rows(*rows: dict[str, Any], total: Any) -> dict[str, Any]:
    return {"result": "success", "totalresults": total, "announcements": {"announcement": list(rows)}}


WHMCS = (
    *(
        _refusal("authentication", "BadCredentials", "Authentication Failed", status)
        for status in (200, 401, 403)
    ),
    *(_refusal("address", "Rejected", "Invalid IP 203.0.113.7", status) for status in (200, 403)),
    *(
        _refusal("permission", "Rejected", "Invalid Permissions: API action not allowed", status)
        for status in (200, 403)
    ),
    *(_refusal("gone", "Rejected", "Announcement ID Not Found", status) for status in (200,)),
    *(_refusal("error", "Unknown", "Something failed", status) for status in (500, 502)),
    _says(
        "added-without-id",
        "whmcs.stage|whmcs.publish-stage",
        "Unknown",
        "success without an id",
        {"result": "success"},
    ),
    _says("result-in-capitals", "whmcs.*", "Unknown", "not what WHMCS writes", {"result": "SUCCESS"}),
    _says("fewer-than-said", "whmcs.find", "Unknown", "the look-up is not complete", _rows(total=3)),
    _says("none", "whmcs.find", "absent", "a complete look-up saw nothing", _rows(total=0)),
    _says("unpublished", "whmcs.find", "absent", "nobody sees it", _rows(_ROW | {"published": "0"}, total=1)),
    _says("found-two", "whmcs.find", "receipt", "both are told of", _rows(_ROW, _ROW | {"id": 18}, total=2)),
    _says(
        "found-many",
        "whmcs.find",
        "receipt",
        "a note has a limit",
        _rows(*(_ROW | {"id": n} for n in range(1, 90)), total=89),
    ),
    _says(
        "update-without-mark",
        "whmcs.find",
        "absent",
        "another update's mark",
        _rows(_ROW | {"announcement": 'data-announce-id="CMO-7K3M/12"'}, total=1),
    ),
    _says("public-already", "whmcs.stage-look", "Unknown", "evidence that it is there", _rows(_ROW, total=1)),
)


# --- http -----------------------------------------------------------------------------------------------------

_NEWS = {"id": 17, "external_id": "CMO-7K3M/1"}

HTTP = (
    _says(
        "created-without-id",
        "http.publish|http-signed.publish",
        "Unknown",
        "a 201 without an id",
        {"ok": True},
        status=201,
    ),
    _says(
        "refused-with-200",
        "http-form.publish",
        "Rejected",
        "as the settings say",
        {"result": "error", "error": "No."},
    ),
    _says("found-two", "http.find", "receipt", "both are told of", {"items": [_NEWS, _NEWS | {"id": 16}]}),
    _says(
        "found-other-update",
        "http.find",
        "absent",
        "not this one",
        {"items": [_NEWS | {"external_id": "CMO-7K3M/12"}]},
    ),
    _says("nothing-found", "http.find", "absent", "a complete look-up saw nothing", {"items": []}),
)


# --- Facebook -------------------------------------------------------------------------------------------------


def _graph(name: str, code: int, expects: str, why: str, *, status: int = 400, **more: Any) -> Fault:
    error = {"message": "(#1) No.", "type": "OAuthException", "code": code, **more.pop("error", {})}
    return _says(f"graph-{name}-{status}", "facebook*", expects, why, {"error": error}, status=status, **more)


def _feed(*posts: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(posts), **more}


def _told(number: int, message: Any = TEXT) -> dict[str, Any]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


_MAYBE = "posts were there after such an error"
_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 3}]}'
_ENDLESS_USAGE = 'x-business-use-case-usage: {"1": [{"estimated_time_to_regain_access": 1e400}]}'
_FIND = "facebook.find|facebook-body.find"

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
        _says(
            f"error-is-{name}",
            "facebook*",
            "Unknown",
            "an error, whatever it is",
            {"error": value},
            but={"*.check-rights": "identity"},
        )
        for name, value in {"text": "No.", "list": [1], "true": True, "number": 190}.items()
    ),
    *(
        _says(
            f"error-code-{name}",
            "facebook*",
            "Rejected",
            "by the status",
            {"error": {"message": "No.", "code": value}},
            status=400,
        )
        for name, value in {"text": "190", "list": [190], "null": None, "huge": 10**30}.items()
    ),
    _says(
        "error-message-is-object",
        "facebook*",
        "Rejected",
        "by the status",
        {"error": {"message": {"a": ["b"] * 999}}},
        status=400,
    ),
    _says("success-true", "facebook*.publish", "Unknown", "no id", {"success": True}),
    _says("only-a-post-id", "facebook*.publish", "Unknown", "no id", {"post_id": f"{PAGE}_17"}),
    _says("nothing-found", _FIND, "absent", "a complete look-up saw nothing", _feed()),
    _says("found-two", _FIND, "receipt", "both are told of", _feed(_told(18), _told(17))),
    _says("found-many", _FIND, "receipt", "a note has a limit", _feed(*map(_told, range(1, 90)))),
    _says(
        "found-without-id",
        _FIND,
        "Unknown",
        "our text is there",
        _feed({"message": TEXT, "created_time": "x"}),
    ),
    _says(
        "photo-without-text",
        _FIND,
        "absent",
        "a post may have no text",
        _feed({"id": f"{PAGE}_5", "created_time": "x"}),
    ),
    _says(
        "junk-in-the-list", _FIND, "Unknown", "a list that cannot be read is no absence", _feed("x", 17, None)
    ),
    _says(
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
    _says("duplicate", "twitter.*", "Unknown", "evidence, not proof", _problem(_SAME, 403), status=403),
    _says(
        "read-only",
        "twitter.*",
        "Rejected",
        "a right is missing",
        _problem("Not permitted.", 403),
        status=403,
    ),
    _says(
        "no-credits",
        "twitter.*",
        "Rejected",
        "it must be paid first",
        _problem("CreditsDepleted", 402),
        status=402,
    ),
    _says(
        "clock",
        "twitter.*",
        "BadCredentials",
        "the signature is too old",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: Mon, 23 Nov 2026 19:00:00 GMT",),
        names="60 min",
    ),
    _says(
        "no-clock",
        "twitter.*",
        "BadCredentials",
        "who we are is not accepted",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: yesterday",),
    ),
    _says(
        "errors-with-200",
        "twitter.*",
        "Unknown",
        "an error with status 200",
        {"errors": [{"message": "No.", "code": 1}]},
    ),
    _says(
        "old-errors",
        "twitter.*",
        "Rejected",
        "by the status",
        {"errors": [{"message": "No.", "code": 187}]},
        status=400,
    ),
    *(
        _says(f"errors-are-{name}", "twitter.*", "Rejected", "by the status", value, status=400)
        for name, value in {
            "list": [1],
            "null": None,
            "text": "No.",
            "inner": {"errors": "No."},
            "deep": {"errors": [[1]]},
        }.items()
    ),
    _says(
        "reset-is-junk",
        "twitter.*",
        "NotSent",
        "429 all the same",
        _problem("Too many", 429),
        status=429,
        said=True,
        headers=("x-rate-limit-reset: soon",),
    ),
    _says(
        "nothing-found",
        "twitter.find",
        "absent",
        "a complete look-up saw nothing",
        {"meta": {"result_count": 0}},
    ),
    _says(
        "nothing-told",
        "twitter.find",
        "Unknown",
        "it counts posts that it does not show",
        {"meta": {"result_count": 5}},
    ),
    _says(
        "found-two",
        "twitter.find",
        "receipt",
        "both are told of",
        {"data": [{"id": "18", "text": TEXT}, {"id": "17", "text": TEXT}], "meta": {"result_count": 2}},
    ),
    _says(
        "found-many",
        "twitter.find",
        "receipt",
        "a note has a limit",
        {"data": [{"id": str(n), "text": TEXT} for n in range(1, 90)], "meta": {}},
    ),
    _says(
        "found-without-id",
        "twitter.find",
        "Unknown",
        "our text is there",
        {"data": [{"text": TEXT}], "meta": {}},
    ),
    _says(
        "junk-in-the-list",
        "twitter.find",
        "Unknown",
        "a list that cannot be read is no absence",
        {"data": ["x", 17, None], "meta": {}},
    ),
    _says(
        "partly",
        "twitter.find",
        "Unknown",
        "part of it could not be read",
        {"data": [{"id": "5", "text": "x"}], "errors": [{"title": "x"}], "meta": {}},
    ),
    _says(
        "entities-are-junk",
        "twitter.find",
        "receipt|Unknown",
        "links that cannot be read",
        {
            "data": [{"id": "17", "text": TEXT, "entities": {"urls": [1, {"url": 5, "expanded_url": []}]}}],
            "meta": {},
        },
    ),
    _says(
        "token-is-junk",
        "twitter.find",
        "Unknown",
        "it never ends",
        {"data": [{"id": "5", "text": "x"}], "meta": {"next_token": {"a": "\x1b"}}},
        more=9,
    ),
)

PLATFORM = (*WORDPRESS, *WHMCS, *HTTP, *FACEBOOK, *TWITTER)
