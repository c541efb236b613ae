"""What a stranger finds at an address: no credentials, no cookies, no account; pages as anybody gets them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from publisher.model.outcome import ChannelError
from publisher.model.record import Record
from publisher.model.shown import NEWEST
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    import requests

    from publisher.model.shown import Lacking

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
    is_gone: bool = False
    """Nothing is there."""


def visited(
    session: requests.Session, url: str, lacking: Lacking, *, hosts: Collection[str]
) -> Unseen | None:
    """Look for a text as a stranger does; None where all of it can be read. ``lacking`` says what a text lacks.

    ``hosts``: those that the platform shows its posts on. A page that lacks something is asked for once more under an
    address that no cache has seen yet.
    """
    try:
        found = _looked(session, url, lacking, hosts)
        if found is None or not found.is_readable:
            return found
        anew = _looked(session, _unused(url), lacking, hosts)
    except ChannelError as error:
        return Unseen(text=str(error))
    return Unseen(text="a cache on the way still shows what was there before") if anew is None else found


def _looked(session: requests.Session, url: str, lacking: Lacking, hosts: Collection[str]) -> Unseen | None:
    for _ in range(MOST_STEPS + 1):
        answer = session.get(url)
        target = answer.headers.get("Location")
        if answer.status_code not in range(300, 400) or target is None:
            return _judged(answer, lacking)
        try:
            url = urljoin(url, target)
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return Unseen(text="strangers are led to an address that is none", may_be_walled=True)
        if not any(host == own or host.endswith(f".{own}") for own in hosts):
            return Unseen(text=f"strangers are led elsewhere, to {one_line(host, 80)}", may_be_walled=True)
    return Unseen(text="strangers are led from one address to the next", may_be_walled=True)


def _judged(answer: requests.Response, lacking: Lacking) -> Unseen | None:
    status = answer.status_code
    if status in GONE:
        return Unseen(text=f"strangers find nothing there ({status})", is_gone=True)
    if status >= 500:
        return Unseen(text=f"strangers get an error ({status})")
    if not answer.ok:
        return Unseen(text=f"strangers may not open it ({status})", may_be_walled=True)
    lost = lacking(_text(answer))
    if not lost:
        return None
    named = ", ".join(one for one in lost if one != NEWEST)
    return Unseen(
        text=f"strangers cannot read its {named} there" if named else "strangers read an earlier text there",
        may_be_walled="reference" in lost,
        is_readable=True,
    )


def _text(answer: requests.Response) -> str:
    """As it says itself, else UTF-8: what is not said is no Latin-1, which HTTP once meant by that."""
    said = re.search(r"charset=[\"']?([\w.:-]{1,40})", answer.headers.get("Content-Type", ""))
    try:
        return answer.content.decode(said[1] if said else "utf-8", errors="replace")
    except LookupError:
        return answer.content.decode("utf-8", errors="replace")


def _unused(url: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("nocache", secrets.token_hex(8))]
    return urlunsplit(parts._replace(query=urlencode(query)))
