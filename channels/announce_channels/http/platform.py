"""One platform as the settings describe it: requests filled and sent, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from announce_channels.http.auth import fields_for, headers_for
from announce_channels.http.settings import HttpRequest, HttpSettings
from announce_channels.http.templates import FRESH, filled, filled_document, picked
from publisher.adapter import (
    UNCACHED,
    ChannelError,
    Context,
    Rejected,
    Unknown,
    error_for,
    is_page,
    json_beside,
    require_fresh,
    said_by,
)

if TYPE_CHECKING:
    import requests

Values = Mapping[str, Any]
Answer = tuple[Any, "requests.Response"]
"""What an answer says, and the answer."""

_ABSENT = {404, 410}


class Platform:
    """Sends the requests of one channel's settings."""

    def __init__(self, settings: HttpSettings, context: Context) -> None:
        self._settings = settings
        self._session = context.session()
        self._proof = headers_for(settings.auth, context.secret)
        self._fields = fields_for(settings.auth, context.secret)

    @property
    def proof(self) -> Mapping[str, str]:
        """The headers that prove who sends a request without a body."""
        return self._proof(b"")

    def send(self, request: HttpRequest, values: Values, *, key: str | None = None) -> requests.Response:
        """One request; ``key`` goes into the Idempotency-Key where there is one. Raises Rejected for a template."""
        kind, body = self._body(request, values)
        headers = {"Accept": "application/json", **kind}
        name = self._settings.idempotency_key
        if name and key:
            headers["Idempotency-Key" if name is True else name] = key
        headers |= {name: filled(template, values) for name, template in request.headers.items()}
        headers |= self._proof(body)
        url = self._settings.base_url + filled(request.path, {**values, FRESH: token_hex(6)}, in_path=True)
        return self._session.request(request.method, url, data=body or None, headers=_sendable(headers))

    def is_said(self, request: HttpRequest, texts: tuple[str, ...]) -> bool:
        """Whether one of these texts is what that request writes: then it has been made before."""
        _, body = self._body(request, {"id": "", "etag": ""})
        return any(text and json.dumps(text, ensure_ascii=False)[1:-1] in body.decode() for text in texts)

    def asked(self, request: HttpRequest, values: Values, *, or_none: bool = False) -> Answer:
        """The JSON of an answer that something is decided by; with ``or_none`` None where nothing is there.

        Raises the verdict on any other answer, and Unknown for one that a cache gave.
        """
        fresh = request.model_copy(update={"headers": {**UNCACHED, **request.headers}})
        response = self.send(fresh, values)
        if or_none and self.is_absence(response):
            require_fresh(response)
            return None, response
        if response.status_code != 200:
            raise self.refusal(response)
        require_fresh(response)
        document = json_beside(response)
        if document is None:
            raise Unknown("the answer is empty: null")
        if said := self._said(document):
            no = self._no(response, said)
            raise no if or_none else Unknown(str(no))
        return document, response

    def is_absence(self, response: requests.Response) -> bool:
        """Whether this reads as "there is no such post"; it may be a web server in front of the platform that says so.

        See `Site.require_gone` for what proves it.
        """
        gone = self._settings.read.gone if self._settings.read else None
        if gone is None:
            return response.status_code in _ABSENT and not is_page(response)
        try:
            return picked(gone, json_beside(response)) is True
        except Unknown:
            return False

    def written(
        self, request: HttpRequest, values: Values, *, key: str | None = None, named: bool = False
    ) -> Answer:
        """The JSON of an answer that is the success asked for; None where nothing is asked of what it says."""
        response = self.send(request, values, key=key)
        return self.verdict(response, named=named), response

    def verdict(self, response: requests.Response, *, named: bool = False) -> Any:
        """The answer's JSON, or None where none is needed. Raises where it is not the success asked for.

        ``named``: it must name the new post.
        """
        success = self._settings.success
        if response.status_code not in success.statuses:
            raise self.refusal(response)
        if response.status_code == 204 and not response.content and not named:
            return None
        if not (success.path or named):
            self._raise_for_words(response)
            return None
        answer = json_beside(response)
        if success.path and picked(success.path, answer) != success.equals:
            raise self._unsuccessful(answer, response, success.path)
        return answer

    def _raise_for_words(self, response: requests.Response) -> None:
        """Nothing is asked of the answer; but it may be a page, as networks with a login give it, or say no."""
        _raise_for_page(response)
        try:
            said = self._said(json_beside(response))
        except Unknown:  # what is no JSON has no error at a JMESPath
            return
        if said:
            raise self._no(response, said)

    def _no(self, response: requests.Response, said: str) -> Rejected:
        words = said_by(response, said)
        return Rejected(f"the platform answered {response.status_code}, but refused it: {words}")

    def refusal(self, response: requests.Response) -> ChannelError:
        """The verdict on an answer that is no success."""
        if 200 <= response.status_code < 300:
            return Unknown(
                f"the answer is {response.status_code}, which the settings do not count as success"
            )
        try:
            said = self._said(json_beside(response))
        except Unknown:
            said = ""
        return error_for(response.status_code, said, response=response)

    def _unsuccessful(self, answer: Any, response: requests.Response, path: str) -> ChannelError:
        """The platform's own no; an answer that has nothing there to be read is none."""
        found, said = picked(path, answer), self._said(answer)
        if found is None and not said:
            return Unknown(f"the answer has nothing at {path!r}")
        return self._no(response, said or f"{path} is {said_by(response, str(found), 60)!r}")

    def _said(self, answer: Any) -> str:
        """The platform's own error message as it stands, or nothing."""
        found = picked(self._settings.error, answer) if self._settings.error else None
        return "; ".join(map(str, found)) if isinstance(found, list) else str(found or "")

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


def _raise_for_page(response: requests.Response) -> None:
    """Nothing is asked of the answer; but a web page, as networks with a login give it, is not the platform's."""
    if response.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<!", b"<html", b"<HTML")):
        raise Unknown("this does not look like the API: an HTML page", cure="check base_url")


def _sendable(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise Rejected(
                f"the header {name} would carry characters that headers cannot",
                cure="put no title or body into a header; {{ key }} and {{ title|urlencode }} work",
            )
    return headers
