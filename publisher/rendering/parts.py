"""A short template's parts: what its block ``parts`` says of each, and the forms that its other blocks give it.

A line of that block is one part, in reading order: its name, its worth or ``always``, and how it gives way::

    matter   always  words dashed
    meaning  160     -6
    text     80      sentences

``-6`` is what the next shorter form loses, ``part_meaning_2``, then ``part_meaning_3``. ``words``, ``sentences`` and
``stops`` say where the last of the forms may be cut; ``joined``, ``dashed`` and ``flowing`` that it stands in the line
of the part before it: always, after a dash, or where that one ends a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from publisher.rendering import cuts
from publisher.rendering.cuts import Form
from publisher.rendering.engine import Sheet
from publisher.rendering.folders import TemplateFault
from publisher.rendering.packing import ALWAYS, Packed, Part, packed


def has_parts(sheet: Sheet) -> bool:
    """Whether a template says its text in parts."""
    return "parts" in sheet.blocks()


def packed_parts(sheet: Sheet, limit: int | None, measure: Callable[[str], int]) -> Packed:
    """The best text of a template's parts; raises TemplateFault."""
    whole = [part for line in _lines(sheet) if (part := _part(sheet, line, None))]
    made = packed(whole, limit, measure)
    if limit is None or (made.length <= limit and made.body == _fullest(whole, measure)):
        return made
    return packed([part for line in _lines(sheet) if (part := _part(sheet, line, limit))], limit, measure)


def _fullest(parts: Sequence[Part], measure: Callable[[str], int]) -> str:
    return packed(parts, None, measure).body


def _lines(sheet: Sheet) -> list[list[str]]:
    return [words for line in sheet.block("parts").splitlines() if (words := line.split())]


def _part(sheet: Sheet, line: Sequence[str], limit: int | None) -> Part | None:
    """The part of a line; None where it has nothing to say. With a ``limit``, its cuts too."""
    name, worth, *manner = line if len(line) > 1 else (*line, "")
    _insist(sheet, line, known=worth == "always" or worth.isdecimal())
    counts = ALWAYS if worth == "always" else min(int(worth), ALWAYS - 1)
    losses = [float(word[1:]) for word in manner if word[0] == "-" and word[1:].isdecimal()]
    _insist(sheet, line, known=len(losses) + len(set(manner) & _MANNERS) == len(manner))
    forms = [form for form in _forms(sheet, name, losses) if form.text]
    if not forms:
        return None
    if limit is not None:
        forms += _cuts(forms[-1], manner, limit, counts)
    return Part(
        name=name.replace("_", " "),
        worth=counts,
        forms=tuple(forms),
        glue=next((glue for word, glue in _GLUE.items() if word in manner), "\n"),
        flowing="flowing" in manner,
    )


_GLUE = {"joined": " ", "dashed": " – "}
_MANNERS = frozenset({"words", "sentences", "stops", "flowing", *_GLUE})


def _forms(sheet: Sheet, name: str, losses: Sequence[float]) -> Iterator[Form]:
    yield Form(sheet.block(f"part_{name}"))
    for number, loss in enumerate(losses, 2):
        yield Form(sheet.block(f"part_{name}_{number}"), loss)


def _cuts(last: Form, manner: Sequence[str], limit: int, worth: int) -> Iterator[Form]:
    if "sentences" in manner:
        forms = cuts.sentences(last.text, limit, worth)
    elif "stops" in manner:
        forms = cuts.stops(last.text, limit, worth)
    elif "words" in manner:
        forms = cuts.words(last.text, limit)
    else:
        return
    yield from (Form(form.text, last.loss + form.loss, cut=True) for form in forms)


def _insist(sheet: Sheet, line: Sequence[str], *, known: bool) -> None:
    if not known:
        raise TemplateFault(
            f"{sheet.file}, block parts: {' '.join(line)!r} is no part",
            cure="write a name, a whole number or always, then any of -N, words, sentences, stops, joined, dashed,"
            " flowing",
        )
