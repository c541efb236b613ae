"""The Graph API's Page feed.

Sources: developers.facebook.com/docs/pages-api/posts, …/docs/graph-api/guides/error-handling,
…/docs/graph-api/overview/rate-limiting, …/docs/graph-api/guides/versioning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar

from announce_sandbox.double import Double, Shown, State, now, web_server_page
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.page import document, linked
from announce_sandbox.wire import Answer, BadBody, Refused, Request, html_answer, json_answer

_PAGE_ID = "1234567890"
_PAGE_NAME = "CMO"
_NEWEST, _OLDEST = 26, 21
_MESSAGE_LIMIT = 63_206
_SCOPES = ("pages_manage_posts", "pages_read_engagement")
_UNPARSABLE = "Invalid OAuth access token - Cannot parse access token"
_NO_RIGHT = (
    "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin "
    "with sufficient administrative permission"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    number: int
    message: str
    link: str
    published: bool
    at: datetime

    @property
    def id(self) -> str:
        return f"{_PAGE_ID}_{self.number}"


class Facebook(Double):
    """One Page with two Page tokens; the reader's lacks ``pages_manage_posts``."""

    name: ClassVar[str] = "facebook"
    credentials: ClassVar[Mapping[str, str]] = {
        "page_id": _PAGE_ID,
        "access_token": "EAAsandboxPageToken",
    }
    reader: ClassVar[Mapping[str, str]] = {
        "page_id": _PAGE_ID,
        "access_token": "EAAsandboxReaderToken",
    }

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._posts: dict[str, _Post] = {}
        self._last_number = 122_100_000_000_000_000

    def verb(self, request: Request) -> str:
        """The operation; ``page`` for what visitors see."""
        versioned = _versioned(request)
        if versioned is None:
            return "page"
        try:
            method = _method(request, request.fields)
        except BadBody:
            return "unknown"
        return next(
            (
                name
                for wanted, pattern, name in _ROUTES
                if wanted == method and pattern.fullmatch(versioned[1])
            ),
            "unknown",
        )

    def shown(self) -> list[Shown]:
        """Every post, unpublished ones included."""
        with self._lock:
            return [self._as_shown(post) for post in self._posts.values()]

    def complaint(self, fault: Fault) -> Answer:
        """In Graph's JSON: a dead token, a missing right, the Page's throttle, the error that means nothing."""
        match fault.kind:
            case Kind.UNAUTHORIZED:
                text = "Error validating access token: Session has expired."
                return _error(190, text, 401, error_subcode=463).answer
            case Kind.FORBIDDEN:
                return _error(200, _NO_RIGHT, 403).answer
            case Kind.LIMITED:
                minutes = fault.wait_seconds // 60
                usage = (
                    f'{{"{_PAGE_ID}": [{{"type": "pages", "estimated_time_to_regain_access": {minutes}}}]}}'
                )
                throttled = _error(32, "(#32) Page request limit reached", 403).answer
                return throttled.with_headers(("X-Business-Use-Case-Usage", usage))
            case Kind.BROKEN:
                text = "An unexpected error has occurred. Please retry your request later."
                return _error(2, text, 500, is_transient=True).answer
        return web_server_page(fault)

    def _handle(self, request: Request) -> Answer:
        versioned = _versioned(request)
        if versioned is None:
            return self._public_page(request)
        version, path = versioned
        try:
            fields = request.fields
        except BadBody as error:
            raise _error(100, f"(#100) {error}") from None
        asked = _Asked(
            fields={name: str(value) for name, value in fields.items()}, token=_token(request, fields)
        )
        return self._graph(_method(request, fields), path, asked).with_headers(
            ("facebook-api-version", version)
        )

    def _graph(self, method: str, path: str, asked: _Asked) -> Answer:
        asked.require_token()
        for wanted, pattern, name in _ROUTES:
            match = pattern.fullmatch(path)
            if wanted == method and match:
                target = match.groupdict().get("id", "me")
                return self._verbs[name](self, target, asked)
        raise _error(2500, f"Unknown path components: {path}")

    # --- the edges and nodes --------------------------------------------------------------------------------

    def _page(self, target: str, asked: _Asked) -> Answer:
        if target not in ("me", _PAGE_ID):
            raise _unsupported("get", target)
        link = f"{self.base_url}/{_PAGE_ID}"
        page = {"id": _PAGE_ID, "name": _PAGE_NAME, "link": link, "category": "Internet Company"}
        return json_answer(_chosen(page, asked.names("fields") or ["id", "name"], "Page"))

    def _create(self, target: str, asked: _Asked) -> Answer:
        if target not in ("me", _PAGE_ID):
            raise _unsupported("post", target)
        asked.require_right_to_post()
        message, link = _stored(asked.fields.get("message", "")), asked.fields.get("link", "")
        if not (message or link):
            raise _error(100, "(#100) The post is empty. Please enter a message to share.")
        self._refuse_message(message, link)
        self._last_number += 1
        published = asked.fields.get("published", "true").lower() not in ("false", "0")
        post = _Post(number=self._last_number, message=message, link=link, published=published, at=now())
        self._posts[post.id] = post
        return json_answer(_chosen(self._as_json(post), ["id", *asked.names("fields")], "Post"))

    def _refuse_message(self, message: str, link: str) -> None:
        if len(message) > _MESSAGE_LIMIT:
            raise _error(100, "(#100) Param message is too long")
        last = next(reversed(self._posts.values()), None)
        if last is not None and (last.message, last.link) == (message, link):
            text = "This status update is identical to the last one you posted."
            raise _error(506, "(#506) Duplicate status message", error_subcode=1455006, error_user_msg=text)

    def _list(self, target: str, asked: _Asked) -> Answer:
        if target not in ("me", _PAGE_ID):
            raise _unsupported("get", target)
        since, until = asked.moment("since"), asked.moment("until")
        posts = [
            post
            for post in reversed(self._posts.values())
            if post.published and (since is None or post.at >= since) and (until is None or post.at <= until)
        ]
        most, start = min(asked.number("limit", 25), 100), asked.number("after", 0)
        part, more = posts[start : start + most], len(posts) > start + most
        names = asked.names("fields") or ["created_time", "message"]
        answer: dict[str, Any] = {"data": [_chosen(self._as_json(p), ["id", *names], "Post") for p in part]}
        if part:
            answer["paging"] = {"cursors": {"before": str(start), "after": str(start + len(part))}}
        if more:
            after = f"limit={most}&after={start + len(part)}"
            answer["paging"]["next"] = f"{self.base_url}/v{_NEWEST}.0/{_PAGE_ID}/published_posts?{after}"
        return json_answer(answer)

    def _read(self, target: str, asked: _Asked) -> Answer:
        names = asked.names("fields") or ["created_time", "message"]
        return json_answer(_chosen(self._as_json(self._known("get", target)), ["id", *names], "Post"))

    def _edit(self, target: str, asked: _Asked) -> Answer:
        post = self._known("post", target)
        asked.require_right_to_post()
        message = _stored(asked.fields.get("message", post.message))
        published = asked.fields.get("is_published", str(post.published)).lower() in ("true", "1")
        self._posts[post.id] = replace(post, message=message, published=published)
        return json_answer({"success": True})

    def _remove(self, target: str, asked: _Asked) -> Answer:
        post = self._known("delete", target)
        asked.require_right_to_post()
        del self._posts[post.id]
        return json_answer({"success": True})

    def _debug(self, target: str, asked: _Asked) -> Answer:
        inspected = asked.fields.get("input_token", "")
        if inspected != asked.token:
            text = "(#100) You must provide an app access token, or a user access token of its developer"
            raise _error(100, text)
        scopes = list(_SCOPES if asked.may_post else _SCOPES[1:])
        times = {"data_access_expires_at": 0, "expires_at": 0, "issued_at": int(now().timestamp())}
        about = {"app_id": "4711", "type": "PAGE", "is_valid": True, "profile_id": _PAGE_ID, "scopes": scopes}
        return json_answer({"data": about | times})

    _verbs: ClassVar[Mapping[str, Callable[[Facebook, str, _Asked], Answer]]] = {
        "identity": _page,
        "create": _create,
        "list": _list,
        "get": _read,
        "update": _edit,
        "delete": _remove,
        "debug": _debug,
    }

    # --- the posts ------------------------------------------------------------------------------------------

    def _known(self, method: str, target: str) -> _Post:
        if target not in self._posts:
            raise _unsupported(method, target)
        return self._posts[target]

    def _url(self, post: _Post) -> str:
        return f"{self.base_url}/{_PAGE_ID}/posts/{post.number}"

    def _as_shown(self, post: _Post) -> Shown:
        return Shown(
            platform=self.name,
            account=_PAGE_NAME,
            remote_id=post.id,
            body=post.message,
            state=State.VISIBLE if post.published else State.DRAFT,
            at=post.at,
            url=self._url(post),
            limit=_MESSAGE_LIMIT,
        )

    def _as_json(self, post: _Post) -> dict[str, Any]:
        return {
            "id": post.id,
            "message": post.message,
            "created_time": post.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "updated_time": post.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink_url": self._url(post),
            "is_published": post.published,
            "from": {"name": _PAGE_NAME, "id": _PAGE_ID},
        }

    def _public_page(self, request: Request) -> Answer:
        match = re.fullmatch(r"/(?:\d+/posts/(\d+)|(\d+_\d+))/?", request.path)
        key = "" if match is None else match[2] or f"{_PAGE_ID}_{match[1]}"
        post = self._posts.get(key)
        if post is None or not post.published:
            return html_answer(document("This content isn't available", "<p>Nothing here.</p>"), 404)
        text = f'<article><h2>{escape(_PAGE_NAME)}</h2><p class="text">{linked(post.message)}</p></article>'
        return html_answer(document(_PAGE_NAME, text))


_ROUTES = tuple(
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("GET", r"/debug_token", "debug"),
        ("GET", r"/(?P<id>me|\d+)", "identity"),
        ("POST", r"/(?P<id>me|\d+)/feed", "create"),
        ("GET", r"/(?P<id>me|\d+)/(?:feed|posts|published_posts)", "list"),
        ("GET", r"/(?P<id>\d+_\d+)", "get"),
        ("POST", r"/(?P<id>\d+_\d+)", "update"),
        ("DELETE", r"/(?P<id>\d+_\d+)", "delete"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a call asks for, and with which token."""

    fields: Mapping[str, str]
    token: str

    @property
    def may_post(self) -> bool:
        return self.token == Facebook.credentials["access_token"]

    def require_token(self) -> None:
        if not self.token:
            raise _error(104, "An access token is required to request this resource.")
        if not (self.may_post or self.token == Facebook.reader["access_token"]):
            raise _error(190, _UNPARSABLE)

    def require_right_to_post(self) -> None:
        if not self.may_post:
            raise _error(200, _NO_RIGHT, 403)

    def names(self, name: str) -> list[str]:
        return [word.strip() for word in self.fields.get(name, "").split(",") if word.strip()]

    def number(self, name: str, default: int) -> int:
        given = self.fields.get(name, "")
        return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else default

    def moment(self, name: str) -> datetime | None:
        """A Unix time; the other forms that Graph reads are not understood here."""
        given = self.fields.get(name, "")
        if not given:
            return None
        if not re.fullmatch(r"[0-9]{1,11}", given):
            raise _error(100, f"(#100) Param {name} must be a valid time")
        return datetime.fromtimestamp(int(given), UTC)


def _versioned(request: Request) -> tuple[str, str] | None:
    """The version that answers and the path after it; None for what visitors see.

    Meta answers an expired version as the oldest that lives, and knows nothing of one that is to come.
    """
    match = re.fullmatch(r"/v(\d{1,3})\.(\d{1,2})(/.*)", request.path)
    if match is None:
        api = re.fullmatch(r"/(?:me|debug_token)", request.path)
        return (f"v{_OLDEST}.0", request.path) if api else None
    asked = int(match[1])
    if asked > _NEWEST or asked < 2:
        return (f"v{_NEWEST}.0", request.path)
    return (f"v{max(asked, _OLDEST)}.0", match[3].rstrip("/"))


def _method(request: Request, fields: Mapping[str, Any]) -> str:
    """Graph takes the method from a field of that name as well."""
    return str(fields.get("method", request.method)).upper() if request.method == "POST" else request.method


def _token(request: Request, fields: Mapping[str, Any]) -> str:
    return request.bearer or str(fields.get("access_token", ""))


def _stored(message: str) -> str:
    """The message as Facebook keeps it: Unix line ends, no blanks at the ends."""
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _chosen(node: Mapping[str, Any], names: list[str], kind: str) -> dict[str, Any]:
    for name in names:
        if name not in node:
            raise _error(100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
    return {name: node[name] for name in names}


def _unsupported(method: str, target: str) -> Refused:
    text = (
        f"Unsupported {method} request. Object with ID '{target}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation."
    )
    return _error(100, text, error_subcode=33, type="GraphMethodException")


def _error(code: int, message: str, status: int = 400, **more: Any) -> Refused:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AsandboxTrace"}
    return Refused(json_answer({"error": error | more}, status))
