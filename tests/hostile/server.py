"""A loopback server that misbehaves by name, over real sockets, and keeps what it was sent.

::

    server = hostile("drip_body", "ok")     # the first connection is dripped at, every later one served properly
    session.post(f"{server.url}/posts", json={})
    assert server.received[0].json == {}

A test folder gets the `hostile` fixture by loading this file in its conftest (tests/conftest.py has the lines).
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
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
        content = self.settings.body if body is None else body
        self.send(self.head(*lines, length=len(content), status=status) + content)

    def drip(self, data: bytes) -> None:
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
        secure = self.settings.tls or any(b.__name__.endswith("_in_tls") for b in self._script)
        return f"{'https' if secure else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
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


# --- before the request ---------------------------------------------------------------------------------------


@behaviour
def refuse(peer: Peer) -> None:
    """Nobody listens; the server never gets here."""


@behaviour
def reset_before(peer: Peer) -> None:
    peer.reset()


@behaviour
def hang_in_tls(peer: Peer) -> None:
    peer.wait()


@behaviour
def drip_in_tls(peer: Peer) -> None:
    """A TLS record that promises 16 kB of handshake and comes byte by byte."""
    peer.drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 400)


@behaviour
def reset_in_tls(peer: Peer) -> None:
    peer.connection.recv(5)
    peer.reset()


@behaviour
def close_in_tls(peer: Peer) -> None:
    peer.connection.recv(65536)


@behaviour
def plain_in_tls(peer: Peer) -> None:
    peer.connection.recv(65536)
    peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


# --- during the request, and instead of an answer ---------------------------------------------------------------


@behaviour
def reset_during(peer: Peer) -> None:
    peer.read(most=1)
    peer.reset()


@behaviour
def reset_after(peer: Peer) -> None:
    peer.read()
    peer.reset()


@behaviour
def close_after(peer: Peer) -> None:
    peer.read()


@behaviour
def hang(peer: Peer) -> None:
    peer.read()
    peer.wait()


@behaviour
def hang_unread(peer: Peer) -> None:
    """Never reads: a large request stays half-sent."""
    peer.wait()


# --- answers that come too slowly -----------------------------------------------------------------------------


@behaviour
def drip_headers(peer: Peer) -> None:
    peer.read()
    peer.drip(peer.head(*(f"X-Filler-{n}: {'x' * 40}" for n in range(20)), length=0))


@behaviour
def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=2000))
    peer.drip(b" " * 2000)


@behaviour
def drip_until_close(peer: Peer) -> None:
    """A body without a length, so that a cut connection looks like its end."""
    peer.read()
    peer.send(peer.head())
    peer.drip(BODY + b" " * 2000)


# --- answers that are cut or broken ---------------------------------------------------------------------------


@behaviour
def cut_status_line(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 20")


@behaviour
def cut_headers(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=10)[:-20])


@behaviour
def short_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=len(BODY) + 100) + BODY)


@behaviour
def bad_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"zz\r\n" + BODY)


@behaviour
def cut_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"%x\r\n" % len(BODY) + BODY + b"\r\n")


@behaviour
def junk(peer: Peer) -> None:
    peer.read()
    peer.send(b"\x00\xff SSH-2.0-OpenSSH\r\n")


@behaviour
def http09(peer: Peer) -> None:
    peer.read()
    peer.send(b"<html>no status line at all</html>\r\n")


@behaviour
def http2(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/2.0 201 Created\r\n\r\n")


# --- answers that are too much --------------------------------------------------------------------------------


def _flood(peer: Peer, piece: bytes) -> None:
    while True:
        peer.send(piece)


@behaviour
def huge_body(peer: Peer) -> None:
    """10 GB, announced as such."""
    peer.read()
    peer.send(peer.head(length=10 * 1024**3))
    _flood(peer, b" " * 65536)


@behaviour
def endless_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head())
    _flood(peer, b" " * 65536)


@behaviour
def endless_chunked(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"))
    _flood(peer, b"1\r\n \r\n" * 4096)


@behaviour
def negative_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"-1\r\n")
    _flood(peer, b" " * 65536)


@behaviour
def endless_trailers(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"0\r\n")
    _flood(peer, b"X-Trailer: x\r\n" * 1000)


@behaviour
def endless_interim(peer: Peer) -> None:
    peer.read()
    _flood(peer, b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@behaviour
def many_headers(peer: Peer) -> None:
    peer.read()
    peer.answer(*(f"X-Header-{n}: x" for n in range(500)))


@behaviour
def huge_header(peer: Peer) -> None:
    peer.read()
    peer.answer(f"X-Header: {'x' * 1024 * 1024}")


@behaviour
def gzip_bomb(peer: Peer) -> None:
    """20 kB that unpack to 20 MB."""
    peer.read()
    peer.answer("Content-Encoding: gzip", body=gzip.compress(b"\0" * 20_000_000))


# --- answers that are whole, and odd --------------------------------------------------------------------------


@behaviour
def ok(peer: Peer) -> None:
    """Answers as the settings say."""
    peer.read()
    peer.answer()


@behaviour
def keep_alive(peer: Peer) -> None:
    """Serves request after request on one connection, as far as the client lets it."""
    while True:
        peer.read()
        peer.answer("Connection: keep-alive")


@behaviour
def until_close(peer: Peer) -> None:
    """HTTP/1.0: the end of the connection is the end of the body."""
    peer.read()
    peer.send(b"HTTP/1.0 201 Created\r\nContent-Type: application/json\r\n\r\n" + peer.settings.body)


@behaviour
def chunked(peer: Peer) -> None:
    peer.read()
    chunks = re.findall(rb"(?s).{1,7}", peer.settings.body)
    peer.send(
        peer.head("Transfer-Encoding: chunked"),
        *(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks),
        b"0\r\n\r\n",
    )


@behaviour
def redirect(peer: Peer) -> None:
    """To ``location``, with the status of the settings (301 … 308)."""
    peer.read()
    peer.answer(f"Location: {peer.settings.location}", body=b"")


@behaviour
def html200(peer: Peer) -> None:
    """A captive portal, or a front page in the place of the API."""
    peer.read()
    page = b"<!DOCTYPE html><title>Welcome to the hotel</title>"
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page)


@behaviour
def cookies(peer: Peer) -> None:
    peer.read()
    peer.answer("Set-Cookie: session=abc; Path=/", "Set-Cookie: other=def", "Refresh: 0; url=/elsewhere")


@behaviour
def two_responses(peer: Peer) -> None:
    peer.read()
    peer.answer()
    peer.answer(body=b'{"id": 99}')


@behaviour
def interim(peer: Peer) -> None:
    """100 Continue, then the answer."""
    peer.read()
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    peer.answer()


@behaviour
def only_interim(peer: Peer) -> None:
    """103 Early Hints, and then nothing."""
    peer.read()
    peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")


@behaviour
def early_2xx(peer: Peer) -> None:
    """Answers before it has read the body, and hangs up."""
    peer.read(most=0)
    peer.answer()


@behaviour
def early_reset(peer: Peer) -> None:
    """Says half a yes before it has read the body, and resets."""
    peer.read(most=0)
    peer.send(peer.head(length=len(BODY) + 100) + BODY)
    peer.reset()
