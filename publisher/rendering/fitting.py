"""Room: how long a text is to its platform, the longest text that fits, and how a title is shortened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from unicodedata import category

from publisher.model.post import Capabilities, Count


class DoesNotFit(Exception):
    """Even the shortest variant with the shortest title is too long. One line; ``cure`` is an imperative."""

    def __init__(self, *, channel: str, length: int, limit: int, unit: str, cure: str) -> None:
        super().__init__(f"the text needs at least {length} {unit}; the limit is {limit}")
        self.channel = channel
        self.length = length
        self.limit = limit
        self.cure = cure


def first_fitting(
    bodies: Iterable[str], capabilities: Capabilities, *, channel: str, cure: str
) -> tuple[str, int]:
    """The first text that fits, and its length as the platform counts; raises DoesNotFit."""
    measure, unit = _MEASURES[capabilities.count]
    limit, lengths = capabilities.max_length, []
    for body in bodies:
        lengths.append(measure(body))
        if limit is None or lengths[-1] <= limit:
            return body, lengths[-1]
    raise DoesNotFit(channel=channel, length=min(lengths), limit=limit or 0, unit=unit, cure=cure)


def shortened(title: str) -> Iterator[str]:
    """A title cut shorter and shorter, with ``…``: after a word, and at last inside the first word."""
    words = title.split(" ")
    for count in range(len(words) - 1, 0, -1):
        yield _cut(" ".join(words[:count]).rstrip(" ,;:.–-"))
    first = words[0]
    for end in range(len(first) - 1, 0, -1):
        if category(first[end]) not in _JOINED and first[end - 1] != _JOINER:
            yield _cut(first[:end])


def _weight(text: str) -> int:
    from publisher.rendering.weight import weighted_length  # 4 ms, and only X counts like this

    return weighted_length(text)


_MEASURES: Mapping[Count, tuple[Callable[[str], int], str]] = {
    Count.CHARACTERS: (len, "characters"),
    Count.WEIGHTED: (_weight, "weighted characters"),
}

_JOINED = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})
_JOINER = "\u200d"
"""A word is never cut before an accent, a skin colour or a joiner, nor after a joiner."""


def _cut(start: str) -> str:
    """With the bidi isolates closed that the cut left open: they would turn the rest of the post around."""
    still_open = sum(start.count(mark) for mark in "\u2066\u2067\u2068") - start.count("\u2069")
    return f"{start}…" + "\u2069" * still_open
