from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from publisher.adapter.answers import error_for, json_of, link_in, raise_for_redirect, retry_after, said_by
from publisher.model.outcome import BadCredentials, ChannelError, NotSent, Rejected, Unknown
from publisher.settings.masking import Masker
from publisher.transport import Transport
from tests.clocks import growth

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
JSON = {"Content-Type": "application/json; charset=utf-8"}


def answer(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.raw = io.BytesIO(body)
    made.headers = CaseInsensitiveDict(JSON if headers is None else headers)
    made.url = "https://blog.example.test/wp-json/posts"
    return made


# --- JSON ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"id": 17}', {"id": 17}),
        (b"null", None),
        (b"[]", []),
        (b'"text"', "text"),
        (b'\xef\xbb\xbf{"id": 17}', {"id": 17}),
        ('{"id": 17}'.encode("utf-16"), {"id": 17}),
        ('{"name": "Störung"}'.encode("latin-1"), {"name": "Störung"}),
        (b" \n {} \n", {}),
    ],
)
def test_json_is_read_in_the_encodings_that_occur(body: bytes, value: Any) -> None:
    assert json_of(answer(body=body)) == value


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/problem+json",
        "application/hal.v2+json",
        "text/javascript; charset=UTF-8",
        "application/javascript",
        "text/json",
        "",
    ],
)
def test_media_types_that_platforms_give_their_json_are_taken(content_type: str) -> None:
    assert json_of(answer(body=b"{}", headers={"Content-Type": content_type} if content_type else {})) == {}


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (b"<!DOCTYPE html><title>Hotel</title>", "text/html", "an HTML page"),
        (b'{"id": 17}', "text/html; charset=UTF-8", "an HTML page"),
        (b"  <html>", "application/json", "an HTML page"),
        (b"\xef\xbb\xbf<html>", "application/json", "an HTML page"),
        (b"{}", "application/xml", "does not look like the API: application/xml"),
        (b"{}", "text/plain", "text/plain"),
        (b"{}", "application/jsonish", "application/jsonish"),
        (b"{}", "image/\x1b[31m", r"image/\\x1b"),
        (b"", "application/json", "empty"),
        (b" \r\n", "application/json", "empty"),
        (b"{", "application/json", "not valid JSON"),
        (b"ok", "application/json", "not valid JSON"),
        (b'{"id": NaN}', "application/json", "not valid JSON"),
        (b'{"id": -Infinity}', "application/json", "not valid JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "application/json", "not valid JSON"),
        (b"[" * 100_000, "application/json", "nested too deep"),
        (b'{"a":' * 100_000, "application/json", "nested too deep"),
        (b"\x00\xff\xfe", "application/json", "not valid JSON"),
        (b'{"id": 1, "id": 2}', "application/json", "not valid JSON"),
        (b'{"data": [{"id": 1, "id": 1}]}', "application/json", "not valid JSON"),
    ],
)
def test_what_is_not_the_apis_json_is_unknown(body: bytes, content_type: str, told: str) -> None:
    with pytest.raises(Unknown, match=told):
        json_of(answer(201, body, {"Content-Type": content_type}))


@given(st.binary(max_size=40))
def test_no_bytes_whatever_provoke_anything_else(body: bytes) -> None:
    with contextlib.suppress(Unknown):
        json_of(answer(body=body))


# --- verdicts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *((status, Rejected) for status in (300, 301, 302, 303, 304, 307, 308)),
        *((status, Rejected) for status in (400, 402, 403, 404, 405, 406, 409, 410, 413, 418, 422, 451, 499)),
        (401, BadCredentials),
        *((status, Unknown) for status in (408, 500, 501, 502, 503, 504, 508, 511, 520, 599)),
        *((status, NotSent) for status in (425, 429)),
        *((status, Unknown) for status in (0, 100, 200, 201, 202, 204, 600)),
    ],
)
def test_every_status_has_its_verdict(status: int, verdict: type[ChannelError]) -> None:
    assert type(error_for(status, "said", response=answer(status))) is verdict


@pytest.mark.parametrize(
    ("status", "message", "line"),
    [
        (503, "down for\r\nmaintenance", "503 Service Unavailable: down for maintenance"),
        (503, "", "503 Service Unavailable"),
        (520, "origin", "520: origin"),
        (403, "\x1b[31m" + "x" * 1_000_000, "403 Forbidden: \\x1b[31m" + "x" * 291 + "…"),
    ],
)
def test_the_message_is_one_line(status: int, message: str, line: str) -> None:
    assert str(error_for(status, message, response=answer(status))) == line


def test_a_secret_that_the_platform_echoes_is_masked(hostile: Any) -> None:
    masker = Masker()
    masker.add("canary-7f3a")
    server = hostile(status=400, body=b'{"message": "bad token canary-7f3a"}')
    response = Transport(masker=masker, environ={}).session("blog", timeout=1).post(server.url)
    error = error_for(response.status_code, json_of(response)["message"], response=response)
    assert str(error) == "400 Bad Request: bad token ***"


def test_a_429_says_how_long_to_wait() -> None:
    error = error_for(429, "slow down", response=answer(429, headers={"Retry-After": "30"}))
    assert isinstance(error, NotSent)
    assert error.retry_after == 30.0


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://www.example.test/secret?token=abc", "www.example.test"),
        ("//other.example.test:8443/x", "other.example.test"),
        ("https://user:password@third.example.test/", "third.example.test"),
        ("/login", "blog.example.test"),
        ("https://fourth.example.test/\x1b[31m", "fourth.example.test"),
    ],
)
def test_a_redirect_is_rejected_and_names_the_host_only(location: str, host: str) -> None:
    with pytest.raises(Rejected) as caught:
        raise_for_redirect(answer(301, headers={"Location": location}))
    assert str(caught.value) == f"301 Moved Permanently (it redirects to {host})"
    assert "base_url" in (caught.value.cure or "")


@pytest.mark.parametrize("headers", [{}, {"Location": "http://["}, {"Location": "mailto:a@b"}])
def test_a_redirect_to_nowhere_is_rejected_all_the_same(headers: dict[str, str]) -> None:
    with pytest.raises(Rejected, match=r"^302 Found$"):
        raise_for_redirect(answer(302, headers=headers))


@pytest.mark.parametrize("status", [200, 201, 299, 400, 500])
def test_what_is_no_redirect_passes(status: int) -> None:
    raise_for_redirect(answer(status, headers={"Location": "https://x.example.test/"}))


# --- what a platform says ------------------------------------------------------------------------------------------

SECRET = "canary-7f3a"


@pytest.fixture
def knowing() -> requests.Response:
    """An answer that came through a transport that knows our secret."""
    masker = Masker()
    masker.add(SECRET)
    made = answer()
    made.connection = type("Connection", (), {"mask": staticmethod(masker.mask)})
    return made


@pytest.mark.parametrize("before", [0, 1, 288, 289, 290, 295, 298, 299, 300, 400, 16_370, 16_380, 16_384])
@pytest.mark.parametrize("filler", ["x", " ", "\x1b"])
def test_what_is_cut_off_was_masked_before(knowing: requests.Response, before: int, filler: str) -> None:
    line = said_by(knowing, filler * before + SECRET)
    assert len(line) <= 300
    assert line.isprintable()
    assert "can" not in line


def test_a_text_that_is_nearly_all_secrets_is_masked_to_its_end(knowing: requests.Response) -> None:
    assert said_by(knowing, SECRET * 20_000) == "***"
    assert said_by(knowing, f"{SECRET} " * 20_000) == "*** " * 74 + "***…"


def test_the_cost_of_a_huge_text_grows_with_its_length(knowing: requests.Response) -> None:
    assert said_by(knowing, "A" * 1_000_000) == "A" * 299 + "…"
    assert said_by(knowing, " " * 1_000_000 + "No.") == "No."
    for piece, size in (("A", 20_000), (" ", 20_000), (SECRET, 1_000)):
        assert growth(lambda many, piece=piece: said_by(knowing, piece * many), size=size) < 8  # type: ignore[misc]


@pytest.mark.parametrize(
    "link", ["https://blog.example.test/17", "http://127.0.0.1:8080/?p=17#c", "https://blög.example.test/ü"]
)
def test_a_web_address_is_passed_on(knowing: requests.Response, link: str) -> None:
    assert link_in(knowing, link) == link


@pytest.mark.parametrize(
    "value",
    [
        None,
        17,
        ["https://a.example.test/"],
        "",
        "/17",
        "javascript:alert(1)",
        "https://",
        "https://[::1",
        "https://a.example.test/ b",
        "https://a.example.test/\n",
        "https://a.example.test/\x1b[31m",
        "https://a.example.test/\u202e71",
        "https://a.example.test/\ud800",
        "https://user@a.example.test/",
        f"https://a.example.test/?token={SECRET}",
        f"https://a.example.test/{'a' * 2000}",
    ],
)
def test_what_is_no_harmless_web_address_is_not(knowing: requests.Response, value: Any) -> None:
    assert link_in(knowing, value) is None


def test_labels_and_hosts_that_echo_a_secret_are_masked(knowing: requests.Response) -> None:
    knowing.headers = CaseInsensitiveDict({"Content-Type": f"text/{SECRET}"})
    knowing.raw = io.BytesIO(b"{}")
    with pytest.raises(Unknown, match=r"text/\*\*\*$"):
        json_of(knowing)
    knowing.status_code = 302
    knowing.headers["Location"] = f"https://{SECRET}.example.test/"
    with pytest.raises(Rejected, match=r"redirects to \*\*\*.example.test"):
        raise_for_redirect(knowing)


# --- waiting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"retry-after": " 7 "}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": str(10 * 365 * 86400)}, 900.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 GMT"}, 30.0),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:30 +0100"}, 30.0),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 -0000"}, 30.0),
        ({"Retry-After": "Mon, 23 Nov 2020 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "Mon, 23 Nov 2036 10:00:00 GMT"}, 900.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "30, 60"}, None),
        ({"Retry-After": "Mon, 99 Nov 99999 10:00:00 GMT"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 45)}, 45.0),
        ({"X-Rate-Limit-Reset": str(int(NOW.timestamp()) - 45)}, 0.0),
        ({"x-rate-limit-reset": str(int((NOW + timedelta(days=3650)).timestamp()))}, 900.0),
        ({"x-rate-limit-reset": "junk"}, None),
        ({"Retry-After": "soon", "x-rate-limit-reset": str(int(NOW.timestamp()) + 45)}, 45.0),
        ({"Retry-After": "5", "x-rate-limit-reset": str(int(NOW.timestamp()) + 45)}, 5.0),
    ],
)
def test_the_wait_that_is_asked_for_is_understood_and_bounded(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers, NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_provokes_anything_but_a_wait_or_none(value: str) -> None:
    for name in ("Retry-After", "x-rate-limit-reset"):
        wait = retry_after({name: value}, NOW)
        assert wait is None or 0 <= wait <= 900
