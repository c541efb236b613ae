"""What a stranger finds: over real sockets, from a server that answers as platforms and caches do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from publisher.delivery.visiting import Unseen, visited
from publisher.model.announcement import Kind
from publisher.model.post import Format, Post, Telling
from publisher.model.shown import Lacking, in_listing, in_post
from publisher.settings.masking import Masker
from publisher.transport import Transport

POST = Post(
    ref="CMO-7K3M",
    update=1,
    kind=Kind.INITIAL,
    channel="blog",
    locale="de",
    slug="cmo-7k3m",
    format=Format.HTML,
    title="Kernel",
    body="<p>03:30 bis 05:30 Uhr</p><p>CMO-7K3M</p>",
    published_at=datetime(2026, 11, 28, tzinfo=UTC),
    tells=(
        Telling("start", ("03:30",)),
        Telling("end", ("05:30 Uhr", "5:30 am")),
        Telling("reference", ("CMO-7K3M",)),
    ),
)
WHOLE = "<html><body><p>03:30 bis\u00a005:30\u00a0Uhr</p><p>CMO-7K3M</p></body></html>"
BEFORE = "<html><body><p>03:30 bis 04:30 Uhr</p><p>CMO-7K3M</p></body></html>"
SCRIPT = "<html><script>var text = '03:30 bis 05:30 Uhr, CMO-7K3M'</script></html>"
FEED = "<rss><item><description>&lt;b&gt;03:30&lt;/b&gt; bis 05:30 Uhr, CMO-7K3M</description></item></rss>"

WHOLLY = in_post(POST, None)

Answers = Callable[[str], tuple[int, dict[str, str], str]]


@pytest.fixture
def visit() -> Iterator[Callable[[Answers], Unseen | None]]:
    """Looks for the post at a server that answers each path with a status, headers and a body."""
    asked: list[tuple[str, dict[str, str]]] = []
    answers: list[Answers] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            status, headers, body = answers[-1](self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            octets = body.encode()
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def look(answer: Answers, lacking: Lacking = WHOLLY) -> Unseen | None:
            answers.append(answer)
            session: requests.Session = Transport(masker=Masker(), environ={}).session("blog", timeout=5)
            found = visited(
                session, f"http://127.0.0.1:{server.server_port}/post/?p=1", lacking, hosts=("127.0.0.1",)
            )
            for _, headers in asked:
                assert not {"Authorization", "Cookie"} & set(headers), "nobody says who asks"
            return found

        yield look
        server.shutdown()


def test_what_can_be_read_is_seen(visit: Any) -> None:
    assert visit(lambda _: (200, {}, WHOLE)) is None
    assert visit(lambda _: (200, {}, FEED), in_listing(POST, None)) is None


def test_where_only_an_earlier_text_stands_that_is_said_and_a_cache_blamed_for_it(visit: Any) -> None:
    """Start, end and reference may be the same: of a cancelled work, or of one that is over."""
    lacking = in_post(POST, "grösse ist abgesagt")  # as words are compared
    off = WHOLE.replace("</body>", "<p>Größe ist <b>abgesagt</b>.</p></body>")
    assert visit(lambda _: (200, {"Content-Type": "text/html"}, off), lacking) is None, "it is UTF-8"
    assert visit(lambda _: (200, {}, WHOLE), lacking).text == "strangers read an earlier text there"
    found = visit(lambda path: (200, {}, off if "nocache=" in path else WHOLE), lacking)
    assert found.text == "a cache on the way still shows what was there before"


def test_the_platforms_own_redirects_are_followed(visit: Any) -> None:
    assert (
        visit(lambda path: (301, {"Location": "/there/"}, "") if "post" in path else (200, {}, WHOLE)) is None
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, "nothing"), "strangers find nothing there (404)"),
        ((410, {}, WHOLE), "strangers find nothing there (410)"),
        ((403, {}, WHOLE), "strangers may not open it (403)"),
        ((503, {}, WHOLE), "strangers get an error (503)"),
        ((302, {"Location": "https://login.example.com/"}, ""), "strangers are led elsewhere, to login.example.com"),
        ((302, {"Location": "http://[::1"}, ""), "strangers are led to an address that is none"),
        ((302, {"Location": "/post/"}, ""), "strangers are led from one address to the next"),
        ((200, {}, BEFORE), "strangers cannot read its end there"),
        ((200, {}, "<html>Please log in</html>"), "strangers cannot read its start, end, reference there"),
        ((200, {}, SCRIPT), "strangers cannot read its start, end, reference there"),
    ],
)  # fmt: skip
def test_what_is_not_seen_says_why(visit: Any, answer: tuple[int, dict[str, str], str], said: str) -> None:
    assert visit(lambda _: answer).text == said


def test_a_cache_that_still_has_the_earlier_text_is_told_apart(visit: Any) -> None:
    found = visit(lambda path: (200, {}, WHOLE if "nocache=" in path else BEFORE))
    assert found.text == "a cache on the way still shows what was there before"


def test_nobody_there_is_said_too() -> None:
    session = Transport(masker=Masker(), environ={}).session("blog", timeout=5)
    found = visited(session, "http://127.0.0.1:9/", in_post(POST, None), hosts=("127.0.0.1",))
    assert found is not None
    assert "refused" in found.text
