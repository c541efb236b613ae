"""When a token ends, as far as it says so itself (RFC 7519), or GitHub's header on an answer does."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from publisher.adapter import ending

_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{4,4000}\.(eyJ[A-Za-z0-9_-]{1,8000})\.[A-Za-z0-9_-]{0,4000}")
_HEADER = "github-authentication-token-expiration"


def warnings(sent: Iterable[str], answered: Mapping[str, str], now: datetime) -> Iterator[str]:
    """One for each token among the headers' values that are sent, or of the answer's headers, that ends before long."""
    moments = {moment for value in sent for moment in _in_token(value)} | set(_in_header(answered))
    for moment in sorted(moments):
        yield from ending("the token expires", moment, now)


def _in_token(value: str) -> Iterator[datetime]:
    for claims in _JWT.findall(value):
        try:
            end = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
            yield datetime.fromtimestamp(int(end), UTC)
        except (binascii.Error, KeyError, OSError, OverflowError, RecursionError, TypeError, ValueError):
            continue  # it only looks like one


def _in_header(headers: Mapping[str, str]) -> Iterator[datetime]:
    told = {name.lower(): value for name, value in headers.items()}.get(_HEADER, "")
    with suppress(ValueError):  # as in 2026-12-24 12:00:00 UTC
        yield datetime.strptime(told.replace("UTC", "+0000").strip(), "%Y-%m-%d %H:%M:%S %z")
