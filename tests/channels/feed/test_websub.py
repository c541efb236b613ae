"""The ping of a WebSub hub, over the real transport to a hub on a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from announce_channels.feed.adapter import Feed
from announce_channels.feed.websub import ping
from publisher.model.outcome import BadCredentials, ChannelError, NotSent, Rejected, Unknown
from publisher.settings.masking import Masker
from publisher.transport import Transport

TOPICS = ["https://status.example.net/rss.xml", "https://status.example.net/feed.json"]


class Hub(ThreadingHTTPServer):
    """Counts pings and answers with one status; None: it hangs."""

    daemon_threads = True

    def __init__(self, status: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.body = b""
        self.pings: list[list[tuple[str, str]]] = []
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hub/"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        self.server.pings.append(parse_qsl(body))
        if self.server.status is None:
            self.server.done.wait(10)
            return
        self.send_response(self.server.status)
        self.send_header("Location", "https://elsewhere.example.net/")
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> Iterator[Hub]:
    running = Hub(getattr(request, "param", 204))
    thread = threading.Thread(target=running.serve_forever, args=[0.02])
    thread.start()
    try:
        yield running
    finally:
        running.done.set()
        running.shutdown()
        thread.join()
        running.server_close()


def tell(url: str, timeout: float = 5) -> None:
    session = Transport(masker=Masker(), environ={}).session("feed", timeout=timeout)
    ping(session, url, TOPICS)


@pytest.mark.parametrize("hub", [200, 202, 204], indirect=True)
def test_a_hub_is_told_once_of_every_topic_in_both_words(hub):
    tell(hub.url)

    assert hub.pings == [
        [("hub.mode", "publish"), ("hub.url", topic), ("hub.topic", topic)] for topic in TOPICS
    ]


@pytest.mark.parametrize(
    ("hub", "outcome"),
    [(500, Unknown), (503, Unknown), (404, Rejected), (302, Rejected), (401, BadCredentials), (429, NotSent)],
    indirect=["hub"],
)
def test_a_hub_that_refuses_one_topic_is_asked_for_the_others_and_told_apart(hub, outcome):
    with pytest.raises(ChannelError) as caught:
        tell(hub.url)

    assert type(caught.value) is outcome
    assert len(hub.pings) == len(TOPICS)


@pytest.mark.parametrize("hub", [400, 500], indirect=True)
def test_a_hubs_error_page_is_told_in_a_word(hub):
    hub.body = (
        b"<!doctype html>\n<html lang=en><title>Bad Request</title><style>p {}</style><p>The topic.</p>"
    )
    with pytest.raises(ChannelError) as caught:
        tell(hub.url)

    assert "Bad Request" in str(caught.value)
    assert not set("<>{}") & set(str(caught.value))


@pytest.mark.parametrize("hub", [None], indirect=True)
def test_a_hub_that_hangs_costs_no_more_than_the_timeout(hub):
    with pytest.raises(Unknown):
        tell(hub.url, timeout=0.3)

    assert len(hub.pings) == 1


def test_a_hub_that_is_absent_has_been_told_nothing():
    with socket.socket() as held:  # bound and not listening: refused, and nobody else gets the port meanwhile
        held.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent):
            tell(f"http://127.0.0.1:{held.getsockname()[1]}/hub/")


@pytest.mark.parametrize(
    "typed", ["https://hub.example.net/", "https://hub.example.net", "https://h.example/a/"]
)
def test_a_hub_is_named_as_it_was_typed(typed):
    assert Feed.Settings(type="feed", directory="x", url="https://a.example", hub=typed).hub == typed


@pytest.mark.parametrize("typed", ["http://hub.example.net/", "hub", "https://u:p@hub.example.net/"])
def test_a_hub_that_cannot_be_meant_is_refused(typed):
    with pytest.raises(ValueError, match="hub"):
        Feed.Settings(type="feed", directory="x", url="https://a.example", hub=typed)
