"""The words of a language: the user's laid over ours, and what a translation of them has lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Vocabulary = Mapping[str, Any]
"""What a ``words.toml`` holds: texts in tables of tables, ``{"label": {"by": "bis {moment}"}}``."""


def laid_over(lower: Any, upper: Any) -> Any:
    """Two tables in one, at every depth; where both have a value, the upper one's."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    return lower | {key: laid_over(lower.get(key), value) for key, value in upper.items()}


def losses(words: Vocabulary, models: Sequence[Vocabulary], *, translated: bool = True) -> list[str]:
    """What ``words`` lack that every model has, a line each: keys, and what a text holds in braces.

    ``translated``: of a language that is not packaged, so that a sentence has to tell the times that ours tell.
    """
    from publisher.rendering.braces import misfilled  # for a check only

    ours, theirs = _flat(words), [_flat(model) for model in models]
    every = set.intersection(*map(set, theirs)) if theirs else set()
    absent = sorted(every - set(ours))
    told = [
        misfilled(key, ours[key], [model[key] for model in theirs], translated=translated)
        for key in sorted(every & set(ours))
    ]
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


def _flat(words: Vocabulary) -> dict[str, Any]:
    """Every text by its whole key: ``{"tag.cancelled": "[Abgesagt]"}``."""
    return dict(_leaves(words, ""))


def _leaves(words: Vocabulary, before: str) -> Iterator[tuple[str, Any]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
