"""The words of a language: the user's laid over ours, and what a translation of them has lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

Vocabulary = Mapping[str, Any]
"""What a ``words.toml`` holds: texts in tables of tables, ``{"label": {"by": "bis {moment}"}}``."""


def laid_over(lower: Any, upper: Any) -> Any:
    """Two tables in one, at every depth; where both have a value, the upper one's."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return lower | {key: laid_over(lower.get(key), value) for key, value in upper.items()}


def losses(words: Vocabulary, models: Sequence[Vocabulary]) -> list[str]:
    """What ``words`` lack that every model has, a line each: keys, and what a label holds in braces.

    Only the texts under ``label`` are filled by templates; elsewhere a brace is a brace.
    """
    ours, theirs = _flat(words), [_flat(model) for model in models]
    every = set.intersection(*map(set, theirs)) if theirs else set()
    absent = sorted(every - set(ours))
    labels = [key for key in sorted(every & set(ours)) if key.startswith("label.")]
    told = [_misfilled(key, ours[key], theirs[0][key]) for key in labels]
    return [*([f"there is no {', '.join(absent)}"] if absent else []), *filter(None, told)]


def strangers(words: Vocabulary, models: Sequence[Vocabulary], used: Callable[[str], bool]) -> list[str]:
    """Keys of ``words`` that no model has and that no template has ``used``, with the known one that was meant."""
    known = {key for model in models for key in _flat(model)}
    strange = [key for key in _flat(words) if key not in known and not used(key.rpartition(".")[2])]
    return [f"{key}{_meant(key, known)}" for key in strange]


def _meant(key: str, known: set[str]) -> str:
    from publisher.settings.nearest import nearest  # for a fault only

    near = nearest(key, known)
    return f" (did you mean {near}?)" if near else ""


def _misfilled(key: str, text: Any, model: str) -> str | None:
    """In what the braces of a label differ from its model's; None where they do not."""
    if not isinstance(text, str):
        return f"{key} is not a text"
    try:
        has = _fields(text)
    except ValueError as error:
        return f"{key} is not well-formed: {error}"
    needs = _fields(model)
    differences = {"lacks": needs - has, "has": has - needs}
    told = [f"{verb} {_braced(names)}" for verb, names in differences.items() if names]
    return f"{key} {', '.join(told)}" if told else None


def _fields(text: str) -> set[str]:
    """The names in braces; raises ValueError for a brace that is left open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _flat(words: Vocabulary) -> dict[str, Any]:
    """Every text by its whole key: ``{"tag.cancelled": "[Abgesagt]"}``."""
    return dict(_leaves(words, ""))


def _leaves(words: Vocabulary, before: str) -> Iterator[tuple[str, Any]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
