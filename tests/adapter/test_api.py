"""The kit's `Api`, through the real transport and over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from publisher.adapter.api import Api, Words
from publisher.model.outcome import BadCredentials, ChannelError, NotSent, Rejected, Unknown
from publisher.settings.masking import Masker
from publisher.transport import Transport

SECRET = "canary-4711-secret"


class Platform:
    """Answers each request with the next of its replies, the last one again and again; keeps what came."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, Any, dict[str, str]]] = []
        self.received: list[tuple[str, str, dict[str, str], bytes]] = []
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                platform.received.append((self.command, self.path, headers, self.rfile.read(length)))
                status, said, more = platform.replies[min(len(platform.received), len(platform.replies)) - 1]
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | more).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  as http.server names them

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def says(self, said: Any, status: int = 200, **headers: str) -> None:
        self.replies.append(
            (status, said, {name.replace("_", "-"): value for name, value in headers.items()})
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def platform() -> Iterator[Platform]:
    made = Platform()
    yield made
    made.close()


@pytest.fixture
def api(platform: Platform) -> Callable[..., Api]:
    def make(**more: Any) -> Api:
        masker = Masker()
        masker.add(SECRET)
        session = Transport(masker=masker, environ={}).session("mine", timeout=5)
        return Api(session, platform.url, **more)

    return make


def _raised(call: Callable[..., Any], *args: Any, **values: Any) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        call(*args, **values)
    return caught.value


# --- requests -----------------------------------------------------------------------------------------------------


def test_json_goes_out_and_comes_in(platform, api):
    platform.says({"id": 17}, status=201)
    made = api(headers={"Authorization": f"Bearer {SECRET}"}).post("/api/posts", json={"text": "Störung"})
    assert made == {"id": 17}
    method, path, headers, body = platform.received[0]
    assert (method, path, json.loads(body)) == ("POST", "/api/posts", {"text": "Störung"})
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert headers["accept"] == "application/json"


def test_a_form_and_headers_of_one_request(platform, api):
    platform.says({})
    channel = api()
    channel.put("/a", data={"text": "a b"}, headers={"Idempotency-Key": "CMO-7K3M/1"})
    channel.patch("/b", json={})
    channel.delete("/c")
    assert [each[:2] for each in platform.received] == [("PUT", "/a"), ("PATCH", "/b"), ("DELETE", "/c")]
    assert platform.received[0][3] == b"text=a+b"
    assert [each[2].get("idempotency-key") for each in platform.received] == ["CMO-7K3M/1", None, None]


def test_a_query_is_encoded(platform, api):
    platform.says([])
    assert api().get("/posts", since="2026-11-23T20:00:00+00:00", limit=40) == []
    assert platform.received[0][1] == "/posts?since=2026-11-23T20%3A00%3A00%2B00%3A00&limit=40"


def test_the_last_answer_is_kept_for_its_headers(platform, api):
    platform.says({}, X_Scope="write")
    channel = api()
    assert "gave no answer" in str(_raised(lambda: channel.last))
    channel.get("/")
    assert channel.last.headers["x-scope"] == "write"


# --- what an answer means -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", b"<html>Welcome</html>", b'{"id": 1', b"null", b'{"id": NaN}'])
def test_a_success_that_says_nothing_proves_nothing(platform, api, said):
    platform.says(said)
    assert type(_raised(api().get, "/")) is Unknown


def test_null_is_not_absence(platform, api):
    platform.says(b"null")
    assert "null" in str(_raised(api().get, "/", or_none=True))


def test_by_status_where_nothing_else_is_said(platform, api):
    for status, kind in {
        302: Rejected,
        401: BadCredentials,
        403: Rejected,
        429: NotSent,
        500: Unknown,
    }.items():
        platform.replies, platform.received = [], []
        platform.says({"error": "No."}, status=status)
        assert type(_raised(api().get, "/")) is kind, status


def test_the_platforms_own_words_are_shown_on_one_line_without_secrets(platform, api):
    platform.says({"error": f"not\nwith {SECRET}"}, status=403)
    error = _raised(api(words=lambda said: said["error"]).get, "/")
    assert str(error).startswith("403 Forbidden: not with ")
    assert SECRET not in str(error)


@pytest.mark.parametrize("said", [[], {}, "text", 17, {"error": None}, {"error": {"a": 1}}])
def test_words_that_cannot_be_found_are_none(platform, api, said):
    platform.says(said, status=403)
    error = _raised(api(words=lambda said: said["error"]["message"]).get, "/")
    assert (type(error), str(error)) == (Rejected, "403 Forbidden")


def test_a_table_by_status_says_the_cure(platform, api):
    verdicts = {403: lambda said: Rejected(said, cure="give the token write:statuses")}
    platform.says({"error": "scope"}, status=403)
    error = _raised(api(verdicts=verdicts, words=lambda said: said["error"]).get, "/")
    assert (str(error), error.cure) == ("403 Forbidden: scope", "give the token write:statuses")


def test_the_table_is_for_the_platform_and_not_for_what_stands_in_front_of_it(platform, api):
    platform.says(b"<html>ModSecurity</html>", status=403, Content_Type="text/html")
    error = _raised(api(verdicts={403: lambda said: Rejected(said, cure="wrong")}).get, "/")
    assert type(error) is Rejected
    assert error.cure != "wrong"


def _refuses(said: Words) -> ChannelError | None:
    match said.document:
        case {"result": "error", "message": "Forbidden"}:
            return BadCredentials(said, cure="make new credentials")
        case {"result": "error"}:
            return Rejected(said)
    return None


@pytest.mark.parametrize("status", [200, 403, 400])
def test_a_platform_that_says_it_in_the_body_is_asked_first(platform, api, status):
    platform.says({"result": "error", "message": "Forbidden"}, status=status)
    error = _raised(api(judge=_refuses, verdicts={403: Rejected}).get, "/")
    assert (type(error), error.cure) == (BadCredentials, "make new credentials")


def test_what_it_does_not_judge_is_a_success_or_goes_by_status(platform, api):
    platform.says({"result": "success"})
    assert api(judge=_refuses).get("/") == {"result": "success"}
    platform.says({"result": "success"}, status=500)
    assert type(_raised(api(judge=_refuses).get, "/")) is Unknown


def test_too_many_requests_is_not_sent_whatever_the_body_says(platform, api):
    platform.says({"result": "error", "message": "Forbidden"}, status=429, Retry_After="7")
    error = _raised(api(judge=_refuses).get, "/")
    assert (type(error), error.retry_after) == (NotSent, 7.0)


def test_too_many_requests_may_have_an_entry_of_its_own(platform, api):
    platform.says({"detail": "usage-capped"}, status=429)
    error = _raised(
        api(verdicts={429: lambda said: Rejected(f"used up: {said.document['detail']}")}).get, "/"
    )
    assert (type(error), str(error)) == (Rejected, "used up: usage-capped")


@pytest.mark.parametrize("headers", [{"Age": "30"}, {"X_Cache": "HIT"}])
def test_what_a_cache_remembers_is_not_read(platform, api, headers):
    platform.says({"id": 17}, **headers)
    assert "cache" in str(_raised(api().get, "/17"))
    assert platform.received[0][2]["cache-control"] == "no-cache"
    assert api().put("/17", json={}) == {"id": 17}, "what was written is an answer to us"


# --- what is not there --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_absent_is_what_the_platform_itself_says(platform, api, status):
    platform.says({"error": "Record not found"}, status=status)
    assert api().get("/17", or_none=True) is None
    assert type(_raised(api().get, "/17")) is Rejected


def test_a_web_servers_404_is_no_absence(platform, api):
    platform.says(b"<html>Not Found</html>", status=404, Content_Type="text/html")
    assert type(_raised(api().get, "/17", or_none=True)) is Rejected


def test_a_platform_may_have_its_own_way_to_say_it(platform, api):
    platform.says({"errors": [{"type": "resource-not-found"}]})
    gone = api(gone=lambda said: "resource-not-found" in json.dumps(said.document))
    assert gone.get("/17", or_none=True) is None


def test_silence_is_a_success_only_where_it_is_expected(platform, api):
    platform.says(b"", status=204)
    assert api().delete("/17", silent=True) is None
    assert type(_raised(api().delete, "/17")) is Unknown


def test_any_other_empty_answer_is_no_silence(platform, api):
    platform.says(b"", status=200)
    assert type(_raised(api().delete, "/17", silent=True)) is Unknown


# --- through a library --------------------------------------------------------------------------------------------


class Library:
    """As platforms' libraries are: it trips over what it does not expect, and believes what it should not."""

    def __init__(self, session: Any, url: str) -> None:
        self.session, self.url = session, url

    def fetch(self, name: str) -> Any:
        return self.session.get(f"{self.url}/{name}").json()["data"]


def _library(api: Callable[..., Api], platform: Platform, **more: Any) -> tuple[Api, Library]:
    made = api(**more)
    return made, Library(made._session, platform.url)


def test_a_librarys_answer_is_read_by_us(platform, api):
    platform.says({"data": 1, "more": 2})
    channel, library = _library(api, platform)
    assert channel.through(library.fetch, "a") == {"data": 1, "more": 2}
    assert channel.through(library.fetch, name="b") == {"data": 1, "more": 2}
    assert [each[1] for each in platform.received] == ["/a", "/b"]


@pytest.mark.parametrize(("said", "kind"), [(b"<html>", Unknown), ({"error": "no"}, Rejected)])
def test_what_a_library_trips_over_is_judged_by_the_answer(platform, api, said, kind):
    platform.says(said, status=200 if kind is Unknown else 400)
    channel, library = _library(api, platform)
    assert type(_raised(channel.through, library.fetch, "a")) is kind


def test_a_librarys_own_fault_is_not_hidden(platform, api):
    channel, library = _library(api, platform)
    with pytest.raises(TypeError):
        channel.through(library.fetch)


def test_an_old_answer_is_not_taken_for_a_new_one(platform, api):
    platform.says({"data": 1})
    channel, library = _library(api, platform)
    channel.through(library.fetch, "a")
    assert "no answer" in str(_raised(channel.through, lambda: None))
    with pytest.raises(ZeroDivisionError):
        channel.through(lambda: 1 / 0)


def test_the_transports_verdict_passes_through_a_library(platform, api):
    channel, library = _library(api, platform)
    platform.says({"data": 1})
    channel.through(library.fetch, "a")
    platform.close()
    assert type(_raised(channel.through, library.fetch, "a")) is NotSent


# --- what is shown of an answer -----------------------------------------------------------------------------------


def test_a_name_is_one_line_without_secrets(platform, api):
    platform.says({})
    channel = api()
    channel.get("/")
    line = channel.line(f"an account\nnamed {SECRET}", 40)
    assert line.startswith("an account named ")
    assert SECRET not in line
    assert len(channel.line("x" * 500)) <= 100


@pytest.mark.parametrize("link", [None, 17, "javascript:alert(1)", f"https://blog.example.test/?{SECRET}"])
def test_a_link_that_cannot_be_shown_is_none(platform, api, link):
    platform.says({})
    channel = api()
    channel.get("/")
    assert channel.link("https://blog.example.test/17") == "https://blog.example.test/17"
    assert channel.link(link) is None
