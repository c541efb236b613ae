"""Packing: the best selection of a text's parts that a platform has room for, by stated worths.

A part has forms, the fullest first. Every form has a worth, and the selection with the greatest sum that fits is
taken: it is searched for exactly, over the Pareto front of (length, worth), so that no cleverness has to be trusted.
Parts that are never left out are in every selection; of the others, a lower one is only there where every higher one
is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from publisher.model.record import Record
from publisher.rendering.cuts import Form

ALWAYS = 1_000
"""The worth of a part that is never left out."""


class Part(Record, frozen=True, kw_only=True):
    """One thing that a text says."""

    name: str
    worth: int
    """What it counts beside the others, in its fullest form; `ALWAYS` for a part that is never left out."""
    forms: tuple[Form, ...]
    """The fullest first; at least one."""
    glue: str = "\n"
    """What parts it from the part before it."""
    flowing: bool = False
    """It stands in the line of the part before it where that one ends a sentence."""


class Packed(Record, frozen=True):
    """A text, and what became of its parts."""

    body: str
    length: int
    """As the platform counts."""
    shortened: tuple[str, ...] = ()
    """Parts that are there in a shorter form, in reading order."""
    left_out: tuple[str, ...] = ()
    """Parts there was no room for, the most important first."""


class _Chosen(Record, frozen=True):
    """A selection in the making: the index of a form by part, in order of importance."""

    length: int
    worth: float
    forms: tuple[int, ...]


def packed(parts: Sequence[Part], limit: int | None, measure: Callable[[str], int]) -> Packed:
    """The best text of these parts, in reading order, of at most ``limit`` as ``measure`` counts.

    Where even the smallest is too long, that one: its length says so. Takes linear time in the length of the texts.
    """
    ranked = sorted(parts, key=lambda part: -part.worth)
    room = _Lengths(ranked, measure)
    budget = limit
    for _ in range(_TRIES):
        chosen = _best(ranked, room, budget)
        body = _joined(parts, {part.name: form for part, form in zip(ranked, chosen, strict=False)})
        length = measure(body)
        if limit is None or budget is None or length <= limit or budget <= 0:
            break
        # The platform counts the whole otherwise than its pieces: two of them make a link where they meet.
        budget -= length - limit
    return _told(parts, ranked, chosen, body, length)


_TRIES = 8


class _Lengths:
    """What each form takes, with what parts it from the form before it."""

    def __init__(self, parts: Sequence[Part], measure: Callable[[str], int]) -> None:
        self._known = {
            (part.name, index): measure(form.text) + len(part.glue)
            for part in parts
            for index, form in enumerate(part.forms)
        }

    def __call__(self, part: Part, index: int) -> int:
        return self._known[part.name, index]

    def shortest(self, part: Part) -> int:
        """The form of a part that takes least."""
        return min(range(len(part.forms)), key=lambda index: self(part, index))


def _best(ranked: Sequence[Part], room: _Lengths, limit: int | None) -> tuple[int, ...]:
    """The form of each part that is kept, in order of importance; the rest of them is left out."""
    front = [_Chosen(-len(ranked[0].glue), 0.0, ())] if ranked else []
    best: _Chosen | None = None
    for part in ranked:
        if part.worth < ALWAYS:
            best = _better(best, front, limit)
        front = _front(_grown(front, part, room), limit)
        if not front:
            break
    best = _better(best, front, limit)
    return best.forms if best else _smallest(ranked, room)


def _grown(front: Sequence[_Chosen], part: Part, room: _Lengths) -> Iterator[_Chosen]:
    for chosen in front:
        for index, form in enumerate(part.forms):
            worth = chosen.worth + part.worth - form.loss
            yield _Chosen(chosen.length + room(part, index), worth, (*chosen.forms, index))


def _front(candidates: Iterator[_Chosen], limit: int | None) -> list[_Chosen]:
    """Those that fit, and than which none is both shorter and worth more.

    Exact in a room of up to `_EXACT` characters; in a larger one, of those within a grain the one that is worth most.
    """
    grain = 1 if limit is None else 1 + limit // _EXACT
    kept: list[_Chosen] = []
    for one in sorted(candidates, key=lambda one: (one.length, -one.worth)):
        if (limit is not None and one.length > limit) or (kept and one.worth <= kept[-1].worth):
            continue
        if len(kept) > 1 and one.length - kept[-1].length < grain:
            kept.pop()
        kept.append(one)
    return kept


_EXACT = 500


def _better(best: _Chosen | None, front: Sequence[_Chosen], limit: int | None) -> _Chosen | None:
    fitting = [one for one in (best, *front) if one and (limit is None or one.length <= limit)]
    return max(fitting, key=lambda one: one.worth, default=None)


def _smallest(ranked: Sequence[Part], room: _Lengths) -> tuple[int, ...]:
    return tuple(room.shortest(part) for part in ranked if part.worth >= ALWAYS)


def _joined(parts: Sequence[Part], forms: dict[str, int]) -> str:
    body = ""
    for part in parts:
        if part.name in forms:
            text = part.forms[forms[part.name]].text
            body += (_between(body, part) if body else "") + text
    return body


def _between(body: str, part: Part) -> str:
    return " " if part.flowing and body.endswith((".", "!", "?", "…")) else part.glue


def _told(
    parts: Sequence[Part], ranked: Sequence[Part], chosen: Sequence[int], body: str, length: int
) -> Packed:
    kept = {part.name: index for part, index in zip(ranked, chosen, strict=False)}
    cut = tuple(part.name for part in parts if kept.get(part.name) and part.forms[kept[part.name]].cut)
    return Packed(body, length, cut, tuple(part.name for part in ranked if part.name not in kept))
