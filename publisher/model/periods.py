"""What each kind of update makes of the period, and which times cannot be meant. Pure data."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.model.announcement import Kind, Period, Phase, Update
from publisher.model.change import Change
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.times import in_words, spoken

LONGEST = timedelta(days=7)

_MINUTE = timedelta(minutes=1)
_GRACE = timedelta(minutes=5)

_Rules = tuple[tuple[bool, str], ...]


def new_period(newest: Update, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    """The period as it is after the change. Raises Refused for one that cannot be meant, saying what was understood."""
    period = newest.announcement.period
    match change.kind:
        case Kind.PROGRESS:
            return _begun(newest, change, now)
        case Kind.RESCHEDULED:
            return _rescheduled(newest, change, now, zone)
        case Kind.COMPLETED:
            return _completed(newest, change, now, zone)
        case Kind.CANCELLED:
            return _stopped(newest, now)
        case Kind.CORRECTED:
            return _corrected(newest, change, now, zone)
    return period


def has_begun(newest: Update, now: datetime) -> bool:
    """Whether the work is under way, said or not: its announced start has come."""
    return newest.phase is Phase.IN_PROGRESS or (
        newest.phase is Phase.SCHEDULED and newest.announcement.period.starts_at <= now
    )


def minute(moment: datetime) -> datetime:
    """The whole minute, as customers read it."""
    return moment.replace(second=0, microsecond=0)


def _begun(newest: Update, change: Change, now: datetime) -> Period:
    """Work that began earlier than announced is said to have begun now; so is what is taken up again."""
    period = newest.announcement.period
    if change.reopen and period.ends_at <= now:
        raise Refused(
            "the announced end has passed",
            hint="extend says a new one, with --until and --reopen 'reason'",
        )
    early = change.begun and minute(now) < period.starts_at
    return Period(minute(now), period.ends_at) if early or _is_anew(newest, change, now) else period


def _is_anew(newest: Update, change: Change, now: datetime) -> bool:
    """Whether closed work is taken up again after its start: nobody worked in between."""
    return bool(change.reopen) and newest.phase.is_closed and newest.announcement.period.starts_at <= now


def _rescheduled(newest: Update, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    period, anew = newest.announcement.period, _is_anew(newest, change, now)
    starts = change.starts_at or (minute(now) if anew else period.starts_at)
    if newest.phase is Phase.IN_PROGRESS and starts != period.starts_at:
        raise _begun_already(newest, zone)
    planned = newest.before or period if anew else period  # what was done of it in fact is no plan
    new = Period(starts, _new_end(period, change, starts, planned.length, anew=anew))
    earliest = period.ends_at - _MINUTE if anew else now - _GRACE
    rules = (
        (new == period, "that is the period as it stands"),
        *_sound(new),
        (new.ends_at <= now, "the new end has passed"),
        (
            change.starts_at is not None and starts != period.starts_at and starts < earliest,
            "the new start has passed",
        ),
    )
    _refuse_broken(rules, new, zone)
    return new


def _begun_already(newest: Update, zone: ZoneInfo) -> Refused:
    """Customers were told that it is under way: no new start makes that undone."""
    ref = newest.announcement.ref
    ways = (
        f"when it really began: {command('correct', ref, '--start', 'WHEN')}\n"
        f"a new end: {command('extend', ref, '--until', 'WHEN')}\n"
        f"off until another day: {command('cancel', ref, '--new-date-follows')}"
    )
    began = spoken(newest.announcement.period.starts_at, zone)
    return Refused(f"the work has begun at {began}, as customers were told: its start cannot move", hint=ways)


def _new_end(period: Period, change: Change, starts: datetime, length: timedelta, *, anew: bool) -> datetime:
    """The end that was given; one that was not is as far from the start as it was planned to be."""
    if change.longer_by is not None:
        return (starts if anew else period.ends_at) + change.longer_by
    return change.ends_at or starts + length


def _completed(newest: Update, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    """As it really was: from the announced start to the end of the work."""
    period = newest.announcement.period
    end = minute(now)
    if period.starts_at > now and (change.ends_at or end) <= period.starts_at:
        raise _not_begun(newest, zone)
    if end == period.starts_at:
        end += _MINUTE  # done within the minute it began in: no work takes no time at all
    real = Period(period.starts_at, change.ends_at or end)
    rules = (
        (real.ends_at <= real.starts_at, "the end is not after the start"),
        (real.ends_at > now + _MINUTE, "the end lies ahead"),
    )
    _refuse_broken(rules, real, zone)
    return real


def _not_begun(newest: Update, zone: ZoneInfo) -> Refused:
    ref = newest.announcement.ref
    ways = (
        f"called off: {command('cancel', ref)}\n"
        f"begun early, to be completed then: {command('update', ref, '--begun')}"
    )
    return Refused(
        f"the work has not begun: its start is announced for {spoken(newest.announcement.period.starts_at, zone)}",
        hint=ways,
    )


def _stopped(newest: Update, now: datetime) -> Period:
    """Work that is called off after it began ends now; what never began keeps the period it was announced for."""
    period = newest.announcement.period
    if not has_begun(newest, now):
        return period
    return Period(period.starts_at, max(minute(now), period.starts_at + _MINUTE))


def _corrected(newest: Update, change: Change, now: datetime, zone: ZoneInfo) -> Period:
    """As it should have been said; an end that was not given stays."""
    period = newest.announcement.period
    right = Period(change.starts_at or period.starts_at, change.ends_at or period.ends_at)
    if right == period:
        return period
    over = newest.phase is Phase.COMPLETED or newest.aborted
    rules = (
        *_sound(right),
        (
            not newest.phase.is_closed and right.ends_at <= now,
            "the corrected end has passed: complete says that it is over",
        ),
        (over and right.ends_at > now + _MINUTE, "the end lies ahead"),
    )
    _refuse_broken(rules, right, zone)
    return right


def _sound(period: Period) -> _Rules:
    return (
        (period.ends_at <= period.starts_at, "the end is not after the start"),
        (period.length > LONGEST, f"the work takes {in_words(period.length)}, more than 7 days"),
    )


def _refuse_broken(rules: _Rules, period: Period, zone: ZoneInfo) -> None:
    understood = f"understood: {spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)}"
    for broken, message in rules:
        if broken:
            raise Refused(f"{message} ({understood})", hint="nothing was sent")
