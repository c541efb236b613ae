"""Below ``/http/any/`` every request is taken, whatever its address, method and body: a drill of requests of one's own.

What names a post that was made before is about that one; anything else that brings a body makes one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from announce_sandbox.wire import BadBody, Request

FIRST = 710_001
"""Numbers of posts begin here: a number like this stands in no request by chance."""


def is_taken(request: Request) -> bool:
    """Whether the address is one of these."""
    return request.path.startswith("/any/")


def number_in(request: Request, known: Collection[int]) -> int | None:
    """The post that the request is about: the one whose number stands in its address or its body."""
    words = {*re.split(r"[/&=?]", f"{request.path}?{request.query}"), *_leaves(content(request))}
    return next((number for number in known if number >= FIRST and str(number) in words), None)


def content(request: Request) -> Mapping[str, Any]:
    """What was sent, by names; a body that is neither a form nor a JSON object is a text."""
    try:
        found = {**dict(request.form), **request.fields} if request.body else {}
    except BadBody:
        found = {}
    if request.body and not found:
        return {"text": request.body.decode("utf-8", "replace")}
    return found


def longest(fields: Mapping[str, Any]) -> str:
    """What is most likely the text, where no name says so."""
    return max(_leaves(fields), key=len, default="")


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case None | bool():
            return
        case _:
            yield str(value)
