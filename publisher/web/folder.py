"""An ASGI application that serves one folder to readers: validators, gzip made once, nothing outside of it.

Sources: RFC 9110 (conditional requests, preference of ETag over dates), RFC 9111; feed readers that take a wrong
validator stop seeing anything, and so every 304 repeats what the 200 said.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
import time
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from publisher.adapter.media import media_type
from publisher.model.record import Record
from publisher.web.headers import HEADERS

_WORTH_GZIP = 256
_MOST_KEPT = 512
_PIECE = 16 * 1024


class Kept(Record, frozen=True):
    """A file in memory, in both encodings, as long as it is the one on disk."""

    signature: tuple[int, int, int]
    body: bytes
    packed: bytes | None
    digest: str
    modified: int


class ServedFolder:
    """The application."""

    def __init__(self, folder: Path, links: Mapping[str, str] | None = None) -> None:
        """``links``: the ``Link`` header of some files, by name."""
        self._folder = folder.resolve()
        self._links = {self._folder / name: link for name, link in (links or {}).items()}
        self._kept: dict[Path, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the server's own start and stop are acknowledged."""
        if scope["type"] == "http":
            response = self.answer(Request(scope))
            response.headers.update(HEADERS)
            await response(scope, receive, _in_pieces(send))

    def answer(self, request: Request) -> Response:
        """What a request gets, without the headers that all have."""
        if request.method not in ("GET", "HEAD"):
            return _plain(405, {"Allow": "GET, HEAD"})
        path = str(request.scope["path"])
        file = self._inside(path)
        if file is None:
            return _plain(404)
        if file.is_dir():
            return RedirectResponse(f"{quote('/' + path.strip('/'))}/", status_code=301)
        kept = self._fresh(file)
        return self._shown(request, file, kept) if kept else _plain(404)

    def _shown(self, request: Request, file: Path, kept: Kept) -> Response:
        response = _answer(request, kept, media_type(file.name))
        if file in self._links:
            response.headers["Link"] = self._links[file]
        return response

    def _inside(self, path: str) -> Path | None:
        """The file or folder at a decoded path; never a hidden one, none outside, none through a link."""
        parts = path.removeprefix("/").split("/")
        if "\0" in path or any(part.startswith(".") or "\\" in part for part in parts) or "" in parts[:-1]:
            return None
        wanted = self._folder.joinpath(*parts)
        if path.endswith("/"):
            wanted /= "index.html"
        try:
            return wanted if wanted.exists() and wanted.resolve() == wanted else None
        except OSError:
            return None

    def _fresh(self, file: Path) -> Kept | None:
        try:
            with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
                now = os.fstat(opened.fileno())
                signature = (now.st_ino, now.st_mtime_ns, now.st_size)
                kept = self._kept.get(file)
                if kept and kept.signature == signature:
                    return kept
                if not stat.S_ISREG(now.st_mode):
                    return None
                return self._keep(file, signature, opened.read())
        except OSError:
            return None

    def _keep(self, file: Path, signature: tuple[int, int, int], body: bytes) -> Kept:
        packed = (
            gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_GZIP and file.suffix != ".png" else None
        )
        if packed is not None and len(packed) >= len(body):
            packed = None
        digest = hashlib.sha256(body).hexdigest()[:24]
        modified = min(
            signature[1] // 1_000_000_000, int(time.time())
        )  # a date ahead stops readers for as long
        kept = Kept(signature, body, packed, digest, modified)
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[file] = kept
        return kept


def _in_pieces(send: Send) -> Send:
    """A ``send`` that waits for the visitor after each piece of a body: nobody's unread answer is kept whole."""

    async def piece_by_piece(message: Message) -> None:
        body = message.get("body", b"")
        last = max(len(body) - 1, 0) // _PIECE * _PIECE
        for at in range(0, last, _PIECE):
            await send({**message, "body": body[at : at + _PIECE], "more_body": True})
        await send({**message, "body": body[last:]} if last else message)

    return piece_by_piece


def _answer(request: Request, kept: Kept, media_type: str) -> Response:
    packed = kept.packed if kept.packed is not None and _takes_gzip(request) else None
    headers = {"ETag": f'"{kept.digest}{"-gzip" if packed else ""}"', "Last-Modified": _date(kept)}
    if kept.packed is not None:
        headers["Vary"] = "Accept-Encoding"
    if _has_it(request, headers["ETag"], kept.modified):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = kept.body if packed is None else packed
    headers |= {"Content-Type": media_type, "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, headers=headers)


def _date(kept: Kept) -> str:
    return formatdate(kept.modified, usegmt=True)


def _has_it(request: Request, tag: str, modified: int) -> bool:
    """Whether the reader's copy is the current one: its tags decide, a date only where it sends none."""
    if tags := request.headers.get("if-none-match"):
        return any(one.strip().removeprefix("W/") in ("*", tag) for one in tags.split(","))
    try:
        return modified <= parsedate_to_datetime(request.headers.get("if-modified-since", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def _takes_gzip(request: Request) -> bool:
    offers = (offer.partition(";") for offer in request.headers.get("accept-encoding", "").lower().split(","))
    refused = {name.strip(): re.fullmatch(_REFUSED, quality.replace(" ", "")) for name, _, quality in offers}
    offered = next(
        (name for name in ("gzip", "*") if name in refused), None
    )  # what is named counts before any
    return offered is not None and not refused[offered]


_REFUSED = r"q=0(\.0{0,3})?"


def _plain(status: int, headers: dict[str, str] | None = None) -> Response:
    words = {404: "not found\n", 405: "method not allowed\n"}[status]
    return Response(words, status_code=status, headers=headers, media_type="text/plain")
