"""What the rules look at: the texts that are new in an update, and the posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.model.announcement import UNDETERMINED, Kind, Localized, Update
from publisher.model.languages import TEXTS
from publisher.model.lint import Lint
from publisher.model.outgoing import Outgoing
from publisher.model.record import Record

Hit = tuple[str | None, str]
"""The channel it is about (None: all of them), and a sentence."""


class Subject(Record, frozen=True):
    """An update on its way out."""

    update: Update
    outgoing: Sequence[Outgoing]
    lint: Lint

    def places(self) -> dict[str, Localized]:
        """The texts that are new, by what they are."""
        announcement = self.update.announcement
        texts = {"text": self.update.text, "corrected text": self.update.repaired}
        if self.update.kind in {Kind.INITIAL, Kind.CORRECTED}:
            texts |= {name: getattr(announcement, name) for name in TEXTS}
        return {name: text for name, text in texts.items() if text}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each with where it stands: ``reason (de)``."""
        for place, text in self.places().items():
            for language, words in text.items():
                yield (place if language == UNDETERMINED else f"{place} ({language})"), words
