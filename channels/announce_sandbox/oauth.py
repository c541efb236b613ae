"""OAuth 1.0a with HMAC-SHA1, the server's side (RFC 5849), written for itself.

The clients sign with oauthlib; a double that verified with oauthlib too would share its mistakes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
import time
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote, urlsplit

from announce_sandbox.wire import Request

_MOST_SKEW = 300
_REQUIRED = (
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
)


def signature(
    method: str, url: str, params: Iterable[tuple[str, str]], consumer_secret: str, token_secret: str
) -> str:
    """The signature in base64; ``params`` are decoded, of header, query and form, without the signature."""
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in params)
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(_encoded, (method.upper(), _base_url(url), normal)))
    key = f"{_encoded(consumer_secret)}&{_encoded(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


class Verifier:
    """Knows the secrets and the nonces that were used."""

    def __init__(self, accounts: Mapping[str, Mapping[str, str]]) -> None:
        """Take accounts by name, each with consumer_key, consumer_secret, access_token, access_token_secret."""
        self._accounts = accounts
        self._nonces: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def account(self, request: Request) -> str | None:
        """The name of the account that signed the request; None if nobody did, or not properly."""
        given = _header_params(request.headers.get("authorization", ""))
        if any(not given.get(name) for name in _REQUIRED):
            return None
        if given["oauth_signature_method"] != "HMAC-SHA1" or given.get("oauth_version", "1.0") != "1.0":
            return None
        for name, keys in self._accounts.items():
            if self._signed_by(keys, given, request) and self._fresh(given):
                return name
        return None

    def is_stale(self, request: Request) -> bool:
        """Whether the time that the signature carries is too far from now: X says so, in words of its own."""
        given = _header_params(request.headers.get("authorization", ""))
        stamp = given.get("oauth_timestamp", "")
        return bool(re.fullmatch(r"[0-9]{1,12}", stamp)) and abs(int(stamp) - int(time.time())) > _MOST_SKEW

    def _signed_by(self, keys: Mapping[str, str], given: Mapping[str, str], request: Request) -> bool:
        wanted = (keys["consumer_key"], keys["access_token"])
        if (given["oauth_consumer_key"], given["oauth_token"]) != wanted:
            return False
        own = [(name, value) for name, value in given.items() if name not in ("oauth_signature", "realm")]
        params = [*own, *request.params, *request.form]
        secrets = (keys["consumer_secret"], keys["access_token_secret"])
        expected = signature(request.method, request.url, params, *secrets)
        return hmac.compare_digest(expected.encode(), given["oauth_signature"].encode())

    def _fresh(self, given: Mapping[str, str]) -> bool:
        """Whether the time is about now and the nonce was not seen before; remembers it."""
        stamp, present = given["oauth_timestamp"], int(time.time())
        if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(int(stamp) - present) > _MOST_SKEW:
            return False
        nonce = (given["oauth_token"], given["oauth_nonce"])
        with self._lock:
            self._nonces = {seen: at for seen, at in self._nonces.items() if at >= present - 2 * _MOST_SKEW}
            if nonce in self._nonces:
                return False
            self._nonces[nonce] = int(stamp)
        return True


def _header_params(header: str) -> dict[str, str]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    return {name: unquote(value) for name, value in re.findall(r'([\w%.-]+)="([^"]*)"', rest)}


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), "")
    host = parts.netloc.lower().removesuffix(default) if default else parts.netloc.lower()
    return f"{parts.scheme.lower()}://{host}{parts.path or '/'}"
