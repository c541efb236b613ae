"""What only a blog, a client area or a configured platform does, and what is known of it from their users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_cells import Fault, Setting, answer
from contract_platforms import URL, Reply
from hostile_server import Behaviour


def _as(reply: Reply) -> Callable[[Setting], Behaviour]:
    return lambda _setting: answer(reply)


def says(
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
        says(f"becomes-{status}", _RELEASING, "Rejected", _HELD, _blog_post(status=status))
        for status in ("pending", "future", "draft", "private", "trash", "")
    ),
    says(
        "named-2",
        _RELEASING,
        "receipt",
        "public under another name: said in a note",
        _blog_post(slug="cmo-7k3m-2"),
    ),
    says("another-post", _RELEASING, "Unknown", "it tells of another post", _blog_post(id=99)),
    says(
        "created-without-id",
        _MAKING,
        "Unknown",
        "a 201 without an id",
        {"slug": "x", "status": "draft"},
        status=201,
    ),
    says("created-as-list", _MAKING, "Unknown", "the list of posts, as after a redirect", [_blog_post()]),
    says(
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
    says(
        "fatal",
        _BLOG,
        "Unknown",
        "a plugin failed, perhaps after saving",
        _blog_error("internal_server_error", 500),
        status=500,
    ),
    *(
        says(code, _BLOG, "Rejected", "a right is missing", _blog_error(code, 403), status=403)
        for code in (
            "rest_cannot_create",
            "rest_cannot_publish",
            "rest_forbidden_context",
            "rest_cannot_edit",
        )
    ),
    says(
        "gone",
        _BLOG,
        "Rejected",
        "deleted",
        _blog_error("rest_post_invalid_id", 404),
        status=404,
        but={"wordpress.amend-look": "Gone", "wordpress.withdraw*": "good"},
    ),
    says(
        "logged-out-list",
        _BLOG,
        "BadCredentials",
        "a look-up without a login is answered as a fault of its parameter",
        _blog_error("rest_invalid_param", 400, params={"status": "Status is forbidden."}),
        status=400,
    ),
    says("found-private", "wordpress.find", "absent", "nobody sees it", [_blog_post(status="private")]),
    says(
        "found-other-name", "wordpress.find", "absent", "it is another post", [_blog_post(slug="cmo-7k3m-x")]
    ),
    says(
        "found-two",
        "wordpress.find",
        "receipt",
        "both are told of",
        [_blog_post(), _blog_post(id=18, slug="cmo-7k3m-2")],
    ),
    says(
        "found-many",
        "wordpress.find",
        "receipt",
        "a note has a limit",
        [_blog_post(id=n, slug="cmo-7k3m-2") for n in range(1, 90)],
    ),
    says("public-already", "wordpress.stage-look", "Unknown", "evidence that it is there", [_blog_post()]),
    says(
        "in-the-trash",
        "wordpress.stage-look",
        "Rejected",
        "a person's decision",
        [_blog_post(slug="cmo-7k3m__trashed", status="trash")],
    ),
    says(
        "trashed-draft",
        "wordpress.release-look",
        "Rejected",
        "a person's decision",
        _blog_post(status="trash"),
    ),
    says(
        "strangers-draft",
        "wordpress.release-look",
        "Rejected",
        "the id is another post's",
        _blog_post(slug="imprint", status="draft"),
    ),
    says(
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
    return says(f"{name}-{status}", "whmcs.*", expects, "WHMCS speaks in the JSON", document, status=status)


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
    says(
        "added-without-id",
        "whmcs.stage|whmcs.publish-stage",
        "Unknown",
        "success without an id",
        {"result": "success"},
    ),
    says("result-in-capitals", "whmcs.*", "Unknown", "not what WHMCS writes", {"result": "SUCCESS"}),
    says("fewer-than-said", "whmcs.find", "Unknown", "the look-up is not complete", _rows(total=3)),
    says("none", "whmcs.find", "absent", "a complete look-up saw nothing", _rows(total=0)),
    says("unpublished", "whmcs.find", "absent", "nobody sees it", _rows(_ROW | {"published": "0"}, total=1)),
    says("found-two", "whmcs.find", "receipt", "both are told of", _rows(_ROW, _ROW | {"id": 18}, total=2)),
    says(
        "found-many",
        "whmcs.find",
        "receipt",
        "a note has a limit",
        _rows(*(_ROW | {"id": n} for n in range(1, 90)), total=89),
    ),
    says(
        "update-without-mark",
        "whmcs.find",
        "absent",
        "another update's mark",
        _rows(_ROW | {"announcement": 'data-announce-id="CMO-7K3M/12"'}, total=1),
    ),
    says("public-already", "whmcs.stage-look", "Unknown", "evidence that it is there", _rows(_ROW, total=1)),
)


# --- http -----------------------------------------------------------------------------------------------------

_NEWS = {"id": 17, "external_id": "CMO-7K3M/1"}

HTTP = (
    says(
        "created-without-id",
        "http.publish|http-signed.publish",
        "Unknown",
        "a 201 without an id",
        {"ok": True},
        status=201,
    ),
    says(
        "refused-with-200",
        "http-form.publish",
        "Rejected",
        "as the settings say",
        {"result": "error", "error": "No."},
    ),
    says("found-two", "http.find", "receipt", "both are told of", {"items": [_NEWS, _NEWS | {"id": 16}]}),
    says(
        "found-other-update",
        "http.find",
        "absent",
        "not this one",
        {"items": [_NEWS | {"external_id": "CMO-7K3M/12"}]},
    ),
    says("nothing-found", "http.find", "absent", "a complete look-up saw nothing", {"items": []}),
)

SITES = (*WORDPRESS, *WHMCS, *HTTP)
