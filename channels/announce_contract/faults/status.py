"""What the status line and the headers say, whatever is in the body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from announce_contract.fault import Fault, Setting, answer
from announce_contract.hostile import Behaviour
from announce_contract.replies import Reply

_PAGE = b"<!DOCTYPE html><html><head><title>Said</title></head><body><h1>Said</h1></body></html>"


def replied(**changes: Any) -> Callable[[Setting], Behaviour]:
    """The good answer with something changed; a callable is asked with the setting."""

    def act(setting: Setting) -> Behaviour:
        made = {name: value(setting) if callable(value) else value for name, value in changes.items()}
        return answer(replace(setting.call.good, **made))

    return act


def paged(status: int, *headers: str, reason: str = "Said") -> Callable[[Setting], Behaviour]:
    """A page of HTML, as web servers and proxies answer in a platform's place."""
    reply = Reply(status=status, body=_PAGE, content_type="text/html", headers=headers, reason=reason)
    return lambda _setting: answer(reply)


def complained(status: int, text: str) -> Callable[[Setting], Behaviour]:
    """The platform's own words."""
    return lambda setting: answer(Reply(status=status, document=setting.subject.complaint(status, text)))


# --- refusals and breakdowns ----------------------------------------------------------------------------------

_MAY_HAVE = "platforms have published and then answered so"
_REFUSED = "it would be refused again"
_WHO = "who we are is not accepted"
_GONE = {"amend*": "Rejected|Gone", "withdraw*": "Rejected|good", "find*|locate*": "Rejected|absent"}
"""What is not there any more; an adapter whose platform says it otherwise refuses."""
_USUAL = frozenset({401, 403, 404, 500, 502, 503, 504})
"""Tried on every request; the others once for each way of reading an answer."""


def _by_page(status: int, expects: str, why: str) -> Fault:
    content = status not in _USUAL
    return Fault(name=f"{status}-page", expects=expects, why=why, act=paged(status), content=content)


def _by_words(status: int, expects: str, why: str) -> Fault:
    act, content = complained(status, "No."), status not in _USUAL
    but = _GONE if status in {404, 410} else {}
    return Fault(name=f"{status}-words", expects=expects, why=why, act=act, but=but, content=content)


PLAIN_STATUSES = (
    *(_by_page(status, "Unknown", _MAY_HAVE) for status in (408, 500, 502, 503, 504, 599, 999)),
    *(_by_words(status, "Unknown", _MAY_HAVE) for status in (500, 502, 503, 504)),
    _by_page(401, "BadCredentials", _WHO),
    _by_words(401, "BadCredentials", _WHO),
    *(_by_page(status, "Rejected", _REFUSED) for status in (400, 403, 404, 405, 410, 422, 451)),
    *(_by_words(status, "Rejected", _REFUSED) for status in (400, 402, 403, 404, 409, 410, 422)),
    Fault(
        name="204",
        expects="Unknown",
        why="nothing is said of what was made",
        act=replied(status=204, body=b"", content_type=None),
    ),
    *(
        Fault(
            name=f"{status}-good",
            expects="good|Unknown",
            why="an odd status over a good answer",
            act=replied(status=status),
        )
        for status in (202, 206, 299)
    ),
    *(
        Fault(
            name=f"{status}-good",
            expects=expects,
            why="the status says no, whatever the body says",
            act=replied(status=status),
        )
        for status, expects in (
            (302, "Rejected"),
            (403, "Rejected|Unknown"),
            (500, "Unknown"),
            (503, "Unknown"),
        )
    ),
)


# --- 429 and how long to wait ---------------------------------------------------------------------------------


def _limited(name: str, wait: tuple[float, float] | None, *headers: str, status: int = 429) -> Fault:
    def act(setting: Setting) -> Behaviour:
        return paged(status, *(header.format_map(_Times()) for header in headers))(setting)

    why, content = "refused for now, before anything was done", name != "429-none"
    return Fault(name=name, expects="NotSent", why=why, act=act, said=True, content=content, wait=wait)


class _Times(dict[str, str]):
    """Moments for headers, counted from now: ``{date+60}`` as HTTP writes them, ``{epoch+60}`` in Unix seconds."""

    def __missing__(self, key: str) -> str:
        kind, _, seconds = key.partition("+")
        at = datetime.now(UTC) + timedelta(seconds=float(seconds))
        return format_datetime(at, usegmt=True) if kind == "date" else str(int(at.timestamp()))


_TEN_YEARS = 10 * 365 * 86_400
_ANY = None

LIMITS = (
    _limited("429-none", _ANY),
    _limited("429-seconds", (7, 7), "Retry-After: 7"),
    _limited("429-lower-case", (7, 7), "retry-after: 7"),
    _limited("429-date", (50, 61), "Retry-After: {date+60}"),
    _limited("429-epoch", (50, 61), "x-rate-limit-reset: {epoch+60}"),
    _limited("429-past-date", (0, 0), "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
    _limited("429-past-epoch", (0, 0), "x-rate-limit-reset: 1000"),
    _limited("429-negative", (0, 0), "Retry-After: -5"),
    _limited("429-ten-years-date", (900, 900), f"Retry-After: {{date+{_TEN_YEARS}}}"),
    _limited("429-ten-years", (900, 900), f"Retry-After: {_TEN_YEARS}"),
    _limited("429-ten-years-epoch", (900, 900), f"x-rate-limit-reset: {{epoch+{_TEN_YEARS}}}"),
    _limited("429-junk", _ANY, "Retry-After: soon", "x-rate-limit-reset: later"),
    _limited("429-nan", _ANY, "Retry-After: NaN"),
    _limited("429-endless", _ANY, f"Retry-After: {'9' * 400}"),
    _limited("429-twice", _ANY, "Retry-After: 7", "Retry-After: 9"),
    _limited("429-year-99999", _ANY, "Retry-After: Mon, 01 Jan 99999 00:00:00 GMT"),
    _limited("425", _ANY, status=425),
)


# --- redirects ------------------------------------------------------------------------------------------------

_FOLLOWED = "followed, a write becomes a read, or the secrets go to somebody else"


def _redirect(name: str, status: int, location: str | None, names: str | None = None) -> Fault:
    def act(setting: Setting) -> Behaviour:
        headers = (
            () if location is None else (f"Location: {location.replace('{elsewhere}', setting.elsewhere)}",)
        )
        return answer(Reply(status=status, body=b"", content_type=None, headers=headers))

    content = not name.endswith("elsewhere")
    return Fault(name=name, expects="Rejected", why=_FOLLOWED, act=act, names=names, content=content)


REDIRECTS = (
    *(
        _redirect(f"{status}-elsewhere", status, "{elsewhere}/secret-path?token=abc", "127.0.0.1")
        for status in (301, 302, 303, 307, 308)
    ),
    _redirect("302-other-name", 302, "https://captive.example.test/login?next=abc", "captive.example.test"),
    _redirect("302-without-scheme", 302, "//other.example.test/", "other.example.test"),
    _redirect("302-nowhere", 302, None),
    _redirect("302-empty", 302, ""),
    _redirect("302-javascript", 302, "javascript:alert(1)"),
    _redirect("302-broken", 302, "http://[::1"),
    _redirect("302-escapes", 302, "https://\x1b[31mred.example.test/"),
    _redirect("302-long", 302, f"https://{'a' * 9000}.example.test/"),
    _redirect("300", 300, "{elsewhere}/"),
    _redirect("304", 304, None),
    _redirect("305", 305, "{elsewhere}/"),
    Fault(
        name="refresh-header",
        expects="good",
        why="only browsers obey it",
        act=lambda setting: replied(
            headers=(*setting.call.good.headers, f"Refresh: 0; url={setting.elsewhere}")
        )(setting),
    ),
)

STATUSES = (*PLAIN_STATUSES, *LIMITS, *REDIRECTS)
