"""A line to a PostgreSQL that can be taken down, and breaks at any message of the protocol, before or after it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

_REQUESTS = {80877103, 80877104}
"""SSLRequest, GSSENCRequest: each is answered with a single byte."""


class Message(NamedTuple):
    """One message of the protocol, numbered over all sessions of a line."""

    number: int
    is_clients: bool
    content: bytes

    @property
    def kind(self) -> str:
        """Its letter, ``Q`` for a query; empty for those that have none."""
        first = self.content[:1]
        return first.decode() if first.isalpha() and len(self.content) != 8 else ""


Breaks = Callable[[Message], str | None]
"""``before``: this message and no other goes through; ``after``: this one still does; None: it goes on."""


class Line:
    """A loopback port that forwards to a server's."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._count = 0
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._listening: socket.socket | None = None
        self.breaks: Breaks = lambda message: None
        self.seen: list[Message] = []
        self.port = 0
        self.up()

    def up(self) -> None:
        """Let sessions through, on the same port as before."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(16)
        self.port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._accept, args=[listening], daemon=True).start()

    def down(self) -> None:
        """Refuse new sessions, and end those there are."""
        if self._listening:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for one in self._sockets:
            _end(one)
        self._sockets.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server))
            except OSError:
                client.close()
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            state = _Session()
            for source, target, is_clients in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pump, args=[source, target, state, is_clients], daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, state: _Session, is_clients: bool) -> None:
        with suppress(OSError, EOFError):
            for content in state.messages(source, is_clients):
                with self._lock:
                    self._count += 1
                    message = Message(self._count, is_clients, content)
                    self.seen.append(message)
                    verdict = self.breaks(message)
                if verdict == "before":
                    break
                target.sendall(content)
                if verdict == "after":
                    break
        _end(source)
        _end(target)


class _Session:
    """How far the two have come: before it has begun, messages have no letter."""

    def __init__(self) -> None:
        self._has_begun = False
        self._single_bytes = 0

    def messages(self, source: socket.socket, is_clients: bool) -> Iterator[bytes]:
        while True:
            if is_clients and not self._has_begun:
                length = _exactly(source, 4)
                rest = _exactly(source, struct.unpack(">i", length)[0] - 4)
                if struct.unpack(">i", rest[:4])[0] in _REQUESTS:
                    self._single_bytes += 1
                else:
                    self._has_begun = True
                yield length + rest
                continue
            kind = _exactly(source, 1)
            if not is_clients and self._single_bytes:
                self._single_bytes -= 1
                yield kind
                continue
            length = _exactly(source, 4)
            yield kind + length + _exactly(source, struct.unpack(">i", length)[0] - 4)


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = source.recv(count - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line while the block runs."""
    line = Line(port)
    try:
        yield line
    finally:
        line.down()
