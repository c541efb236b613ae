from __future__ import annotations

import base64
import hmac
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import facebook
import pytest
import requests
import responses
import tweepy
import urllib3
from oauthlib.oauth1.rfc5849 import signature

from publisher.model.outcome import ChannelError, NotSent, Rejected, Unknown
from publisher.settings.masking import Masker
from publisher.transport import Transport
from tests.clocks import PATIENCE

SECRET = "canary-7f3a"  # travels in the query of every request, where libraries quote it from
SOON = 0.3
"""The time limit of the requests that hang, in seconds."""


# --- what the session does not do -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["https://elsewhere.example.test/", "/again", "http://[", ""])
def test_a_redirect_is_an_answer_and_never_followed(
    hostile: Any, transport: Transport, status: int, location: str, post: Any
) -> None:
    server = hostile("redirect", status=status, location=location)
    assert post(server, allow_redirects=True).status_code == status
    assert transport.session("blog", timeout=1).get(server.url).status_code == status
    assert server.connections == 2


def test_cookies_are_neither_kept_nor_sent(hostile: Any, transport: Transport) -> None:
    server = hostile("cookies")
    session = transport.session("blog", timeout=1)
    for _ in range(2):
        assert not session.post(server.url, json={}, cookies={"library": "own"}).cookies
    assert not session.cookies
    session.cookies.set("session", "abc")  # as a platform's library might
    session.get(server.url)
    assert [one for one in server.received if "cookie" in one.headers] == []
    assert len(server.received) == 3


def test_every_request_has_a_connection_of_its_own(hostile: Any, transport: Transport) -> None:
    server = hostile("keep_alive")
    session = transport.session("blog", timeout=1)
    session.get(server.url)
    session.get(server.url)
    assert server.connections == 2


def test_netrc_does_not_replace_our_token(
    hostile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post: Any
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = hostile()
    post(server, headers={"Authorization": "Bearer ours"})
    assert server.received[0].headers["authorization"] == "Bearer ours"


def test_the_callers_timeout_does_not_replace_ours(hostile: Any, transport: Transport, failure: Any) -> None:
    assert isinstance(failure(hostile("hang"), timeout=SOON), Unknown)
    started = time.monotonic()
    with pytest.raises(Unknown):
        transport.session("blog", timeout=SOON).post(hostile("hang").url, timeout=60)
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize(
    "url",
    [
        "http://blog.example.test/",
        "http://192.0.2.1/",
        "http://localhost.example.test/",
        "http://169.254.1.1/",
    ],
)
def test_plain_http_to_another_machine_is_rejected(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("it was even looked up"))
    with pytest.raises(Rejected, match="http:// to "):
        transport.session("blog", timeout=1).post(url)


def test_localhost_must_really_be_this_machine(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a resolver says otherwise, the secrets would leave in the clear."""
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: elsewhere)
    with pytest.raises(Rejected, match="localhost is not this machine"):
        transport.session("blog", timeout=1).post("http://localhost/")


@pytest.fixture
def unused() -> Iterator[int]:
    """A port that is held, and on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_name_that_leads_into_a_network_of_ones_own_is_refused_unless_that_is_meant(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, unused: int
) -> None:
    """Rebinding: what counts is the address that is connected to, and no byte goes there."""
    nearby = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", unused))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: nearby)
    with pytest.raises(Rejected, match=r"leads to 127\.0\.0\.1, which is an internal address") as refused:
        transport.session("blog", timeout=1).post("https://blog.example.test/")
    assert "internal = true" in str(refused.value.cure)
    with pytest.raises(NotSent, match="cannot be reached"):
        transport.session("blog", timeout=1, internal=True).post("https://blog.example.test/")
    with pytest.raises(NotSent, match="cannot be reached"):
        transport.session("blog", timeout=1).post("https://10.0.0.1/")


def test_where_a_proxy_connects_its_own_address_may_be_internal(
    monkeypatch: pytest.MonkeyPatch, unused: int
) -> None:
    nearby = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", unused))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: nearby)
    through = Transport(masker=Masker(), environ={"HTTPS_PROXY": "http://proxy.example.test:3128"})
    with pytest.raises(NotSent, match=r"the proxy proxy\.example\.test:3128 cannot be reached"):
        through.session("blog", timeout=1).post("https://blog.example.test/")


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("no-scheme.example.test/", {}),
        ("ftp://127.0.0.1/", {}),
        ("https://", {}),
        ("http://127.0.0.1:99999/", {}),
        ("http://127.0.0.1/", {"Authorization": f"Bearer {SECRET}\n"}),
        ("http://127.0.0.1/", {"Authorization": f"Bearer {SECRET}€"}),
        ("http://127.0.0.1/", {"Bad\nName": SECRET}),
    ],
)
def test_what_cannot_be_sent_at_all_is_rejected_without_quoting_it(
    transport: Transport, url: str, headers: dict[str, str]
) -> None:
    with pytest.raises(Rejected) as caught:
        transport.session("blog", timeout=1).post(url, json={}, headers=headers)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert transport.departures("blog") == 0


def test_a_password_that_basic_authentication_cannot_carry_is_rejected(transport: Transport) -> None:
    with pytest.raises(Rejected, match="header cannot be written"):
        transport.session("blog", timeout=1).post("http://127.0.0.1:1/", auth=("user", f"{SECRET}€"))


def test_a_session_header_can_be_left_out_or_replaced(hostile: Any, post: Any) -> None:
    server = hostile()
    post(server, headers={"user-agent": "tweepy", "Accept": None})
    assert server.received[0].headers["user-agent"] == "tweepy"
    assert "accept" not in server.received[0].headers


def test_hooks_of_the_session_see_the_answer(hostile: Any, transport: Transport) -> None:
    """facebook-sdk hands out no status and no headers in any other way."""
    seen = []
    session = transport.session("facebook", timeout=1)
    session.hooks["response"].append(lambda response, **_: seen.append(response.status_code))
    session.post(hostile(status=503).url)
    assert seen == [503]


def test_a_session_has_everything_that_requests_gives_its_own(transport: Transport) -> None:
    ours = transport.session("blog", timeout=1)
    assert vars(ours).keys() >= vars(requests.Session()).keys()
    ours.close()


# --- rewriting, below the platforms' libraries ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "url", "path"),
    [
        ("https://graph.example.test", "https://graph.example.test/v26.0/me?a=b", "/base/v26.0/me?a=b"),
        ("https://graph.example.test/", "https://graph.example.test/v26.0/me", "/base/v26.0/me"),
        ("https://graph.example.test", "https://graph.example.test", "/base"),
        ("https://graph.example.test", "https://graph.example.test?a=b", "/base?a=b"),
    ],
)
def test_a_fixed_address_is_rewritten(
    hostile: Any, transport: Transport, old: str, url: str, path: str
) -> None:
    server = hostile()
    transport.session("x", timeout=1, rewrite=(old, f"{server.url}/base")).get(url)
    assert server.received[0].path == path


def test_an_address_that_only_begins_alike_is_not_rewritten(hostile: Any, transport: Transport) -> None:
    server, other = hostile(), hostile()
    session = transport.session("x", timeout=1, rewrite=(other.url[:-1], server.url))
    session.get(other.url)
    assert other.received
    assert not server.received


def test_tweepy_posts_through_it_and_signs_the_rewritten_address(hostile: Any, transport: Transport) -> None:
    server = hostile(body=b'{"data": {"id": "1", "text": "hi", "edit_history_tweet_ids": ["1"]}}')
    client = tweepy.Client(
        consumer_key="ck", consumer_secret="cs", access_token="1-at", access_token_secret="ats"
    )
    client.session = transport.session("twitter", timeout=1, rewrite=("https://api.twitter.com", server.url))
    assert client.create_tweet(text="hi").data["id"] == "1"
    (request,) = server.received
    assert (request.method, request.path, request.json) == ("POST", "/2/tweets", {"text": "hi"})
    assert _is_signed(request, f"{server.url}{request.path}", "cs", "ats")
    assert not _is_signed(request, f"https://api.twitter.com{request.path}", "cs", "ats")


def _is_signed(request: Any, url: str, consumer_secret: str, token_secret: str) -> bool:
    """Recomputes the OAuth 1.0a signature as X does, for a JSON request without a query."""
    header = {"Authorization": request.headers["authorization"]}
    stated = dict(signature.collect_parameters(headers=header, exclude_oauth_signature=False))
    parameters = signature.collect_parameters(headers=header)
    base = signature.signature_base_string(
        request.method, signature.base_string_uri(url), signature.normalize_parameters(parameters)
    )
    key = f"{consumer_secret}&{token_secret}".encode()
    signed = base64.b64encode(hmac.new(key, base.encode(), "sha1").digest()).decode()
    return signed == stated["oauth_signature"]


def test_tweepy_lets_our_verdicts_through(hostile: Any, transport: Transport) -> None:
    server = hostile("reset_after")
    client = tweepy.Client(consumer_key="a", consumer_secret="b", access_token="c", access_token_secret="d")
    client.session = transport.session("twitter", timeout=1, rewrite=("https://api.twitter.com", server.url))
    with pytest.raises(Unknown):
        client.create_tweet(text="hi")


def test_facebook_sdk_posts_through_it(hostile: Any, transport: Transport) -> None:
    server = hostile(status=200, body=b'{"id": "1_2"}', content_type="application/json; charset=UTF-8")
    session = transport.session("facebook", timeout=1, rewrite=("https://graph.facebook.com", server.url))
    session.headers["Authorization"] = f"Bearer {SECRET}"
    graph = facebook.GraphAPI(session=session)
    graph.version = "v26.0"
    assert graph.request(f"{graph.version}/1/feed", post_args={"message": "Größe"}, method="POST") == {
        "id": "1_2"
    }
    (request,) = server.received
    assert request.path == "/v26.0/1/feed"
    assert request.body == b"message=Gr%C3%B6%C3%9Fe"
    assert request.headers["authorization"] == f"Bearer {SECRET}"


def test_facebook_sdk_lets_our_verdicts_through(hostile: Any, transport: Transport) -> None:
    server = hostile("refuse")
    session = transport.session("facebook", timeout=1, rewrite=("https://graph.facebook.com", server.url))
    with pytest.raises(NotSent):
        facebook.GraphAPI(session=session).request("v26.0/1/feed", post_args={"message": "a"}, method="POST")


# --- `responses` in the place of the wire -----------------------------------------------------------------------

ANYWHERE = f"https://blog.example.test/posts?token={SECRET}"
MAX_RETRY = urllib3.exceptions.MaxRetryError(None, ANYWHERE, None)  # type: ignore[arg-type]


@responses.activate
def test_responses_answers_in_the_place_of_the_wire(transport: Transport) -> None:
    responses.post(ANYWHERE, json={"id": 17}, status=201)
    response = transport.session("blog", timeout=1).post(ANYWHERE, json={"a": 1})
    assert (response.status_code, response.json()) == (201, {"id": 17})
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [{"headers": {"Content-Encoding": "br"}}, {"body": b"x" * (1024 * 1024 + 1)}, {"status": 103}],
    ids=["packed", "too large", "interim"],
)
def test_an_answer_of_responses_is_checked_like_any_other(
    transport: Transport, answer: dict[str, Any]
) -> None:
    responses.post(ANYWHERE, **answer)
    with pytest.raises(Unknown):
        transport.session("blog", timeout=1).post(ANYWHERE)


@responses.activate
def test_a_coding_that_echoes_a_secret_is_masked() -> None:
    masker = Masker()
    masker.add("Canary-7F3A")
    responses.post(ANYWHERE, headers={"Content-Encoding": "Canary-7F3A"})
    with pytest.raises(Unknown, match=r"packed \(\*\*\*\)"):
        Transport(masker=masker, environ={}).session("blog", timeout=1).post(ANYWHERE)


@responses.activate
@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        (requests.ConnectTimeout(MAX_RETRY), NotSent),
        (requests.ConnectionError(MAX_RETRY), NotSent),
        (requests.exceptions.ProxyError(MAX_RETRY), NotSent),
        (requests.exceptions.SSLError(MAX_RETRY), Rejected),
        (requests.exceptions.SSLError("in the middle of the answer"), Unknown),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", SECRET)), Unknown),
        (requests.ConnectionError(ConnectionResetError(104, SECRET)), Unknown),
        (requests.ReadTimeout(SECRET), Unknown),
        (requests.Timeout(SECRET), Unknown),
        (requests.exceptions.ChunkedEncodingError(SECRET), Unknown),
        (requests.exceptions.ContentDecodingError(SECRET), Unknown),
        (requests.exceptions.InvalidURL(SECRET), Rejected),
        (requests.exceptions.InvalidHeader(SECRET), Rejected),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_what_responses_raises_is_judged_by_its_kind(
    transport: Transport, raised: Exception, verdict: type[ChannelError]
) -> None:
    responses.post(ANYWHERE, body=raised)
    with pytest.raises(verdict) as caught:
        transport.session("blog", timeout=1).post(ANYWHERE)
    assert type(caught.value) is verdict
    assert SECRET not in str(caught.value)


@responses.activate
def test_a_request_that_no_test_registered_stays_an_error_of_the_test(transport: Transport) -> None:
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        transport.session("blog", timeout=1).post(ANYWHERE)


# --- many at once -------------------------------------------------------------------------------------------------


def test_many_channels_at_once_share_one_transport(
    hostile: Any, certificate: Callable[[str], Path], server_tls: Any
) -> None:
    transport = Transport(masker=Masker(), ca_bundle=certificate("ca.pem"), environ=os.environ)
    server = hostile(tls=server_tls())
    statuses: list[int] = []

    def publish(number: int) -> None:
        session = transport.session(f"channel-{number}", timeout=5)
        statuses.append(session.post(server.url, json={"number": number}).status_code)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 40
    assert sorted(request.json["number"] for request in server.received) == list(range(40))
