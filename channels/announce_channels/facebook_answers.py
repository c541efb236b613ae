"""What the Graph API's answers mean. The status alone says little: Graph throttles with 400 and 403.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from announce_channels.facebook_refusals import Row, TooMuch, cure_in, number_of, row_for
from publisher.answers import LONGEST_WAIT, error_for, json_of, told
from publisher.channel import ChannelError, NotSent, Unknown

if TYPE_CHECKING:
    import requests


def understood(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of a success; raises the verdict on anything else."""
    success = 200 <= answer.status_code < 300
    try:
        said = json_of(answer)
    except Unknown:
        if success:
            raise
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    if error or not success:
        raise _verdict(answer, error if isinstance(error, dict) else {})
    if not isinstance(said, dict):
        raise Unknown("Facebook answered with something that cannot be read")
    return said


def is_id(value: Any) -> bool:
    """Whether this is an id as Graph writes them: ``1234567890_122100000000000001``."""
    return (
        isinstance(value, str) and re.fullmatch(r"[0-9]+(_[0-9]+)?", value) is not None and len(value) <= 100
    )


def is_missing(answer: requests.Response) -> bool:
    """Whether Graph says code 100, subcode 33: no such object, or none this token may see, which proves nothing."""
    try:
        said = json_of(answer)
    except Unknown:
        return False
    error = said.get("error") if isinstance(said, dict) else None
    return isinstance(error, dict) and (error.get("code"), error.get("error_subcode")) == (100, 33)


def normal(text: Any) -> str:
    """A message as Facebook keeps it: NFC, plain line ends, no blanks at the ends of lines."""
    lines = unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def same_text(posts: list[Any], text: str) -> list[str]:
    """The ids of the posts that carry this text, in their order.

    Raises Unknown where one of them cannot be read: then nobody knows whether it is ours.
    """
    wanted, ids = normal(text), []
    for post in posts:
        match post:
            case {"id": str(number), "created_time": str()} if is_id(number):
                ids += [number] if normal(post.get("message")) == wanted else []
            case _:
                raise Unknown("Facebook's list of posts cannot be read")
    return ids


def ids_in(posts: list[Any]) -> set[str]:
    """The ids of these posts. Raises Unknown where one of them cannot be read."""
    ids = set()
    for post in posts:
        match post:
            case {"id": str(number)} if is_id(number):
                ids.add(number)
            case _:
                raise Unknown("Facebook's list of posts cannot be read")
    return ids


def is_on_facebook(url: str, site: str) -> bool:
    """Whether an address leads to Facebook, under any of its names, or to ``site``."""
    host = urlsplit(url).hostname or ""
    return url.startswith(f"{site}/") or host == "facebook.com" or host.endswith(".facebook.com")


def number_in(url: str) -> str | None:
    """The post's own number in its address, without the Page's; None where Facebook has hidden it (``pfbid…``)."""
    address = urlsplit(url)
    told = parse_qs(address.query).get("story_fbid", [""])[0]
    found = re.fullmatch(r".*/(?:[^/]+/posts/(?:[^/]+/)?|[0-9]+_)([0-9]{1,32})", address.path.rstrip("/"))
    if re.fullmatch(r"[0-9]{1,32}", told):
        return told
    return found[1] if found else None


def ids_at(posts: Any, url: str) -> list[str]:
    """The ids of the posts whose own address this is. Raises Unknown where the list cannot be read."""
    ids = []
    for post in posts if isinstance(posts, list) else [posts]:
        match post:
            case {"id": str(number), "permalink_url": str(link)} if is_id(number):
                ids += [number] if _plain(link) == _plain(url) else []
            case _:
                raise Unknown("Facebook's list of posts cannot be read")
    return ids


def fingerprint(text: str) -> str:
    """A digest that a message has in common with what Facebook gives back of it."""
    return hashlib.sha256(normal(text).encode(errors="surrogatepass")).hexdigest()


def _plain(url: str) -> str:
    """An address without what differs between the ways to look at one post."""
    address = urlsplit(url)
    host = (address.hostname or "").removeprefix("www.").removeprefix("m.")
    return f"{host}{address.path.rstrip('/')} {parse_qs(address.query).get('story_fbid')}"


def _verdict(answer: requests.Response, error: dict[str, Any]) -> ChannelError:
    """``error`` is empty where it was not Graph that answered."""
    status, words = answer.status_code, _sentence(error)
    row = row_for(error, words)
    if status in _NOT_NOW or (status >= 500 and not (row and row.outcome is TooMuch)):
        # After another 5xx the post was there all the same, and again after each repetition: arsduo/koala#699.
        return error_for(status, words, response=answer)
    if row is not None:
        return _judged(row, answer, words)
    if status < 300 or error.get("is_transient") is True:
        return Unknown(told(answer, f"Facebook answered {status}: {words}"))
    return error_for(status, words, response=answer)


def _judged(row: Row, answer: requests.Response, words: str) -> ChannelError:
    start = f"Facebook refuses the token, {row.why}" if row.why else f"Facebook answered {answer.status_code}"
    verdict = row.outcome(told(answer, f"{start}: {words}"), cure=cure_in(row, words))
    if isinstance(verdict, NotSent):
        verdict.retry_after = _wait(answer.headers.get("x-business-use-case-usage", ""))
    return verdict


def _sentence(error: dict[str, Any]) -> str:
    """All that Facebook says in words, and its code."""
    words = str(error.get("message") or "this is no answer of the Graph API")
    more, code = error.get("error_user_msg"), number_of(error.get("code"))
    if isinstance(more, str) and more not in words:
        words += f" {more}"
    return words if code is None else f"{words} (code {code})"


_NOT_NOW = frozenset({429, 503})
"""Whatever the body says."""


def _wait(usage: str) -> float | None:
    """Seconds until the Page may post again; None where the header does not say."""
    try:
        entries = [entry for entries in json.loads(usage).values() for entry in entries]
        minutes = max(int(entry["estimated_time_to_regain_access"]) for entry in entries)
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return None
    return min(max(60.0 * minutes, 0.0), LONGEST_WAIT)
