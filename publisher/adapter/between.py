"""What stands between us and a platform: firewalls, challenges, web servers with a password of their own, caches.

They answer in the platform's place, by status alone as a platform would. Who it was they say in the title of their
page and in a few headers; what they answer says nothing of the platform's users, rights and posts.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from publisher.model.outcome import Unknown

if TYPE_CHECKING:
    import requests

UNCACHED = {"Cache-Control": "no-cache"}
"""A header for reads that something is decided by."""

_TITLE = rb"(?is)<title[^>]{0,200}>\s*(.{0,300}?)\s*</title"
_REACH = 16_384
_CACHES = (
    "x-cache",
    "cf-cache-status",
    "x-cache-status",
    "x-litespeed-cache",
    "x-proxy-cache",
    "cache-status",
)
_FROM_A_CACHE = r"(?i)(?<![a-z])(?:hit|stale|updating)(?![a-z])(?!-for-miss)"


def is_page(response: requests.Response) -> bool:
    """Whether the answer is a page of HTML, and so no platform's API."""
    body = response.content[:_REACH].lstrip(b"\xef\xbb\xbf \t\r\n")
    stated = response.headers.get("Content-Type", "")
    return body.startswith(b"<") and ("html" in stated.lower() or not stated)


def speaker(response: requests.Response) -> str:
    """Who answered with this page: its title and the server's name, as they stand, secrets unmasked."""
    found = re.search(_TITLE, response.content[:_REACH])
    title = html.unescape(found[1].decode(errors="replace")) if found else ""
    server = response.headers.get("Server", "")
    said = f'"{" ".join(title.split())}"' if title else "a page without a title"
    return f"{said}, from {server}" if server else said


def is_challenge(response: requests.Response) -> bool:
    """Whether a network in front asks for proof that a person sits here; nothing has reached the platform."""
    return response.headers.get("cf-mitigated", "").strip().lower() == "challenge"


def let_through(response: requests.Response) -> str:
    """The cure for a page that was answered in the platform's place."""
    address = _address(response)
    if is_challenge(response):
        return f"add a rule at Cloudflare that skips challenges for {address}"
    if response.status_code == 401 and (realm := response.headers.get("WWW-Authenticate")):
        kind = re.split(r"[^\w-]", realm.strip())[0]
        return f"the web server itself asks for a password ({kind}): let {address} pass without it"
    return f"something in front of the platform refused it: let {address} pass from this machine"


def gave_up(response: requests.Response) -> bool:
    """Whether a cache that had passed the request on waited in vain for the platform: what became of it is unknown.

    Varnish and Fastly send ``Retry-After`` with these, too.
    """
    return re.search(rb"Guru Medit?ation", response.content[:_REACH]) is not None


def require_fresh(response: requests.Response) -> None:
    """Raise Unknown where the answer comes from a cache: it tells what was, and nothing is decided by that."""
    age = response.headers.get("Age", "").strip()
    named = [name for name in _CACHES if re.search(_FROM_A_CACHE, response.headers.get(name, ""))]
    if (age.isdigit() and int(age) > 0) or named:
        sign = f"{named[0]}" if named else f"Age {age[:12]}"
        raise Unknown(
            f"the answer comes from a cache ({sign}), and tells what was",
            cure=f"exclude {_address(response, method=False)} from the cache in front of the platform",
        )


def _address(response: requests.Response, *, method: bool = True) -> str:
    """What was asked for, without its query, which may hold what nobody should read; but with WordPress's route."""
    address = urlsplit(str(response.url or ""))
    route = parse_qs(address.query).get("rest_route", [""])[0]
    named = f"{address.netloc.rpartition('@')[2]}{address.path}" + (f"?rest_route={route}" if route else "")
    asked = getattr(response.request, "method", None) if method else None
    return f"{asked} {named}"[:160] if asked else named[:160]
