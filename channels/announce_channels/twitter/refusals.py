"""X's refusals: status, code, type or words, what follows from it, and the cure where they say which.

The first row that fits counts; a refusal that fits none is judged by its status, in X's words, without a cure.

Sources: docs.x.com (response codes and errors; the limits of self-serve apps), and what X's clients report: see
docs/channels/twitter.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from publisher.adapter import BadCredentials, ChannelError, Rejected, Unknown

WRITE_CURE = "give the app Read and write in X's developer console, then make a new access token for it"
CAP_CURE = "raise the app's cap in X's developer console, or wait until its month is over"


class Row(NamedTuple):
    """One kind of refusal."""

    status: int
    outcome: Callable[..., ChannelError]
    cure: str | None
    codes: tuple[int, ...] = ()
    """Those of the first API, which still come through."""
    types: tuple[str, ...] = ()
    """The last part of a problem's type, or its reason."""
    words: str = ""
    """Where these stand in what X says, whatever the case."""


_DUPLICATE = partial(Unknown, duplicate=True)  # without the id of the post that is there

ROWS = (
    Row(401, BadCredentials, "set the clock", codes=(135,)),
    Row(401, BadCredentials, "make a new access token and its secret", codes=(89,)),
    Row(401, BadCredentials, "look at the app in X's developer console: it is suspended", codes=(416,)),
    Row(402, Rejected, "buy credits in X's developer console: they are used up", words="credits"),
    Row(402, Rejected, "raise the spending limit in X's developer console", words="spend"),
    Row(403, _DUPLICATE, None, codes=(187,), words="duplicate"),
    Row(
        403,
        Rejected,
        "put the app into a project in X's developer console",
        types=("client-not-enrolled",),
        words="attached to a project",
    ),
    Row(
        403,
        Rejected,
        "look up the app's access level in X's developer console: it lacks this call",
        codes=(453,),
        words="different access level",
    ),
    Row(403, Rejected, "log in at x.com and unlock the account", codes=(326,), words="temporarily locked"),
    Row(
        403,
        Rejected,
        "log in at x.com: X has suspended the account",
        codes=(63, 64),
        words="account is suspended",
    ),
    Row(403, Rejected, "make the text shorter", codes=(186,)),
    Row(
        403, Rejected, WRITE_CURE, codes=(261,), types=("oauth1-permissions",), words="oauth1 app permissions"
    ),
    Row(403, Rejected, "leave at most one $word in the text", words="cashtag"),
    Row(403, Rejected, "leave the @names out of the text", words="mention"),
)


def row_for(status: int, said: Any, words: str) -> Row | None:
    """The row that fits an answer of X's: ``said`` is its JSON, ``words`` its sentence."""
    said = said if isinstance(said, dict) else {}
    code, kinds, lower = _first(said).get("code"), _kinds(said), words.lower()
    return next(
        (
            row
            for row in ROWS
            if row.status == status
            and (code in row.codes or kinds & {*row.types} or (row.words and row.words in lower))
        ),
        None,
    )


def is_of_type(said: Any, kind: str) -> bool:
    """Whether a problem is of this type, such as ``usage-capped``."""
    return isinstance(said, dict) and kind in _kinds(said)


def _kinds(said: Mapping[str, Any]) -> set[str]:
    return {str(said.get("type", "")).rpartition("/")[2], str(said.get("reason", ""))}


def _first(said: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = said.get("errors")
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
