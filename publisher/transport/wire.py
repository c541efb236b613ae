"""One request over one connection of its own.

Every request gets a fresh connection: when a server ends a kept one just as we send, nobody can tell whether
it had read the request. So there is no pool, and urllib3's is not used.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from typing import Any

from publisher.model.outcome import ChannelError, Rejected
from publisher.transport.connecting import Target, connected
from publisher.transport.flight import Flight
from publisher.transport.reading import Answer, TooLarge, read_answer

_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (http.client.RemoteDisconnected, "ended the connection without an answer"),
    (http.client.IncompleteRead, "sent an answer that stops in the middle"),
    (http.client.BadStatusLine, "sent an answer that is not HTTP"),
    (http.client.UnknownProtocol, "sent an answer that is not HTTP"),
    (http.client.HTTPException, "sent headers beyond all bounds"),
    (TooLarge, "sent an answer of more than 1 MiB"),
    (OSError, "broke the connection before its answer was complete"),
)
"""What goes wrong once the request has left: the first that fits."""


def exchange(target: Target, flight: Flight, *, method: str, request: bytes) -> Answer:
    """Send one request, written out, and read its answer; connection and flight are over afterwards.

    Raises NotSent while no byte of the request has left, Unknown afterwards, and Rejected where a repetition
    would fail in the same way: a certificate that is not trusted.
    """
    connection: socket.socket | None = None
    try:
        connection = connected(target, flight)
        flight.depart()
        _send(connection, request)
        connection.settimeout(flight.remaining())
        answer = read_answer(connection, method)
        flight.check()
    except ChannelError:
        raise
    except Exception as error:  # whatever an answer provokes in its parsers: the request has left
        problem = next(
            (text for kind, text in _PROBLEMS if isinstance(error, kind)), "sent what cannot be read"
        )
        raise flight.failure(error, f"{target.place} {problem}") from error
    else:
        return answer
    finally:
        flight.land()
        if connection:
            connection.close()


def written(target: Target, method: str, path: str, body: Any, headers: Mapping[str, str]) -> bytes:
    """The whole request as bytes, made before anything is opened; raises Rejected where it cannot be written."""
    writer = (_SecureWriter if target.context else _Writer)(target.host, target.port)
    content = body.encode() if isinstance(body, str) else body
    try:
        writer.request(method, path, content, headers, encode_chunked="Transfer-Encoding" in headers)
    except (ValueError, http.client.HTTPException):
        # Not quoted, not even as the cause: what cannot be written is mostly a token with a line break in it.
        cure = "look for line breaks and odd characters in secrets"
        raise Rejected("the request cannot be written as HTTP", cure=cure) from None
    return b"".join(writer.pieces)


class _Writer(http.client.HTTPConnection):
    """http.client as far as it writes requests; it never connects."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.pieces: list[bytes] = []

    def send(self, data: Any) -> None:
        self.pieces.append(data)


class _SecureWriter(_Writer):
    default_port = http.client.HTTPS_PORT


def _send(connection: socket.socket, request: bytes) -> None:
    try:
        connection.sendall(request)
    except (BrokenPipeError, ConnectionResetError):
        # A server may answer and hang up before it has read the whole body: its answer can still be there.
        return
