"""What Facebook says of a token: whether it may post, and until when.

Source: developers.facebook.com/docs/graph-api/reference/debug_token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from publisher.adapter import Identity, Permission, ending, one_line

_ENDS = {
    "expires_at": "the token expires",
    "data_access_expires_at": "the token's owner must renew its access to data, which ends",
}


def unknown_rights(why: str) -> Identity:
    """Nobody knows what the token may do."""
    return Identity(account="", may_publish=Permission.UNKNOWN, notes=(why,))


def rights_in(about: Mapping[str, Any], kind: str, now: datetime, *, page: str) -> Identity:
    """The rights on ``page`` in ``data`` of ``debug_token``; ``kind`` is the token's type, fit to be shown."""
    against = [*_elsewhere(about, page)]
    against += ["the token lacks pages_manage_posts"] if "pages_manage_posts" not in about["scopes"] else []
    against += ["Facebook says that the token is not valid"] if about.get("is_valid") is False else []
    standing = Permission.PROVED if about.get("type") == "PAGE" else Permission.UNKNOWN
    return Identity(
        account="",
        may_publish=Permission.REFUSED if against else standing,
        notes=(f"token of type {kind}, {_expiry(about.get('expires_at'))}", *against),
        warnings=tuple(_warnings(about, now)),
    )


def _elsewhere(about: Mapping[str, Any], page: str) -> Iterator[str]:
    """The token is another Page's, or its right to post holds for others alone."""
    profile = str(about.get("profile_id") or page)
    if profile != page:
        yield f"the token is for the Page {one_line(profile, 40)}, not for {page}"
    granular = about.get("granular_scopes")
    for right in granular if isinstance(granular, list) else ():
        match right:
            case {"scope": "pages_manage_posts", "target_ids": [*targets]} if page not in map(str, targets):
                yield f"the token may post on other Pages, and not on {page}"


def _warnings(about: Mapping[str, Any], now: datetime) -> list[str]:
    ends = {what: _moment(about.get(key)) for key, what in _ENDS.items()}
    return [said for what, moment in ends.items() if moment for said in ending(what, moment, now)]


def _expiry(seconds: Any) -> str:
    if seconds == 0 and seconds is not False:
        return "does not expire"
    moment = _moment(seconds)
    return f"expires {moment:%Y-%m-%d %H:%M} UTC" if moment else "its expiry is not told"


def _moment(seconds: Any) -> datetime | None:
    """None where nothing ends, or nobody says when."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < 2**32:
        return None
    return datetime.fromtimestamp(seconds, UTC)
