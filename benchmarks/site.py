"""``python -m benchmarks.site``: the whole site, one more update, and `feed serve` beside nginx.

Loopback only; a few thousand requests from one client with eight connections kept open.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.building import SITE
from benchmarks.listing import fill
from benchmarks.programs import announce
from publisher.adapter.registry import settings_for
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load

ROOT = Path(__file__).parent.parent

SIZES = {1_000: "target 2 s", 10_000: "target 120 MiB"}
"""So many announcements, and what is wanted of them."""

CONNECTIONS = 8
REQUESTS = 100
"""Of each connection, each round."""
ROUNDS = 5


def main() -> int:
    """Measure and print everything."""
    for announcements, most in SIZES.items():
        print(whole(announcements, most))
    with tempfile.TemporaryDirectory() as work:
        print(incremental(Path(work)))
        print(serving(Path(work, "public"), Path(work)))
    return 0


# --- the whole site ----------------------------------------------------------------------------------------------


def whole(announcements: int, most: str) -> str:
    """`announce feed build` from a ledger of so many, each announced and completed, into an empty folder and again."""
    with tempfile.TemporaryDirectory() as work:
        state = Path(work)
        (state / "announce.toml").write_text(SITE, encoding="utf-8")
        fill(state / "ledger.db", announcements)
        empty, again = (_built(state) for _ in range(2))
    return (
        f"{announcements} announcements: {empty.wall:.2f} s into an empty folder, {again.wall:.2f} s where all is right"
        f" (of CPU {empty.cpu:.2f} and {again.cpu:.2f} s), at most {empty.peak:.0f} MiB; {most}"
    )


@dataclass(frozen=True)
class Cost:
    """Of one process: seconds, and MiB at the most."""

    wall: float
    cpu: float
    peak: float


def _built(state: Path) -> Cost:
    start = time.perf_counter()
    words = [
        announce(),
        "--config",
        str(state / "announce.toml"),
        "feed",
        "build",
    ]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    wall = time.perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


# --- one more update ----------------------------------------------------------------------------------------------


def incremental(state: Path) -> str:
    """A publication where 1,000 announcements were made, beside reading, making and writing what it changes."""
    (state / "announce.toml").write_text(SITE, encoding="utf-8")
    fill(state / "ledger.db", 1_000)
    _built(state)
    feed: Any = Assembly(load(state / "announce.toml", settings_for)).channels.adapter("feed")
    said = feed._context.history()
    post = said.posts_on("feed")[0]
    folder, changed = state / "public", list(_changed(feed, said, post))
    whole, only = _quickest(
        lambda: feed.publish(post),
        lambda: _write(folder, _changed(feed, feed._context.history(), post)),
        before=lambda: _spoil(folder, changed),
    )
    times = f"{whole * 1e3:.0f} ms, its files alone {only * 1e3:.0f} ms"
    return f"one more update on 1,000 announcements: {times}, ratio {whole / only:.2f}; target 1.3"


def _changed(feed: Any, said: Any, post: Any) -> dict[str, bytes]:
    """The files that one more update changes, made anew."""
    from announce_channels.feed.formats.table import FORMATS, builder

    site = feed._site
    made: dict[str, bytes] = dict(site.announcements([(post.ref, said)], []))
    made |= {FORMATS[name].file: builder(name).build(site.head, said) for name in site.formats}
    return made | {"index.html": site.pages.front(said)}


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    from announce_channels.feed.storage import folder as files

    with files.locked(folder) as descriptor:
        for name, content in contents.items():
            files.write(descriptor, name, content)


def _spoil(folder: Path, names: list[str]) -> None:
    for name in names:
        with (folder / name).open("ab") as file:
            file.write(b" ")


def _quickest(*runs: Callable[[], object], before: Callable[[], object]) -> list[float]:
    """The best of ten, taken in turns: what a busy machine adds is nobody's cost."""
    best = [float("inf")] * len(runs)
    for _ in range(10):
        for number, run in enumerate(runs):
            before()
            start = time.perf_counter()
            run()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


# --- requests per second --------------------------------------------------------------------------------------


def serving(folder: Path, work: Path) -> str:
    """Both servers on one folder, in turns."""
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        return "feed serve beside nginx: nginx is missing (apt-get install nginx-light)"
    rates: dict[str, list[float]] = {"announce": [], "nginx": []}
    with _announce(folder) as ours, _nginx(folder, work) as theirs:
        for _ in range(ROUNDS):
            rates["announce"].append(_rate(ours))
            rates["nginx"].append(_rate(theirs))
    ours_, theirs_ = (statistics.median(rates[name]) for name in rates)
    return f"requests per second: announce {ours_:.0f}, nginx {theirs_:.0f}, ratio {ours_ / theirs_:.2f}"


def _rate(port: int) -> float:
    threads = [threading.Thread(target=_ask, args=[port]) for _ in range(CONNECTIONS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CONNECTIONS * REQUESTS / (time.perf_counter() - start)


def _ask(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(REQUESTS):
        connection.request("GET", "/rss.xml", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read()
    connection.close()


@contextmanager
def _announce(folder: Path) -> Iterator[int]:
    code = "import sys; from pathlib import Path; from publisher.web.server import run;"
    code += "run(Path(sys.argv[1]), host='127.0.0.1', port=0, say=lambda text: print(text, flush=True))"
    words = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        yield int(process.stdout.readline().rstrip("/\n").rpartition(":")[2])
        process.terminate()


@contextmanager
def _nginx(folder: Path, work: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/serving.md").read_text(), re.DOTALL)
    assert found
    own = found[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("/srv/status", str(folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {work}/{kind};" for kind in kinds)
    main = f"daemon off; user root; pid {work}/pid; error_log {work}/log; events {{}}"
    text = f"{main} http {{ access_log off; keepalive_requests 100000; {paths} {own} }}"
    (work / "nginx.conf").write_text(text)
    with subprocess.Popen(["/usr/sbin/nginx", "-c", str(work / "nginx.conf"), "-p", str(work)]) as process:
        time.sleep(1)
        yield port
        process.terminate()


if __name__ == "__main__":
    sys.exit(main())
