"""The Graph API's Page feed.

Sources: developers.facebook.com/docs/pages-api/posts, …/docs/graph-api/guides/error-handling,
…/docs/graph-api/overview/rate-limiting, …/docs/graph-api/guides/versioning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any, ClassVar

from announce_sandbox.double import Double, Shown, State, now, web_server_page
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.graph import (
    NEWEST,
    PAGE_ID,
    REASONS,
    TRAITS,
    Asked,
    asked_by,
    chosen,
    error,
    require_small,
    throttled,
    unsupported,
    versioned,
)
from announce_sandbox.page import document, linked
from announce_sandbox.wire import Answer, BadBody, Request, html_answer, json_answer

_PAGE_NAME = "CMO"
_MESSAGE_LIMIT = 63_206


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    number: int
    message: str
    link: str
    published: bool
    live: bool
    """Its app was Live: visitors see it."""
    at: datetime

    @property
    def id(self) -> str:
        return f"{PAGE_ID}_{self.number}"

    @property
    def state(self) -> State:
        if not self.published:
            return State.DRAFT
        return State.VISIBLE if self.live else State.INSIDERS


class Facebook(Double):
    """One Page; its tokens stand in `graph.TOKENS`, and the reader's lacks ``pages_manage_posts``."""

    name: ClassVar[str] = "facebook"
    credentials: ClassVar[Mapping[str, str]] = {
        "page_id": PAGE_ID,
        "access_token": "EAAsandboxPageToken",
    }
    reader: ClassVar[Mapping[str, str]] = {
        "page_id": PAGE_ID,
        "access_token": "EAAsandboxReaderToken",
    }
    traits: ClassVar[Mapping[str, str]] = TRAITS
    reasons: ClassVar[tuple[str, ...]] = tuple(REASONS)

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._posts: dict[str, _Post] = {}
        self._last_number = 122_100_000_000_000_000

    def verb(self, request: Request) -> str:
        """The operation; ``page`` for what visitors see."""
        found = versioned(request)
        if found is None:
            return "page"
        return next(
            (
                name
                for wanted, pattern, name in _ROUTES
                if wanted == request.method and pattern.fullmatch(found[1])
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
            case Kind.SAYS:
                return REASONS[str(fault.reason)]().answer
            case Kind.UNAUTHORIZED:
                return REASONS["expired"]().answer
            case Kind.FORBIDDEN:
                return REASONS["may-not-post"]().answer
            case Kind.LIMITED:
                return throttled(fault.wait_seconds // 60)
            case Kind.BROKEN:
                text = "An unexpected error has occurred. Please retry your request later."
                return error(2, text, 500, is_transient=True).answer
        return web_server_page(fault)

    def _handle(self, request: Request) -> Answer:
        found = versioned(request)
        if found is None:
            return self._public_page(request)
        version, path = found
        try:
            fields = request.fields
        except BadBody as fault:
            raise error(100, f"(#100) {fault}") from None
        asked = asked_by(request, fields, self.has)
        return self._graph(request.method, path, asked).with_headers(("facebook-api-version", version))

    def _graph(self, method: str, path: str, asked: Asked) -> Answer:
        asked.require_token()
        for wanted, pattern, name in _ROUTES:
            match = pattern.fullmatch(path)
            if wanted == method and match:
                target = match.groupdict().get("id", "me")
                return self._verbs[name](self, target, asked)
        raise error(2500, f"Unknown path components: {path}")

    # --- the edges and nodes --------------------------------------------------------------------------------

    def _page(self, target: str, asked: Asked) -> Answer:
        if target not in ("me", PAGE_ID):
            raise unsupported("get", target)
        link = f"{self.base_url}/{PAGE_ID}"
        page = {"id": PAGE_ID, "name": _PAGE_NAME, "link": link, "category": "Internet Company"}
        return json_answer(chosen(page, asked.names("fields") or ["id", "name"], "Page"))

    def _create(self, target: str, asked: Asked) -> Answer:
        if target not in ("me", PAGE_ID):
            raise unsupported("post", target)
        asked.require_right_to_post()
        message, link = _stored(self.keeps(asked.fields.get("message", ""))), asked.fields.get("link", "")
        if not (message or link):
            raise error(100, "(#100) The post is empty. Please enter a message to share.")
        self._refuse_message(message, link)
        self._last_number += 1
        published = asked.fields.get("published", "true").lower() not in ("false", "0")
        post = _Post(
            number=self._last_number,
            message=message,
            link=link,
            published=published,
            live=asked.known.live,
            at=now(),
        )
        self._posts[post.id] = post
        return json_answer(chosen(self._as_json(post), ["id", *asked.names("fields")], "Post"))

    def _refuse_message(self, message: str, link: str) -> None:
        if len(message) > _MESSAGE_LIMIT:
            raise error(100, "(#100) Param message is too long")
        last = next(reversed(self._posts.values()), None)
        if last is not None and (last.message, last.link) == (message, link):
            text = "This status update is identical to the last one you posted."
            raise error(506, "(#506) Duplicate status message", error_subcode=1455006, error_user_msg=text)

    def _list(self, target: str, asked: Asked) -> Answer:
        if target not in ("me", PAGE_ID):
            raise unsupported("get", target)
        asked.require_right_to_read()
        require_small(asked)
        since, until = asked.moment("since"), asked.moment("until")
        posts = [
            post
            for post in reversed(self._posts.values())
            if post.published and (since is None or post.at >= since) and (until is None or post.at <= until)
        ]
        most, start = asked.number("limit", 25), asked.number("after", 0)
        part, more = posts[start : start + most], len(posts) > start + most
        names = asked.names("fields") or ["created_time", "message"]
        answer: dict[str, Any] = {"data": [chosen(self._as_json(p), ["id", *names], "Post") for p in part]}
        if part:
            answer["paging"] = {"cursors": {"before": str(start), "after": str(start + len(part))}}
        if more:
            after = f"limit={most}&after={start + len(part)}"
            answer["paging"]["next"] = f"{self.base_url}/v{NEWEST}.0/{PAGE_ID}/published_posts?{after}"
        return json_answer(answer)

    def _read(self, target: str, asked: Asked) -> Answer:
        names = asked.names("fields") or ["created_time", "message"]
        if not asked.may_read:  # and not a word of rights
            raise unsupported("get", target)
        return json_answer(chosen(self._as_json(self._known("get", target)), ["id", *names], "Post"))

    def _edit(self, target: str, asked: Asked) -> Answer:
        post = self._known("post", target)
        asked.require_right_to_post()
        message = _stored(self.keeps(asked.fields.get("message", post.message)))
        published = asked.fields.get("is_published", str(post.published)).lower() in ("true", "1")
        self._posts[post.id] = replace(post, message=message, published=published)
        return json_answer({"success": True})

    def _remove(self, target: str, asked: Asked) -> Answer:
        post = self._known("delete", target)
        asked.require_right_to_post()
        del self._posts[post.id]
        return json_answer({"success": True})

    def _debug(self, target: str, asked: Asked) -> Answer:
        inspected = asked.fields.get("input_token", "")
        if inspected != asked.token:
            text = "(#100) You must provide an app access token, or a user access token of its developer"
            raise error(100, text)
        token, never = asked.known, {"data_access_expires_at": 0, "expires_at": 0}
        about = {"app_id": "4711", "type": "PAGE", "is_valid": True, "issued_at": int(now().timestamp())}
        targets = [{"scope": right, "target_ids": [token.page]} for right in token.rights]
        rights = {"profile_id": token.page, "scopes": list(token.rights), "granular_scopes": targets}
        return json_answer({"data": about | never | rights})

    _verbs: ClassVar[Mapping[str, Callable[[Facebook, str, Asked], Answer]]] = {
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
            raise unsupported(method, target)
        return self._posts[target]

    def _url(self, post: _Post) -> str:
        return f"{self.base_url}/{PAGE_ID}/posts/{post.number}"

    def _as_shown(self, post: _Post) -> Shown:
        return Shown(
            platform=self.name,
            account=_PAGE_NAME,
            remote_id=post.id,
            body=post.message,
            state=post.state,
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
            "from": {"name": _PAGE_NAME, "id": PAGE_ID},
        }

    def _public_page(self, request: Request) -> Answer:
        match = re.fullmatch(r"/(?:\d+/posts/(\d+)|(\d+_\d+))/?", request.path)
        key = "" if match is None else match[2] or f"{PAGE_ID}_{match[1]}"
        post = self._posts.get(key)
        if post is None or post.state is not State.VISIBLE:
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


def _stored(message: str) -> str:
    """The message as Facebook keeps it: Unix line ends, no blanks at the ends."""
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
