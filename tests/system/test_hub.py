"""A WebSub hub: told after the files are in place, again until it has heard, and never in anybody's way."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.clocks import HANG


class Hub(ThreadingHTTPServer):
    """Counts pings, and looks at the topic at once, as hubs do."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.status: int | None = 204
        self.delay = 0.0
        self.pings: list[tuple[str, bool]] = []
        """Of each: the topic, and whether its file was there."""
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    @property
    def topics(self) -> list[str]:
        return [topic.rpartition("/")[2] for topic, _ in self.pings]


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        [topic] = form["hub.topic"]
        assert form == {"hub.mode": ["publish"], "hub.url": [topic], "hub.topic": [topic]}
        file = self.server.folder / topic.rpartition("/")[2]
        self.server.pings.append((topic, file.exists()))
        if self.server.status is None:
            self.server.over.wait(HANG)
            return
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hub(announce: Any) -> Iterator[Hub]:
    running = Hub(announce.config.parent / "public")
    thread = threading.Thread(target=running.serve_forever, args=[0.02])
    thread.start()
    announce.edit(with_hub(running.url))
    try:
        yield running
    finally:
        running.over.set()
        running.shutdown()
        thread.join()
        running.server_close()


def with_hub(url: str) -> Any:
    return lambda text: text.replace("[channels.feed]\n", f'[channels.feed]\nhub = "{url}"\n')


FEEDS = ["rss.xml", "atom.xml", "feed.json"]
PING_TIMEOUT = 15
"""Seconds that a ping itself would wait for a hub; a run that takes longer has waited for it."""


def test_every_feed_is_a_topic_once_its_file_is_there(announce: Any, hub: Hub) -> None:
    said = announce.urgent()

    assert said.code == 0
    assert hub.topics == FEEDS
    assert all(there for _, there in hub.pings)
    assert said.json["pings"] == [
        {"channel": "feed", "state": "delivered", "attempts": 1, "error": None}
        | {"seconds": said.json["pings"][0]["seconds"]}
    ]
    assert len(said.json["deliveries"]) == 5
    for topic, file in ((topic, topic.rpartition("/")[2]) for topic, _ in hub.pings):
        assert topic in (hub.folder / file).read_text(), "the hub is told of the address that the feed gives"


def test_every_update_is_told_and_the_calendars_are_no_topics(announce: Any, hub: Hub) -> None:
    ref = announce.urgent().json["ref"]
    assert announce("extend", ref, "--by", "1h", "--yes").code == 0

    assert hub.topics == FEEDS * 2
    shown = announce("show", ref, "--full").stdout
    assert shown.count("--- feed (feed): ping, delivered") == 2


@pytest.mark.parametrize("status", [500, 404, 429, 401, None])
def test_a_hub_that_fails_or_hangs_fails_and_delays_nothing(announce: Any, hub: Hub, status: Any) -> None:
    hub.status = status
    began = time.monotonic()
    said = announce.urgent()
    seconds = time.monotonic() - began

    assert (said.code, set(said.states.values())) == (0, {"delivered"})
    assert said.json["pings"][0]["state"] not in {"delivered", "pending"}
    assert seconds < PING_TIMEOUT
    due = announce("due")
    assert (due.code, "the hub of feed was not told" in due.stdout) == (10, True)
    assert json.loads(announce("list", "--json").stdout)["announcements"][0]["told"] == 5


def test_it_is_told_again_by_resume(announce: Any, hub: Hub) -> None:
    hub.status = 500
    said = announce("urgent", "Kernel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes")
    assert said.code == 0
    assert "feed: its hub was not told" in said.stdout
    assert "told: 5 of 5 channels" in said.stdout
    hub.status, hub.pings[:] = 204, []

    resumed = announce("resume", "--json")

    assert (resumed.code, resumed.json["pings"][0]["state"]) == (0, "delivered")
    assert hub.topics == FEEDS
    assert announce("resume").stdout == "nothing to resume\n"


def test_a_hub_that_is_absent_is_no_reason_to_wait(announce: Any) -> None:
    with socket.socket() as held:  # bound and not listening
        held.bind(("127.0.0.1", 0))
        announce.edit(with_hub(f"http://127.0.0.1:{held.getsockname()[1]}/"))
        said = announce.urgent()

    assert (said.code, said.json["pings"][0]["state"]) == (0, "retry_wait")


def test_what_the_feed_did_not_write_is_not_told(announce: Any, hub: Hub) -> None:
    (announce.config.parent / "public").write_text("no folder")
    said = announce.urgent()

    assert (said.code, said.states["feed"]) == (4, "failed")
    assert hub.pings == []


def test_no_hub_is_asked_by_a_dry_run_or_a_check(announce: Any, hub: Hub) -> None:
    assert announce.urgent("--dry-run").code == 0
    announce("check")

    assert hub.pings == []


def test_a_hub_that_hangs_does_not_hold_up_the_next_update(announce: Any, hub: Hub) -> None:
    hub.status = None
    ref = announce.urgent().json["ref"]
    began = time.monotonic()
    said = announce("extend", ref, "--by", "1h", "--yes", "--json")
    seconds = time.monotonic() - began

    assert (said.code, set(said.states.values())) == (0, {"delivered"})
    assert seconds < PING_TIMEOUT
    assert f"{ref}/2" in (hub.folder / "rss.xml").read_text()


def test_a_slow_hub_is_told_everything_by_resume(announce: Any, hub: Hub) -> None:
    hub.delay = 0.6
    said = announce.urgent()
    assert (said.code, said.json["pings"][0]["state"]) == (0, "retry_wait")

    resumed = announce("resume", "--json")

    assert (resumed.code, resumed.json["pings"][0]["state"]) == (0, "delivered")
    assert set(hub.topics) == set(FEEDS)


def test_the_next_ping_makes_up_for_an_earlier_one(announce: Any, hub: Hub) -> None:
    hub.status = 500
    ref = announce.urgent().json["ref"]
    hub.status, hub.pings[:] = 204, []
    assert announce.urgent("--again", "another").json["pings"][0]["state"] == "delivered"

    assert hub.topics == FEEDS
    assert announce("due").code == 0
    assert announce("resume").stdout == "nothing to resume\n"
    assert "the next ping tells the same" in announce("show", ref, "--full").stdout


def test_a_withdrawal_tells_the_hub(announce: Any, hub: Hub) -> None:
    ref = announce.urgent().json["ref"]
    hub.pings[:] = []
    ran = announce("withdraw", ref, "feed", "--yes", "--json")

    assert (ran.code, hub.topics) == (0, FEEDS)
    assert ran.json["pings"][0]["state"] == "delivered"
    assert f"[Zurückgezogen] {ref}" in (hub.folder / "rss.xml").read_text()
    assert f"{ref}/1<" not in (hub.folder / "rss.xml").read_text()
