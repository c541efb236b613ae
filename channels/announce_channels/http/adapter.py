"""Any platform with an HTTP API, described in the configuration: a customer center of one's own, Redmine, Roundup.

Two worked examples are in docs/channels/http.md. What a platform cannot do is not pretended: without ``[lookup]``
an unknown outcome stays unknown, and nothing is staged. An ``Idempotency-Key`` is sent where it is asked for, but
not relied on: a server that does not know it ignores it (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from msgspec.structs import replace

from announce_channels.http.auth import fields_for, headers_for
from announce_channels.http.settings import HttpRequest, HttpSettings, Lookup
from announce_channels.http.templates import NAMES, filled, filled_document, picked, values_of
from publisher.adapter import (
    Capabilities,
    ChannelError,
    Context,
    Identity,
    Permission,
    Post,
    Receipt,
    Rejected,
    Unknown,
    compared,
    error_for,
    json_of,
    link_in,
    one_line,
    said_by,
)

if TYPE_CHECKING:
    import requests

Values = Mapping[str, Any]

_LONGEST_ID = 200
_NOTE = 400


class Http:
    """Posts on one platform."""

    Settings = HttpSettings

    @classmethod
    def capabilities(cls, settings: HttpSettings) -> Capabilities:
        """As the settings say; a post is found again only with a ``[lookup]``."""
        return Capabilities(
            format=settings.format,
            max_length=settings.max_length,
            lookup=settings.lookup is not None,
            settle=15.0,
        )

    def __init__(self, settings: HttpSettings, context: Context) -> None:
        self._settings = settings
        self._now = context.clock
        self._session = context.session()
        self._proof = headers_for(settings.auth, context.secret)
        self._fields = fields_for(settings.auth, context.secret)

    def check(self) -> Identity:
        """Look up a post that there is not: that proves the credentials as far as reading needs them."""
        note = "no [lookup] is configured, so there is nothing harmless to ask"
        host = urlsplit(self._settings.base_url).netloc
        unknown = Identity(account=host, may_publish=Permission.UNKNOWN, notes=(note,))
        if self._settings.lookup:
            nothing = dict.fromkeys(NAMES, "announce-check") | {"update": 1}
            response = self._send(self._settings.lookup, nothing)
            self._items(response, self._settings.lookup)
            note = "reading works; whether these credentials may publish shows with the first post"
            return compared(replace(unknown, notes=(note,)), response.headers, self._now())
        return unknown

    def publish(self, post: Post) -> Receipt:
        """Send the one request. Where its answer names no id, a look-up that is configured may tell it."""
        settings, values = self._settings, values_of(post)
        response = self._send(settings.publish, values, key=post.key)
        answer = self._verdict(response)
        if settings.id or settings.lookup is None:
            return self._receipt(answer, response, settings.id, settings.url, values)
        try:
            found = self.find(post)
        except ChannelError as error:
            problem = f"published; its id could not be looked up: {error}"
            return Receipt(remote_id=None, note=one_line(problem, _NOTE))
        return found or Receipt(remote_id=None, note="published; the look-up does not show it yet")

    def find(self, post: Post) -> Receipt | None:
        """The listed post that carries our text. Raises Unknown where no look-up is configured."""
        lookup, values = self._settings.lookup, values_of(post)
        if lookup is None:
            raise Unknown("no [lookup] is configured for this channel", cure="look at the platform yourself")
        response = self._send(lookup, values)
        ours = [item for item in self._items(response, lookup) if _is_ours(item, lookup, values)]
        if not ours:
            return None
        # Newest first, as lists of news are: the last one is the original.
        receipt = self._receipt(ours[-1], response, lookup.id, lookup.url, values)
        return replace(receipt, note=f"published {len(ours)} times") if len(ours) > 1 else receipt

    # --- what is asked of the platform ----------------------------------------------------------------------

    def _items(self, response: requests.Response, lookup: Lookup) -> list[Any]:
        if response.status_code != 200:
            raise self._refusal(response)
        items = picked(lookup.items, json_of(response))
        if not isinstance(items, list):
            raise Unknown(f"the look-up's answer has no list at {lookup.items!r}")
        return items

    def _send(self, request: HttpRequest, values: Values, *, key: str | None = None) -> requests.Response:
        kind, body = self._body(request, values)
        headers = {"Accept": "application/json", **kind}
        name = self._settings.idempotency_key
        if name and key:
            headers["Idempotency-Key" if name is True else name] = key
        headers |= {name: filled(template, values) for name, template in request.headers.items()}
        headers |= self._proof(body)
        url = self._settings.base_url + filled(request.path, values, in_path=True)
        return self._session.request(request.method, url, data=body or None, headers=_sendable(headers))

    def _body(self, request: HttpRequest, values: Values) -> tuple[dict[str, str], bytes]:
        if request.document is not None:
            text = json.dumps(filled_document(request.document, values), ensure_ascii=False)
            return {"Content-Type": "application/json"}, text.encode()
        if request.form is not None:
            form = {name: filled(template, values) for name, template in request.form.items()}
            return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(
                {**form, **self._fields}
            ).encode()
        if request.text is not None:
            return {"Content-Type": "text/plain; charset=utf-8"}, filled(request.text, values).encode()
        return {}, b""

    # --- what its answer means ------------------------------------------------------------------------------

    def _verdict(self, response: requests.Response) -> Any:
        """The answer's JSON, or None where none is needed. Raises where it is not the success asked for."""
        settings, success = self._settings, self._settings.success
        if response.status_code not in success.statuses:
            raise self._refusal(response)
        if not (success.path or settings.id or settings.url):
            _raise_for_page(response)
            return None
        answer = json_of(response)
        if success.path and picked(success.path, answer) != success.equals:
            raise self._unsuccessful(answer, response, success.path)
        return answer

    def _unsuccessful(self, answer: Any, response: requests.Response, path: str) -> ChannelError:
        """The platform's own no; an answer that has nothing there to be read is none."""
        found, said = picked(path, answer), said_by(response, self._said(answer))
        if found is None and not said:
            return Unknown(f"the answer has nothing at {path!r}")
        said = said or f"{path} is {said_by(response, str(found), 60)!r}"
        return Rejected(f"the platform answered {response.status_code}, but refused it: {said}")

    def _refusal(self, response: requests.Response) -> ChannelError:
        if 200 <= response.status_code < 300:
            return Unknown(
                f"the answer is {response.status_code}, which the settings do not count as success"
            )
        try:
            said = self._said(json_of(response))
        except Unknown:
            said = ""
        return error_for(response.status_code, said, response=response)

    def _said(self, answer: Any) -> str:
        """The platform's own error message as it stands, or nothing."""
        found = picked(self._settings.error, answer) if self._settings.error else None
        return "; ".join(map(str, found)) if isinstance(found, list) else str(found or "")

    def _receipt(
        self,
        answer: Any,
        response: requests.Response,
        id_path: str | None,
        url_path: str | None,
        values: Values,
    ) -> Receipt:
        remote_id = _id_in(answer, id_path) if id_path else None
        return Receipt(
            remote_id=remote_id, url=link_in(response, self._url(answer, url_path, values, remote_id))
        )

    def _url(self, answer: Any, path: str | None, values: Values, remote_id: str | None) -> str | None:
        """Where customers read it, if that can be told: no fault here makes a public post a failed one."""
        base, template = self._settings.base_url, self._settings.permalink
        try:
            if path:
                found = picked(path, answer)
                return urljoin(f"{base}/", found) if isinstance(found, str) and found else None
            if template and remote_id:
                filled_in = filled(template, {**values, "id": remote_id}, in_path=True)
                return base + filled_in if filled_in.startswith("/") else filled_in
        except (ChannelError, ValueError):
            return None
        return None


def _raise_for_page(response: requests.Response) -> None:
    """Nothing is asked of the answer; but a web page, as networks with a login give it, is not the platform's."""
    if response.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<!", b"<html", b"<HTML")):
        raise Unknown("this does not look like the API: an HTML page", cure="check base_url")


def _is_ours(item: Any, lookup: Lookup, values: Values) -> bool:
    found = picked(lookup.match, item)
    texts = [str(text) for text in (found if isinstance(found, list) else [found])]
    wanted = filled(lookup.equals or lookup.contains or "", values)
    if not wanted:
        raise Unknown("this post has nothing to tell it by in the look-up", cure="compare with {{ key }}")
    if lookup.equals:
        return wanted in texts
    # CMO-7K3M/1 must not be found in CMO-7K3M/12.
    return any(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) for text in texts)


def _id_in(answer: Any, path: str) -> str:
    """Raises Unknown where there is none: a 201 without an id proves nothing."""
    match picked(path, answer):
        case bool():
            pass
        case int(number) if abs(number) < 10**_LONGEST_ID:
            return str(number)
        case str(text) if 0 < len(text) <= _LONGEST_ID and text.isprintable():
            return text
    raise Unknown(f"the answer has no id at {path!r}")


def _sendable(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise Rejected(
                f"the header {name} would carry characters that headers cannot",
                cure="put no title or body into a header; {{ key }} and {{ title|urlencode }} work",
            )
    return headers
