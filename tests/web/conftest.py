"""The servers that show a site: `announce feed serve`, and Debian's nginx with the documented settings."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
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
hub = "https://hub.example.net/"
"""
"""It names no services: the settings that are printed hold for their files all the same."""

FEEDS = ("rss.xml", "atom.xml", "feed.json", "rss-vps.xml", "atom-vps.xml", "feed-vps.json")
CALENDARS = ("calendar.ics", "announcements.ics", "maintnote.ics", "calendar-vps.ics")


def give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true asks for it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a site holds, and with what must never be shown."""
    folder = tmp_path_factory.mktemp("served") / "public"
    (folder / "CMO-7K3M").mkdir(parents=True)
    text = "<!DOCTYPE html><title>Wartung – ä</title>" + "<p>Wartung</p>" * 100
    for name in ("index.html", "CMO-7K3M/index.html", *FEEDS, *CALENDARS):
        (folder / name).write_text(text)
    for name in ("style.css", "icon.svg", "opensearch.xml", ".announce-manifest.json", "../outside.html"):
        (folder / name).write_text(text)
    (folder / "favicon.png").write_bytes(os.urandom(400))
    (folder / "favicon.ico").write_bytes(os.urandom(400))
    (folder / "link.html").symlink_to(folder.parent / "outside.html")
    (folder.parent / "beyond").mkdir()
    (folder.parent / "beyond" / "index.html").write_text(text)
    (folder / "linked").symlink_to(folder.parent / "beyond")
    services = '\nservices = ["vps"]\n[services.vps]\nname = "VPS"'
    (folder.parent / "announce.toml").write_text(CONFIG)
    (folder.parent / "services.toml").write_text(f"{CONFIG.rstrip()}{services}\n")
    for path in (folder, *folder.parents):
        if path.is_relative_to(tmp_path_factory.getbasetemp().parent):
            path.chmod(0o755)
    return folder


@pytest.fixture(scope="session", params=["announce", "nginx", "caddy"])
def server(
    request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a running server of each kind."""
    starts: dict[str, Callable[[Path, Path], Iterator[str]]]
    starts = {"announce": _announce, "nginx": _nginx, "caddy": _caddy}
    start = starts[request.param]
    with contextmanager(start)(site, tmp_path_factory.mktemp(request.param)) as address:
        yield address


def words(site: Path, *more: str, config: str = "announce.toml") -> list[str]:
    """A call of the command with a configuration of the site."""
    return [sys.executable, "-m", "publisher", "--config", str(site.parent / config), *more]


def _announce(site: Path, _work: Path) -> Iterator[str]:
    serving = words(site, "feed", "serve", "--port", "0", config="services.toml")
    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()


def _nginx(site: Path, work: Path) -> Iterator[str]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not program:
        give_up("nginx is missing (apt-get install nginx-light)")
    port = free_port()
    own = printed(site, "nginx").replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    own = own.replace("listen 80", f"listen unix:{work}/door")
    paths = "".join(
        f"{name}_temp_path {work}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (work / "nginx.conf").write_text(
        f"daemon off; {user} pid {work}/pid; error_log {work}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{own}\n}}\n"
    )
    with running([program, "-c", str(work / "nginx.conf"), "-p", str(work)]):
        yield ready(f"http://127.0.0.1:{port}")


def _caddy(site: Path, work: Path) -> Iterator[str]:
    if not shutil.which("caddy"):
        give_up("caddy is missing (apt-get install caddy)")
    port = free_port()
    own = printed(site, "caddy").replace("https://status.example.net", f"http://127.0.0.1:{port}", 1)
    (work / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{own}\n")
    environ = os.environ | {"XDG_DATA_HOME": str(work), "XDG_CONFIG_HOME": str(work)}
    with running(["caddy", "run", "--config", str(work / "Caddyfile")], environ):
        yield ready(f"http://127.0.0.1:{port}")


def printed(site: Path, server: str, config: str = "announce.toml") -> str:
    """The settings as the command prints them."""
    made = subprocess.run(
        words(site, "feed", server, config=config),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    return made.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(program: list[str], environ: Mapping[str, str] | None = None) -> Iterator[None]:
    """A program, for as long as the block lasts."""
    with subprocess.Popen(program, env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def ready(address: str) -> str:
    for _ in range(100):
        try:
            requests.get(address, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return address
    raise AssertionError("the server did not start")
