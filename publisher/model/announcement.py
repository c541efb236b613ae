"""What customers are told: announcement, update, phase. Frozen data, no I/O, nothing of ours imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.model.record import Record

UNDETERMINED = "und"
"""The language key of a text whose language nobody stated (BCP 47's own word for it)."""

Localized = Mapping[str, str]
"""One text by language: ``{"de": "…", "en": "…"}``, or ``{"und": "…"}`` for a text typed once for all readers."""


class Phase(StrEnum):
    """Where the work stands, in Statuspage's words."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_closed(self) -> bool:
        """Whether the work is over or called off: nothing more is expected to be said."""
        return self in {Phase.COMPLETED, Phase.CANCELLED}


class Kind(StrEnum):
    """What an update says about its announcement."""

    INITIAL = "initial"
    PROGRESS = "progress"
    RESCHEDULED = "rescheduled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"


class Impact(StrEnum):
    """What customers will notice, at worst."""

    NONE = "none"
    DEGRADED = "degraded"
    OUTAGE = "outage"


class Ending(StrEnum):
    """How an announcement ended, as customers were told."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """Called off before it began; a new date follows."""
    ABORTED = "aborted"
    """Called off after it had begun."""


class Wording(StrEnum):
    """What the work is called: the set of words that every text of an announcement is taken from."""

    MAINTENANCE = "maintenance"
    EMERGENCY = "emergency"
    INCIDENT = "incident"


class Period(Record, frozen=True):
    """The announced work, from start to end: two aware datetimes in UTC."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long the work takes as announced."""
        return self.ends_at - self.starts_at


class Service(Record, frozen=True, kw_only=True):
    """A service that customers know by name; ``key`` is its name in the configuration."""

    key: str
    name: Localized


class Announcement(Record, frozen=True, kw_only=True):
    """The facts about one piece of urgent maintenance, as they stand after one update."""

    ref: str
    title: Localized
    services: tuple[Service, ...]
    period: Period
    impact: Impact | None = Impact.OUTAGE
    """None: nobody has said, and nothing is claimed."""
    outage: timedelta | None = None
    """For how long each customer is without a service, apart from how long the work takes."""
    reason: Localized | None = None
    details: Localized | None = None
    action: Localized | None = None
    """What the reader should do."""
    unaffected: Localized | None = None
    """What keeps running."""
    wording: Wording = Wording.MAINTENANCE
    permalink: str | None = None
    """Known before anything is posted; None where none is configured."""
    permalinks: Localized | None = None
    """The same by language, where each has pages of its own."""


class Update(Record, frozen=True, kw_only=True):
    """One thing said about an announcement: number 1 is the first post's."""

    number: int
    kind: Kind
    phase: Phase
    announcement: Announcement
    published_at: datetime
    """Frozen when planned, UTC, whole seconds; what feeds date the item with."""
    text: Localized | None = None
    """What this update adds in words; the initial one says everything through its announcement."""
    before: Period | None = None
    """The period as it was announced until now, where this update changes it or the work has ended otherwise."""
    next_update_at: datetime | None = None
    """When customers hear of it again, as this update promises."""
    loud: bool = False
    """A correction that is announced; a silent one only repairs what is there."""
    reopened: str | None = None
    """Why work that was over is taken up again; for the record, customers do not read it."""
    was: Announcement | None = None
    """The facts as they stood before, where this says others than the period."""
    first: Period | None = None
    """The period as it was first promised, where the end of the work is compared with it."""
    aborted: bool = False
    """The work had begun when it was called off; the period ends then."""
    postponed: bool = False
    """It is called off for now, and a new date follows."""
    after: Ending | None = None
    """How it had ended, as customers were told, where this takes the work up again."""
    closed_at: datetime | None = None
    """When the work was over, as they had been told; UTC."""
    adds: bool = False
    """A correction that only says what was missing, in any language; False in what earlier versions recorded."""
    repairs: int | None = None
    """A correction: the number of the update whose text was wrong."""
    repaired: Localized | None = None
    """How that text should have read."""


def in_language(text: Localized, locale: str) -> str:
    """The text for a locale such as ``de`` or ``de_AT``: that locale's, its language's, the undetermined, any."""
    for key in (locale, locale.replace("-", "_").split("_")[0], UNDETERMINED):
        if key in text:
            return text[key]
    return next(iter(text.values()))
