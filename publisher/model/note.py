"""A note: what whoever decides should know about a plan, with a code that a machine can go by."""

from __future__ import annotations

from publisher.model.record import Record


class Note(Record, frozen=True):
    """One sentence; nothing is refused for it."""

    code: str
    """What it is about, in one word or a few with hyphens: ``left-out``. Codes stay; sentences may be improved."""
    text: str
    """Without the channel's name."""
    channel: str | None = None
    """The channel it is about; None: all of them."""

    def __str__(self) -> str:
        return f"{self.channel}: {self.text}" if self.channel else self.text
