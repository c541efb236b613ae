"""What is in the body of an answer that says by its status that all is well."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

from contract_cells import Fault, Setting
from contract_faults_status import replied
from contract_platforms import CALLS, URL

_UNPROVED = "a success that nobody can read proves nothing"
_READABLE = "it can be read"

_SHRUGGED = {
    # What the settings do not ask for is not read: there the status is all there is to know.
    "http-plain.*": "receipt",
    # A check publishes nothing: there a wrong answer means a wrong address.
    "*.check": "Rejected|Unknown",
    "*.check-passwords": "Rejected|Unknown|BadCredentials",
}


def _document(
    name: str, expects: str, why: str, but: dict[str, str] | None = None, **changes: object
) -> Fault:
    expected = {**(_SHRUGGED if expects == "Unknown" else {}), **(but or {})}
    return Fault(name=name, expects=expects, why=why, act=replied(**changes), but=expected, content=True)


def _body(name: str, body: bytes, expects: str = "Unknown", why: str = _UNPROVED, **but: str) -> Fault:
    return _document(
        f"body-{name}", expects, why, {key.replace("__", "."): text for key, text in but.items()}, body=body
    )


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
_NOTHING_LISTED = {  # an empty list is WordPress's way of saying that there is no such post
    "wordpress__find": "absent",
    "wordpress__locate": "absent",
    "wordpress__stage-look": "good",
    "wordpress__stage-suffix": "good",
}

BODIES = (
    _document(
        "html", "Unknown", "a hotel's page", {"http-plain.*": "Unknown"}, body=_HTML, content_type="text/html"
    ),
    _document("html-as-json", "Unknown", "a hotel's page", {"http-plain.*": "Unknown"}, body=_HTML),
    _body("empty", b""),
    _body("blank", b" \r\n\t "),
    _body("null", b"null"),
    _body("true", b"true"),
    _body("string", b'"OK"'),
    _body("number", b"17"),
    _body("empty-list", b"[]", **_NOTHING_LISTED),
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
    _body("xml", b'<?xml version="1.0"?><result>success</result>', **{"http-plain__*": "receipt|Unknown"}),
    _document(
        "body-doubled-keys",
        "Unknown",
        "which of the two is meant?",
        {"wordpress.stage-look": "good"},  # there it is an empty list, which has no keys
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
        {"http-plain.*": "Unknown"},
        body=_recoded(lambda body: body.ljust(1024 * 1024 + 1)),
    ),
)


# --- how it is labelled ---------------------------------------------------------------------------------------

_PACKED = {"http-plain.*": "Unknown", "*.check": "Unknown", "*.check-passwords": "Unknown"}


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
        but=_PACKED,
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


def _foreign(other: Any) -> Fault:
    return Fault(
        name=f"as-{other.id.replace('.', '-')}",
        expects="Unknown",
        why="another platform's API is not this one",
        content=True,
        act=replied(body=lambda setting: json.dumps(other.good.document).encode()),
        but={
            "http-plain.*": "receipt",
            # The settings of an `http` channel are all there is to tell a platform by: an "id" is an id.
            "http.publish": "receipt|Unknown",
            "http-signed.*": "receipt|Unknown",
            "http-form.publish": "Rejected|Unknown",
            "*.check": "Rejected|Unknown",
            "*.check-passwords": "Rejected|Unknown|BadCredentials",
        },
        only="|".join(sorted({f"{call.adapter}.*" for call in CALLS if call.type != other.type})),
    )


_TYPICAL = ("check", "stage", "publish", "find", "find-page")

FOREIGN = tuple(
    _foreign(call)
    for call in CALLS
    if call.name in _TYPICAL and call.adapter in {"wordpress", "whmcs", "http", "facebook", "twitter"}
)

DOCUMENTS = (*BODIES, *LABELS, *FOREIGN)
