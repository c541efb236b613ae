"""What only a blog does, and what is known of it from its users."""

from __future__ import annotations

from typing import Any

from announce_contract import says
from tests.channels.wordpress.replies import blog_post

_RELEASING = "release|release-look.2|publish.2"
_MAKING = "stage|stage-look.2|publish"
_BLOG = "*"


def _blog_error(code: str, status: int, **data: Any) -> dict[str, Any]:
    return {"code": code, "message": "Sorry.", "data": {"status": status, **data}}


_HELD = "a post that customers do not see is no success"

FAULTS = (
    *(
        says(f"becomes-{status}", _RELEASING, "Rejected", _HELD, blog_post(status=status))
        for status in ("pending", "future", "draft", "private", "trash", "")
    ),
    says(
        "named-2",
        _RELEASING,
        "receipt",
        "public under another name: said in a note",
        blog_post(slug="cmo-7k3m-2"),
    ),
    says("another-post", _RELEASING, "Unknown", "it tells of another post", blog_post(id=99)),
    says(
        "created-without-id",
        _MAKING,
        "Unknown",
        "a 201 without an id",
        {"slug": "x", "status": "draft"},
        status=201,
    ),
    says("created-as-list", _MAKING, "Unknown", "the list of posts, as after a redirect", [blog_post()]),
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
        but={"amend|withdraw*": "Unknown|Rejected"},  # the search that proves it is not answered here
    ),
    says(
        "logged-out-list",
        _BLOG,
        "BadCredentials",
        "a look-up without a login is answered as a fault of its parameter",
        _blog_error("rest_invalid_param", 400, params={"status": "Status is forbidden."}),
        status=400,
    ),
    says("found-private", "find", "absent", "nobody sees it", [blog_post(status="private")]),
    says("found-other-name", "find", "absent", "it is another post", [blog_post(slug="cmo-7k3m-x")]),
    says(
        "found-two",
        "find",
        "receipt",
        "both are told of",
        [blog_post(), blog_post(id=18, slug="cmo-7k3m-2")],
    ),
    says(
        "found-many",
        "find",
        "receipt",
        "a note has a limit",
        [blog_post(id=n, slug="cmo-7k3m-2") for n in range(1, 90)],
    ),
    says("public-already", "stage-look", "Unknown", "evidence that it is there", [blog_post()]),
    says(
        "in-the-trash",
        "stage-look",
        "Rejected",
        "a person's decision",
        [blog_post(slug="cmo-7k3m__trashed", status="trash")],
    ),
    says(
        "trashed-draft",
        "release-look",
        "Rejected",
        "a person's decision",
        blog_post(status="trash"),
    ),
    says(
        "strangers-draft",
        "release-look",
        "Rejected",
        "the id is another post's",
        blog_post(slug="imprint", status="draft"),
    ),
    says(
        "other-id",
        "release-look",
        "Unknown",
        "it tells of another post",
        blog_post(id=99, status="draft"),
    ),
)
