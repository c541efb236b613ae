"""What an HTTP answer means, the same for every platform; what only one platform does, its adapter knows."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from publisher.adapter.between import gave_up, is_challenge, is_page, let_through, speaker
from publisher.model.outcome import BadCredentials, ChannelError, NotSent, Rejected, Unknown
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    import requests

LONGEST_WAIT = 900.0
"""Seconds; a platform that asks for more is asked again after this."""

_JSON_TYPE = r"(?i)(application|text)/([\w.-]+\+)?(json|javascript|x-javascript)\b"
"""Graph calls its JSON ``text/javascript``."""

_LINK = r"https?://\S+"
_LONGEST_LINK = 2000

_CURE = 300

_REACH = 16_384
"""Characters of a text that are searched for secrets, for the few hundred that are shown of it."""


def raise_for_redirect(response: requests.Response) -> None:
    """Refuse a redirect: followed, a POST becomes a GET whose answer looks like success.

    Raises Rejected that names the host it leads to.
    """
    if 300 <= response.status_code < 400:
        raise error_for(response.status_code, "", response=response)


def json_of(response: requests.Response) -> Any:
    """The answer's JSON, whatever its status.

    Raises Unknown for anything else: a page of HTML, another media type, an empty, cut or absurd document, or one
    that says the same thing twice.
    """
    text = document_text(response)
    stated = response.headers.get("Content-Type", "")
    if "html" in stated.lower() or text.lstrip().startswith("<"):
        raise Unknown("this does not look like the API: an HTML page", cure="check base_url")
    if not text.strip():
        raise Unknown("the answer is empty")
    if stated and not re.match(_JSON_TYPE, stated.strip()):
        raise Unknown(
            f"this does not look like the API: {said_by(response, stated, 60)}", cure="check base_url"
        )
    return _parsed(text)


def document_text(response: requests.Response) -> str:
    """The answer's text; bytes that are not the Unicode they should be are read as Latin-1: ids survive that."""
    content = response.content
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        return content.decode("latin-1")


def error_for(status: int, message: str, *, response: requests.Response) -> ChannelError:
    """The verdict on an answer that is not the success asked for, as one line without secrets.

    3xx and 4xx are Rejected, 401 is BadCredentials, 425 and 429 are NotSent with the wait the platform asks for,
    and so is a 503 that asks for one. Everything else, 408 and 5xx above all, is Unknown: platforms have published
    a post and answered 500. Of a page in the platform's place it is said who it was, and what to let through.
    """
    page = not message and is_page(response)
    said = _said(status, speaker(response) if page else message, response)
    through = said_by(response, let_through(response), _CURE) if page else None
    match status:
        case 401:
            return BadCredentials(said, cure=through or "check the credentials of this channel")
        case 425 | 429 | 503 if _asks_to_wait(status, response):
            return NotSent(said, retry_after=retry_after(response.headers, datetime.now(UTC)))
        case 408:
            return Unknown(said)
        case _ if 300 <= status < 400:
            return _redirected(said, response)
        case _ if 400 <= status < 500 or is_challenge(response):
            return Rejected(said, cure=through)
    return Unknown(said)


def said_by(response: requests.Response, text: str, most: int = 300) -> str:
    """What a platform says in words, fit for a message or a note: one line, without our secrets.

    To be asked for the whole text: where it was cut before, half a secret may be left that nothing recognises.
    """
    # Answers that came through our transport know the run's secrets: platforms echo tokens in their messages.
    mask = getattr(getattr(response, "connection", None), "mask", str)
    folded, reach = " ".join(text.split()), _REACH
    while len(masked := mask(folded[:reach])) < most + _REACH // 2 and reach < len(folded):
        reach *= 2
    return one_line(masked, most)


def link_in(response: requests.Response, value: Any) -> str | None:
    """An address from an answer if it can be recorded and shown: http or https, and harmless to look at; else None.

    None too where it carries one of our secrets: a receipt without an address is a receipt.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_LINK or not re.fullmatch(_LINK, value):
        return None
    try:
        address = urlsplit(value)
    except ValueError:
        return None
    harmless = (
        address.hostname and "@" not in address.netloc and said_by(response, value, len(value)) == value
    )
    return value if harmless else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds the platform asks us to wait, 0 to 900; None where it does not say, or says nonsense.

    Reads ``Retry-After`` (seconds or an HTTP date), else ``x-rate-limit-reset`` (Unix seconds, as X sends it).
    """
    names = {name.lower(): value for name, value in headers.items()}
    wait = _stated_wait(names.get("retry-after", ""), now)
    if wait is None:
        reset = _number(names.get("x-rate-limit-reset", ""))
        wait = None if reset is None else reset - now.timestamp()
    return None if wait is None else min(max(wait, 0.0), LONGEST_WAIT)


def refusing(name: str) -> None:
    """Raise ValueError for NaN and its like, which Python reads and JSON does not know."""
    raise ValueError(f"{name} is not JSON")


def unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once each, else ValueError.

    Parsers differ in which value of a key they take; an id must not depend on that.
    """
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key stands twice")
    return document


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=refusing, object_pairs_hook=unambiguous)
    except RecursionError:
        raise Unknown("the answer cannot be read: JSON nested too deep") from None
    except ValueError:
        raise Unknown("the answer cannot be read: it is not valid JSON") from None


def _asks_to_wait(status: int, response: requests.Response) -> bool:
    """Whether it was refused before anything was done; 503 alone may say that somebody waited in vain."""
    return status != 503 or ("Retry-After" in response.headers and not gave_up(response))


def _said(status: int, message: str, response: requests.Response) -> str:
    words = said_by(response, message)
    line = f"{status} {_phrase(status)}".rstrip()
    return f"{line}: {words}" if words else line


def _phrase(status: int) -> str:
    from http import HTTPStatus  # adapters load this module for a preview too

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _redirected(said: str, response: requests.Response) -> Rejected:
    host = _target_host(response)
    target = f" (it redirects to {host})" if host else ""
    return Rejected(said + target, cure="set base_url to the address that answers without a redirect")


def _target_host(response: requests.Response) -> str | None:
    """Only the host: the rest of the address may carry secrets."""
    location = response.headers.get("Location")
    if location is None:
        return None
    try:
        host = urlsplit(urljoin(response.url or "", said_by(response, location, _LONGEST_LINK))).hostname
    except ValueError:
        return None
    return one_line(host, 100) if host else None


def _stated_wait(value: str, now: datetime) -> float | None:
    seconds = _number(value)
    if seconds is not None or not value:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
