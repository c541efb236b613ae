"""What a later update says, checked as far as it can be without knowing what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from publisher.model.announcement import Kind, Localized, Service
from publisher.model.record import Record


class Change(Record, frozen=True, kw_only=True):
    """What a later update says, checked as far as it can be without knowing what was said before."""

    kind: Kind
    text: Localized | None = None
    starts_at: datetime | None = None
    """A new start."""
    ends_at: datetime | None = None
    """A new end; for a completion, when the work ended (None: now)."""
    longer_by: timedelta | None = None
    """Instead of a new end."""
    begun: bool = False
    """The work has begun, whatever the announced start says."""
    next_update_at: datetime | None = None
    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """Fields of the announcement that read otherwise from now on, by name."""
    added: tuple[Service, ...] = ()
    """Services that are affected as well from now on."""
    repairs: int | None = None
    """The number of the update whose text was wrong."""
    repaired: Localized | None = None
    """How that text should have read."""
    new_date_follows: bool = False
    """It is called off for now only."""
    loud: bool = False
    reopen: str | None = None
    """Why closed work is taken up again."""
    again: str | None = None
    """Why the same is said once more."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing new is said: the newest word, once more, for whoever has not heard it."""
        said = (self.text, self.begun, self.next_update_at, self.facts, self.added, self.reopen)
        return self.kind is Kind.PROGRESS and not any(said)
