"""The secrets of the contract suite, made so that even a piece of one is recognised wherever it turns up."""

from __future__ import annotations

import base64
import json
from urllib.parse import unquote

SECRETS = {
    "wordpress": {"password": "wpQ7zKx4vB9mT2cRhN6dJ8sL"},
    "whmcs": {
        "identifier": "idH4kQ9rWz2XbT7mYc5VpL8n",
        "secret": "seM3vD8tGf6RjK1qBx9ZwN4h",
        "access_key": "acP6yU2oIe9LkJ5hGf3DsA7z",
    },
    "http": {"token": "toX2cV7bNm4QwE9rTy6UiO1p"},
    "facebook": {"access_token": "EAAfbR5nM8xZc3KqW7eLt2Vy"},
    "twitter": {
        "consumer_key": "ckJ8uY3hTg6FrD1eSw4AqZ9x",
        "consumer_secret": "csL5oP2iUk7YjH4gTf1RdE8w",
        "access_token": "4711-atB6nM1vCx8ZlK3jHg5FdS2q",
        "access_token_secret": "asW9eQ4rTu7YiO2pLk6JhG1f",
    },
}
"""By adapter and by setting."""

PROXY_PASSWORD = "pxD4kS9vLe2RtY7uHb5NmW1c"

NETRC = "machine 127.0.0.1 login netrc password from-netrc\n"
"""What a careless program would log in with."""
NETRC_BASIC = base64.b64encode(b"netrc:from-netrc").decode()

_PIECE = 6
_CODED = 8


def leaks(text: str) -> list[str]:
    """Every piece of a secret in this text: six characters of it, also percent-encoded, or eight of its base64."""
    plain = "".join(text.split())
    text = plain.lower()  # host names and codings are written small
    if "%" in text:
        text += "\0" + unquote(text).lower()
    found = {text[at : at + _PIECE] for at in range(len(text))} & _PIECES
    found |= {plain[at : at + _CODED] for at in range(len(plain))} & _CODED_PIECES
    return sorted(found)


def _cores() -> list[str]:
    """What is secret of each: of an X token not the account's number, which stands in front."""
    whole = (secret for secrets in SECRETS.values() for secret in secrets.values())
    return [PROXY_PASSWORD, *(secret.removeprefix("4711-") for secret in whole)]


def _pieces(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


def _coded(core: str) -> set[str]:
    """Base64 writes three bytes as four characters, so there are three ways; the ends depend on the neighbours."""
    ways = (base64.b64encode(b"\0" * before + core.encode()).decode()[4:-4] for before in range(3))
    return {piece for way in ways for piece in _pieces(way, _CODED)}


_PIECES = frozenset(piece for core in _cores() for piece in _pieces(core.lower(), _PIECE))
_CODED_PIECES = frozenset(piece for core in _cores() for piece in _coded(core))
assert all(json.dumps(core)[1:-1] == core for core in _cores()), "a secret that JSON escapes would go unseen"
