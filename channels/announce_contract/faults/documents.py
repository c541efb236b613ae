"""What is in the body of an answer that says by its status that all is well."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

from announce_contract.fault import Fault, Setting
from announce_contract.faults.status import replied
from announce_contract.replies import URL

_UNPROVED = "a success that nobody can read proves nothing"
_READABLE = "it can be read"

_SHRUGGED = {
    # A check publishes nothing: there a wrong answer means a wrong address.
    "check*": "Rejected|Unknown",
}


def _document(name: str, expects: str, why: str, but: dict[str, str] | None = None, **changes: Any) -> Fault:
    expected = {**(_SHRUGGED if expects == "Unknown" else {}), **(but or {})}
    return Fault(name=name, expects=expects, why=why, act=replied(**changes), but=expected, content=True)


def _body(name: str, body: bytes) -> Fault:
    return _document(f"body-{name}", "Unknown", _UNPROVED, body=body)


def _recoded(change: Callable[[bytes], bytes]) -> Callable[[Setting], bytes]:
    """The good body, written in another way."""
    return lambda setting: change(setting.call.good.content(setting.url))


def _readable(name: str, change: Callable[[bytes], bytes]) -> Fault:
    return _document(f"body-{name}", "good", _READABLE, body=_recoded(change))


def _doubled(document: Any) -> str:
    """JSON with every key twice, another value first: parsers differ in which one they take."""
    match document:
        case dict():
            pairs = ((json.dumps(key), _doubled(value)) for key, value in document.items())
            return "{" + ", ".join(f"{key}: 99, {key}: {value}" for key, value in pairs) + "}"
        case list():
            return "[" + ", ".join(map(_doubled, document)) + "]"
    return json.dumps(document)


_HTML = b"<!DOCTYPE html><html><title>Welcome to the hotel</title><body>Accept the terms</body></html>"

BODIES = (
    _document("html", "Unknown", "a hotel's page", body=_HTML, content_type="text/html"),
    _document("html-as-json", "Unknown", "a hotel's page", body=_HTML),
    _body("empty", b""),
    _body("blank", b" \r\n\t "),
    _body("null", b"null"),
    _body("true", b"true"),
    _body("string", b'"OK"'),
    _body("number", b"17"),
    _body("empty-list", b"[]"),
    _body("list-of-junk", b'[null, 17, "x", []]'),
    _body("empty-object", b"{}"),
    _body("nan", b"NaN"),
    _body("infinity-inside", b'{"id": -Infinity}'),
    _body("nested-lists", b"[" * 100_000),
    _body("nested-lists-closed", b"[" * 100_000 + b"]" * 100_000),
    _body("nested-objects", b'{"id":' * 100_000),
    _body("5000-digits", b"9" * 5000),
    _body("cut", b'{"id": 17, "slug": "cmo'),
    _body("two-documents", b'{"id": 17}{"id": 18}'),
    _body("guarded", b')]}\'\n{"id": 17}'),
    _body("not-text", bytes(range(256)) * 4),
    _body("junk", b"OK, done!"),
    _body("xml", b'<?xml version="1.0"?><result>success</result>'),
    _document(
        "body-doubled-keys",
        "Unknown",
        "which of the two is meant?",
        body=lambda setting: _doubled(setting.call.good.document).replace(URL, setting.url).encode(),
    ),
    _document("body-twice", "Unknown", "which of the two is meant?", body=_recoded(lambda body: body * 2)),
    _readable("with-bom", lambda body: b"\xef\xbb\xbf" + body),
    _readable("utf-16", lambda body: body.decode().encode("utf-16")),
    _readable("utf-32", lambda body: body.decode().encode("utf-32")),
    _readable("padded-to-1-mib", lambda body: body.ljust(1024 * 1024)),
    _document(
        "body-over-1-mib",
        "Unknown",
        "an answer has a limit",
        body=_recoded(lambda body: body.ljust(1024 * 1024 + 1)),
    ),
)


# --- how it is labelled ---------------------------------------------------------------------------------------


def _labelled(name: str, content_type: str | None, expects: str = "Unknown") -> Fault:
    return _document(
        f"type-{name}", expects, _UNPROVED if expects == "Unknown" else _READABLE, content_type=content_type
    )


def _packed(name: str, pack: Callable[[bytes], bytes], coding: str) -> Fault:
    return Fault(
        name=f"packed-{name}",
        expects="Unknown",
        why="we asked for it plain",
        content=True,
        act=replied(body=_recoded(pack), headers=(f"Content-Encoding: {coding}",)),
    )


LABELS = (
    _labelled("none", None, "good|Rejected"),
    _labelled("upper-case", "Application/JSON", "good|Rejected"),
    _labelled("javascript", "text/javascript; charset=UTF-8", "good|Rejected"),
    _labelled("html", "text/html"),
    _labelled("text", "text/plain"),
    _labelled("octets", "application/octet-stream"),
    _labelled("escapes", "\x1b[31mred"),
    _labelled("long", "x" * 9000),
    _packed("gzip", gzip.compress, "gzip"),
    _packed("deflate", zlib.compress, "deflate"),
    _packed("unknown", bytes, "br"),
    _packed("escapes", bytes, "\x1b[31mred"),
)


# --- another platform's answers -------------------------------------------------------------------------------

_STRANGERS: dict[str, Any] = {
    "wordpress-me": {"slug": "announce", "roles": ["author"], "capabilities": {"publish_posts": True}},
    "wordpress-post": {"id": 17, "slug": "cmo-7k3m", "status": "publish", "link": f"{URL}/cmo-7k3m/"},
    "wordpress-posts": [{"id": 17, "slug": "cmo-7k3m", "status": "publish", "link": f"{URL}/cmo-7k3m/"}],
    "whmcs-made": {"result": "success", "announcementid": 17},
    "whmcs-rows": {
        "result": "success",
        "totalresults": 1,
        "announcements": {"announcement": [{"id": 17, "announcement": "x", "published": "1"}]},
    },
    "graph-post": {"id": "1234567890_17"},
    "graph-posts": {
        "data": [{"id": "1234567890_17", "message": "x", "created_time": "2026-11-23T20:00:00+0000"}]
    },
    "x-post": {"data": {"id": "17", "text": "x"}},
    "x-posts": {"data": [{"id": "17", "text": "x"}], "meta": {"result_count": 1}},
    "mastodon-status": {"id": "17", "uri": f"{URL}/users/x/statuses/17", "content": "<p>x</p>"},
    "json-rpc": {"jsonrpc": "2.0", "id": 17, "result": True},
    "graphql": {"data": {"createPost": {"id": "17"}}},
    "health": {"status": "ok", "version": "3.1"},
}


def _foreign(name: str, document: Any) -> Fault:
    return _document(
        f"as-{name}",
        "Unknown",
        "another platform's API is not this one",
        body=lambda setting: json.dumps(document).replace(URL, setting.url).encode(),
    )


FOREIGN = tuple(_foreign(name, document) for name, document in _STRANGERS.items())

DOCUMENTS = (*BODIES, *LABELS, *FOREIGN)
