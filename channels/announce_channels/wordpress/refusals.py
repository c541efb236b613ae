"""What WordPress's refusals mean, by its own codes, with the cure that is true for each.

WordPress answers with one and the same 401 to a wrong password, to that of the login page, to a header that was lost on
the way and to application passwords that are switched off.

Sources: developer.wordpress.org/rest-api, and what WordPress 6.1, 6.5, 6.8 and 7.1 answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from publisher.adapter import BadCredentials, ChannelError, NotSent, Rejected, Unknown, error_for

if TYPE_CHECKING:
    from publisher.adapter import Words

CHECK_URL = "check base_url: it is the address of the blog's start page, as in https://blog.example.net"
PASSWORDS = (
    "serve the blog over https (a test site: WP_ENVIRONMENT_TYPE=local), and look for a security plugin that switches "
    "them off (Wordfence: Brute Force Protection → Disable WordPress application passwords)"
)
_NOBODY = (
    "make an application password under Users → Profile; if that is right, look whether the blog is "
    "served without https, a security plugin switches application passwords off (Wordfence does), or the web server "
    "drops the Authorization header (Apache: CGIPassAuth On)"
)
_MAY_NOT = "give the user the role Author, or configure a user who has it"
_TABLES = "let the database's tables be utf8mb4, and look whether its disk is full: WordPress kept nothing"

_MEANINGS = {
    "rest_cannot_create": ("this user may not write posts", _MAY_NOT),
    "rest_cannot_publish": ("this user may write posts, but not publish them", _MAY_NOT),
    "rest_forbidden_context": ("this user may not see drafts", _MAY_NOT),
    "rest_cannot_edit": (
        "the post belongs to another user",
        "publish it in WordPress by hand, or configure that user",
    ),
    "rest_post_invalid_id": (
        "someone deleted the draft in WordPress",
        "decide whether the post is still wanted",
    ),
    "rest_no_route": (
        "the blog's REST API knows no such posts",
        "look for a plugin that switches the REST API off, and at rest_base",
    ),
    "db_insert_error": ("the blog's database did not take the post", _TABLES),
    "db_update_error": ("the blog's database did not take the text", _TABLES),
}
"""By WordPress's code: what it means, and the cure."""


def judged(said: Words) -> ChannelError | None:
    """The verdict where WordPress says in its JSON what happened; None where the status says enough.

    Where PHP prints messages before any header, every answer has the status 200 and the true one is in the JSON.
    """
    code, objected = code_in(said.document), _objected(said.document)
    if not code:
        return None
    status = said.status if said.status >= 300 else _true_status(said.document)
    if code == "wp_die" and status == 503:
        # The one 503 of WordPress itself: its files are being replaced, and no request gets as far as the posts.
        return _busy(said)
    # Looking for drafts without being logged in is answered as a fault of the parameter `status`.
    if status == 401 or "status" in objected:
        problem = f"the blog does not accept the user name and application password: {said}"
        return BadCredentials(problem, cure=_NOBODY)
    if code in _MEANINGS:
        problem, cure = _MEANINGS[code]
        return Rejected(f"{problem}: {said}", cure=cure)
    if said.status >= 300:
        return None
    return error_for(status, words(said.document), response=said.response) if status else Unknown(said)


def words(document: Any) -> str:
    """WordPress's message and its code; nothing where the answer is no error of its own."""
    code = code_in(document)
    return f"{document.get('message', '')} ({code})" if code else ""


def code_in(document: Any) -> str:
    """WordPress's code of an error; empty where the answer is none of its own."""
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) else ""


def is_no_post(said: Words) -> bool:
    """Whether WordPress says that there is no such post any more, and not the web server in front of it."""
    return code_in(said.document) in {"rest_post_invalid_id", "rest_already_trashed"}


def not_wordpress() -> Rejected:
    """Something answers there, but no WordPress."""
    return Rejected("this does not answer like WordPress", cure=CHECK_URL)


def another(number: int, slug: str) -> Rejected:
    """The recorded draft's number belongs to another post, as after a change of the address."""
    return Rejected(f"post {number} is another one, named {slug!r}", cure=CHECK_URL)


def elsewhere(number: int, found: Any) -> Rejected:
    """There is no such post of the configured type; but the search over all types did not come back empty."""
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict) and each.get("id") == number:
            problem = f"post {number} is there, of the type {str(each.get('subtype'))[:40]!r}, not under this rest_base"
            return Rejected(problem, cure="set rest_base to what it was when the post was made")
    problem = f"whether post {number} is gone cannot be told: this WordPress does not search by number"
    return Rejected(problem, cure="look at it in WordPress; resolve --abandon leaves it so")


def untold(number: int) -> Rejected:
    """It told the text before, and does not any more."""
    problem = f"WordPress does not tell the text of post {number}: whether somebody changed it cannot be seen"
    return Rejected(problem, cure="look which plugin keeps it back; --force writes over it")


def in_the_trash(number: int) -> Rejected:
    """A person's decision, which is not ours to undo."""
    return Rejected(
        f"someone put post {number} into the blog's trash",
        cure="if it is still wanted, restore and publish it in WordPress; else abandon it",
    )


def held_back(number: int, status: str) -> Rejected:
    """WordPress took it, and customers do not see it."""
    return Rejected(
        f"WordPress made the post {status!r}, which customers do not see",
        cure=f"publish post {number} in WordPress, and look which plugin holds posts back",
    )


def _busy(said: Words) -> NotSent:
    asked = error_for(429, "", response=said.response)  # whatever its status: it asks to wait
    wait = asked.retry_after if isinstance(asked, NotSent) else None
    return NotSent(f"the blog is in maintenance mode: {said}", retry_after=wait)


def _true_status(document: Mapping[str, Any]) -> int:
    data = document.get("data")
    status = data.get("status") if isinstance(data, dict) else None
    return status if isinstance(status, int) and 300 <= status < 600 else 0


def _objected(document: Any) -> Mapping[str, Any]:
    """The parameters that WordPress objects to."""
    data = document.get("data") if isinstance(document, dict) else None
    objected = data.get("params") if isinstance(data, dict) else None
    return objected if isinstance(objected, dict) else {}
