"""A real WebSub hub in a process of its own, and a subscriber that it delivers to."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

import requests

from judging.programs import DATA, SUBSCRIBERS

SECRET = "of this test"
PATIENCE = 30
"""Seconds until a delivery is given up."""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another process or thread brings about."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@contextmanager
def running_hub(folder: Path) -> Iterator[str]:
    """Flask-WebSub with its worker; its address."""
    words = [SUBSCRIBERS / "python", DATA / "hub.py", folder]
    environ = {**os.environ, "NO_PROXY": "*"}
    with (
        (folder / "hub.log").open("w") as log,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, env=environ, text=True) as process,
    ):
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Subscriber(ThreadingHTTPServer):
    """Confirms what it asked for, and keeps what is delivered and signed with its secret."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.confirmed: set[str] = set()
        self.bodies: dict[str, bytes] = {}

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Self]:
        """One that runs."""
        running = cls()
        thread = threading.Thread(target=running.serve_forever, args=[0.02])
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()
            running.server_close()

    def subscribe(self, hub: str, topics: Iterable[str]) -> None:
        """To each topic; returns when the hub has asked back about all of them."""
        wanted = set(topics)
        for topic in wanted:
            callback = f"http://127.0.0.1:{self.server_address[1]}/{quote(topic, safe='')}"
            form = {"mode": "subscribe", "topic": topic, "callback": callback, "secret": SECRET}
            asked = requests.post(
                hub, {f"hub.{name}": value for name, value in form.items()}, timeout=PATIENCE
            )
            assert asked.status_code == 202, asked.text
        until(lambda: self.confirmed == wanted)

    def await_all(self, wanted: Mapping[str, bytes]) -> None:
        """Returns when of every topic the newest that came is what is wanted."""
        until(lambda: self.bodies == wanted)


class _Handler(BaseHTTPRequestHandler):
    server: Subscriber

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        self.server.confirmed.add(asked["hub.topic"][0])
        self._answer(200, asked["hub.challenge"][0].encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"sha512={hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()}"
        if self.headers["X-Hub-Signature"] == signed:
            self.server.bodies[unquote(self.path[1:])] = body
        self._answer(204)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
