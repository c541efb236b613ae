"""What goes over the wire, as data: a request as a double sees it, and the answer it gives."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

STRICT_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""What is shown came from outside: no script, no automatic redirect, nothing fetched from another host."""


class BadBody(ValueError):
    """The body does not say what its media type promises; the message names the fault."""


class Refused(Exception):
    """Carries the answer that ends the handling of a request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, read whole. ``path`` lies below the double's mount and begins with a slash."""

    method: str
    path: str
    """Percent-decoded."""
    query: str = ""
    """As sent, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    url: str = ""
    """Scheme, host and path as the client addressed them; what OAuth signs."""

    @property
    def media_type(self) -> str:
        """The body's media type in lower case, without parameters; empty if none was given."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def params(self) -> list[tuple[str, str]]:
        """The parameters of the query, in order."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a form body, in order; empty if the body is none."""
        if self.media_type != "application/x-www-form-urlencoded":
            return []
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def fields(self) -> dict[str, Any]:
        """Query, then form or JSON object, the later one winning. Raises BadBody for JSON that is none."""
        return dict(self.params) | dict(self.form) | self._json_object()

    @property
    def basic(self) -> tuple[str, str] | None:
        """User and password of Basic authentication, None without it."""
        scheme, _, encoded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return None
        return (user, password) if colon else None

    @property
    def bearer(self) -> str | None:
        """The token of Bearer authentication, None without it."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def _json_object(self) -> dict[str, Any]:
        if self.media_type != "application/json" or not self.body:
            return {}
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BadBody(f"the JSON cannot be read: {error}") from None
        if not isinstance(data, dict):
            raise BadBody("the JSON is not an object")
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. The server adds date, length and connection."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self, *, head_only: bool = False, close: bool = False) -> bytes:
        """The bytes as they go over the wire; the length is stated in full even for a HEAD."""
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}", f"Date: {formatdate(usegmt=True)}"]
        if self.media_type:
            lines.append(f"Content-Type: {self.media_type}")
        if self.status != HTTPStatus.NO_CONTENT:
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {_one_line(value)}" for name, value in self.headers]
        lines.append(f"Connection: {'close' if close else 'keep-alive'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        return head if head_only else head + self.body

    def with_headers(self, *headers: tuple[str, str]) -> Answer:
        """The same answer with more headers."""
        return Answer(
            status=self.status,
            body=self.body,
            media_type=self.media_type,
            headers=(*self.headers, *headers),
        )


def json_answer(data: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Data as JSON, non-ASCII escaped as PHP and X do."""
    return Answer(
        status=status,
        body=json.dumps(data).encode(),
        media_type="application/json; charset=UTF-8",
        headers=tuple(headers),
    )


def html_answer(html: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """A page under the strict content policy."""
    policy = (("Content-Security-Policy", STRICT_CSP), ("X-Content-Type-Options", "nosniff"))
    return Answer(
        status=status,
        body=html.encode("utf-8", "replace"),
        media_type="text/html; charset=UTF-8",
        headers=(*policy, ("Referrer-Policy", "no-referrer"), *headers),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _one_line(value: str) -> str:
    return " ".join(value.split())
