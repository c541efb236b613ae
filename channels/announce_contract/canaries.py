"""Secrets made so that even a piece of one is recognised wherever it turns up."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

PROXY_PASSWORD = "pxD4kS9vLe2RtY7uHb5NmW1c"  # noqa: S105  a canary

NETRC = "machine 127.0.0.1 login netrc password from-netrc\n"
"""What a careless program would log in with."""
NETRC_BASIC = base64.b64encode(b"netrc:from-netrc").decode()

_PIECE = 6
_CODED = 8


class Canaries:
    """The secrets of one adapter, by the names of the environment variables that its settings ask for."""

    def __init__(self, settings: Any, dressed: Mapping[str, str]) -> None:
        """``dressed``: what is around a secret that has a form, such as ``{"TOKEN": "4711-{}"}``."""
        cores = {name: _canary(name) for name in _asked_for(settings)}
        self.environ = {name: dressed.get(name, "{}").format(core) for name, core in cores.items()}
        """What stands in the environment."""
        known = [PROXY_PASSWORD, *cores.values()]
        self._pieces = {piece for core in known for piece in _pieces(core.lower(), _PIECE)}
        self._coded = {piece for core in known for piece in _coded(core)}

    def leaks(self, text: str) -> list[str]:
        """Every piece of a secret in it: six characters, also percent-encoded, or eight of its base64."""
        plain = "".join(text.split())
        text = plain.lower()  # host names and codings are written small
        if "%" in text:
            text += "\0" + unquote(text).lower()
        found = {text[at : at + _PIECE] for at in range(len(text))} & self._pieces
        found |= {plain[at : at + _CODED] for at in range(len(plain))} & self._coded
        return sorted(found)


def _asked_for(settings: Any) -> Iterator[str]:
    match settings:
        case {"env": str(name), **others} if not others:
            yield name
        case Mapping():
            for each in settings.values():
                yield from _asked_for(each)
        case list() | tuple():
            for each in settings:
                yield from _asked_for(each)


def _canary(name: str) -> str:
    """Twenty-four letters and digits, the same in every run: nothing that JSON or a form escapes."""
    octets = hashlib.sha256(f"canary {name}".encode()).digest()
    letters = base64.b64encode(octets).decode().translate({ord("+"): "p", ord("/"): "s", ord("="): "e"})
    return letters[:24]


def _pieces(text: str, length: int) -> Iterable[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


def _coded(core: str) -> Iterable[str]:
    """Base64 writes three bytes as four characters, so there are three ways; the ends depend on the neighbours."""
    ways = (base64.b64encode(b"\0" * before + core.encode()).decode()[4:-4] for before in range(3))
    return {piece for way in ways for piece in _pieces(way, _CODED)}
