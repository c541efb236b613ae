"""What the Graph API's answers mean. The status alone says little: Graph throttles with 400 and 403.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from announce_channels.facebook.refusals import Row, cure_in, number_of, row_for
from publisher.adapter import LONGEST_WAIT, ChannelError, NotSent, Unknown, Words, digest, said_by

if TYPE_CHECKING:
    import requests


class TooMuch(Unknown):
    """A list was refused for its size, to be asked for again in smaller parts."""


def judged(said: Words) -> ChannelError | None:
    """The verdict where Graph says in its JSON what happened; None where the status says enough.

    After a 5xx the post was there all the same, and again after each repetition: arsduo/koala#699.
    """
    document = said.document
    error = failed = document.get("error") if isinstance(document, dict) else None
    if not failed and said.status < 300 and not isinstance(document, dict):
        return Unknown("Facebook answered with something that cannot be read")
    error = error if isinstance(error, dict) else {}
    line = sentence(error)
    if number_of(error.get("code")) == 1 and "reduce the amount of data" in line:
        # With status 500: facebook-nodejs-business-sdk#60.
        return TooMuch(said_by(said.response, f"Facebook answered {said.status}: {line}"))
    if said.status >= 500 or not failed:
        return None
    row = row_for(error, line)
    if row is not None:
        return _verdict(row, said.response, line)
    if said.status < 300 or error.get("is_transient") is True:
        return Unknown(said_by(said.response, f"Facebook answered {said.status}: {line}"))
    return None


def words(document: Any) -> str:
    """All that Graph says in words, and its code; the same of what is no error of Graph's."""
    error = document.get("error") if isinstance(document, dict) else None
    return sentence(error if isinstance(error, dict) else {})


def sentence(error: dict[str, Any]) -> str:
    """All that an error of Graph's says in words, and its code."""
    line = str(error.get("message") or "this is no answer of the Graph API")
    more, code = error.get("error_user_msg"), number_of(error.get("code"))
    if isinstance(more, str) and more not in line:
        line += f" {more}"
    return line if code is None else f"{line} (code {code})"


def is_id(value: Any) -> bool:
    """Whether this is an id as Graph writes them: ``1234567890_122100000000000001``."""
    return (
        isinstance(value, str) and re.fullmatch(r"[0-9]+(_[0-9]+)?", value) is not None and len(value) <= 100
    )


def is_missing(said: Words) -> bool:
    """Whether Graph says code 100, subcode 33: no such object, or none this token may see, which proves nothing."""
    error = said.document.get("error") if isinstance(said.document, dict) else None
    error = error if isinstance(error, dict) else {}
    return (number_of(error.get("code")), number_of(error.get("error_subcode"))) == (100, 33)


def normal(text: Any) -> str:
    """A message as Facebook keeps it: NFC, plain line ends, no blanks at the ends of lines."""
    lines = unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def texts_in(posts: Iterable[Any]) -> list[tuple[str, str]]:
    """The id and the text of each post, in their order.

    Raises Unknown where one of them cannot be read: then nobody knows whether it is ours.
    """
    told = []
    for post in posts:
        match post:
            case {"id": str(number), "created_time": str()} if is_id(number):
                told.append((number, str(post.get("message") or "")))
            case _:
                raise _unreadable()
    return told


def id_in(post: Any) -> str:
    """A post's id. Raises Unknown where it cannot be read."""
    match post:
        case {"id": str(number)} if is_id(number):
            return number
    raise _unreadable()


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


def is_at(post: Any, url: str) -> bool:
    """Whether a post's own address is this one. Raises Unknown where it cannot be read."""
    match post:
        case {"permalink_url": str(link)}:
            return _plain(link) == _plain(url)
    raise _unreadable()


def fingerprint(text: Any) -> str:
    """A digest that a message has in common with what Facebook gives back of it."""
    return digest(normal(text))


def _plain(url: str) -> str:
    """An address without what differs between the ways to look at one post."""
    try:
        address = urlsplit(url)
    except ValueError:  # Facebook's own, and none
        return url
    host = (address.hostname or "").removeprefix("www.").removeprefix("m.")
    return f"{host}{address.path.rstrip('/')} {parse_qs(address.query).get('story_fbid')}"


def _verdict(row: Row, answer: requests.Response, line: str) -> ChannelError:
    start = f"Facebook refuses the token, {row.why}" if row.why else f"Facebook answered {answer.status_code}"
    verdict = row.outcome(said_by(answer, f"{start}: {line}"), cure=cure_in(row, line))
    if isinstance(verdict, NotSent):
        verdict.retry_after = _wait(answer.headers.get("x-business-use-case-usage", ""))
    return verdict


def _wait(usage: str) -> float | None:
    """Seconds until the Page may post again; None where the header does not say."""
    try:
        entries = [entry for entries in json.loads(usage).values() for entry in entries]
        minutes = max(int(entry["estimated_time_to_regain_access"]) for entry in entries)
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return None
    return min(max(60.0 * minutes, 0.0), LONGEST_WAIT)


def _unreadable() -> Unknown:
    return Unknown("Facebook's list of posts cannot be read")
