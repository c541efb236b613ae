"""P12, P9, P7: who answered in the platform's place, what comes from a cache, and what asks us to wait."""

from __future__ import annotations

import pytest
import requests

from publisher.adapter.answers import error_for
from publisher.adapter.between import require_fresh
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown

ROUTE = "https://blog.example.net/?rest_route=/wp/v2/posts&token=abc"


def page(status: int, title: str, url: str = ROUTE, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = f"<html><head><title>\n{title} </title></head><h1>{title}</h1></html>".encode()
    response.headers["Content-Type"] = "text/html; charset=UTF-8"
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    response.url = url
    response.request = requests.Request("POST", url).prepare()
    return response


@pytest.mark.parametrize(
    ("answer", "kind", "said", "cure"),
    [
        (
            page(406, "Not Acceptable!", Server="Apache"),
            Rejected,
            '"Not Acceptable!", from Apache',
            "in front of",
        ),
        (page(403, "403 Forbidden", Server="nginx/1.22"), Rejected, "from nginx/1.22", "in front of"),
        (
            page(403, "Just a moment...", Server="cloudflare", cf_mitigated="challenge"),
            Rejected,
            '"Just a moment...", from cloudflare',
            "skips challenges",
        ),
        (
            page(503, "Just a moment...", cf_mitigated="challenge"),
            Rejected,
            "Just a moment",
            "skips challenges",
        ),
        (
            page(401, "401 Unauthorized", WWW_Authenticate='Basic realm="Staging"'),
            BadCredentials,
            "401 Unauthorized",
            "web server itself asks for a password (Basic)",
        ),
        (page(403, "Fish &amp; Chips &#8211; denied"), Rejected, '"Fish & Chips – denied"', "in front of"),
    ],
)
def test_a_page_in_the_platforms_place_says_who_it_was_and_what_to_let_through(answer, kind, said, cure):
    """P12: the page's title and the headers, and the address in the cure, without its query."""
    error = error_for(answer.status_code, "", response=answer)
    assert type(error) is kind
    assert said in str(error)
    assert cure in error.cure
    assert "POST blog.example.net/?rest_route=/wp/v2/posts" in error.cure
    assert "abc" not in error.cure


def test_the_platforms_own_words_stand_alone():
    """P12: where the platform itself spoke nobody stands in front of it."""
    answer = page(403, "Forbidden")
    answer._content, answer.headers["Content-Type"] = b'{"message": "no"}', "application/json"
    error = error_for(403, "no", response=answer)
    assert (str(error), error.cure) == ("403 Forbidden: no", None)


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (429, {}, NotSent),
        (425, {}, NotSent),
        (429, {"Retry_After": "7"}, NotSent),
        (503, {"Retry_After": "7"}, NotSent),
        (503, {}, Unknown),
        (502, {"Retry_After": "7"}, Unknown),
    ],
)
def test_a_server_that_asks_us_to_wait_has_done_nothing(status, headers, kind):
    """P7: by its status, whatever the body says."""
    error = error_for(status, "words", response=page(status, "x", **headers))
    assert type(error) is kind
    if kind is NotSent and headers:
        assert error.retry_after == 7


def test_a_cache_that_waited_in_vain_does_not_know_what_became_of_it():
    """P7: Varnish sends Retry-After with a 503 whose request it had passed on."""
    answer = page(503, "503 Backend fetch failed", Retry_After="5")
    answer._content += b"<h3>Guru Meditation:</h3>"
    assert type(error_for(503, "", response=answer)) is Unknown


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, True),
        ({"Age": "0", "X-Cache": "MISS"}, True),
        ({"Age": "0", "X-Cache": "Miss from cloudfront"}, True),
        ({"CF-Cache-Status": "DYNAMIC"}, True),
        ({"CF-Cache-Status": "BYPASS"}, True),
        ({"X-Cache": "MISS, MISS", "Age": "nonsense"}, True),
        ({"Age": "311"}, False),
        ({"X-Cache": "HIT"}, False),
        ({"X-Cache": "Hit from cloudfront"}, False),
        ({"X-Cache": "MISS, HIT"}, False),
        ({"X-Cache": "TCP_HIT"}, False),
        ({"CF-Cache-Status": "HIT"}, False),
        ({"CF-Cache-Status": "STALE"}, False),
        ({"X-LiteSpeed-Cache": "hit,private"}, False),
        ({"Cache-Status": "ExampleCache; hit; ttl=376"}, False),
        ({"Cache-Status": "ExampleCache; fwd=miss; stored"}, True),
    ],
)
def test_what_comes_from_a_cache_is_no_evidence(headers, fresh):
    """P9: an Age, or a header that says hit."""
    response = page(200, "x")
    response.headers.update(headers)
    if fresh:
        require_fresh(response)
        return
    with pytest.raises(Unknown, match="cache") as caught:
        require_fresh(response)
    assert (
        caught.value.cure
        == "exclude blog.example.net/?rest_route=/wp/v2/posts from the cache in front of the platform"
    )
