"""What X's answers mean, and how a text of ours looks in what X gives back.

Sources: docs.x.com (response codes and errors, post object), tweepy's errors.py.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from announce_channels.twitter.refusals import CAP_CURE, is_of_type, row_for
from publisher.adapter import (
    LONGEST_WAIT,
    BadCredentials,
    ChannelError,
    NotSent,
    Post,
    Rejected,
    Unknown,
    Words,
    digest,
    error_for,
    said_by,
)

if TYPE_CHECKING:
    import requests


def judged(said: Words, now: datetime) -> ChannelError | None:
    """The verdict where X says in its JSON what happened; None where the status says enough.

    ``now`` is this machine's time.
    """
    document, line = said.document, words(said.document)
    if said.status < 300:
        if isinstance(document, dict) and ("errors" not in document or document.get("data")):
            return None
        return Unknown(said_by(said.response, f"X answered {said.status}, but: {line}"))
    message = said_by(said.response, f"X answered {said.status}: {line}")
    row = row_for(said.status, document, line)
    if row is not None:
        return _about_the_clock(row.outcome(message, cure=row.cure), said.response, now)
    if said.status == 401:
        cure = "check all four keys and tokens, or make new ones and store all four"
        return _about_the_clock(BadCredentials(message, cure=cure), said.response, now)
    return Rejected(message) if said.status in {402, 403} and document is not None else None


def too_many(said: Words) -> ChannelError:
    """A full window ends within minutes; the caps of a day and of a month do not, and say so elsewhere."""
    answer, line = said.response, f"X answered 429: {words(said.document)}"
    if is_of_type(said.document, "usage-capped"):
        message = said_by(answer, f"{line}: used up until the cap's month ends")
        return NotSent(message, cure=CAP_CURE, retry_after=LONGEST_WAIT)
    for name, whose in _DAYS:
        reset = _moment(answer.headers.get(f"{name}-reset", ""))
        if answer.headers.get(f"{name}-remaining") == "0" and reset:
            most = said_by(answer, answer.headers.get(f"{name}-limit", "some"), 12)
            until = f"{whose} of {most} in 24 hours is used up until {reset:%Y-%m-%d %H:%M} UTC"
            return NotSent(said_by(answer, f"{line}: {until}"), retry_after=LONGEST_WAIT)
    return error_for(429, words(said.document), response=answer)


def words(said: Any) -> str:
    """X's own words in an error of any generation; the same of what is no error of X's."""
    said = said if isinstance(said, dict) else {}
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    line = said.get("detail") or first.get("message") or first.get("detail") or said.get("title")
    return str(line or "this is no answer of the X API")


def is_id(value: Any) -> bool:
    """Whether this is an id as X writes them: digits, as a text."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 25


def number_in(url: str, site: str) -> str | None:
    """The id in the address of a post, on X under either of its names or on ``site``; None where it is no post."""
    address = urlsplit(url)
    host = (address.hostname or "").removeprefix("www.").removeprefix("mobile.")
    found = re.search(r"/status(?:es)?/([0-9]{1,25})(?:/|$)", address.path)
    ours = host in {"x.com", "twitter.com"} or url.startswith(f"{site}/")
    return found[1] if found and ours else None


def is_missing(said: Words) -> bool:
    """Whether X says that there is no such post: with the status of a success, or with 404."""
    errors = said.document.get("errors") if isinstance(said.document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return str(first.get("type", "")).endswith("/resource-not-found")


def texts_in(posts: Iterable[Any]) -> list[tuple[str, str]]:
    """The id and the text of each post, links as they were written, in their order.

    Raises Unknown where one of them cannot be read: then nobody knows whether it is ours.
    """
    told = []
    for post in posts:
        match post:
            case {"id": str(number), "text": str()} if is_id(number):
                told.append((number, expanded(post)))
            case _:
                raise Unknown("the account's list of posts cannot be read")
    return told


def expanded(post: dict[str, Any]) -> str:
    """The text of a post with its links as they were written: X gives each back as https://t.co/…."""
    whole = post.get("note_tweet")
    if isinstance(whole, dict) and isinstance(
        whole.get("text"), str
    ):  # a long post, of which `text` is the beginning
        post = whole
    text, entities = str(post.get("text", "")), post.get("entities")
    links = entities.get("urls") if isinstance(entities, dict) else None
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("url") and link.get("expanded_url"):
            text = text.replace(str(link["url"]), str(link["expanded_url"]))
    return text


def fields_of(limit: int) -> list[str]:
    """What is asked for of a post; X tells the whole text of a long one only where that is asked for."""
    return ["entities", *(["note_tweet"] if limit > _SHORT else [])]


_SHORT = 280
"""Weighted characters that any account may post; of a longer one X's ``text`` is the beginning."""


def whole(found: dict[str, Any], post: Post) -> str | None:
    """The text of our post as X gives it back; None where that is none, or of a long one its beginning alone."""
    note = found.get("note_tweet")
    long = isinstance(note, dict) and isinstance(note.get("text"), str)
    told = long or (isinstance(found.get("text"), str) and post.length <= _SHORT)
    return expanded(found) if told else None


def restored(given: Any, post: Post) -> str | None:
    """The text of a new post with its links as they were sent; None where X gives back none, or not all of it.

    X tells in the list of posts what each ``https://t.co/…`` stands for, and not in the answer to a new one. It links
    bare host names, too: where it has more links than we, ours are the last ones.
    """
    if not isinstance(given, str) or post.length > _SHORT:
        return None
    short, ours = re.findall(_T_CO, given), re.findall(_LINK, post.body)
    links = iter([*short[: max(0, len(short) - len(ours))], *ours])
    return re.sub(_T_CO, lambda found: next(links, found[0]), given)


def normal(text: str) -> str:
    """The form in which what was sent and what X gives back are equal.

    X escapes & < and >, links bare host names (as http://…), and may end a host with a slash.
    """
    while (plain := html.unescape(text)) != text:
        text = plain
    words = unicodedata.normalize("NFC", text).lower().split()
    return " ".join(re.sub(r"https?://", "", word).rstrip("/") for word in words)


def fingerprint(text: str) -> str:
    """A digest that a text has in common with what X gives back of it."""
    return digest(normal(text))


_T_CO = r"https://t\.co/[A-Za-z0-9]+"
_LINK = r"https?://\S+"
_CLOCK_TOLERANCE = timedelta(minutes=4)
_DAYS = (("x-app-limit-24hour", "the app's cap"), ("x-user-limit-24hour", "the account's cap"))


def _about_the_clock(error: ChannelError, answer: requests.Response, now: datetime) -> ChannelError:
    """A refused signature may be the clock's fault, whatever X says: the signature carries the time."""
    from publisher.adapter import ahead_of, spoken  # only a refusal needs it

    ahead = ahead_of(answer.headers, now) or timedelta()
    if not isinstance(error, BadCredentials) or abs(ahead) <= _CLOCK_TOLERANCE:
        return error
    return BadCredentials(f"this clock is {spoken(ahead)} X's; {error}", cure="set the clock")


def _moment(seconds: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{1,10}", seconds, re.ASCII):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
