"""How a person makes a post where its platform cannot be reached by us."""

from __future__ import annotations

from publisher.model.record import Record


class ByHand(Record, frozen=True, kw_only=True):
    """How a person makes a post in a browser."""

    name: str
    """What is opened: ``the blog's editor``."""
    address: str
    steps: tuple[str, ...]
    """What is done there, in sentences; what is pasted is at hand."""
    editing: tuple[str, ...] = ()
    """The same for a post that stands there already, and is open."""
