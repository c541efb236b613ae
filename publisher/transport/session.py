"""requests, hardened: what an adapter or its library holds in its hands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from publisher import __version__
from publisher.model.outcome import ChannelError, Unknown
from publisher.settings.masking import one_line
from publisher.transport.reading import MOST_BYTES, Answer
from publisher.transport.verdicts import unwritable, verdict_on

HEADERS = {
    "User-Agent": f"announce/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # a packed answer of 200 kB may be 200 MB
    "Connection": "close",
}

Send = Callable[..., Answer]
"""Called with the prepared request's url and method, and by name its path, body and headers."""


class ChannelSession(requests.Session):
    """A session that follows nothing, keeps nothing and reads no environment of its own.

    No redirects, cookies, netrc or kept connections, whatever the caller asks for; its timeout, proxies and trust
    are the transport's. Raises NotSent, Rejected and Unknown instead of what requests raises.
    """

    def __init__(self, wire: WireAdapter, rewrite: tuple[str, str] | None) -> None:
        super().__init__()
        self.trust_env = False
        self.headers = CaseInsensitiveDict(HEADERS)
        self.adapters.clear()
        self.mount("", wire)
        self._rewrite = rewrite

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to the rewritten address; what signs requests signs that one."""
        return super().request(method, self._rewritten(url), *args, **kwargs)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Put the request together with this session's headers, auth and hooks; raises Rejected.

        Not by requests' own way: merging cookies, netrc and parameters that nobody has is half of its work.
        """
        prepared = requests.PreparedRequest()
        try:
            prepared.prepare(
                method=request.method,
                url=request.url,
                headers=_merged(self.headers, request.headers or {}),
                files=request.files,
                data=request.data,
                json=request.json,
                params=request.params,
                auth=request.auth or self.auth,
                hooks=request.hooks if request.hooks.get("response") else self.hooks,
            )
        except (requests.RequestException, UnicodeError) as error:
            raise unwritable(error) from None
        return prepared

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """What a caller or the environment says of proxies and trust is not asked here."""
        return {"proxies": {}, "stream": False, "verify": True, "cert": None}

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: a redirect is an answer like any other."""

    def _rewritten(self, url: str | bytes) -> str:
        text = url if isinstance(url, str) else url.decode()
        if self._rewrite is None:
            return text
        old, new = (prefix.rstrip("/") for prefix in self._rewrite)
        rest = text.removeprefix(old)
        return new + rest if rest != text and (not rest or rest[0] in "/?#") else text


def _merged(headers: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The session's headers under the request's own; None leaves one out."""
    names = {name.lower() for name in own}
    kept = {name: value for name, value in headers.items() if name.lower() not in names}
    return {name: value for name, value in {**kept, **own}.items() if value is not None}


class WireAdapter(HTTPAdapter):
    """Puts our wire below requests.

    `send` calls requests' own, so that tests may put `responses` in the place of the wire: what it answers is
    read and checked in the same way, and what it raises is judged by `verdict_on`.
    """

    def __init__(self, send: Send, mask: Callable[[str], str]) -> None:
        self._send = send
        self.mask = mask
        super().__init__()

    def init_poolmanager(self, *_args: Any, **_kwargs: Any) -> None:
        """No pools: every request has a connection of its own."""

    def close(self) -> None:
        """Nothing is kept, so nothing is closed."""

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Send it, whatever timeout, proxies and trust the caller names; raises NotSent, Rejected, Unknown."""
        try:
            return super().send(request)
        except ChannelError:
            raise
        except requests.RequestException as error:
            verdict = verdict_on(error)
            if verdict is None:
                raise
            raise verdict from None

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> Any:
        """In the place of urllib3's pool: what `HTTPAdapter.send` calls `urlopen` on."""
        return _Departure(self._send, request.url or "")

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:
        """Always the path: a proxy is only tunnelled through."""
        return request.path_url

    def cert_verify(self, *_args: Any, **_kwargs: Any) -> None:
        """The TLS context verifies; naming a bundle here would load it anew for every host."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The answer as requests has it. Raises Unknown for one that is packed, too large or not final."""
        answer = resp if isinstance(resp, Answer) else _read(resp)
        self._check(answer)
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response.reason = answer.reason
        response.url = req.url or ""
        response.encoding = _encoding(response.headers, answer.body)
        response.request = req
        response.connection = self
        response.raw = BytesIO(answer.body)
        return response

    def _check(self, answer: Answer) -> None:
        names = {name.lower(): value for name, value in answer.headers.items()}
        packed = one_line(self.mask(names.get("content-encoding", "")), 40)
        if packed.lower() not in ("", "identity"):
            raise Unknown(f"the answer is packed ({packed}) although we asked for it plain")
        if len(answer.body) > MOST_BYTES:
            raise Unknown("the answer is larger than 1 MiB")
        if answer.status < 200:
            raise Unknown(f"the answer is only an interim one ({answer.status})")


class _Departure:
    def __init__(self, send: Send, url: str) -> None:
        self._send = send
        self._url = url

    def urlopen(
        self, method: str, url: str, body: Any, headers: Mapping[str, str], **_timeouts_and_retries: Any
    ) -> Answer:
        return self._send(self._url, method, path=url, body=body, headers=headers)


def _read(resp: Any) -> Answer:
    """What `responses` built: an answer of urllib3 around bytes in memory."""
    body = resp.read(MOST_BYTES + 1, decode_content=False)
    return Answer(resp.status, resp.reason or "", dict(resp.headers), body)


def _encoding(headers: Mapping[str, str], body: bytes) -> str:
    """UTF-8 unless the answer says otherwise: requests would guess from the bytes, or take Latin-1 for text."""
    if body.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    stated = "charset" in headers.get("Content-Type", "").lower()
    return (stated and get_encoding_from_headers(headers)) or "utf-8"
