"""What stands around a WordPress: hosts that block an address, caches of its REST reads, PHP that talks.

Each of these was seen on real blogs or is reported by their owners; a blog has them by its traits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from announce_sandbox.wire import Answer, Request, html_answer

TRAITS: Mapping[str, str] = {
    "no-trash": "EMPTY_TRASH_DAYS is 0: a DELETE without force is refused with 501",
    "no-users-me": "a security plugin has removed /wp/v2/users",
    "no-search": "a security plugin has removed /wp/v2/search",
    "no-raw": "a plugin takes the texts as they were written out of the API's answers",
    "no-texts": "a plugin takes all texts out of the API's answers",
    "no-app-passwords": "application passwords are switched off, as Wordfence does",
    "no-rest-route": "the host blocks addresses with ?rest_route=",
    "no-wp-json": "the host blocks addresses below /wp-json/",
    "firewall": "ModSecurity refuses every POST",
    "challenge": "Cloudflare answers every request with a challenge",
    "site-password": "the web server asks for a password of its own",
    "notices": "PHP prints a notice in front of every answer of the API",
    "notices-unbuffered": "the same before any header: every answer is 200 and text/html",
    "comments": "a cache plugin writes an HTML comment behind every answer",
    "typed-html": "JSON is sent as text/html",
    "php-tag": "a file saved with a byte order mark and <?php as text in front of every answer",
    "cached-reads": "GETs of the API are answered from a cache, by their whole address",
    "cached-regardless": "the same, whatever else is in the query beside what WordPress knows",
    "empties-text": "a plugin empties the text when a post is saved",
    "cuts-text": "a plugin keeps the first 40 characters of the text",
    "drops-title": "a plugin empties the title when a post is saved",
    "adds-text": "a plugin writes a line of its own beneath the text",
}
"""What a WordPress double may be like, and what that means."""

NOTICE = (
    b"<br />\n<b>Notice</b>:  Undefined variable $layout in "
    b"<b>/var/www/wp-content/plugins/old/old.php</b> on line <b>12</b><br />\n"
)
COMMENT = b"\n<!--\nPerformance optimized by W3 Total Cache. Learn more: https://www.boldgrid.com/w3-total-cache/\n-->"

_KNOWN = frozenset(
    {"rest_route", "context", "slug", "status", "include", "per_page", "page", "search", "_fields"}
)


def kept(traits: frozenset[str], title: str, content: str) -> tuple[str, str]:
    """What plugins leave of a post's title and text."""
    if "drops-title" in traits:
        title = ""
    if "empties-text" in traits:
        content = ""
    if "cuts-text" in traits:
        content = content[:40]
    if "adds-text" in traits and "Powered by" not in content:
        content += "\n<p>Powered by Example Hosting</p>"
    return title, content


def told(traits: frozenset[str], post: dict[str, Any]) -> dict[str, Any]:
    """What plugins leave of a post in an answer."""
    for trait, names in (("no-raw", ("raw",)), ("no-texts", ("raw", "rendered"))):
        for name in names if trait in traits else ():
            post["content"].pop(name, None)
    return post


def refused(traits: frozenset[str], request: Request) -> Answer | None:
    """What answers in WordPress's place; None where the request reaches it."""
    by_query = bool(dict(request.params).get("rest_route"))
    if "challenge" in traits:
        return _page(403, "Just a moment...", ("Server", "cloudflare"), ("cf-mitigated", "challenge"))
    if "site-password" in traits:
        return _page(
            401, "401 Unauthorized", ("Server", "nginx"), ("WWW-Authenticate", 'Basic realm="Staging"')
        )
    if "firewall" in traits and request.method == "POST":
        return _page(406, "Not Acceptable!", ("Server", "Apache"))
    if "no-rest-route" in traits and by_query:
        return _page(403, "403 Forbidden", ("Server", "Apache"))
    if "no-wp-json" in traits and not by_query:
        return _page(404, "404 Not Found", ("Server", "nginx"))
    return None


def spoken(traits: frozenset[str], answer: Answer) -> Answer:
    """An answer of the API with what PHP and plugins put around it."""
    if "notices-unbuffered" in traits:
        return Answer(status=200, body=NOTICE + answer.body, media_type="text/html; charset=UTF-8")
    body, media_type = answer.body, answer.media_type
    if "notices" in traits:
        body = NOTICE + body
    if "php-tag" in traits:
        body = b"\xef\xbb\xbf<?php\n" + body
    if "comments" in traits:
        body += COMMENT
    if "typed-html" in traits:
        media_type = "text/html; charset=UTF-8"
    return Answer(status=answer.status, body=body, media_type=media_type, headers=answer.headers)


class Cache:
    """A cache of the API's reads that nobody told that reads differ by who asks and by the time of day."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ...], tuple[float, Answer]] = {}

    def answer(self, traits: frozenset[str], request: Request, effect: Callable[[], Answer]) -> Answer:
        """A read from the cache, with its age; what is no read, and what is not there yet, from WordPress."""
        if request.method != "GET" or not traits & {"cached-reads", "cached-regardless"}:
            return effect()
        key = self._key(traits, request)
        if key in self._answers:
            at, answer = self._answers[key]
            age = str(int(time.monotonic() - at) + 1)
            return answer.with_headers(("Age", age), ("X-Cache", "HIT"))
        answer = effect()
        self._answers[key] = time.monotonic(), answer
        return answer.with_headers(("X-Cache", "MISS"))

    def _key(self, traits: frozenset[str], request: Request) -> tuple[str, ...]:
        asked = parse_qsl(request.query, keep_blank_values=True)
        if "cached-regardless" in traits:
            asked = [(name, value) for name, value in asked if name in _KNOWN]
        return request.path, *(f"{name}={value}" for name, value in asked)


def _page(status: int, title: str, *headers: tuple[str, str]) -> Answer:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return html_answer(page, status, headers)
