"""A tiny CONNECT proxy on loopback: joins every tunnel to one port, or refuses, or cuts; keeps what it was told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest


class ConnectProxy:
    """``verdict`` is the status it answers CONNECT with; ``requests`` are the heads it received."""

    def __init__(
        self,
        to: int,
        *,
        verdict: int = 200,
        cut: bool = False,
        mute: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[str] = []
        self._to, self._verdict, self._cut, self._mute, self._tls = to, verdict, cut, mute, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._socket]
        self.port: int = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """End every tunnel."""
        for opened in self._open:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for opened in self._open:
            opened.close()

    def _start(self, target: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._open.append(connection)
                self._start(self._serve, connection)

    def _serve(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client = self._tls.wrap_socket(raw, server_side=True) if self._tls else raw
            self._open.append(client)
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096) or b"\r\n\r\n"
            self.requests.append(head.decode("latin-1"))
            if self._mute:
                client.recv(1)
                return
            client.sendall(b"HTTP/1.1 %d Said\r\n\r\n" % self._verdict)
            if self._verdict != 200 or self._cut:
                client.shutdown(socket.SHUT_RDWR)
                return
            target = socket.create_connection(("127.0.0.1", self._to))
            self._open.append(target)
            self._start(_pump, client, target)
            _pump(target, client)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def connect_proxy() -> Iterator[Callable[..., ConnectProxy]]:
    """Starts proxies: ``connect_proxy(server.port, verdict=407)``."""
    started: list[ConnectProxy] = []

    def start(*args: int, **settings: object) -> ConnectProxy:
        started.append(ConnectProxy(*args, **settings))  # type: ignore[arg-type]  # the settings are its own
        return started[-1]

    yield start
    for proxy in started:
        proxy.close()
