"""A customer center of one's own: a plain REST receiver for the generic channel type.

``POST /http/<collection>`` keeps a JSON object or a form and answers 201 with ``id`` and ``url``; the list, one
item, PUT, PATCH and DELETE are there as well. It accepts Basic, Bearer, a key in a header, a key in the form or
an HMAC-SHA256 of the body; below ``/http/open/`` it asks for nothing. ``Idempotency-Key`` is honoured. Below
``/http/any/`` it takes every request as it comes: see `anything`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from announce_sandbox.anything import FIRST, content, is_taken, longest, number_in
from announce_sandbox.double import Double, Shown, now
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.wire import Answer, BadBody, Refused, Request, json_answer

_TITLES = ("title", "subject", "headline", "name")
_BODIES = ("body", "text", "content", "message", "description", "announcement", "html")
_KEY_HEADERS = ("x-api-key", "x-redmine-api-key", "x-auth-token")
_A_WORD = 20
_METHODS = {"GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    id: int
    collection: str
    account: str
    fields: Mapping[str, Any]
    at: datetime


class Http(Double):
    """Any number of collections, all with the same credentials."""

    name: ClassVar[str] = "http"
    credentials: ClassVar[Mapping[str, str]] = {
        "username": "announce",
        "password": "sandboxHttpPassword",
        "token": "sandboxHttpToken",
        "hmac_secret": "sandboxHttpHmacSecret",
    }
    reader: ClassVar[Mapping[str, str]] = {
        "username": "reader",
        "password": "sandboxHttpReaderPassword",
        "token": "sandboxHttpReaderToken",
        "hmac_secret": "sandboxHttpReaderHmacSecret",
    }

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._items: dict[int, _Item] = {}
        self._last_id = 0
        self._keys: dict[str, tuple[bytes, Answer]] = {}

    def verb(self, request: Request) -> str:
        """The operation by method and address."""
        number = self._number(request)
        if is_taken(request) and request.method not in {"GET", "HEAD"}:
            change = "delete" if request.method == "DELETE" else "update"
            return "create" if number is None else change
        if number is None:
            return {"POST": "create", "GET": "list", "HEAD": "list"}.get(request.method, "unknown")
        return _METHODS.get(request.method, "unknown")

    def shown(self) -> list[Shown]:
        """Every item that was not deleted."""
        with self._lock:
            return [self._as_shown(item) for item in self._items.values()]

    def complaint(self, fault: Fault) -> Answer:
        """As an everyday REST service puts it."""
        statuses = {Kind.UNAUTHORIZED: 401, Kind.FORBIDDEN: 403, Kind.LIMITED: 429}
        wait = fault.wait_headers if fault.kind is Kind.LIMITED else ()
        return _error(statuses.get(fault.kind, 500), "injected fault").answer.with_headers(*wait)

    def _number(self, request: Request) -> int | None:
        """Of the item that a request is about."""
        return number_in(request, list(self._items)) if is_taken(request) else _address(request)[1]

    def _handle(self, request: Request) -> Answer:
        if is_taken(request):
            return self._taken(request)
        try:
            fields = _unwrapped(request.fields)
        except BadBody as error:
            raise _error(400, str(error)) from None
        account = _account(request, fields)
        if account is None:
            raise _error(401, "credentials missing or wrong")
        verb = self.verb(request)
        if account == "reader" and verb in ("create", "update", "delete"):
            raise _error(403, "this account may only read")
        collection, number = _address(request)
        match verb:
            case "create":
                return self._create_once(request, collection, account, fields)
            case "list":
                return self._list(collection, str(fields.get("q", "")))
            case "get" | "update" | "delete":
                return self._on_item(verb, collection, number or 0, fields)
        raise _error(405, f"{request.method} is not possible here")

    def _taken(self, request: Request) -> Answer:
        """Whatever it is: kept, changed or deleted."""
        fields, verb = _unwrapped(content(request)), self.verb(request)
        if verb == "create":
            self._last_id = max(self._last_id, FIRST - 1)
            return self._create_once(request, "/any", "anyone", {"body": longest(fields), **fields})
        if verb in {"update", "delete", "get"}:
            text = longest(fields)  # a request that only shows a draft brings none
            named = {"body": text, **fields} if len(text) > _A_WORD else fields
            return self._on_item(verb, "/any", self._number(request) or 0, named)
        return self._list("/any", "")

    def _create_once(
        self, request: Request, collection: str, account: str, fields: Mapping[str, Any]
    ) -> Answer:
        key = request.headers.get("idempotency-key", "")
        digest = hashlib.sha256(request.path.encode() + b"\n" + request.body).digest()
        if key in self._keys:
            before, answer = self._keys[key]
            if before != digest:
                raise _error(422, "this Idempotency-Key came with another request before")
            return answer.with_headers(("Idempotency-Replayed", "true"))
        answer = self._create(collection, account, fields)
        if key:
            self._keys[key] = (digest, answer)
        return answer

    def _create(self, collection: str, account: str, fields: Mapping[str, Any]) -> Answer:
        if collection != "/any" and not _first(fields, _TITLES) and not _first(fields, _BODIES):
            raise _error(422, "neither a title nor a text was sent")
        self._last_id += 1
        item = _Item(id=self._last_id, collection=collection, account=account, fields=fields, at=now())
        self._items[item.id] = item
        return json_answer(self._as_json(item), 201, [("Location", self._url(item))])

    def _list(self, collection: str, wanted: str) -> Answer:
        items = [
            item
            for item in reversed(self._items.values())
            if item.collection == collection and wanted.lower() in str(dict(item.fields)).lower()
        ]
        return json_answer({"total_count": len(items), "items": [self._as_json(item) for item in items]})

    def _on_item(self, verb: str, collection: str, number: int, fields: Mapping[str, Any]) -> Answer:
        item = self._items.get(number)
        if item is None or item.collection != collection:
            raise _error(404, "no such item")
        match verb:
            case "delete":
                del self._items[number]
                return Answer(status=204)
            case "update":
                item = self._items[number] = replace(item, fields={**item.fields, **fields})
        return json_answer(self._as_json(item))

    def _url(self, item: _Item) -> str:
        return f"{self.base_url}{item.collection}/{item.id}"

    def _as_json(self, item: _Item) -> dict[str, Any]:
        return {
            **item.fields,
            "id": item.id,
            "url": self._url(item),
            "created_at": item.at.isoformat(timespec="seconds"),
        }

    def _as_shown(self, item: _Item) -> Shown:
        body = _first(item.fields, _BODIES)
        return Shown(
            platform=self.name,
            account=item.account,
            remote_id=str(item.id),
            title=_first(item.fields, _TITLES),
            body=body,
            html=bool(re.search(r"</[a-z][a-z0-9]*>", body)),
            at=item.at,
            url=self._url(item),
        )


def _address(request: Request) -> tuple[str, int | None]:
    """The collection's path and the item's number, if there is one."""
    collection, _, last = request.path.rstrip("/").rpartition("/")
    if re.fullmatch(r"[0-9]{1,18}", last):
        return collection, int(last)
    return request.path.rstrip("/"), None


def _unwrapped(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields, out of one wrapping object as in ``{"news": {"title": …}}``."""
    inner = [value for value in fields.values() if isinstance(value, dict)]
    return inner[0] if len(fields) == 1 and inner else fields


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def _account(request: Request, fields: Mapping[str, Any]) -> str | None:
    if request.path == "/open" or request.path.startswith("/open/"):
        return "anyone"
    for name, keys in {"announce": Http.credentials, "reader": Http.reader}.items():
        if _proves(request, fields, keys):
            return name
    return None


def _proves(request: Request, fields: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    """Whether one of the five ways to authenticate was taken, with these keys."""
    digest = hmac.new(keys["hmac_secret"].encode(), request.body, hashlib.sha256).hexdigest()
    signed = request.headers.get("x-signature", "").removeprefix("sha256=").lower()
    tokens = [request.bearer, *(request.headers.get(name) for name in _KEY_HEADERS), fields.get("key")]
    return (
        request.basic == (keys["username"], keys["password"])
        or keys["token"] in tokens
        or hmac.compare_digest(signed.encode(), digest.encode())
    )


def _error(status: int, message: str) -> Refused:
    headers = [("WWW-Authenticate", 'Basic realm="sandbox"')] if status == 401 else []
    return Refused(json_answer({"error": message}, status, headers))
