"""One visitor cannot take `announce feed serve` from the others: silent, slow, endless and huge ones are let go."""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.clocks import PATIENCE

ROOT = Path(__file__).parents[2]
GET = b"GET /rss.xml HTTP/1.1\r\nHost: status.example.net\r\n"


PROGRAM = "-m", "publisher"
SOON, NEVER = 2.0, 3600.0
LARGE = 5_000_000


def _letting_go_after(seconds: float) -> tuple[str, str]:
    return (
        "-c",
        f"from publisher.web import bounded; bounded.SECONDS = {seconds}; from publisher.cli import main; main()",
    )


IMPATIENT = _letting_go_after(SOON)
"""A server that lets go sooner, by the same rule: nobody waits ten seconds for each of its visitors."""
PATIENT = _letting_go_after(NEVER)
"""One in which nobody goes by the clock alone, so that only what makes room is tried."""

COUNTING = (
    "-c",
    """
import gc, uvicorn
from publisher.cli import main
serve = uvicorn.Server.run
def counted(*given, **named):
    before = len(gc.get_objects())
    try:
        serve(*given, **named)
    finally:
        print(len(gc.get_objects()) - before, flush=True)
uvicorn.Server.run = counted
main()
""",
)
"""One that says at its end how many objects it has more than at its start."""


@contextmanager
def serving(
    site: Path, files: int | None = None, program: tuple[str, ...] = PROGRAM
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of its own, with so many files that it may open."""

    def narrow() -> None:
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    words = [sys.executable, *program, "--config", str(site.parent / "announce.toml")]
    words += ["feed", "serve", "--port", "0"]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=narrow,  # noqa: PLW1509
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[-1].rstrip("/"), process
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site, program=IMPATIENT) as (started, _):
        yield started


def connected(address: str, timeout: float = 60) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=timeout)


def answered(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    pieces = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def is_served(address: str) -> bool:
    with closing(connected(address)) as reader:
        reader.sendall(GET + b"Connection: close\r\n\r\n")
        return answered(reader).startswith(b"HTTP/1.1 200 ")


def servers_ends(visitor: socket.socket) -> list[tuple[str, str]]:
    """State and queues of the server's end of a connection, as the kernel lists them: nothing on its way is read."""
    ends = [f":{address[1]:04X}" for address in (visitor.getpeername(), visitor.getsockname())]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return [(row[3], row[4]) for row in rows if [row[1][-5:], row[2][-5:]] == ends]


def is_held(visitor: socket.socket) -> bool:
    """Whether the server still keeps its end."""
    return any(state == "01" for state, _ in servers_ends(visitor))


def unread(visitor: socket.socket) -> int:
    """Bytes that the kernel keeps of what the visitor does not take."""
    return sum(int(queues.partition(":")[0], 16) for _, queues in servers_ends(visitor))


@pytest.mark.parametrize(
    "head",
    [b"X-Long: " + b"a" * 200_000, b"".join(b"X-%d: a\r\n" % number for number in range(30_000))],
    ids=["one", "many"],
)
def test_a_huge_head_is_refused_before_it_is_all_there(address: str, head: bytes) -> None:
    with closing(connected(address)) as visitor:
        with suppress(ConnectionResetError, BrokenPipeError):
            visitor.sendall(GET + head + b"\r\n\r\n")  # a head that would be answered, were it not too long
        assert answered(visitor)[:13] in (b"HTTP/1.1 431 ", b"")
    assert is_served(address)


def test_a_head_of_a_long_cookie_is_taken(address: str) -> None:
    with closing(connected(address)) as visitor:
        visitor.sendall(GET + b"Cookie: " + b"a" * 30_000 + b"\r\nConnection: close\r\n\r\n")
        assert answered(visitor).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("said", [b"", GET, b"\r\n"], ids=["silent", "half a head", "an empty line"])
def test_whoever_says_nothing_more_is_let_go(address: str, said: bytes) -> None:
    with closing(connected(address)) as visitor:
        visitor.sendall(said)
        assert answered(visitor) == b""  # and it ends, before the socket's own time-out


def test_empty_lines_after_an_answer_do_not_keep_the_connection(address: str) -> None:
    with closing(connected(address)) as visitor:
        visitor.sendall(GET + b"\r\n")
        assert visitor.recv(15).startswith(b"HTTP/1.1 200")
        visitor.sendall(b"\r\n")
        answered(visitor)


def test_a_body_without_an_end_ends_with_the_answer(address: str) -> None:
    with closing(connected(address)) as visitor:
        visitor.sendall(GET + b"Content-Length: 1000000000\r\n\r\n" + b"a" * 1000)
        assert answered(visitor).startswith(b"HTTP/1.1 200 ")


def test_a_thousand_requests_at_once_are_nobodys_reader(address: str) -> None:
    with closing(connected(address)) as visitor:
        with suppress(ConnectionResetError, BrokenPipeError):
            visitor.sendall((GET + b"\r\n") * 1000)
        assert answered(visitor).count(b"HTTP/1.1 200 ") < 100
    assert is_served(address)


def test_a_few_requests_at_once_are_answered_in_order(address: str) -> None:
    with closing(connected(address)) as visitor:
        visitor.sendall((GET + b"\r\n") * 4 + GET + b"Connection: close\r\n\r\n")
        assert answered(visitor).count(b"HTTP/1.1 200 ") == 5


def test_silent_visitors_beyond_every_limit_make_room_for_a_reader(site: Path) -> None:
    """The server may open 256 files; asyncio alone would answer nobody, and log it without an end."""
    with serving(site, files=256, program=PATIENT) as (address, process), ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(closing(connected(address)))
        for _ in range(20):
            assert is_served(address)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert len(said.splitlines()) < 30, said[:2000]


def asks_once(address: str) -> socket.socket:
    """A visitor who has an answer, and keeps the connection."""
    visitor = connected(address)
    visitor.sendall(GET + b"\r\n")
    assert visitor.recv(15).startswith(b"HTTP/1.1 200")
    return visitor


def takes_nothing(address: str) -> socket.socket:
    """A visitor who asks for a large file, and does not read the answer."""
    visitor = connected(address)
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    visitor.sendall(GET.replace(b"rss.xml", b"feed.json") + b"\r\n")
    return visitor


@pytest.mark.parametrize("visits", [asks_once, takes_nothing])
def test_whoever_asks_for_nothing_more_or_takes_nothing_makes_room_and_costs_little(
    site: Path, visits: Callable[[str], socket.socket]
) -> None:
    """As above, the server may open 256 files."""
    with (
        large(site / "feed.json"),
        serving(site, files=256, program=PATIENT) as (address, process),
        ExitStack() as stack,
    ):
        assert takes_all(address)
        before = memory(process.pid)
        visitors = [stack.enter_context(closing(visits(address))) for _ in range(200)]
        for _ in range(5):
            assert is_served(address)
        assert memory(process.pid) - before < 10_000, "KB"
        assert unread(visitors[-1]) < 200_000


def takes_all(address: str) -> bool:
    with closing(connected(address)) as reader:
        reader.sendall(GET.replace(b"rss.xml", b"feed.json") + b"Connection: close\r\n\r\n")
        return len(answered(reader)) > LARGE


@contextmanager
def large(file: Path) -> Iterator[None]:
    """A file that no socket's buffer takes whole."""
    before = file.read_bytes()
    file.write_bytes(os.urandom(LARGE))
    try:
        yield
    finally:
        file.write_bytes(before)


def test_visitors_who_have_gone_leave_no_memory_behind(site: Path) -> None:
    """asyncio's transports hold themselves: where no collector runs, each visitor leaves seven objects for ever."""
    with serving(site, program=COUNTING) as (address, process):
        for _ in range(2_000):
            connected(address).close()
        assert is_served(address)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert int(said.split()[-1]) < 7_000


def memory(process: int) -> int:
    """What a process has in memory now, in KB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def test_what_visitors_do_wrong_fills_no_disk(site: Path) -> None:
    with serving(site) as (address, process):
        for _ in range(200):
            with closing(connected(address)) as visitor:
                visitor.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
                answered(visitor)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert 0 < len(said.splitlines()) < 30, said[:2000]


def test_the_next_line_says_how_many_were_left_out() -> None:
    from publisher.web.bounded import Sparing

    now = [0.0]
    sparing = Sparing(2, clock=lambda: now[0])

    def said(text: str) -> str | None:
        record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 1, text, None, None)
        return record.getMessage() if sparing.filter(record) else None

    assert [said(f"line {number}") for number in range(5)] == ["line 0", "line 1", None, None, None]
    now[0] = 61.0
    assert said("line 5") == "line 5 (3 lines before it were left out)"
    assert said("line 6") == "line 6"


def test_a_reader_who_takes_nothing_is_let_go(site: Path) -> None:
    with (
        large(site / "feed.json"),
        serving(site, program=IMPATIENT) as (address, _),
        closing(takes_nothing(address)) as visitor,
    ):
        assert visitor.recv(15, socket.MSG_PEEK).startswith(b"HTTP/1.1 200")
        ends = time.monotonic() + PATIENCE
        while (held := is_held(visitor)) and time.monotonic() < ends:
            time.sleep(0.05)
        assert not held
