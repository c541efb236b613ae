"""What a text of ``words.toml`` is filled with: whether a translation has kept what stands in braces."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter
from typing import Any

SENTENCES = frozenset({"tag", "lead", "closing", "told", "change"})
"""Tables whose texts may print any time; those of all others are filled with what the packaged ones have in braces."""

_FORMS = {
    "start": ("start", "at_start", "new_start", "dated_start", "brief_start"),
    "end": ("end", "at_end", "new_end", "brief_end"),
    "closed": ("closed", "at_closed"),
    "was_start": ("was_start",),
    "was_end": ("was_end",),
    "punctuality": ("punctuality",),
}

SHOWN: dict[str, frozenset[str]] = {
    **{form: frozenset({time}) for time, forms in _FORMS.items() for form in forms},
    "period": frozenset({"start", "end"}),
    "was_period": frozenset({"was_start", "was_end"}),
    "outcome": frozenset({"end"}),
}
"""What a sentence may have in braces, and which times readers then see: ``{at_end}`` shows what ``{end}`` does."""


def misfilled(key: str, text: Any, models: Sequence[Any], *, translated: bool) -> str | None:
    """In what a text differs from the packaged ones of its key; None where it does not.

    ``translated``: it is of a language that does not come with the program, so that a time that is not said was lost.
    Who words a sentence of ours anew may leave a time out.
    """
    if isinstance(models[0], list):
        return None if _is_like(text, models[0]) else f"{key} is not a list of {len(models[0])} texts"
    if not isinstance(text, str):
        return f"{key} is not a text"
    is_sentence = _table(key) in SENTENCES
    needed = [_fields(model) for model in models]
    try:
        has = _fields(text)
    except ValueError as error:
        return f"{key} is not well-formed: {error}" if is_sentence or needed[0] else None
    lacks, strange = _times(has, needed) if is_sentence else (needed[0] - has, has - needed[0])
    differences = {"lacks": lacks if translated or not is_sentence else set(), "has": strange}
    told = [f"{verb} {_braced(names)}" for verb, names in differences.items() if names]
    return f"{key} {', '.join(told)}" if told else None


def _times(has: set[str], needed: Sequence[set[str]]) -> tuple[set[str], set[str]]:
    """Which times every packaged sentence says and this one does not, and what no sentence is filled with."""
    said = [set().union(*(SHOWN[name] for name in names)) for names in needed]
    known = has & set(SHOWN)
    return set.intersection(*said) - set().union(*(SHOWN[name] for name in known)), has - known


def _table(key: str) -> str:
    """``lead`` of ``lead.begun``, and of ``wording.incident.lead.begun``."""
    parts = key.split(".")
    return parts[2] if parts[0] == "wording" and len(parts) > 3 else parts[0]


def _is_like(texts: Any, model: Sequence[str]) -> bool:
    return isinstance(texts, list) and len(texts) == len(model) and all(isinstance(one, str) for one in texts)


def _fields(text: str) -> set[str]:
    """The names in braces; raises ValueError for a brace that is left open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
