"""What a stranger finds at an address: no credentials, no cookies, no account; pages as anybody gets them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from publisher.model.outcome import ChannelError
from publisher.model.record import Record
from publisher.model.wholeness import readable, unreadable
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    import requests

    from publisher.model.post import Post

MOST_STEPS = 3
"""From one address to the next, on the platform's own hosts."""

GONE = frozenset({404, 410})
"""What a platform answers where there is nothing for strangers: no post, a draft, one for later, one in the trash."""


class Unseen(Record, frozen=True, kw_only=True):
    """Why a stranger cannot read a post at an address."""

    text: str
    may_be_walled: bool = False
    """Something is there that strangers are not shown: on a social network that is usual, elsewhere a fault."""
    is_readable: bool = False
    """A page came, and it was another text."""


def visited(session: requests.Session, url: str, post: Post, *, hosts: Collection[str]) -> Unseen | None:
    """Look for a post's start, end and reference as a stranger does; None where all of it can be read.

    ``hosts``: those that the platform shows its posts on. A page that lacks something is asked for once more under an
    address that no cache has seen yet.
    """
    try:
        found = _looked(session, url, post, hosts)
        if found is None or not found.is_readable:
            return found
        anew = _looked(session, _unused(url), post, hosts)
    except ChannelError as error:
        return Unseen(text=str(error))
    return Unseen(text="a cache on the way still shows what was there before") if anew is None else found


def _looked(session: requests.Session, url: str, post: Post, hosts: Collection[str]) -> Unseen | None:
    for _ in range(MOST_STEPS + 1):
        answer = session.get(url)
        target = answer.headers.get("Location")
        if answer.status_code not in range(300, 400) or target is None:
            return _judged(answer, post)
        try:
            url = urljoin(url, target)
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return Unseen(text="strangers are led to an address that is none", may_be_walled=True)
        if not any(host == own or host.endswith(f".{own}") for own in hosts):
            return Unseen(text=f"strangers are led elsewhere, to {one_line(host, 80)}", may_be_walled=True)
    return Unseen(text="strangers are led from one address to the next", may_be_walled=True)


def _judged(answer: requests.Response, post: Post) -> Unseen | None:
    status = answer.status_code
    if status in GONE:
        return Unseen(text=f"strangers find nothing there ({status})")
    if status >= 500:
        return Unseen(text=f"strangers get an error ({status})")
    if not answer.ok:
        return Unseen(text=f"strangers may not open it ({status})", may_be_walled=True)
    lost = unreadable(post, readable(answer.text))  # twice: feeds carry markup inside markup
    if not lost:
        return None
    return Unseen(
        text=f"strangers cannot read its {', '.join(lost)} there",
        may_be_walled="reference" in lost,
        is_readable=True,
    )


def _unused(url: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("nocache", secrets.token_hex(8))]
    return urlunsplit(parts._replace(query=urlencode(query)))
