from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from publisher import __version__
from publisher.model.outcome import ChannelError, NotSent, Rejected, Unknown
from publisher.transport import Transport
from tests.clocks import HANG, PATIENCE

SECRET = "canary-7f3a"  # travels in the query of every request, where libraries quote it from
SOON = 0.3
"""The time limit of the requests that hang, in seconds."""


# --- answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    ["ok", "chunked", "until_close", "interim", "two_responses", "cookies", "early_2xx", "keep_alive"],
)
def test_a_whole_answer_is_read_whatever_its_framing(hostile: Any, behaviour: str, post: Any) -> None:
    response = post(hostile(behaviour))
    assert response.status_code == 201
    assert response.json()["id"] == 17
    assert response.headers["content-TYPE"] == "application/json"


def test_the_request_arrives_as_it_was_made(hostile: Any, post: Any) -> None:
    server = hostile()
    post(server, json={"title": "Störung"}, headers={"X-Own": "1"})
    (request,) = server.received
    assert (request.method, request.path, request.json) == (
        "POST",
        f"/posts?token={SECRET}",
        {"title": "Störung"},
    )
    assert request.headers["user-agent"] == f"announce/{__version__}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["connection"] == "close"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["x-own"] == "1"


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"data": {"a": "ü b"}}, b"a=%C3%BC+b"),
        ({"data": "grün"}, "grün".encode()),
        ({"data": b"\xff\x00"}, b"\xff\x00"),
        ({"data": None}, b""),
    ],
)
def test_bodies_of_every_kind_arrive_whole(
    hostile: Any, request_: dict[str, Any], body: bytes, post: Any
) -> None:
    server = hostile()
    post(server, json=None, **request_)
    assert server.received[0].body == body


def test_a_streamed_body_is_sent_in_chunks(hostile: Any, post: Any) -> None:
    server = hostile()
    post(server, json=None, data=iter([b"abc", b"de"]))
    assert server.received[0].headers["transfer-encoding"] == "chunked"


def test_repeated_headers_are_joined(hostile: Any, post: Any) -> None:
    server = hostile(headers=("X-Twice: one", "x-twice: two", "X-Folded: a", "\tb"))
    response = post(server)
    assert response.headers["X-Twice"] == "one, two"
    assert response.headers["X-Folded"] == "a b"


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("application/json", '"ü"'.encode(), '"ü"'),
        ("text/html", "ü".encode(), "ü"),
        ("text/html; charset=iso-8859-1", b"\xfc", "ü"),
        ("text/html; charset=no-such", "ü".encode(), "ü"),
        ("application/json", b'\xef\xbb\xbf"a"', '"a"'),
    ],
)
def test_the_text_of_an_answer_is_utf8_unless_it_says_otherwise(
    hostile: Any, content_type: str, body: bytes, text: str, post: Any
) -> None:
    assert post(hostile(content_type=content_type, body=body)).text == text


def test_an_answer_given_before_the_whole_body_was_sent_is_read(hostile: Any, post: Any) -> None:
    """The server hangs up on the rest of a large body, which breaks our sending; its answer is there."""
    response = post(hostile("early_2xx", status=413), json=None, data=b"x" * 20_000_000)
    assert response.status_code == 413


def test_an_answer_of_exactly_one_mebibyte_is_read(hostile: Any, post: Any) -> None:
    assert len(post(hostile(body=b"x" * 1024 * 1024)).content) == 1024 * 1024


# --- failures before the first byte: NotSent --------------------------------------------------------------------


def test_a_refused_connection_is_not_sent(hostile: Any, failure: Any) -> None:
    server = hostile("refuse")
    error = failure(server)
    assert isinstance(error, NotSent)
    assert str(error) == f"127.0.0.1:{server.port} cannot be reached: Connection refused"


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        ("reset_in_tls", "TLS handshake"),
        ("close_in_tls", "TLS handshake"),
        ("plain_in_tls", "wrong version number"),
        ("hang_in_tls", "no connection to 127.0.0.1:PORT within 0.3 s"),
        ("drip_in_tls", "no connection to 127.0.0.1:PORT within 0.3 s"),
    ],
)
def test_a_failed_handshake_is_not_sent(
    hostile: Any, transport: Transport, behaviour: str, told: str, failure: Any
) -> None:
    server = hostile(behaviour)
    started = time.monotonic()
    error = failure(server, timeout=SOON)
    assert isinstance(error, NotSent)
    assert told.replace("PORT", str(server.port)) in str(error)
    assert time.monotonic() - started < PATIENCE
    assert transport.departures("blog") == 0


def test_a_name_that_does_not_resolve_is_not_sent(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_args: Any, **_kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        NotSent, match=r"the name blog\.example\.test does not resolve: Name or service not known"
    ):
        transport.session("blog", timeout=1).post("https://blog.example.test/")


def test_a_name_that_cannot_be_one_is_rejected(transport: Transport) -> None:
    with pytest.raises(Rejected, match="no valid name"):
        transport.session("blog", timeout=1).post(f"https://{'a' * 70}.example.test/")


@pytest.fixture
def blackhole() -> Any:
    """A port that answers no connection attempt: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(3):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for connection in waiting:
            connection.close()


def test_a_connection_that_is_never_answered_is_not_sent(transport: Transport, blackhole: int) -> None:
    started = time.monotonic()
    with pytest.raises(NotSent, match=r"no connection to .* within 0\.3 s"):
        transport.session("blog", timeout=SOON).post(f"http://127.0.0.1:{blackhole}/")
    assert time.monotonic() - started < PATIENCE


def test_the_next_address_is_tried_when_one_does_not_answer(
    hostile: Any, transport: Transport, blackhole: int, monkeypatch: pytest.MonkeyPatch, post: Any
) -> None:
    server = hostile()
    addresses = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", p)) for p in (blackhole, server.port)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: addresses)
    monkeypatch.setattr("publisher.transport.connecting.CONNECT_SECONDS", 0.2)
    assert post(server).status_code == 201


# --- failures after the first byte: Unknown ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        ("reset_during", "broke the connection"),
        ("reset_after", "broke the connection"),
        ("close_after", "ended the connection without an answer"),
        ("cut_status_line", "is not HTTP"),
        ("cut_headers", "stops in the middle"),
        ("short_body", "stops in the middle"),
        ("bad_chunk", "stops in the middle"),
        ("cut_chunk", "stops in the middle"),
        ("early_reset", ""),
        ("junk", "is not HTTP"),
        ("http09", "is not HTTP"),
        ("http2", "is not HTTP"),
        ("huge_body", "more than 1 MiB"),
        ("endless_body", "more than 1 MiB"),
        ("endless_chunked", "more than 1 MiB"),
        ("negative_chunk", "more than 1 MiB"),
        ("endless_trailers", "more than 1 MiB"),
        ("endless_interim", "more than 1 MiB"),
        ("many_headers", "headers beyond all bounds"),
        ("huge_header", "headers beyond all bounds"),
        ("gzip_bomb", "packed (gzip)"),
        ("only_interim", "only an interim one (103)"),
    ],
)
def test_after_the_first_byte_every_failure_is_unknown(
    hostile: Any, behaviour: str, told: str, failure: Any
) -> None:
    server = hostile(behaviour)
    error = failure(server)
    assert isinstance(error, Unknown)
    assert told in str(error)
    assert server.connections == 1, "nothing is sent again"


def test_a_reset_before_the_request_is_judged_by_whether_it_had_left(
    hostile: Any, transport: Transport, failure: Any
) -> None:
    """The reset races with our first byte; what counts is that verdict and departure agree."""
    for _ in range(10):
        before = transport.departures("blog")
        error = failure(hostile("reset_before"))
        assert type(error) is (Unknown if transport.departures("blog") > before else NotSent)


@pytest.mark.parametrize(
    "behaviour", ["hang", "drip_headers", "drip_body", "drip_until_close", "hang_unread"]
)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_the_time_limit_holds_for_the_whole_request(
    hostile: Any, trusting: Transport, server_tls: Any, failure: Any, *, behaviour: str, secure: bool
) -> None:
    """However busily the server drips, and however little of a large request it takes."""
    server = hostile(behaviour, tls=server_tls() if secure else None)
    size = 20_000_000 if behaviour == "hang_unread" else 10
    started = time.monotonic()
    error = failure(server, through=trusting, timeout=SOON, json=None, data=b"x" * size)
    assert isinstance(error, Unknown)
    assert str(error) == f"127.0.0.1:{server.port} did not answer within 0.3 s"
    assert SOON - 0.05 < time.monotonic() - started < PATIENCE


def test_every_one_of_many_overdue_requests_is_cut_in_time(hostile: Any, failure: Any) -> None:
    server = hostile("drip_body")
    errors: list[ChannelError] = []
    limits = [0.2, SOON] * 10
    threads = [
        threading.Thread(target=lambda limit=limit: errors.append(failure(server, timeout=limit)))
        for limit in limits
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 20
    assert {type(error) for error in errors} == {Unknown}
    assert time.monotonic() - started < PATIENCE


# --- fencing ------------------------------------------------------------------------------------------------------


def in_background(call: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """A running thread, and where its result or its exception will be."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(call())
        except ChannelError as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


def eventually(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


@pytest.mark.parametrize("behaviour", ["hang", "drip_headers", "drip_body"])
def test_fencing_ends_a_request_that_has_left_and_says_so(
    hostile: Any, transport: Transport, behaviour: str, post: Any
) -> None:
    server = hostile(behaviour)
    thread, results = in_background(lambda: post(server))
    eventually(lambda: server.received)
    started = time.monotonic()
    assert transport.fence("blog") is True
    thread.join(PATIENCE)
    assert time.monotonic() - started < PATIENCE
    assert isinstance(results[0], Unknown)
    assert "end of the run" in str(results[0])


def test_fencing_ends_a_handshake_and_says_that_nothing_has_left(
    hostile: Any, transport: Transport, post: Any
) -> None:
    server = hostile("hang_in_tls")
    thread, results = in_background(lambda: post(server, timeout=SOON))
    eventually(lambda: server.connections)
    assert transport.fence("blog") is False
    thread.join(PATIENCE)
    assert isinstance(results[0], NotSent)


def test_fencing_does_not_wait_for_a_name_that_hangs(
    hostile: Any, transport: Transport, monkeypatch: pytest.MonkeyPatch, post: Any
) -> None:
    server = hostile()
    released, asked = threading.Event(), threading.Event()
    resolve = socket.getaddrinfo

    def hang(*args: Any, **kwargs: Any) -> Any:
        asked.set()
        released.wait(HANG)
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    thread, results = in_background(lambda: post(server))
    assert asked.wait(PATIENCE)
    assert transport.fence("blog") is False
    assert not released.is_set(), "the name is still hanging"
    released.set()
    thread.join(PATIENCE)
    assert isinstance(results[0], NotSent)
    assert server.connections == 0


def test_a_name_that_took_too_long_sends_nothing(
    hostile: Any, monkeypatch: pytest.MonkeyPatch, failure: Any
) -> None:
    server = hostile()
    resolve = socket.getaddrinfo

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.2)
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    error = failure(server, timeout=0.1)
    assert isinstance(error, NotSent)
    assert server.connections == 0


def test_a_fenced_channel_sends_nothing_more_and_the_others_go_on(
    hostile: Any, transport: Transport, failure: Any
) -> None:
    server = hostile()
    assert transport.fence("blog") is False
    assert isinstance(failure(server), NotSent)
    assert server.connections == 0
    assert transport.session("feed", timeout=1).get(server.url).status_code == 201


def test_an_answered_publication_counts_as_left_until_a_new_attempt(
    hostile: Any, transport: Transport, post: Any
) -> None:
    """Its answer may still be on its way from the adapter's thread to the dispatcher."""
    post(hostile())
    before = transport.departures("blog")
    assert before == 1
    assert transport.fence("blog") is True
    assert transport.fence("blog", since=before) is False


def test_reading_publishes_nothing_and_does_not_count(hostile: Any, transport: Transport) -> None:
    transport.session("blog", timeout=1).get(hostile().url)
    assert transport.departures("blog") == 0
    assert transport.fence("blog") is False
