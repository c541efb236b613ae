"""What WHMCS's answers mean: rows of announcements, and refusals with what the engineer can do about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from publisher.adapter import (
    BadCredentials,
    ChannelError,
    Rejected,
    Unknown,
    error_for,
    json_of,
    raise_for_redirect,
    said_by,
)

if TYPE_CHECKING:
    import requests


def refusal(answer: Mapping[str, Any], action: str, response: requests.Response) -> ChannelError:
    """The error for WHMCS's own message: nothing was done."""
    message = said_by(response, str(answer.get("message", "")))
    for beginning, (kind, problem, cure) in _REFUSALS.items():
        if message.lower().startswith(beginning):
            return kind(f"{problem} ({message})", cure=cure)
    return Rejected(f"WHMCS refused {action}: {message or 'without a reason'}")


def answer_in(response: requests.Response) -> Mapping[str, Any]:
    """Raises by the status where WHMCS did not speak itself; 403 with its JSON is WHMCS."""
    raise_for_redirect(response)
    try:
        answer = json_of(response)
    except Unknown:
        if response.status_code == 200:
            raise
        raise error_for(response.status_code, "", response=response) from None
    if not isinstance(answer, dict):
        raise Unknown("WHMCS answered with something that is no object")
    return answer


def rows_in(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The announcements of a page that can be read: nested, as they come; or flat, as the documentation has them."""
    nested = answer.get("announcements")
    if isinstance(nested, dict):
        nested = nested.get("announcement")
    rows = nested if isinstance(nested, list) else _unflattened(answer)
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("announcement"), str)]


def is_published(row: Mapping[str, Any]) -> bool:
    """Whether customers see it."""
    return str(row.get("published")).lower() in {"1", "true", "on"}


def key_in(markup: str) -> str | None:
    """The key of the post in an announcement's mark, ``CMO-7K3M/1``; None where there is none."""
    mark = re.search(r"data-announce-id=[\"']([A-Z0-9/-]{1,40})[\"']", markup)
    return mark[1] if mark else None


def number_in(url: str) -> str | None:
    """The id in the address of an announcement: ``…/announcements/7/Title.html``, ``…/announcements.php?id=7``."""
    found = re.search(r"/announcements(?:/|\.php\?(?:.*&)?id=)0*([1-9][0-9]{0,11})(?![0-9])", unquote(url))
    return found[1] if found else None


def id_in(answer: Mapping[str, Any], key: str = "id") -> str:
    """An announcement's id. Raises Unknown where there is none: what has no id was not proved to be made."""
    return str(_number(answer.get(key), "the id of an announcement", least=1))


def total_in(answer: Mapping[str, Any]) -> int:
    """How many announcements there are on all pages. Raises Unknown where WHMCS does not say."""
    return _number(answer.get("totalresults"), "their number", least=0)


_REFUSALS: dict[str, tuple[type[Rejected], str, str]] = {
    "authentication failed": (
        BadCredentials,
        "WHMCS does not accept the API credentials",
        "make API credentials in WHMCS (Configuration → Manage API Credentials) and set identifier and secret",
    ),
    "invalid ip": (
        Rejected,
        "WHMCS does not let this machine's address in",
        "add it under General Settings → Security → API IP Access Restriction, or set access_key",
    ),
    "invalid permissions": (
        Rejected,
        "the API role does not allow this action",
        "allow GetAnnouncements, AddAnnouncement and UpdateAnnouncement in the API role",
    ),
    "announcement id not found": (
        Rejected,
        "someone deleted the announcement in WHMCS",
        "decide whether the post is still wanted",
    ),
}
"""By the beginning of WHMCS's message, in lower case: what it means and the cure."""


def _unflattened(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for key, value in answer.items():
        if parts := re.fullmatch(r"announcements\[announcement\]\[(\d{1,5})\]\[(\w+)\]", key):
            rows.setdefault(int(parts[1]), {})[parts[2]] = value
    return list(rows.values())


def _number(value: Any, what: str, *, least: int) -> int:
    """WHMCS writes numbers as numbers or as strings."""
    if not re.fullmatch(r"[0-9]{1,12}", str(value)) or int(value) < least:
        raise Unknown(f"WHMCS answered without {what}")
    return int(value)
