"""What is true of one piece of work: written from the life cycle as customers know it, not from the program."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.lives.catalog import Text

PUNCTUAL = timedelta(minutes=5)
"""Nobody counts fewer minutes."""

AHEAD, RUNNING, OVER, OFF, STOPPED = "ahead", "running", "over", "off", "stopped"

_HARD = {"none": 1, "degraded": 2, "outage": 3}

Period = tuple[datetime, datetime]


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Truth:
    """The facts as they stand after the newest word."""

    services: tuple[str, ...]
    start: datetime
    end: datetime
    stands: str
    promise: Period
    """What was promised first, of the promises that still bind."""
    last_end: datetime
    """The end that was promised last."""
    length: timedelta
    """How long the work was last said to take."""
    title: Text | None = None
    impact: str | None = None
    outage: int | None = None
    """Minutes that each customer is without."""
    reason: Text | None = None
    action: Text | None = None
    details: Text | None = None
    unaffected: Text | None = None
    wording: str = "maintenance"
    new_date: bool = False
    """Called off or stopped for now: a new date follows."""
    next_update: datetime | None = None
    news: Text | None = None
    """What the newest loud word said."""
    added: tuple[str, ...] = ()
    """Services that the newest loud word adds."""
    mistaken: tuple[str, ...] = ()
    """The facts that the newest loud word puts right."""
    adds: bool = False
    """It only says what was missing: a correction without a mistake."""
    base: Truth | None = None
    """What customers knew before the newest loud correction."""
    again: bool = False
    """It takes up again what was over."""
    hit: str | None = None
    """The impact before the newest loud word, where that speaks of it."""
    past: frozenset[datetime] = field(default_factory=frozenset)
    """Every time that was ever said of it."""

    @property
    def period(self) -> Period:
        return self.start, self.end

    @property
    def is_open(self) -> bool:
        return self.stands in (AHEAD, RUNNING)

    @property
    def late(self) -> int:
        """Minutes that the end of the work was later than first promised; negative: earlier; 0: nothing to say."""
        if self.stands != OVER:
            return 0
        by = self.end - self.promise[1]
        if abs(by) < PUNCTUAL or (by < timedelta() and self.end - self.last_end >= PUNCTUAL):
            return 0
        return round(by.total_seconds() / 60)

    @property
    def harder(self) -> int:
        """By how much it hits harder than was said before the newest loud word."""
        return _HARD[self.impact] - _HARD[self.hit] if self.impact and self.hit else 0

    @property
    def worse(self) -> bool:
        return self.harder > 0 or (self.harder == 0 and bool(self.added))

    @property
    def better(self) -> bool:
        return self.harder < 0 and not self.added

    @property
    def of_many(self) -> bool:
        return self.promise[1] != self.last_end

    def open_words(self, **changes: object) -> Truth:
        """The next loud word: what the one before said of itself is gone."""
        fresh = {
            "news": None,
            "added": (),
            "mistaken": (),
            "adds": False,
            "again": False,
            "next_update": None,
            "hit": None,
        }
        past = self.past | {self.start, self.end} | ({self.next_update} if self.next_update else set())
        return replace(self, **{**fresh, "past": frozenset(past), **changes})

    def moved(self, start: datetime, end: datetime) -> Truth:
        """The period is another one, as the engineer says; a date later than all of the old one is a new promise."""
        anew = self.stands == AHEAD and start >= self.end
        return replace(
            self,
            start=start,
            end=end,
            last_end=end,
            length=end - start,
            promise=(start, end) if anew else self.promise,
        )

    def promised_anew(self, start: datetime, end: datetime) -> Truth:
        return replace(self, start=start, end=end, last_end=end, length=end - start, promise=(start, end))
