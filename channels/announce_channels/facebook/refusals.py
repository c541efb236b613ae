"""The Graph API's refusals: code, subcode or words, what follows from it, and the cure where they say which.

The first row that fits counts; a refusal that fits none is judged by its status, in Facebook's words, without a cure.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling, …/docs/facebook-login/access-tokens/debugging;
arsduo/koala#422 (368 for a duplicate), pdir/social-feed-bundle#184 (what code 10 leaves out).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

from publisher.adapter import BadCredentials, ChannelError, NotSent, Rejected, Unknown

READING = "pages_read_engagement and pages_read_user_content"
"""What it takes to read the Page's own posts; Facebook names only the first."""


class Row(NamedTuple):
    """One kind of refusal."""

    codes: Collection[int]
    outcome: Callable[..., ChannelError]
    cure: str | None = None
    """``{rights}`` are those that the words name."""
    subcodes: Collection[int] = ()
    """Only with one of these; empty: with any, or none."""
    words: str = ""
    """Only where these stand in what Facebook says, whatever the case."""
    why: str = ""
    """What the numbers mean, put before Facebook's words."""


_DUPLICATE = partial(Unknown, duplicate=True)
_NEW_TOKEN = "make a new Page access token"  # noqa: S105 (a cure, not a token)
_FORBIDDEN = (10, *range(200, 300))
_DEAD = (102, 190)

ROWS = (
    Row((1, 2), Unknown),  # "an unknown error", "temporarily unavailable": the post may be there
    Row((4, 17, 32, 341, 613, 80001), NotSent),  # throttled, before anything was done
    Row(
        _DEAD,
        BadCredentials,
        f"give the token's owner {READING}, and {_NEW_TOKEN}",
        words="must be granted before impersonating",
    ),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, (458,), why="the app was removed from the account"),
    Row(
        _DEAD,
        BadCredentials,
        "log in at facebook.com as the token's owner",
        (459,),
        why="its owner must log in at facebook.com first",
    ),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, (460,), why="its owner changed the password"),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, (463,), why="it has expired"),
    Row(
        _DEAD,
        BadCredentials,
        "confirm the account of the token's owner at facebook.com",
        (464,),
        why="its owner's account is not confirmed",
    ),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, (467,), why="it was revoked"),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, (492,), why="its owner has no role on the Page any more"),
    Row(_DEAD, BadCredentials, _NEW_TOKEN, why="it is not valid"),
    Row(
        (104,),
        BadCredentials,
        "let the Authorization header through: something on the way drops it",
        words="access token is required",
    ),
    Row((506,), _DUPLICATE),
    Row((368,), _DUPLICATE, words="already posted"),
    Row((368,), _DUPLICATE, words="duplicate"),
    Row((368,), Rejected, "look into the Page's support inbox: Facebook blocks it for now"),
    Row((100,), Rejected, "check page_id, and which Page the token is for", (33,)),
    Row(_FORBIDDEN, Rejected, "use a Page access token, not a user's", words="publish_actions"),
    Row(
        (10,),
        Rejected,
        f"give the token {READING}: reading its posts wants both",
        words="this endpoint requires",
    ),
    Row(_FORBIDDEN, Rejected, f"give the token {{rights}}, and {_NEW_TOKEN}", words="pages_"),
)


def row_for(error: Mapping[str, Any], words: str) -> Row | None:
    """The row that fits an error of Graph's; ``words`` is all that it says."""
    code, subcode = number_of(error.get("code")), number_of(error.get("error_subcode"))
    said = words.lower()
    return next(
        (
            row
            for row in ROWS
            if code in row.codes and (not row.subcodes or subcode in row.subcodes) and row.words in said
        ),
        None,
    )


def cure_in(row: Row, words: str) -> str | None:
    """The row's cure, with the rights that Facebook names."""
    rights = " and ".join(dict.fromkeys(re.findall(r"\bpages_[a-z_]{1,40}\b", words)))
    return row.cure and row.cure.replace("{rights}", rights)


def number_of(value: Any) -> int | None:
    """A code, which Graph has written as a text, too (strohne/Facepager#131); None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
