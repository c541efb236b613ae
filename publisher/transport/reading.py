"""An answer, read whole and within bounds before anybody looks at it."""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Iterable, Mapping
from typing import Any, cast

from publisher.model.record import Record

MOST_BYTES = 1024 * 1024
"""Of an answer's body, as it comes over the wire."""

MOST_HEAD_BYTES = 64 * 1024
"""Of everything else together: status lines, headers, chunk sizes, trailers."""


class Answer(Record, frozen=True):
    """An answer: at most 1 MiB of body, nothing decoded."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """Names as sent, one line a value; the values of a repeated name are joined by commas."""
    body: bytes


class TooLarge(Exception):
    """The answer is larger than we read."""


def read_answer(connection: socket.socket, method: str) -> Answer:
    """Read one final answer; what follows it on the connection is left alone.

    Raises TooLarge, OSError, ValueError, or HTTPException: IncompleteRead for a body that is cut off.
    """
    reply = read_head(connection, method)
    try:
        body = reply.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        if reply.length:
            raise http.client.IncompleteRead(b"", reply.length)
    finally:
        reply.close()
    return Answer(reply.status, reply.reason, _joined(reply.headers.items()), body)


def read_head(connection: socket.socket, method: str) -> http.client.HTTPResponse:
    """Status and headers; the caller closes it. Raises as `read_answer` does."""
    metered = _Metered(connection)
    reply = http.client.HTTPResponse(cast("socket.socket", metered), method=method)
    try:
        reply.begin()
    except BaseException:
        reply.close()
        raise
    if metered.ended:  # http.client takes the end of the connection for the end of the headers
        reply.close()
        raise http.client.IncompleteRead(b"")
    return reply


class _Metered(io.RawIOBase):
    """What comes in, counted: left alone, http.client reads endless trailers, interim answers and odd chunks."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._left = MOST_BYTES + MOST_HEAD_BYTES
        self.ended = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The one thing that http.client asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """As BufferedReader wants it."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What has come in; raises TooLarge."""
        read = self._connection.recv_into(buffer)
        self._left -= read
        self.ended = not read
        if self._left < 0:
            raise TooLarge
        return read


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        line = " ".join(value.split())
        key = name.lower()
        joined[key] = (name, f"{joined[key][1]}, {line}" if key in joined else line)
    return dict(joined.values())
