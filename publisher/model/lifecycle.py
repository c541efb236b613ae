"""From one update to the next: which kinds may follow which phase, and what each makes of the facts. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from publisher.model.announcement import Announcement, Kind, Localized, Period, Phase, Update
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS
from publisher.model.record import Record
from publisher.model.times import in_words, spoken

CLOSED_PHASES = frozenset({Phase.COMPLETED, Phase.CANCELLED})
"""Nothing more is expected to be said."""

FOLLOWERS: Mapping[Phase, frozenset[Kind]] = {
    Phase.SCHEDULED: frozenset(Kind) - {Kind.INITIAL},
    Phase.IN_PROGRESS: frozenset(Kind) - {Kind.INITIAL},
    Phase.COMPLETED: frozenset({Kind.CORRECTED}),
    Phase.CANCELLED: frozenset({Kind.CORRECTED}),
}
"""What may be said in each phase. Anything else needs the announcement to be reopened first."""

REOPENING = frozenset({Kind.PROGRESS, Kind.RESCHEDULED})
"""What may be said about closed work with ``--reopen``."""

LONGEST = timedelta(days=7)
SAME_WORDS = timedelta(days=1)
"""For how long the same words count as typed again."""

_MINUTE = timedelta(minutes=1)


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
    """Corrected fields of the announcement, by name; of a text only the languages that are corrected."""
    loud: bool = False
    reopen: str | None = None
    """Why closed work is taken up again."""
    again: str | None = None
    """Why the same is said once more."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing new is said: the newest word, once more, for whoever has not heard it."""
        said = (self.text, self.begun, self.next_update_at, self.facts, self.reopen)
        return self.kind is Kind.PROGRESS and not any(said)


def followed(
    newest: Update, change: Change, *, now: datetime, published_at: datetime, zone: ZoneInfo
) -> Update:
    """The update that comes after ``newest``. Raises Refused, saying what was understood.

    ``now`` and ``published_at`` are aware; ``zone`` is only for what the message says.
    """
    _insist_on_phase(newest, change)
    said = newest.announcement
    period = _PERIODS.get(change.kind, _kept)(said.period, change, now, zone)
    announcement = replace(said, period=period, **_corrected(said, change))
    closed = newest.phase in CLOSED_PHASES
    update = Update(
        number=newest.number + 1,
        kind=change.kind,
        phase=_phase(newest.phase, change, period, now),
        announcement=announcement,
        published_at=published_at,
        text=change.text,
        before=said.period if period != said.period and not (closed and change.reopen) else None,
        next_update_at=newest.next_update_at if change.kind is Kind.CORRECTED else change.next_update_at,
        loud=change.loud,
        reopened=change.reopen if closed else None,
    )
    _insist_on_news(newest, update, change)
    return update


def _insist_on_news(newest: Update, update: Update, change: Change) -> None:
    """The person typing the command again is the likeliest duplicate: the same within a day asks for a reason."""
    same = newest.kind is update.kind and newest.text == update.text and _move(newest) == _move(update)
    if update.kind not in REOPENING or not same or change.again:
        return
    if update.published_at - newest.published_at < SAME_WORDS:
        ref = update.announcement.ref
        raise Refused(
            f"the same was said as update {newest.number} of {ref} within the last day; nothing was sent",
            hint=f"to go on with it: {command('resume', ref)}\n--again 'reason' says it once more",
        )


def _move(update: Update) -> tuple[timedelta, timedelta] | None:
    """By how much an update moved start and end."""
    if update.before is None:
        return None
    period, before = update.announcement.period, update.before
    return period.starts_at - before.starts_at, period.ends_at - before.ends_at


def _insist_on_phase(newest: Update, change: Change) -> None:
    ref, phase, kind = newest.announcement.ref, newest.phase, change.kind
    if kind in FOLLOWERS[phase] or (change.reopen and kind in REOPENING):
        return
    if kind in REOPENING:
        raise Refused(f"{ref} is {phase}", hint="--reopen 'reason' takes it up again")
    raise Refused(f"{ref} is {phase}: it cannot be {kind} any more", hint=command("show", ref))


def _phase(phase: Phase, change: Change, period: Period, now: datetime) -> Phase:
    """Where the work stands after it was said."""
    match change.kind:
        case Kind.COMPLETED:
            return Phase.COMPLETED
        case Kind.CANCELLED:
            return Phase.CANCELLED
        case Kind.CORRECTED:
            return phase
        case Kind.RESCHEDULED:
            return Phase.IN_PROGRESS if period.starts_at <= now else Phase.SCHEDULED
    begun = change.begun or phase is Phase.IN_PROGRESS or period.starts_at <= now
    return Phase.IN_PROGRESS if begun else Phase.SCHEDULED


# --- the period --------------------------------------------------------------------------------------------------


def _kept(period: Period, _change: Change, _now: datetime, _zone: ZoneInfo) -> Period:
    return period


def _begun(period: Period, change: Change, now: datetime, _zone: ZoneInfo) -> Period:
    """Work that began earlier than announced is said to have begun now."""
    if change.reopen and period.ends_at <= now:
        raise Refused(
            "the announced end has passed",
            hint="extend says a new one, with --until and --reopen 'reason'",
        )
    minute = now.replace(second=0, microsecond=0)
    early = change.begun and minute < period.starts_at
    return Period(minute, period.ends_at) if early else period


def _rescheduled(period: Period, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    starts = change.starts_at or period.starts_at
    new = Period(starts, _new_end(period, change, starts))
    rules = (
        (new == period, "that is the period as it stands"),
        (new.ends_at <= new.starts_at, "the end is not after the start"),
        (new.ends_at <= now, "the new end has passed"),
        (new.length > LONGEST, f"the work takes {in_words(new.length)}, more than 7 days"),
        (
            change.starts_at is not None
            and starts != period.starts_at
            and now - starts > timedelta(minutes=5),
            "the new start has passed",
        ),
    )
    _refuse_broken(rules, new, zone)
    return new


def _new_end(period: Period, change: Change, starts: datetime) -> datetime:
    """The end that was given; one that was not moves with the start."""
    if change.longer_by is not None:
        return period.ends_at + change.longer_by
    return change.ends_at or period.ends_at + (starts - period.starts_at)


def _completed(period: Period, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    """As it really was: from the announced start to the end of the work."""
    minute = now.replace(second=0, microsecond=0)
    if minute == period.starts_at:
        minute += _MINUTE  # done within the minute it began in: no work takes no time at all
    real = Period(period.starts_at, change.ends_at or minute)
    rules = (
        (
            real.ends_at <= real.starts_at,
            "the work has not begun yet: cancel calls it off, extend --start moves it",
        ),
        (real.ends_at > now + _MINUTE, "the end lies ahead"),
    )
    _refuse_broken(rules, real, zone)
    return real


_PERIODS = {Kind.PROGRESS: _begun, Kind.RESCHEDULED: _rescheduled, Kind.COMPLETED: _completed}


def _refuse_broken(rules: tuple[tuple[bool, str], ...], period: Period, zone: ZoneInfo) -> None:
    understood = f"understood: {spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)}"
    for broken, message in rules:
        if broken:
            raise Refused(f"{message} ({understood})", hint="nothing was sent")


# --- corrections -------------------------------------------------------------------------------------------------


def _corrected(said: Announcement, change: Change) -> Mapping[str, Any]:
    """What is different. A text that is corrected in one language stays as it is in the others."""
    facts = {
        name: {**(getattr(said, name) or {}), **value} if name in TEXTS else value
        for name, value in change.facts.items()
    }
    differing = {name: value for name, value in facts.items() if getattr(said, name) != value}
    if change.kind is Kind.CORRECTED and not differing:
        raise Refused("nothing is corrected: everything reads so already", hint=command("show", said.ref))
    return differing


def is_silent(update: Update) -> bool:
    """Whether an update only repairs the one before it, so that nobody is told anew."""
    return update.kind is Kind.CORRECTED and not update.loud


class Staleness(StrEnum):
    """How a text stands to the present."""

    FRESH = "fresh"
    PASSED = "passed"
    """What it says lies ahead has come: a person decides."""
    OVER = "over"
    """It speaks of work that is over: never sent as it stands."""


_SAY_WHEN = frozenset({Kind.INITIAL, Kind.RESCHEDULED})


def staleness(update: Update, newest: Update, now: datetime) -> Staleness:
    """Of an update that was not sent yet, given the newest one of its announcement. The last word is never stale."""
    period = update.announcement.period
    if update.phase in CLOSED_PHASES:
        return Staleness.FRESH
    if newest.phase in CLOSED_PHASES or (now > period.ends_at and update.kind in _SAY_WHEN):
        return Staleness.OVER
    if now > period.ends_at or (now > period.starts_at and update.phase is Phase.SCHEDULED):
        return Staleness.PASSED
    return Staleness.FRESH
