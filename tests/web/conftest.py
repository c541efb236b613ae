"""The servers that show a site: `announce feed serve`, and Debian's nginx with the documented settings."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import requests

ROOT = Path(__file__).parents[2]
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


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true asks for it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a site holds, and with what must never be shown."""
    folder = tmp_path_factory.mktemp("served") / "public"
    (folder / "CMO-7K3M").mkdir(parents=True)
    text = "<!DOCTYPE html><title>Wartung – ä</title>" + "<p>Wartung</p>" * 100
    for name in ("index.html", "CMO-7K3M/index.html", "rss.xml", "atom.xml", "feed.json", "calendar.ics"):
        (folder / name).write_text(text)
    for name in ("style.css", "icon.svg", "opensearch.xml", ".announce-manifest.json", "../outside.html"):
        (folder / name).write_text(text)
    (folder / "favicon.png").write_bytes(os.urandom(400))
    (folder / "link.html").symlink_to(folder.parent / "outside.html")
    (folder.parent / "announce.toml").write_text(CONFIG)
    for path in (folder, *folder.parents):
        if path.is_relative_to(tmp_path_factory.getbasetemp().parent):
            path.chmod(0o755)
    return folder


@pytest.fixture(scope="session", params=["announce", "nginx"])
def server(
    request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a running server of each kind."""
    start: Callable[[Path, Path], Iterator[str]] = {"announce": _announce, "nginx": _nginx}[request.param]
    with contextmanager(start)(site, tmp_path_factory.mktemp(request.param)) as address:
        yield address


def _announce(site: Path, _work: Path) -> Iterator[str]:
    words = [sys.executable, "-m", "publisher", "--config", str(site.parent / "announce.toml")]
    words += ["feed", "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()


def _nginx(site: Path, work: Path) -> Iterator[str]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not program:
        _give_up("nginx is missing (apt-get install nginx-light)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (work / "nginx.conf").write_text(_documented(site, work, port))
    with subprocess.Popen([program, "-c", str(work / "nginx.conf"), "-p", str(work)]) as process:
        try:
            yield _ready(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _documented(site: Path, work: Path, port: int) -> str:
    """The settings of docs/serving.md; only address and folder are ours."""
    page = (ROOT / "docs" / "serving.md").read_text()
    found = re.search(r"```nginx\n(.*?)```", page, re.DOTALL)
    assert found
    own = found[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("/srv/status", str(site))
    paths = "".join(
        f"{name}_temp_path {work}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"daemon off; {user} pid {work}/pid; error_log {work}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{own}\n}}\n"
    )


def _ready(address: str) -> str:
    for _ in range(100):
        try:
            requests.get(address, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return address
    raise AssertionError("nginx did not start")
