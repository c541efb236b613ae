"""Room: how long a text is to its platform, the longest text that fits, and how a title is shortened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from publisher.model.post import Capabilities, Count
from publisher.rendering.cuts import cut_at, places


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
    return (cut_at(title, end) for end in places(title))


def measure_of(count: Count) -> Callable[[str], int]:
    """How a platform counts a text."""
    return _MEASURES[count][0]


def insist_on_room(length: int, capabilities: Capabilities, *, channel: str, cure: str) -> None:
    """Raises DoesNotFit where a text is longer than the platform takes."""
    limit = capabilities.max_length
    if limit is not None and length > limit:
        unit = _MEASURES[capabilities.count][1]
        raise DoesNotFit(channel=channel, length=length, limit=limit, unit=unit, cure=cure)


def _weight(text: str) -> int:
    from publisher.rendering.weight import weighted_length  # 4 ms, and only X counts like this

    return weighted_length(text)


_MEASURES: Mapping[Count, tuple[Callable[[str], int], str]] = {
    Count.CHARACTERS: (len, "characters"),
    Count.WEIGHTED: (_weight, "weighted characters"),
}
