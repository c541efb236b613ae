"""WordPress: the REST API's posts with application passwords, the public pages and the feed.

Shapes, codes and messages are those of WordPress 6.1 to 7.1, with pretty permalinks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from announce_sandbox import blog, hosting, rest
from announce_sandbox.double import Double, Shown, State, now, web_server_page
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.page import as_text
from announce_sandbox.rest import EDITOR, SITE_ZONE, SUBSCRIBER, Asked
from announce_sandbox.wire import Answer, BadBody, Refused, Request, json_answer

_TRASHED = "__trashed"
_NOT_ALLOWED = "Sorry, you are not allowed to create posts as this user."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    id: int
    author: rest.User
    title: str = ""
    content: str = ""
    excerpt: str = ""
    slug: str = ""
    status: str = "draft"
    at: datetime
    modified: datetime = field(default_factory=now)
    base: str = "posts"


class WordPress(Double):
    """One blog with two users: an editor, whose HTML is stored as sent, and a subscriber."""

    name: ClassVar[str] = "wordpress"
    credentials: ClassVar[Mapping[str, str]] = {"username": EDITOR.login, "password": EDITOR.password}
    traits: ClassVar[Mapping[str, str]] = hosting.TRAITS
    reader: ClassVar[Mapping[str, str]] = {"username": SUBSCRIBER.login, "password": SUBSCRIBER.password}

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._posts: dict[int, _Post] = {}
        self._last_id = 0
        self._cache = hosting.Cache()

    def verb(self, request: Request) -> str:
        """The operation; ``page`` for the public pages and the feed."""
        route = rest.route_of(request)
        if route is None:
            return "page"
        for method, pattern, name in _ROUTES:
            if method == rest.method_of(request) and pattern.fullmatch(route):
                return name
        return "unknown"

    def shown(self) -> list[Shown]:
        """Every post, drafts and the trash included."""
        with self._lock:
            return [self._as_shown(post) for post in self._posts.values()]

    def complaint(self, fault: Fault) -> Answer:
        """In WordPress's JSON; it has no rate limit of its own, so that one comes from the web server."""
        match fault.kind:
            case Kind.UNAUTHORIZED:
                return rest.error(401, "rest_cannot_create", _NOT_ALLOWED).answer
            case Kind.FORBIDDEN:
                return rest.error(403, "rest_cannot_create", _NOT_ALLOWED).answer
            case Kind.BROKEN:
                text = "There has been a critical error on this website."
                return rest.error(500, "internal_server_error", text).answer
        return web_server_page(fault)

    def _handle(self, request: Request) -> Answer:
        route = rest.route_of(request)
        if route is None:
            return blog.page(request, self.base_url, [self._as_entry(post) for post in self._public()])
        if refused := hosting.refused(self.has, request):
            return refused
        return self._cache.answer(self.has, request, lambda: self._spoken(request, route))

    def _spoken(self, request: Request, route: str) -> Answer:
        try:
            answer = self._rest(request, route)
        except Refused as refused:
            answer = refused.answer
        return hosting.spoken(self.has, answer)

    def _rest(self, request: Request, route: str) -> Answer:
        try:
            fields = request.fields
        except BadBody as error:
            raise rest.error(400, "rest_invalid_json", f"Invalid JSON body passed. {error}") from None
        user = None if "no-app-passwords" in self.has else rest.user_of(request)
        for method, pattern, name in _ROUTES:
            match = pattern.fullmatch(route)
            if method == rest.method_of(request) and match and not self._has_removed(name):
                told = match.groupdict()
                asked = Asked(
                    fields=fields, user=user, id=int(told.get("id", "0")), base=told.get("base", "")
                )
                link = ("Link", f'<{self.base_url}/wp-json/>; rel="https://api.w.org/"')
                return self._verbs[name](self, asked).with_headers(link)
        raise rest.error(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _has_removed(self, name: str) -> bool:
        return _REMOVED_BY.get(name) in self.has

    # --- the routes -----------------------------------------------------------------------------------------

    def _index(self, asked: Asked) -> Answer:
        return json_answer(rest.index(self.base_url, passwords="no-app-passwords" not in self.has))

    def _me(self, asked: Asked) -> Answer:
        user = asked.user
        if user is None:
            raise rest.error(401, "rest_not_logged_in", "You are not currently logged in.")
        me: dict[str, Any] = {"id": user.id, "name": user.login, "slug": user.login, "description": ""}
        if asked.edit:
            me |= {"username": user.login, "roles": [user.role]}
            me |= {"capabilities": dict.fromkeys((*user.capabilities, user.role), True)}
        return json_answer(me)

    def _create(self, asked: Asked) -> Answer:
        status, author = asked.status(), self._author(asked)
        post = _Post(id=self._last_id + 1, author=author, at=now(), base=asked.base)
        post = self._changed(post, asked, status or "draft")
        if not (post.title or post.content or post.excerpt):
            raise rest.error(400, "empty_content", "Content, title, and excerpt are empty.")
        self._last_id = post.id
        self._posts[post.id] = post
        location = ("Location", f"{self.base_url}/wp-json/wp/v2/{post.base}/{post.id}")
        return json_answer(asked.chosen(self._as_json(post, asked.user)), 201, (location,))

    def _update(self, asked: Asked) -> Answer:
        post, status = self._post(asked), asked.status()
        if not asked.may_publish:
            raise asked.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
        self._posts[post.id] = changed = self._changed(post, asked, status or post.status)
        return json_answer(asked.chosen(self._as_json(changed, asked.user)))

    def _get(self, asked: Asked) -> Answer:
        post = self._post(asked)
        if not asked.may_publish and (post.status != "publish" or asked.edit):
            raise asked.denied("rest_forbidden", "Sorry, you are not allowed to do that.")
        return json_answer(asked.chosen(self._as_json(post, asked.user if asked.edit else None)))

    def _list(self, asked: Asked) -> Answer:
        statuses = asked.statuses()
        per_page, page = asked.number("per_page", 10, most=100), asked.number("page", 1)
        found = [post for post in self._newest_first() if post.status in statuses and _matches(post, asked)]
        if page > 1 and (page - 1) * per_page >= len(found):
            text = "The page number requested is larger than the number of pages available."
            raise rest.error(400, "rest_post_invalid_page_number", text)
        part = found[(page - 1) * per_page : page * per_page]
        pages = -(-len(found) // per_page)
        totals = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(pages)))
        return json_answer(
            [asked.chosen(self._as_json(post, asked.user if asked.edit else None)) for post in part],
            200,
            totals,
        )

    def _search(self, asked: Asked) -> Answer:
        """What is public, of every type or of one."""
        ids, subtype = asked.words("include"), asked.text("subtype") or "any"
        found = [
            {"id": post.id, "title": post.title, "url": self._link(post), "type": "post", "subtype": kind}
            for post in self._public()
            if (kind := rest.type_of(post.base)) == subtype or subtype == "any"
            if not ids or str(post.id) in ids
        ]
        return json_answer([asked.chosen(each) for each in found])

    def _delete(self, asked: Asked) -> Answer:
        post = self._post(asked)
        if not asked.may_publish:
            raise asked.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
        if asked.text("force").lower() in ("true", "1"):
            del self._posts[post.id]
            return json_answer({"deleted": True, "previous": self._as_json(post, asked.user)})
        if "no-trash" in self.has:
            text = "The post does not support trashing. Set 'force=true' to delete."
            raise rest.error(501, "rest_trash_not_supported", text)
        if post.status == "trash":
            raise rest.error(410, "rest_already_trashed", "The post has already been deleted.")
        trashed = replace(post, status="trash", slug=post.slug + _TRASHED, modified=now())
        self._posts[post.id] = trashed
        return json_answer(asked.chosen(self._as_json(trashed, asked.user)))

    _verbs: ClassVar[Mapping[str, Callable[[WordPress, Asked], Answer]]] = {
        "index": _index,
        "identity": _me,
        "create": _create,
        "update": _update,
        "get": _get,
        "list": _list,
        "search": _search,
        "delete": _delete,
    }

    # --- the posts ------------------------------------------------------------------------------------------

    def _author(self, asked: Asked) -> rest.User:
        if asked.user is None or not asked.may_publish:
            raise asked.denied("rest_cannot_create", _NOT_ALLOWED)
        return asked.user

    def _post(self, asked: Asked) -> _Post:
        if asked.id not in self._posts or self._posts[asked.id].base != asked.base:
            raise rest.error(404, "rest_post_invalid_id", "Invalid post ID.")
        return self._posts[asked.id]

    def _changed(self, post: _Post, asked: Asked, status: str) -> _Post:
        """The post with the fields that were sent, and with what WordPress makes of status, date and slug."""
        at = asked.when() or (now() if post.status in ("draft", "trash") else post.at)
        if status in ("publish", "future"):
            status = "future" if at >= now() + timedelta(minutes=1) else "publish"
        title, content = hosting.kept(
            self.has,
            self.keeps(asked.raw("title", post.title).strip()),
            self.keeps(asked.raw("content", post.content)),
        )
        changed = replace(
            post,
            title=title,
            content=content,
            excerpt=asked.raw("excerpt", post.excerpt),
            status=status,
            at=at,
            modified=now(),
        )
        if status == "trash":
            return changed
        slug = rest.sanitized(asked.text("slug")) or post.slug.removesuffix(_TRASHED)
        if not slug and status == "publish":
            slug = rest.sanitized(changed.title) or str(post.id)
        return replace(changed, slug=self._free(slug, post.id))

    def _free(self, slug: str, post_id: int) -> str:
        taken = {post.slug for post in self._posts.values() if post.id != post_id}
        if not slug or slug not in taken:
            return slug
        number = 2
        while f"{slug}-{number}" in taken:
            number += 1
        return f"{slug}-{number}"

    def _newest_first(self) -> list[_Post]:
        return sorted(self._posts.values(), key=lambda post: (post.at, post.id), reverse=True)

    def _public(self) -> list[_Post]:
        return [post for post in self._newest_first() if post.status == "publish"]

    def _link(self, post: _Post) -> str:
        return (
            f"{self.base_url}/{post.slug}/" if post.status == "publish" else f"{self.base_url}/?p={post.id}"
        )

    def _as_entry(self, post: _Post) -> blog.Entry:
        return blog.Entry(
            id=post.id,
            slug=post.slug,
            title=blog.rendered_title(post.title),
            content=blog.rendered_content(post.content),
            author=post.author.login,
            at=post.at,
            link=self._link(post),
        )

    def _as_shown(self, post: _Post) -> Shown:
        states = {"publish": State.VISIBLE, "trash": State.TRASHED}
        return Shown(
            platform=self.name,
            account=post.author.login,
            remote_id=str(post.id),
            title=as_text(post.title),
            body=blog.rendered_content(post.content),
            html=True,
            state=states.get(post.status, State.DRAFT),
            at=post.at,
            url=self._link(post),
        )

    def _as_json(self, post: _Post, user: rest.User | None) -> dict[str, Any]:
        """With the raw texts for the user who may edit."""
        data: dict[str, Any] = {
            "id": post.id,
            "date": rest.naive(post.at.astimezone(SITE_ZONE)),
            "date_gmt": rest.naive(post.at),
            "guid": {"rendered": f"{self.base_url}/?p={post.id}"},
            "modified": rest.naive(post.modified.astimezone(SITE_ZONE)),
            "modified_gmt": rest.naive(post.modified),
            "slug": post.slug,
            "status": post.status,
            "type": rest.type_of(post.base),
            "link": self._link(post),
            "title": {"rendered": blog.rendered_title(post.title)},
            "content": {"rendered": blog.rendered_content(post.content), "protected": False},
            "excerpt": {"rendered": post.excerpt, "protected": False},
            "author": post.author.id,
            "sticky": False,
            "format": "standard",
            "meta": [],
            "categories": [1],
            "tags": [],
        }
        if user is not None:
            if "publish_posts" in user.capabilities:
                data["_links"] = {
                    "wp:action-publish": [{"href": f"{self.base_url}/wp-json/wp/v2/{post.base}"}]
                }
            data["title"]["raw"] = post.title
            data["content"]["raw"] = post.content
            data["excerpt"]["raw"] = post.excerpt
        return hosting.told(self.has, data)


_REMOVED_BY = {"identity": "no-users-me", "search": "no-search"}
_ALL = r"/wp/v2/(?P<base>posts|maintenance)"
_ONE = rf"{_ALL}/(?P<id>\d{{1,18}})"
_ROUTES = tuple(
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("GET", r"/", "index"),
        ("GET", r"/wp/v2/users/me", "identity"),
        ("GET", r"/wp/v2/search", "search"),
        ("GET", _ALL, "list"),
        ("POST", _ALL, "create"),
        ("GET", _ONE, "get"),
        ("POST", _ONE, "update"),
        ("PUT", _ONE, "update"),
        ("PATCH", _ONE, "update"),
        ("DELETE", _ONE, "delete"),
    )
)


def _matches(post: _Post, asked: Asked) -> bool:
    slugs, ids, search = asked.words("slug"), asked.words("include"), asked.text("search").lower()
    wanted = (
        post.base == asked.base and (not slugs or post.slug in slugs) and (not ids or str(post.id) in ids)
    )
    return wanted and search in f"{post.title} {post.content}".lower()
