"""How WordPress reads a request to its REST API: the route, the user, the parameters, the errors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from announce_sandbox.wire import Refused, Request, json_answer

SITE_ZONE = ZoneInfo("Europe/Berlin")
"""The site's own time zone, in which it reads and writes a naive ``date``."""
STATUSES = ("publish", "future", "draft", "pending", "private")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of the blog, with an application password."""

    id: int
    login: str
    password: str
    role: str
    capabilities: tuple[str, ...]


EDITOR = User(
    id=1,
    login="announce",
    password="sandboxWordPressPassword",  # noqa: S106 - what this double accepts, on loopback
    role="editor",
    capabilities=("read", "edit_posts", "publish_posts", "delete_posts", "unfiltered_html", "upload_files"),
)
SUBSCRIBER = User(
    id=2,
    login="reader",
    password="sandboxSubscriberPassword",  # noqa: S106 - as above
    role="subscriber",
    capabilities=("read",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, and who asks: nobody known, a user, a user who may publish."""

    fields: Mapping[str, Any]
    user: User | None
    id: int
    """The post's, 0 in a route without one."""
    base: str = "posts"
    """The type of post, by its name in the route."""

    @property
    def may_publish(self) -> bool:
        """Whether the user may write posts, and read those that are not public."""
        return self.user is not None and "publish_posts" in self.user.capabilities

    @property
    def edit(self) -> bool:
        """Whether the raw texts are wanted."""
        return self.text("context") == "edit"

    def denied(self, code: str, message: str) -> Refused:
        """The refusal for want of rights: 401 for a visitor, 403 for a user."""
        return error(401 if self.user is None else 403, code, message)

    def text(self, name: str) -> str:
        """A plain parameter, empty if it was not sent."""
        value = self.fields.get(name, "")
        return str(value).strip() if isinstance(value, str | int | bool) else ""

    def raw(self, name: str, before: str) -> str:
        """A text that may be wrapped as ``{"raw": …}``; ``before`` if it was not sent."""
        value = self.fields.get(name, before)
        value = value.get("raw", before) if isinstance(value, dict) else value
        if not isinstance(value, str):
            raise invalid(name, f"{name} is not of type string.")
        return value

    def words(self, name: str) -> list[str]:
        """A comma list, or several of ``name[]``."""
        several = [str(value) for key, value in self.fields.items() if key in (name, f"{name}[]")]
        return [word.strip() for value in several for word in value.split(",") if word.strip()]

    def number(self, name: str, default: int, most: int = 10**6) -> int:
        """A number from 1 to ``most``."""
        given = self.text(name) or str(default)
        if not (re.fullmatch(r"[0-9]{1,9}", given) and 1 <= int(given) <= most):
            raise invalid(name, f"{name} must be between 1 (inclusive) and {most} (inclusive)")
        return int(given)

    def status(self) -> str:
        """The status to give the post, empty if none was sent. Refuses it, and terms that are no ids."""
        status = self.text("status")
        if status and status not in STATUSES:
            raise invalid("status", f"status is not one of {', '.join(STATUSES)}.")
        for name in ("categories", "tags"):
            given = self.fields.get(name, [])
            if not all(str(number).isdigit() for number in (given if isinstance(given, list) else [given])):
                raise invalid(name, f"{name}[0] is not of type integer.")
        return status

    def statuses(self) -> list[str]:
        """The statuses to list: what is public, and more for those who may see it."""
        wanted = self.words("status") or ["publish"]
        if wanted != ["publish"] and not self.may_publish:
            raise invalid("status", "Status is forbidden.")
        if unknown := [word for word in wanted if word not in (*STATUSES, "trash", "any")]:
            raise invalid("status", f"status[0] is not one of {', '.join(STATUSES)}: {unknown[0]}")
        if self.edit and not self.may_publish:
            text = "Sorry, you are not allowed to edit posts in this post type."
            raise self.denied("rest_forbidden_context", text)
        return [*wanted, *(STATUSES if "any" in wanted else ())]

    def when(self) -> datetime | None:
        """The date that was sent; a naive ``date`` is the site's own time, a naive ``date_gmt`` UTC."""
        for name, zone in (("date_gmt", UTC), ("date", SITE_ZONE)):
            if given := self.text(name):
                at = _moment(name, given)
                return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        return None

    def chosen(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only the fields that ``_fields`` names, nested ones as ``title.raw``."""
        paths = [path.split(".") for path in self.words("_fields")]
        return _picked(data, paths) if paths else data


def route_of(request: Request) -> str | None:
    """The REST route, or None for the public site."""
    if route := dict(request.params).get("rest_route"):
        return route.rstrip("/") or "/"
    if request.path == "/wp-json" or request.path.startswith("/wp-json/"):
        return request.path.removeprefix("/wp-json").rstrip("/") or "/"
    return None


def method_of(request: Request) -> str:
    """The method, which a header may override."""
    method = request.headers.get("x-http-method-override", request.method).upper()
    return "GET" if method == "HEAD" else method


def user_of(request: Request) -> User | None:
    """Who asks. A wrong password makes a visitor of them, not an error."""
    login, password = request.basic or ("", "")
    bare = "".join(password.split())
    return next((user for user in (EDITOR, SUBSCRIBER) if (user.login, user.password) == (login, bare)), None)


def index(base_url: str, *, passwords: bool) -> dict[str, Any]:
    """What the API says of itself; ``authentication`` is a list where there is none, as PHP has it."""
    where = f"{base_url}/wp-admin/authorize-application.php"
    known = {"application-passwords": {"endpoints": {"authorization": where}}}
    return {
        "name": "Blog",
        "description": "announce sandbox",
        "url": base_url,
        "home": base_url,
        "gmt_offset": "1",
        "timezone_string": SITE_ZONE.key,
        "namespaces": ["oembed/1.0", "wp/v2"],
        "authentication": known if passwords else [],
        "routes": {"/wp/v2/posts": {}, "/wp/v2/users/me": {}},
    }


def sanitized(slug: str) -> str:
    """Lower case, accents gone, other scripts percent-encoded, hyphens for the rest, at most 200 characters."""
    plain = unicodedata.normalize("NFKD", slug.lower().replace("ß", "s"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFC", plain)
    hyphened = re.sub(r"[\s.]+", "-", plain.strip())
    kept = re.sub(r"[^\w-]", "", hyphened)
    return re.sub(r"-+", "-", quote(kept, safe="-_").lower()).strip("-")[:200]


def error(status: int, code: str, message: str, **data: Any) -> Refused:
    """An error in WordPress's JSON."""
    return Refused(
        json_answer({"code": code, "message": message, "data": {"status": status, **data}}, status)
    )


def invalid(name: str, text: str) -> Refused:
    """The error for a parameter."""
    return error(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: text}, details={})


def _moment(name: str, given: str) -> datetime:
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", given):
        raise invalid(name, "Invalid date.")
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise invalid(name, "Invalid date.") from None


def _picked(data: Mapping[str, Any], paths: Iterable[list[str]]) -> dict[str, Any]:
    picked: dict[str, Any] = {}
    for first, *rest in paths:
        inner = data.get(first)
        if rest and isinstance(inner, dict):
            picked[first] = picked.get(first, {}) | _picked(inner, [rest])
        elif first in data:
            picked[first] = inner
    return picked


def type_of(base: str) -> str:
    """The name of a type of posts, by its name in the routes."""
    return base.removesuffix("s")


def naive(at: datetime) -> str:
    """A moment as WordPress writes it, without its zone."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")
