"""``python -m benchmarks.flood``: `announce feed serve` among a thousand silent visitors, and huge heads."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

SILENT = 1_000
HEADS = 40
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 5_000_000
CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
ledger = "sqlite:///ledger.db"
[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net"
"""


def main() -> None:
    """Print a row of docs/benchmarks.md for each stage."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (host, port, process):
        print("| stage | memory | fastest | median | slowest of 200 |\n| --- | --- | --- | --- | --- |")
        _row("nobody else", host, port, process.pid)
        with ExitStack() as silent:
            for _ in range(SILENT):
                silent.enter_context(closing(socket.create_connection((host, port))))
            time.sleep(0.5)
            _row(f"{SILENT:,} silent connections", host, port, process.pid)
        for _ in range(HEADS):
            with closing(socket.create_connection((host, port))) as one, suppress(OSError):
                one.sendall(HEAD)
        _row(f"after {HEADS} heads of 5 MB", host, port, process.pid)


def _row(stage: str, host: str, port: int, process: int) -> None:
    took = sorted(_answer(host, port) for _ in range(200))
    times = " | ".join(f"{one * 1000:.1f} ms" for one in (took[0], statistics.median(took), took[-1]))
    print(f"| {stage} | {_peak(process)} MiB | {times} |", flush=True)


def _answer(host: str, port: int) -> float:
    """Seconds until a reader, with a connection of its own, has the feed."""
    began = time.perf_counter()
    with closing(http.client.HTTPConnection(host, port, timeout=30)) as connection:
        connection.request("GET", "/rss.xml")
        if connection.getresponse().read() == b"":
            raise RuntimeError("no feed came")
    return time.perf_counter() - began


def _peak(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, int, subprocess.Popen[str]]]:
    (folder / "public").mkdir()
    (folder / "public" / "rss.xml").write_text("<rss/>" * 5_000, encoding="ascii")
    (folder / "announce.toml").write_text(CONFIG, encoding="utf-8")
    words = [sys.executable, "-m", "publisher", "--config", str(folder / "announce.toml")]
    words += ["feed", "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            address = urlsplit(line.split()[-1])
            yield str(address.hostname), int(address.port or 0), process
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
