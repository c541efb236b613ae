"""The shorter forms of a text: the sentences it begins with, or its first words and ``…``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import category

from publisher.model.record import Record

MOST_CUTS = 60
"""Candidates of one text: a search over them stays quick, whatever the length of the text."""

SHORTEST_TEXT = 40
"""Characters: less of a text that was written to be read whole says nothing."""


class Form(Record, frozen=True):
    """One way to say a part."""

    text: str
    loss: float = 0.0
    """What it is worth less than the fullest form."""
    cut: bool = False
    """Words of it are missing that somebody typed."""


def places(text: str) -> list[int]:
    """Where a text may end: after each word but the last, then inside the first one; the longest first."""
    ends = [found.start() for found in re.finditer(" ", text)]
    first = ends[0] if ends else len(text)
    inside = [end for end in range(1, first) if _may_part(text[end - 1], text[end])]
    return [*ends[::-1], *inside[::-1]]


def cut_at(text: str, end: int) -> str:
    """Its beginning and ``…``, with the bidi isolates closed that are left open: they would turn the rest around."""
    start = text[:end].rstrip(" ,;:.–-") if text[end : end + 1] == " " else text[:end]
    still_open = sum(start.count(mark) for mark in "\u2066\u2067\u2068") - start.count("\u2069")
    return f"{start}…" + "\u2069" * still_open


def words(text: str, within: int) -> Iterator[Form]:
    """A title cut shorter and shorter, for a room of ``within``: after a word, and at last inside the first one.

    What it loses stands in a table: the first 45 characters are dear, those behind 120 nearly free.
    """
    beginning = text[: 2 * within]
    for end in _thinned(places(beginning)):
        cut = cut_at(beginning, end)
        yield Form(cut, _lost(len(cut)) + _share(cut, text), cut=True)


def sentences(text: str, within: int, worth: int) -> Iterator[Form]:
    """The sentences that a text begins with, one fewer each time; at last the beginning of the first.

    A sentence cut in its middle may say the contrary of the whole: that is the last resort, and dear.
    """
    yield from stops(text, within, worth)
    for cut in words(text, within):
        if len(cut.text) >= SHORTEST_TEXT:
            yield Form(cut.text, worth * (0.8 + 0.1 * _share(cut.text, text)), cut=True)


def stops(text: str, within: int, worth: int) -> Iterator[Form]:
    """The same without the last resort: advice that breaks off is none."""
    for end in _thinned(_sentence_ends(text[: 4 * within])):
        start = text[:end]
        yield Form(start, worth * (0.6 + 0.1 * _share(start, text)), cut=True)


def _sentence_ends(text: str) -> list[int]:
    """The longest first; not the point of ``z. B.``, ``10 Min.`` or ``3. November``."""
    ends = [
        found.end(2) for found in re.finditer(_SENTENCE, text) if not re.fullmatch(_ABBREVIATED, found[1])
    ]
    return ends[::-1]


_SENTENCE = r"(\w*)([.!?])(?=\s+[A-ZÄÖÜ0-9])"
_ABBREVIATED = r"\w?|\d+|Std|Min|bzw|max|ca|Nr|Tel|St|approx|No"


def _lost(length: int) -> float:
    """Piecewise linear through `_LOSSES`."""
    for (low, more), (high, less) in pairwise(_LOSSES):
        if length < high:
            return more - (more - less) * (length - low) / (high - low)
    return 0.0


_LOSSES = (
    (0, 320.0),
    (12, 220.0),
    (20, 140.0),
    (30, 70.0),
    (45, 18.0),
    (60, 9.0),
    (80, 6.0),
    (120, 2.0),
    (200, 0.0),
)
"""What a title loses that is cut to so many characters: weighed against the worths in `templates/short.txt`."""


def _share(cut: str, text: str) -> float:
    """How much of a text is missing, from 0 to 1."""
    return 1 - len(cut) / (len(text) + 1)


def _thinned(ends: list[int]) -> list[int]:
    """At most `MOST_CUTS` of them, spread evenly, the longest and the shortest among them."""
    if len(ends) <= MOST_CUTS:
        return ends
    step = (len(ends) - 1) / (MOST_CUTS - 1)
    return [ends[round(step * number)] for number in range(MOST_CUTS)]


def _may_part(before: str, after: str) -> bool:
    """A word is never cut before an accent, a skin colour or a joiner, nor after a joiner."""
    return category(after) not in _JOINED and before != _JOINER


_JOINED = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})
_JOINER = "\u200d"
