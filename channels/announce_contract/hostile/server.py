"""A loopback server that misbehaves by name, over real sockets, and keeps what it was sent.

::

    server = hostile("drip_body", "ok")     # the first connection is dripped at, every later one served properly
    session.post(f"{server.url}/posts", json={})
    assert server.received[0].json == {}

A test folder gets the `hostile` fixture by importing it in its conftest, from `announce_contract.hostile`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

BODY = b'{"id": 17, "link": "https://blog.example.test/17"}'


@dataclass(frozen=True)
class Received:
    """One request, or as much of it as came."""

    method: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes = b""

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Settings:
    """What a behaviour answers, and how slowly."""

    status: int = 201
    body: bytes = BODY
    content_type: str = "application/json"
    headers: tuple[str, ...] = ()
    location: str = "https://elsewhere.example.test/secret-path?token=abc"
    interval: float = 0.03
    """Seconds between two drips."""
    tls: ssl.SSLContext | None = None


class Peer:
    """One connection, from the server's side."""

    def __init__(self, server: Hostile, connection: socket.socket) -> None:
        self.server = server
        self.settings = server.settings
        self.connection = connection

    def read(self, most: int | None = None) -> Received:
        """Read one request, whole or up to ``most`` bytes of its body; the server remembers it."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += self._some()
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(body) < (length if most is None else min(length, most)):
            body += self._some()
        method, path, _ = first.split(" ")
        request = Received(method, path, headers, body, raw[: len(head) + 4] + body)
        self.server.received.append(request)
        return request

    def _some(self) -> bytes:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the client is gone")
        return data

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.connection.sendall(piece)

    def head(self, *lines: str, length: int | None = None, status: int | None = None) -> bytes:
        """A status line and headers."""
        said = [
            f"HTTP/1.1 {status or self.settings.status} Said",
            f"Content-Type: {self.settings.content_type}",
        ]
        said += [*self.settings.headers, *lines]
        if length is not None:
            said.append(f"Content-Length: {length}")
        return "\r\n".join([*said, "", ""]).encode("latin-1")

    def answer(self, *lines: str, body: bytes | None = None, status: int | None = None) -> None:
        """A whole answer, as the settings say."""
        content = self.settings.body if body is None else body
        self.send(self.head(*lines, length=len(content), status=status) + content)

    def drip(self, data: bytes) -> None:
        """Send it byte by byte."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            self.wait(self.settings.interval)

    def wait(self, seconds: float | None = None) -> None:
        """Until the client hangs up, the server is closed, or the time is over."""
        self.server.closing.wait(seconds)
        if self.server.closing.is_set():
            raise ConnectionError("the server closes")

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


Behaviour = Callable[[Peer], None]
BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(function: Behaviour) -> Behaviour:
    """Enter it under its name."""
    BEHAVIOURS[function.__name__] = function
    return function


class Hostile:
    """The server. ``received`` are the requests in order, ``connections`` counts those accepted."""

    def __init__(self, *behaviours: str | Behaviour, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.received: list[Received] = []
        self.connections = 0
        self.closing = threading.Event()
        self._script = [BEHAVIOURS[name] if isinstance(name, str) else name for name in behaviours or ("ok",)]
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        if behaviours != ("refuse",):  # bound but not listening: nobody else gets the port, and it refuses
            self._socket.listen(64)
            self._start(self._accept)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        secure = self.settings.tls or any(b.__name__.endswith("_in_tls") for b in self._script)
        return f"{'https' if secure else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        """End every connection."""
        self.closing.set()
        for opened in [self._socket, *self._open]:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._socket.close()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            turn = self._script[min(self.connections, len(self._script) - 1)]
            self.connections += 1
            self._open.append(connection)
            self._start(self._serve, turn, connection)

    def _serve(self, turn: Behaviour, connection: socket.socket) -> None:
        # What a client does to a misbehaving server — hang up, refuse its certificate — is no fault of the test.
        with contextlib.suppress(OSError), connection:
            if self.settings.tls is None:
                turn(Peer(self, connection))
                return
            with self.settings.tls.wrap_socket(connection, server_side=True) as secured:
                self._open.append(secured)
                turn(Peer(self, secured))


@pytest.fixture
def hostile() -> Iterator[Callable[..., Hostile]]:
    """Starts servers: ``hostile("drip_body", status=200, interval=0.05)``; `Settings` has the settings.

    Several names are the behaviours of the first, second, … connection; the last one stays.
    """
    started: list[Hostile] = []

    def start(*behaviours: str | Behaviour, **settings: Any) -> Hostile:
        started.append(Hostile(*behaviours, **settings))
        return started[-1]

    yield start
    for server in started:
        server.close()
