"""Every adapter, every verb, and every request a verb makes: what the platform answers when all goes well.

A `Call` is one verb in one situation, and one of its requests: the one that a fault will spoil. `Call.replies`
are the good answers to all of them, so that a fault can come first, last, or in the middle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from publisher.model.post import Draft, Receipt

URL = "{url}"
"""In an answer: the address of the server that gives it."""

SECRET = "{secret}"
"""In the settings of an `http` channel: its one secret."""

PAGE = "1234567890"
TEXT = "Dringende Wartung am Montag um 22:30 Uhr. Ref. CMO-7K3M"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer of a platform."""

    status: int = 200
    document: Any = None
    body: bytes | None = None
    """Instead of the document."""
    content_type: str | None = "application/json; charset=UTF-8"
    headers: tuple[str, ...] = ()
    reason: str = "Said"

    def content(self, url: str) -> bytes:
        """The body; ``{url}`` in it becomes the server's own address."""
        if self.body is not None:
            return self.body
        return json.dumps(self.document).replace(URL, url).encode()


@dataclass(frozen=True, kw_only=True)
class Call:
    """One verb of an adapter, and which of its requests is spoiled."""

    adapter: str
    """As the table names it: the channel's type, and after a dot what is special about its settings."""
    name: str
    verb: str
    replies: tuple[Reply, ...]
    at: int = 0
    """Which request is spoiled."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    age: float = 0.0
    """Seconds since the post was planned: after ten of them an attempt looks before it writes."""
    shrugs: str | None = None
    """What the verb comes to whatever becomes of this request, since the part that counts is done already."""
    alike: bool = False
    """Another call reads the same answer to the same request: what is in the answer is tried there."""
    url: str = ""
    """What `locate` is asked for; ``{base.base_url}`` is the platform's own address."""
    more: int = 0
    """Requests beyond the replies that a failure may call for."""

    @property
    def id(self) -> str:
        return f"{self.adapter}.{self.name}"

    @property
    def type(self) -> str:
        return self.adapter.partition("-")[0]

    @property
    def good(self) -> Reply:
        """The answer that a fault takes the place of."""
        return self.replies[self.at]

    @property
    def receipt(self) -> Receipt:
        """Of the post that is edited or taken down."""
        if self.type == "facebook":  # which looks only where there is something to compare
            return Receipt(remote_id=f"{PAGE}_17", fingerprint=hashlib.sha256(TEXT.encode()).hexdigest())
        return Receipt(remote_id="17")

    def made(self, channel: Any, post: Any) -> Any:
        """Make the call."""
        match self.verb:
            case "check":
                return channel.check()
            case "release":
                return channel.release(post, Draft(remote_id="17"))
            case "amend":
                return channel.amend(self.receipt, post)
            case "withdraw":
                return channel.withdraw(self.receipt)
            case "locate":
                return channel.locate(self.url.format(base=getattr(channel, "_settings", None)))
        return getattr(channel, self.verb)(post)


def complaint(type_name: str, status: int, text: str) -> Any:
    """An error as the platform itself writes it, with a text of our choice."""
    return _COMPLAINTS[type_name](status, text)


_COMPLAINTS: Mapping[str, Callable[[int, str], Any]] = {
    "wordpress": lambda status, text: {"code": "some_code", "message": text, "data": {"status": status}},
    "whmcs": lambda _, text: {"result": "error", "message": text},
    "http": lambda _, text: {"error": text, "result": "error"},
    "facebook": lambda _, text: {"error": {"message": text, "type": "OAuthException", "code": 9999}},
    "twitter": lambda status, text: {"title": "No", "detail": text, "type": "about:blank", "status": status},
}


# --- WordPress ------------------------------------------------------------------------------------------------


def _blog_post(status: str, **changes: Any) -> dict[str, Any]:
    told = {
        "id": 17,
        "slug": "cmo-7k3m",
        "status": status,
        "link": f"{URL}/cmo-7k3m/",
        "content": {"raw": "<p>"},
    }
    return told | changes


_CREATED = Reply(status=201, document=_blog_post("draft"))
_PUBLIC = Reply(document=_blog_post("publish"))
_SUFFIXED = Reply(status=201, document=_blog_post("draft", slug="cmo-7k3m-2"))
_DRAFT = Reply(document=_blog_post("draft"))
_TRASHED = Reply(document=_blog_post("trash", slug="cmo-7k3m__trashed"))
_ME = Reply(document={"slug": "announce", "roles": ["author"], "capabilities": {"publish_posts": True}})
_STRANGER = Reply(status=401, document=complaint("wordpress", 401, "You are not currently logged in."))
_NO_PASSWORDS = Reply(document={"authentication": []})


def _listed(*documents: Any) -> Reply:
    return Reply(document=list(documents))


def _blog(name: str, verb: str, *replies: Reply, **more: Any) -> Call:
    return Call(adapter="wordpress", name=name, verb=verb, replies=replies, **more)


WORDPRESS = (
    _blog("check", "check", _ME, more=1),
    _blog("check-passwords", "check", _STRANGER, _NO_PASSWORDS, at=1),
    _blog("stage", "stage", _CREATED, more=1),
    _blog("stage-look", "stage", _listed(), _CREATED, age=60),
    _blog("stage-again", "stage", _listed(), _CREATED, at=1, age=60, alike=True),
    _blog("stage-anew", "stage", _listed(_blog_post("draft")), _DRAFT, at=1, age=60, alike=True),
    _blog("stage-suffix", "stage", _SUFFIXED, _listed(), at=1, alike=True),
    _blog("release", "release", _PUBLIC),
    _blog("release-look", "release", _DRAFT, _PUBLIC, age=60),
    _blog("release-again", "release", _DRAFT, _PUBLIC, at=1, age=60, alike=True),
    _blog("publish-stage", "publish", _CREATED, _PUBLIC, alike=True),
    _blog("publish-release", "publish", _CREATED, _PUBLIC, at=1, alike=True),
    _blog("find", "find", _listed(_blog_post("publish"))),
    _blog("amend-look", "amend", _PUBLIC, _PUBLIC, alike=True),
    _blog("amend", "amend", _PUBLIC, _PUBLIC, at=1, alike=True),
    _blog("withdraw-look", "withdraw", _PUBLIC, _TRASHED, alike=True),
    _blog("withdraw", "withdraw", _PUBLIC, _TRASHED, at=1, alike=True),
    _blog("locate", "locate", _listed(_blog_post("publish")), url="{base.base_url}/cmo-7k3m/"),
)


# --- WHMCS ----------------------------------------------------------------------------------------------------


def _row(number: int, published: str = "1", key: str = "CMO-7K3M/1") -> dict[str, Any]:
    text = f'<div data-announce-id="{key}">x</div>'
    return {"id": number, "date": "2026-11-23 21:00:00", "announcement": text, "published": published}


def _rows(*rows: dict[str, Any], total: int | None = None) -> Reply:
    number = len(rows) if total is None else total
    listed = {"announcement": list(rows)}
    return Reply(document={"result": "success", "totalresults": number, "announcements": listed})


_ADDED = Reply(document={"result": "success", "announcementid": 17})
_FIFTY = _rows(*(_row(number, key=f"CMO-{number}/1") for number in range(100, 150)), total=51)


def _center(name: str, verb: str, *replies: Reply, **more: Any) -> Call:
    return Call(adapter="whmcs", name=name, verb=verb, replies=replies, **more)


WHMCS = (
    _center("check", "check", _rows(_row(17))),
    _center("stage", "stage", _ADDED),
    _center("stage-look", "stage", _rows(), _ADDED, age=60),
    _center("stage-again", "stage", _rows(), _ADDED, at=1, age=60, alike=True),
    _center("stage-anew", "stage", _rows(_row(17, "0")), _ADDED, at=1, age=60, alike=True),
    _center("release", "release", _ADDED),
    _center("publish-stage", "publish", _ADDED, _ADDED, alike=True),
    _center("publish-release", "publish", _ADDED, _ADDED, at=1, alike=True),
    _center("find", "find", _rows(_row(17))),
    _center("amend-look", "amend", _rows(_row(17)), _ADDED, alike=True),
    _center("amend", "amend", _rows(_row(17)), _ADDED, at=1, alike=True),
    _center("withdraw-look", "withdraw", _rows(_row(17)), _ADDED, alike=True),
    _center("withdraw", "withdraw", _rows(_row(17)), _ADDED, at=1, alike=True),
    _center("find-page", "find", _FIFTY, _rows(_row(17), total=51), at=1, alike=True),
    _center("locate", "locate", _rows(_row(17)), url="{base.base_url}/announcements/17/Title.html"),
)


# --- http -----------------------------------------------------------------------------------------------------

_BEARER = {"kind": "bearer", "token": SECRET}
_NEWS = {"path": "/news", "json": {"title": "{{ title }}", "text": "{{ body }}", "external_id": "{{ key }}"}}
_LISTED = {"items": "items", "match": "external_id", "equals": "{{ key }}", "id": "id", "url": "url"}
_JSON = {
    "auth": _BEARER,
    "publish": _NEWS,
    "lookup": {"path": "/news?q={{ ref }}", **_LISTED},
    "id": "id",
    "url": "url",
    "error": "error",
    "idempotency_key": True,
}
_FORM_NEWS = {"path": "/api", "form": {"do": "add", "title": "{{ title }}", "text": "{{ body }}"}}
_FORM = {
    "auth": {"kind": "form", "fields": {"api_token": SECRET}},
    "publish": _FORM_NEWS,
    "lookup": {"path": "/api", "method": "POST", "form": {"do": "list"}, **_LISTED},
    "success": {"path": "result", "equals": "success"},
    "id": "id",
    "error": "error",
    "permalink": "/news/{{ id }}",
}
_PLAIN = {"publish": _NEWS, "auth": {"kind": "header", "name": "X-Api-Key", "value": SECRET}}
_SIGNED = {"auth": {"kind": "hmac", "secret": SECRET, "header": "X-Signature"}, "publish": _NEWS, "id": "id"}
_WITHOUT_ID = {key: value for key, value in _JSON.items() if key not in {"id", "url"}}

_NEWS_ITEM = {"id": 17, "url": f"{URL}/news/17", "external_id": "CMO-7K3M/1"}
_TAKEN = Reply(status=201, document={"id": 17, "url": f"{URL}/news/17"})
_NEWS_ITEMS = Reply(document={"items": [_NEWS_ITEM]})
_FORM_TAKEN = Reply(document={"result": "success", "id": "n-17"})
_WEBHOOK = Reply(document={"ok": True})


def _any(kind: str, settings: Mapping[str, Any], name: str, verb: str, *replies: Reply, **more: Any) -> Call:
    return Call(adapter=f"http{kind}", name=name, verb=verb, replies=replies, settings=settings, **more)


HTTP = (
    _any("", _JSON, "check", "check", _NEWS_ITEMS),
    _any("", _JSON, "publish", "publish", _TAKEN),
    _any("", _WITHOUT_ID, "publish-look", "publish", _WEBHOOK, _NEWS_ITEMS, at=1, shrugs="receipt"),
    _any("", _JSON, "find", "find", _NEWS_ITEMS),
    _any("-form", _FORM, "check", "check", _NEWS_ITEMS, alike=True),
    _any("-form", _FORM, "publish", "publish", _FORM_TAKEN),
    _any("-form", _FORM, "find", "find", _NEWS_ITEMS, alike=True),
    _any("-plain", _PLAIN, "publish", "publish", _WEBHOOK),
    _any("-signed", _SIGNED, "publish", "publish", _TAKEN, alike=True),
)


# --- Facebook -------------------------------------------------------------------------------------------------


def _told(number: int, message: str = TEXT) -> dict[str, str]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


_ABOUT_PAGE = Reply(document={"id": PAGE, "name": "Example"})
_RIGHTS = Reply(document={"data": {"type": "PAGE", "scopes": ["pages_manage_posts"], "expires_at": 0}})
_POSTED = Reply(document={"id": f"{PAGE}_17"})
_NEXT = f"{URL}/v26.0/{PAGE}/published_posts?limit=100&after=abc&access_token=x"
_FIRST_POSTS = Reply(document={"data": [_told(19, "else")], "paging": {"next": _NEXT}})
_POSTS = Reply(document={"data": [_told(18, "else"), _told(17)], "paging": {"cursors": {"after": "b"}}})
_BY_HAND = Reply(document={"id": f"{PAGE}_17", "message": TEXT, "is_published": True})
_HIDDEN = f"https://www.facebook.com/{PAGE}/posts/pfbid02abc"
_LINKED = Reply(document={"data": [{"id": f"{PAGE}_17", "permalink_url": _HIDDEN}]})


_MESSAGE = Reply(document=_told(17))
_SUCCESS = Reply(document={"success": True})


def _page(name: str, verb: str, *replies: Reply, **more: Any) -> Call:
    alike = name in {"find-page", "locate-hidden"} or verb in {"amend", "withdraw"}
    return Call(
        adapter="facebook", name=name, verb=verb, replies=replies, settings=_OWN_PAGE, alike=alike, **more
    )


_OWN_PAGE = {"page_id": PAGE}
_CHECKED = (_ABOUT_PAGE, _RIGHTS, _POSTS)

FACEBOOK = (
    _page("check", "check", *_CHECKED),
    _page("check-rights", "check", *_CHECKED, at=1, shrugs="identity"),
    _page("check-look", "check", *_CHECKED, at=2, shrugs="identity"),
    _page("publish", "publish", _POSTED),
    _page("find", "find", _POSTS),
    _page("find-page", "find", _FIRST_POSTS, _POSTS, at=1),
    _page("amend-look", "amend", _MESSAGE, _SUCCESS),
    _page("amend", "amend", _MESSAGE, _SUCCESS, at=1),
    _page("withdraw", "withdraw", _SUCCESS),
    _page("locate", "locate", _BY_HAND, url=f"https://www.facebook.com/{PAGE}/posts/17"),
    _page("locate-list", "locate", _LINKED, _BY_HAND, url=_HIDDEN),
    _page("locate-hidden", "locate", _LINKED, _BY_HAND, at=1, url=_HIDDEN),
)


# --- X --------------------------------------------------------------------------------------------------------

_ACCOUNT = {"id": "4711", "name": "Example", "username": "example"}
_WHOAMI = Reply(document={"data": _ACCOUNT}, headers=("x-access-level: read-write",))
_TWEETED = Reply(status=201, document={"data": {"id": "17", "text": TEXT}})
_TWEETS = Reply(document={"data": [{"id": "17", "text": TEXT}], "meta": {"result_count": 1}})
_TWEET = Reply(document={"data": {"id": "17", "text": TEXT, "author_id": "4711"}})
_FIRST_TWEETS = Reply(
    document={"data": [{"id": "18", "text": "else"}], "meta": {"result_count": 1, "next_token": "abc"}}
)


def _account(name: str, verb: str, *replies: Reply, **more: Any) -> Call:
    return Call(adapter="twitter", name=name, verb=verb, replies=replies, **more)


TWITTER = (
    _account("check", "check", _WHOAMI, _TWEETS),
    _account("check-look", "check", _WHOAMI, _TWEETS, at=1, shrugs="identity"),
    _account("publish", "publish", _TWEETED),
    _account("find", "find", _TWEETS),
    _account("withdraw", "withdraw", Reply(document={"data": {"deleted": True}}), alike=True),
    _account("find-page", "find", _FIRST_TWEETS, _TWEETS, at=1, alike=True),
    _account("locate", "locate", _TWEET, url="https://x.com/example/status/17"),
)

CALLS = (*WORDPRESS, *WHMCS, *HTTP, *FACEBOOK, *TWITTER)


def answering(call: Call, **changes: Any) -> Reply:
    """The good answer of a call with something changed."""
    return replace(call.good, **changes)
