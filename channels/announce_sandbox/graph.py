"""How the Graph API reads a request: the version, the token and its rights; and how it words a refusal.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling and …/guides/versioning, Meta's developer blog
of 2026-11-04 (HTTP method override and other old ways are closed), and what its clients report: the size refusal
comes with status 500 (facebook-nodejs-business-sdk#60), a list without the right to read with code 10
(pdir/social-feed-bundle#184). What a refused override answers is not documented: the wording is this double's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from announce_sandbox.wire import Answer, Refused, Request, json_answer

PAGE_ID, OTHER_PAGE_ID = "1234567890", "9876543210"
NEWEST, OLDEST = 27, 21
_MOST_AT_ONCE, _MOST_HEAVY = 50, 6
"""Posts of a list; Graph gives up over more than some amount of data, and this double over more than these."""

POST, READ, READ_CONTENT = "pages_manage_posts", "pages_read_engagement", "pages_read_user_content"
CLOSED = ("method", "ids", "date_format", "callback")
"""Parameters that new apps may not send any more, on any version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the platform knows of an access token."""

    rights: tuple[str, ...] = (POST, READ, READ_CONTENT)
    page: str = PAGE_ID
    """The Page it is for."""
    live: bool = True
    """Its app is switched to Live; in Development mode what it posts is seen by insiders alone."""


TOKENS: Mapping[str, Token] = {
    "EAAsandboxPageToken": Token(),
    "EAAsandboxReaderToken": Token(rights=(READ, READ_CONTENT)),
    "EAAsandboxBlindToken": Token(rights=(POST,)),
    "EAAsandboxHalfBlindToken": Token(rights=(POST, READ)),
    "EAAsandboxDevelopmentToken": Token(live=False),
    "EAAsandboxOtherPageToken": Token(page=OTHER_PAGE_ID),
}
"""The tokens that are accepted: the one that all is well with, and those that lack something."""

TRAITS: Mapping[str, str] = {
    "development": "the app is in Development mode: visitors do not see what it posts",
    "no-reading": "the tokens lack the rights to read the Page's posts",
    "heavy": "its posts are so large that a list of more than six is refused for its size",
}
"""What a Page's app may be like, whichever token is used."""

_NO_RIGHT = (
    "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin "
    "with sufficient administrative permission"
)
_MAY_NOT_READ = (
    "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' "
    "feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and "
    "https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a call asks for, and with which token."""

    fields: Mapping[str, str]
    token: str
    traits: frozenset[str] = frozenset()

    @property
    def known(self) -> Token:
        """What is known of the token. Raises KeyError where `require_token` raises Refused."""
        token = TOKENS[self.token]
        reading = {READ, READ_CONTENT} if "no-reading" in self.traits else set()
        rights = tuple(right for right in token.rights if right not in reading)
        return replace(token, rights=rights, live=token.live and "development" not in self.traits)

    def require_token(self) -> None:
        """Raise Refused without one, and for one that is unknown."""
        if not self.token:
            raise error(104, "An access token is required to request this resource.")
        if self.token not in TOKENS:
            raise error(190, "Invalid OAuth access token - Cannot parse access token")

    @property
    def may_read(self) -> bool:
        """Whether it may see the Page's posts: since March 2026 that takes two rights."""
        return {READ, READ_CONTENT} <= {*self.known.rights} and self.known.page == PAGE_ID

    def require_right_to_post(self) -> None:
        """Raise Refused without it."""
        if POST not in self.known.rights or self.known.page != PAGE_ID:
            raise error(200, _NO_RIGHT, 403)

    def require_right_to_read(self) -> None:
        """Raise Refused without it; the words name one right and never the other."""
        if not self.may_read:
            raise error(10, _MAY_NOT_READ, 403)

    def names(self, name: str) -> list[str]:
        """A comma list."""
        return [word.strip() for word in self.fields.get(name, "").split(",") if word.strip()]

    def number(self, name: str, default: int) -> int:
        """A number, or the default for anything else."""
        given = self.fields.get(name, "")
        return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else default

    def moment(self, name: str) -> datetime | None:
        """A Unix time; the other forms that Graph reads are not understood here."""
        given = self.fields.get(name, "")
        if not given:
            return None
        if not re.fullmatch(r"[0-9]{1,11}", given):
            raise error(100, f"(#100) Param {name} must be a valid time")
        return datetime.fromtimestamp(int(given), UTC)


def versioned(request: Request) -> tuple[str, str] | None:
    """The version that answers and the path after it; None for what visitors see.

    Meta answers an expired version as the oldest that lives, and knows nothing of one that is to come.
    """
    match = re.fullmatch(r"/v(\d{1,3})\.(\d{1,2})(/.*)", request.path)
    if match is None:
        api = re.fullmatch(r"/(?:me|debug_token)", request.path)
        return (f"v{OLDEST}.0", request.path) if api else None
    asked = int(match[1])
    if asked > NEWEST or asked < 2:
        return (f"v{NEWEST}.0", request.path)
    return (f"v{max(asked, OLDEST)}.0", match[3].rstrip("/"))


def asked_by(request: Request, fields: Mapping[str, Any], traits: frozenset[str]) -> Asked:
    """The request's parameters and its token. Raises Refused for a way of asking that is closed."""
    closed = [name for name in CLOSED if name in fields]
    if closed or "x-http-method-override" in request.headers:
        what = closed[0] if closed else "X-HTTP-Method-Override"
        raise error(12, f"(#12) {what} is deprecated: use the HTTP method itself, one object a request")
    token = request.bearer or str(fields.get("access_token", ""))
    return Asked(fields={name: str(value) for name, value in fields.items()}, token=token, traits=traits)


def chosen(node: Mapping[str, Any], names: list[str], kind: str) -> dict[str, Any]:
    """The fields that were asked for. Raises Refused for one that there is not."""
    for name in names:
        if name not in node:
            raise error(100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
    return {name: node[name] for name in names}


def unsupported(method: str, target: str) -> Refused:
    """Gone, hidden, or not to be asked so: Graph does not say which."""
    text = (
        f"Unsupported {method} request. Object with ID '{target}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation."
    )
    return error(100, text, error_subcode=33, type="GraphMethodException")


def require_small(asked: Asked) -> None:
    """Refuse a list for its size."""
    if asked.number("limit", 25) > (_MOST_HEAVY if "heavy" in asked.traits else _MOST_AT_ONCE):
        raise too_much()


def too_much() -> Refused:
    """The refusal of a list for its size."""
    text = "Please reduce the amount of data you're asking for, then retry your request"
    return error(1, text, 500)


def error(code: int, message: str, status: int = 400, **more: Any) -> Refused:
    """An error in Graph's JSON."""
    said = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AsandboxTrace"}
    return Refused(json_answer({"error": said | more}, status))


def throttled(minutes: int) -> Answer:
    """The Page's own limit: the wait stands in a header, in minutes."""
    usage = f'{{"{PAGE_ID}": [{{"type": "pages", "estimated_time_to_regain_access": {minutes}}}]}}'
    answer = error(32, "(#32) Page request limit reached", 403).answer
    return answer.with_headers(("X-Business-Use-Case-Usage", usage))


_IMPERSONATING = (
    "(#190) Any of the pages_read_engagement, pages_manage_metadata, pages_read_user_content, pages_manage_ads, "
    "pages_show_list or pages_messaging permission(s) must be granted before impersonating a user's page."
)

REASONS: Mapping[str, Callable[[], Refused]] = {
    "expired": lambda: error(
        190, "Error validating access token: Session has expired.", 401, error_subcode=463
    ),
    "impersonating": lambda: error(190, _IMPERSONATING),
    "may-not-post": lambda: error(200, _NO_RIGHT, 403),
    "may-not-read": lambda: error(10, _MAY_NOT_READ, 403),
    "page-right": lambda: error(
        283, "(#283) Requires pages_read_engagement permission to manage the object", 403
    ),
    "missing": lambda: unsupported("get", f"{PAGE_ID}_17"),
    "too-much": too_much,
    "override": lambda: error(12, "(#12) method is deprecated: use the HTTP method itself"),
    "duplicate": lambda: error(506, "(#506) Duplicate status message", error_subcode=1455006),
    "policy": lambda: error(368, "The action attempted has been deemed abusive or is otherwise disallowed"),
    "password": lambda: error(
        190,
        "Error validating access token: The session has been invalidated because the user changed their password "
        "or Facebook has changed the session for security reasons.",
        400,
        error_subcode=460,
    ),
}
"""What Graph can be told to say, by the name of the reason."""
