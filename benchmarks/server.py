"""A fast loopback server: answers after a set delay, and notes when each request was there and answered.

It runs in a thread of the harness, which only waits meanwhile; one event loop serves every connection, so that
500 requests at once cost it a tenth of a second and no queue.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.doubles import Doubles

BACKLOG = 2048
"""Connections that may wait to be taken: more than there are channels in any case."""


@dataclass(slots=True)
class Call:
    """One request. Times are seconds of ``time.monotonic``, which all processes of a machine share."""

    platform: str
    visible: bool
    """It makes a post public: not so the request that makes a draft."""
    received: float
    """When its last byte had come."""
    answered: float = 0.0
    """When its answer had left; 0 while it has not."""


class Server:
    """Serves until the block ends, with a TLS context over https as well."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.calls: list[Call] = []
        self.url = ""
        self.tls_url = ""
        self._tls = tls
        self.doubles = Doubles()
        self.delays: Mapping[str, float] = {}
        self.default_delay = 0.0
        self.connections: set[asyncio.Transport] = set()
        self._loop = asyncio.new_event_loop()
        self._listening: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def begin(self, delays: Mapping[str, float], default: float) -> None:
        """Forget all calls; from now on each platform answers after so many seconds, by its name."""
        self.calls, self.delays, self.default_delay = [], delays, default

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = f"http://{self._listen(None)}"
        if self._tls:
            self.tls_url = f"https://{self._listen(self._tls)}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _listen(self, tls: ssl.SSLContext | None) -> str:
        opening = self._loop.create_server(
            lambda: _Connection(self), "127.0.0.1", 0, backlog=BACKLOG, ssl=tls
        )
        listening = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        self._listening.append(listening)
        return f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"

    async def _end(self) -> None:
        for listening in self._listening:
            listening.close()
        for connection in self.connections:
            connection.abort()
        await asyncio.sleep(0)  # for the loop to close what was aborted


_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class _Connection(asyncio.Protocol):
    """Reads requests one after the other; both programs state the length of what they send."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        wanted = int(length[1]) if length else 0
        if not found or len(rest) < wanted:
            return
        self._received = rest[wanted:]
        self._take(head.split(b"\r\n", 1)[0].decode("ascii"), rest[:wanted])

    def _take(self, line: str, body: bytes) -> None:
        received = time.monotonic()
        server = self._server
        path = line.split(" ")[1]
        platform = path.split("/")[1]
        reply = server.doubles.reply(platform, path, body)
        call = Call(platform, reply.visible, received)
        server.calls.append(call)
        delay = server.delays.get(platform, server.default_delay)
        self._loop.call_later(delay, self._answer, call, reply.encoded())

    def _answer(self, call: Call, answer: bytes) -> None:
        self._transport.write(answer)
        call.answered = time.monotonic()
