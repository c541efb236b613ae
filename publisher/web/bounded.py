"""What one visitor may cost the others: a bound on a request's head, its time, connections, and lines in the log.

uvicorn bounds none of these by itself, and waits for ever. Measured in benchmarks/flood.py.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024
"""The largest head of a request, in bytes; nginx takes 32 KiB, and readers send one."""

SECONDS = 10.0
"""How long a visitor may take to send a head, or to take what has been written."""

MOST_CONNECTIONS = 1_200
"""Beyond it the connection that has been silent for longest makes room for the new one."""

MOST_QUEUED = 16
"""Requests that may be sent before the first is answered."""

_PIECE = 16 * 1024
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain\r\ncontent-length: 15\r\nconnection: close\r\n\r\nhead too large\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """One connection: uvicorn's own protocol, with an end to everything that a visitor can draw out.

    Silent is who sends no head, asks for nothing more, or does not take what was asked for.
    """

    silent: dict[BoundedProtocol, None] = {}  # noqa: RUF012  of the whole process, in the order in which they fell silent
    most = MOST_CONNECTIONS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = 0
        self._has_head = False
        self._end: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A visitor is there; the one that has been silent for longest goes where there are too many."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # one piece of an answer waits for a visitor, and no more
        if len(self.connections) > self.most:
            next(iter(self.silent), self)._close()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The visitor has gone."""
        self._has_all()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser in pieces, so that no more than a head's measure is ever kept."""
        if self._is_idle():
            self._await_head()  # an empty line ends uvicorn's own patience, and begins no request
        for at in range(0, len(data), _PIECE):
            if self.transport.is_closing() or self.parser is None:
                return
            if not self._has_head:
                self._in_head += len(data[at : at + _PIECE])
            super().data_received(data[at : at + _PIECE])
            if not self._has_head and self._in_head > MOST_HEAD and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self._close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._has_head, self._in_head = False, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; too many of them before the first answer are nobody's reader."""
        self._has_all()
        if self._stuck:  # more is asked for, and nothing taken
            self._falls_silent()
        self._has_head = True
        if len(self.pipeline) >= MOST_QUEUED:
            self.transport.abort()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.cycle is not None:
            super().on_message_complete()
        self._in_head = 0

    def on_response_complete(self) -> None:
        """It is answered. Whoever still sends a body would go on for ever."""
        super().on_response_complete()
        if self._in_head:
            self.transport.close()
        elif self._is_idle() and not self.transport.is_closing():
            self._falls_silent()

    def pause_writing(self) -> None:
        """The visitor does not take what was written."""
        super().pause_writing()
        self._falls_silent()
        self._stuck = self.loop.call_later(SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        if self._stuck:
            self._stuck.cancel()
            self._stuck = None
            if not self._is_idle():
                self.silent.pop(self, None)
        super().resume_writing()

    # --- inside -------------------------------------------------------------------------------------------------

    def _is_idle(self) -> bool:
        return self._end is None and (self.cycle is None or self.cycle.response_complete)

    def _await_head(self) -> None:
        self._has_head, self._in_head = False, 0
        self._falls_silent()
        self._end = self.loop.call_later(SECONDS, self._close)

    def _falls_silent(self) -> None:
        self.silent.pop(self, None)
        self.silent[self] = None

    def _has_all(self) -> None:
        self.silent.pop(self, None)
        if self._end:
            self._end.cancel()
            self._end = None

    def _close(self) -> None:
        self._has_all()
        if self._stuck:
            self.transport.abort()  # a close would wait until all is taken
        self.transport.close()


class Room(NamedTuple):
    """How many visitors fit."""

    connections: int
    backlog: int
    """How many are taken in one go, before anybody can make room for them."""


def room() -> Room:
    """Let this process open as many files as its connections need; says how many it may have."""
    wanted = MOST_CONNECTIONS + _ROUNDS * _BACKLOG + _OTHER_FILES
    files = _allowed_files(wanted)
    backlog = min(_BACKLOG, files // 16)
    return Room(min(MOST_CONNECTIONS, files - _ROUNDS * backlog - _OTHER_FILES), backlog)


_BACKLOG = 64
_OTHER_FILES = 32
_ROUNDS = 6
"""So often asyncio takes that many before the first of them is made known, and those that made room are closed."""


def _allowed_files(wanted: int) -> int:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
        return raised
    return soft


class Sparing(logging.Filter):
    """Lets so many lines a minute through: what visitors do must not fill a disk."""

    def __init__(self, most: int = 10, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._clock = most, clock
        self._since, self._said, self._left_out = clock(), 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is said; the first one of a new minute says how many were not."""
        if self._clock() - self._since >= 60:
            if self._left_out:
                record.msg = f"{record.getMessage()} ({self._left_out} lines before it were left out)"
                record.args = None
            self._since, self._said, self._left_out = self._clock(), 0, 0
        self._said += 1
        self._left_out += self._said > self._most
        return self._said <= self._most


def quiet() -> None:
    """Be sparing with what uvicorn and asyncio say of visitors."""
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(Sparing())
