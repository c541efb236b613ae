"""From one update to the next: which kinds may follow which phase, and what each makes of the facts. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.model.announcement import Announcement, Ending, Impact, Kind, Period, Phase, Update
from publisher.model.change import Change
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS
from publisher.model.periods import has_begun, new_period

FOLLOWERS: Mapping[Phase, frozenset[Kind]] = {
    Phase.SCHEDULED: frozenset(Kind) - {Kind.INITIAL},
    Phase.IN_PROGRESS: frozenset(Kind) - {Kind.INITIAL},
    Phase.COMPLETED: frozenset({Kind.CORRECTED}),
    Phase.CANCELLED: frozenset({Kind.CORRECTED}),
}
"""What may be said in each phase. Anything else needs the announcement to be reopened first."""

REOPENING = frozenset({Kind.PROGRESS, Kind.RESCHEDULED})
"""What may be said about closed work with ``--reopen``."""

SAME_WORDS = timedelta(days=1)
"""For how long the same words count as typed again."""


def followed(
    newest: Update, change: Change, *, now: datetime, published_at: datetime, zone: ZoneInfo
) -> Update:
    """The update that comes after ``newest``. Raises Refused, saying what was understood.

    ``now`` and ``published_at`` are aware; ``zone`` is only for what the message says.
    """
    _insist_on_phase(newest, change)
    said = newest.announcement
    period = new_period(newest, change, now, zone)
    facts = _changed(newest, change, period)
    update = Update(
        number=newest.number + 1,
        kind=change.kind,
        phase=_phase(newest.phase, change, period, now),
        announcement=replace(said, period=period, **facts),
        published_at=published_at,
        text=change.text,
        before=said.period if period != said.period else None,
        next_update_at=newest.next_update_at if change.kind is Kind.CORRECTED else change.next_update_at,
        loud=change.loud,
        was=said if facts or (change.kind is Kind.CORRECTED and period != said.period) else None,
        repairs=change.repairs,
        repaired=change.repaired,
    )
    update = replace(update, adds=_only_adds(update))
    _insist_on_news(newest, update, change)
    return _as_it_ends(newest, change, _taken_up(newest, change, update), now)


def _only_adds(update: Update) -> bool:
    """Said once, of every language: what is read in one of them may hold none of what was missing."""
    from publisher.model.case import only_adds  # listing what is open needs no cases

    return only_adds(update)


def _taken_up(newest: Update, change: Change, update: Update) -> Update:
    """Work that was over has a period of its own, and says what customers had been told."""
    if not newest.phase.is_closed or not change.reopen:
        return update
    ended = newest.phase is Phase.COMPLETED or newest.aborted
    closed_at = newest.announcement.period.ends_at if ended else newest.published_at
    return replace(
        update, reopened=change.reopen, before=None, after=_ending(newest, update), closed_at=closed_at
    )


def _ending(newest: Update, update: Update) -> Ending:
    """A date that was put off and comes back unchanged is no new one: the work goes ahead after all."""
    if newest.phase is Phase.COMPLETED:
        return Ending.COMPLETED
    if newest.aborted:
        return Ending.ABORTED
    moved = newest.announcement.period != update.announcement.period
    return Ending.POSTPONED if newest.postponed and moved else Ending.CANCELLED


def _as_it_ends(newest: Update, change: Change, update: Update, now: datetime) -> Update:
    """Called off: before it began or after, for good or until a new date; a correction keeps which it was."""
    if update.phase is not Phase.CANCELLED:
        return update
    if change.kind is Kind.CORRECTED:
        return replace(update, aborted=newest.aborted, postponed=newest.postponed)
    return replace(update, aborted=has_begun(newest, now), postponed=change.new_date_follows)


def _insist_on_news(newest: Update, update: Update, change: Change) -> None:
    """The person typing the command again is the likeliest duplicate: the same within a day asks for a reason."""
    same = newest.kind is update.kind and newest.text == update.text and _move(newest) == _move(update)
    if update.kind not in REOPENING or not same or update.was or change.again:
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
        case Kind.CORRECTED if phase.is_closed:
            return phase
        case Kind.RESCHEDULED | Kind.CORRECTED:
            return Phase.IN_PROGRESS if period.starts_at <= now else Phase.SCHEDULED
    begun = change.begun or phase is Phase.IN_PROGRESS or period.starts_at <= now
    return Phase.IN_PROGRESS if begun else Phase.SCHEDULED


# --- the facts ---------------------------------------------------------------------------------------------------


def _changed(newest: Update, change: Change, period: Period) -> Mapping[str, Any]:
    """The fields of the announcement that read otherwise from now on. Raises Refused where a correction has none."""
    said = newest.announcement
    known = {service.key for service in said.services}
    added = tuple(service for service in change.added if service.key not in known)
    spoken = {name: _in_every_language(said, name, value) for name, value in change.facts.items()}
    facts = spoken | ({"services": (*said.services, *added)} if added else {})
    facts |= _outage_beside(said, facts)
    differing = {name: value for name, value in facts.items() if getattr(said, name) != value}
    is_news = differing or period != said.period or change.repaired
    if change.kind is Kind.CORRECTED and not is_news:
        raise Refused("nothing is corrected: everything reads so already", hint=command("show", said.ref))
    return differing


def _outage_beside(said: Announcement, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Another impact makes untrue for how long each server was to be away, unless that is said anew."""
    impact = facts.get("impact", said.impact)
    harmless = impact is not said.impact and impact is not Impact.OUTAGE
    harder = impact is Impact.OUTAGE and said.impact in {Impact.NONE, Impact.DEGRADED}
    return {"outage": None} if "outage" not in facts and (harmless or harder) else {}


def _in_every_language(said: Announcement, name: str, value: Any) -> Any:
    """A text that is changed in one language stays as it is in the others."""
    return {**(getattr(said, name) or {}), **value} if name in TEXTS else value


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
    if update.phase.is_closed:
        return Staleness.FRESH
    if newest.phase.is_closed or (now > period.ends_at and update.kind in _SAY_WHEN):
        return Staleness.OVER
    if now > period.ends_at or (now > period.starts_at and update.phase is Phase.SCHEDULED):
        return Staleness.PASSED
    return Staleness.FRESH
