"""What a platform answers when all goes well: an adapter's verbs, request by request.

A `Situation` is one verb under one set of circumstances, with the good answers to all its requests. Each request
becomes a `Call`: the one that a fault will spoil, so that a fault can come first, last, or in the middle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

URL = "{url}"
"""In an answer, or in what `locate` is asked for: the address of the server that gives it."""

VERBS = ("check", "stage", "release", "publish", "find", "amend", "withdraw", "locate")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer of a platform; ``{url}`` in its texts and headers becomes the server's own address."""

    document: Any = None
    status: int = 200
    body: bytes | None = None
    """Instead of the document, as it stands."""
    content_type: str | None = "application/json; charset=UTF-8"
    headers: tuple[str, ...] = ()
    reason: str = "Said"

    def content(self, url: str) -> bytes:
        """The body."""
        if self.body is not None:
            return self.body
        return json.dumps(self.document).replace(URL, url).encode()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The good answers to one verb, where there is more to say than that."""

    replies: Sequence[Any]
    """A `Reply` each, or a document alone: JSON with status 200."""
    at: Sequence[int] = ()
    """Which of the requests are spoiled, counted from 0; all unless said."""
    repeat: bool = False
    """An attempt came before, so that the adapter may look before it writes: `Post.repeat`."""
    url: str = ""
    """What `locate` is asked for."""
    shrugs: Mapping[int, str] = field(default_factory=dict)
    """By request, what the verb comes to whatever becomes of it, since the part that counts is done already."""
    alike: Sequence[int] = ()
    """Requests whose answers another situation reads in the same way: what is in an answer is tried there."""
    more: int = 0
    """Requests beyond the replies that a failure may call for."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of one situation: the one that is spoiled."""

    id: str
    """The situation's name; the second and later requests have their number behind a dot: ``publish.2``."""
    verb: str
    replies: tuple[Reply, ...]
    at: int
    repeat: bool
    url: str
    shrugs: str | None
    alike: bool
    more: int

    @property
    def good(self) -> Reply:
        """The answer that a fault takes the place of."""
        return self.replies[self.at]


def calls_in(replies: Mapping[str, Sequence[Any] | Situation]) -> tuple[Call, ...]:
    """The calls of a table of good answers, ``{"check": [ME], "stage-again": Situation(…)}``.

    A key is a verb, or a verb and after a hyphen what is special. Raises ValueError for any other. A verb that asks
    the platform nothing has no replies, and no call.
    """
    return tuple(call for name, told in replies.items() for call in _calls(name, told))


def _calls(name: str, told: Sequence[Any] | Situation) -> Iterator[Call]:
    situation = told if isinstance(told, Situation) else Situation(replies=told)
    verb = name.partition("-")[0]
    if verb not in VERBS:
        raise ValueError(f"{name!r} is no verb; there are {', '.join(VERBS)}")
    answers = tuple(each if isinstance(each, Reply) else Reply(document=each) for each in situation.replies)
    for at in situation.at or range(len(answers)):
        yield Call(
            id=f"{name}.{at + 1}" if at else name,
            verb=verb,
            replies=answers,
            at=at,
            repeat=situation.repeat,
            url=situation.url,
            shrugs=situation.shrugs.get(at),
            alike=at in situation.alike,
            more=situation.more,
        )
