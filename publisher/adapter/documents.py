"""The one JSON document in an answer, beside what PHP and plug-ins print around it.

A notice of an old plug-in in front of it, the comment of a cache behind it, a file saved with ``<?php`` as text:
on a blog nobody sees these, and the document between them is whole. It is read only where it is the one document,
and where all the rest is known to be such talk; a page of HTML with JSON in a script is a page of HTML.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from publisher.adapter.answers import document_text, json_of, refusing, unambiguous
from publisher.model.outcome import Unknown

if TYPE_CHECKING:
    import requests

_KINDS = (
    "Fatal error|Parse error|Warning|Notice|Deprecated|Strict Standards|Recoverable fatal error"
    "|Catchable fatal error|Core warning|Compile warning"
)
_MESSAGE = (
    rf"(?s)(?:<br\s*/?>\s*)?<b>(?:PHP )?(?:{_KINDS})</b>: .{{0,8000}}? on line <b>\d{{1,7}}</b>(?:<br\s*/?>)?"
    rf"|(?:PHP )?(?:{_KINDS}): .{{0,8000}}? on line \d{{1,7}}(?!\d)"
)
_COMMENT = r"(?s)<!--.{0,20000}?-->"
_TAG = r"<\?(?:php\b)?|\?>"
_BLANK = r"[\s\ufeff]+"

_TALK = {
    _BLANK: "",
    _MESSAGE: "the answers carry messages of PHP: switch display_errors off on the blog's server",
    _COMMENT: "the answers carry an HTML comment: exclude the API from the plug-in that writes it",
    _TAG: "the answers carry PHP code as text: a file of a plug-in or theme begins wrongly",
}
_MOST = 50
"""Messages around one document."""


def json_beside(response: requests.Response) -> Any:
    """The answer's JSON, whatever its status and media type. Raises Unknown as `json_of` does."""
    return _found(response)[0]


def talk_in(response: requests.Response) -> list[str]:
    """What an answer holds beside its JSON, each in a sentence with its cure; nothing where it is plain JSON."""
    return _found(response)[1]


def _found(response: requests.Response) -> tuple[Any, list[str]]:
    try:
        return json_of(response), []
    except Unknown:
        found = _beside(document_text(response), _stated(response))
        if found is None:
            raise
        return found


def _beside(text: str, stated: str) -> tuple[Any, list[str]] | None:
    """The document and the talk around it; None where it is not the one document."""
    if not re.match(r"(?:$|text/(?:html|plain)(?![\w-])|\S+/(?:\S+\+)?json\b)", stated):
        return None
    said: list[str] = []
    start = _after_talk(text, 0, said)
    if text[start : start + 1] not in {"{", "["}:
        return None
    try:
        document, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    if _after_talk(text, end, said) < len(text):
        return None
    if not said:
        said.append(f"the answers are JSON, but are called {stated.split(';', maxsplit=1)[0]!r}")
    return document, list(dict.fromkeys(said))


def _after_talk(text: str, at: int, said: list[str]) -> int:
    """Where the talk that begins there ends; what it was is added to ``said``."""
    for _ in range(_MOST):
        before = at
        for pattern, meaning in _TALK.items():
            if found := re.compile(pattern).match(text, at):
                at = found.end()
                said += [meaning] if meaning else []
        if at == before:
            break
    return at


def _stated(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").strip().lower()


_DECODER = json.JSONDecoder(parse_constant=refusing, object_pairs_hook=unambiguous)
