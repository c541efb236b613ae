"""The facts of an update as customers read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Localized,
    Period,
    Phase,
    Update,
    Wording,
    in_language,
)
from publisher.model.case import Case, case_of, is_better, is_worse, moved
from publisher.model.markdown import flattened
from publisher.model.promise import Shift, is_first_of_many, is_overdue, overrun
from publisher.model.record import Record
from publisher.rendering.almanac import Almanac, Moment
from publisher.rendering.changes import Corrected, added, before_added, corrected, line_of


class Earlier(Record, frozen=True, kw_only=True):
    """An update that was published before, as a line beneath the newest one."""

    kind: Kind
    phase: Phase
    case: Case
    published: Moment
    when: str
    """Its clock time; with the date where that is another day than the newest update's."""
    period: str
    times: Mapping[str, str]
    """What its line may print, as ``Facts.times``."""
    text: tuple[str, ...]


class Facts(Record, frozen=True, kw_only=True):
    """Everything a template may say about an update, in its reader's language."""

    brand: str
    locale: str
    ref: str
    number: int
    kind: Kind
    phase: Phase
    title: str
    services: tuple[str, ...]
    services_list: str
    start: Moment
    end: Moment
    same_day: bool
    period: str
    period_short: str
    estimated_short: str
    """The same, saying that the end is an estimate."""
    when: str
    """The period as it is told: while it lies ahead, the end is an estimate (``bis voraussichtlich 23:30 Uhr MEZ``)."""
    when_short: str
    """The same with short dates."""
    overdue: bool
    """The work goes on after its announced end: that is no estimate any more."""
    utc: str | None
    """The period in UTC, for readers elsewhere."""
    duration: str
    is_long: bool
    """The work takes more than a day."""
    impact: Impact | None
    """None: nobody has said."""
    outage: str | None
    """For how long each customer is without it: ``15 Minuten``."""
    unaffected: str | None
    """What keeps running, in the engineer's words."""
    contact: str | None
    """How customers reach us."""
    wording: Wording
    reason: str | None
    details: tuple[str, ...]
    """As plain text."""
    details_marked: str | None
    """As they were typed, in Markdown."""
    action: str | None
    permalink: str | None
    text: tuple[str, ...]
    published: Moment
    before: str | None
    """The period as it was announced until now, where it is another one."""
    before_short: str | None
    instead: str | None
    """What it takes the place of, in short: the old end where only that moved, else the old period, in short."""
    instead_start: str | None
    """The old start alone, where that moved: shorter."""
    case: Case
    """What an update says, more closely than its kind and phase: the key of its sentences in ``words.toml``."""
    shift: Shift | None
    """How the period differs from the one that was announced until now, where the work is not over."""
    was_start: str | None
    """The start as it was announced until now, beside the new one: ``22:30 Uhr``, with its date where needed."""
    was_end: str | None
    late: str | None
    """By how much the work ended later than first promised: ``3 Stunden 10 Minuten``; None where it did not."""
    late_short: str | None
    """``3 Std. 10 Min.``"""
    early: str | None
    early_short: str | None
    first_of_many: bool
    """Other ends were promised after the first one."""
    aborted: bool
    """It was called off after it had begun."""
    postponed: bool
    """It was called off for now, and a new date follows."""
    closed: Moment | None
    """When it was over, or called off, as customers were told: where the work is taken up again."""
    corrected: tuple[Corrected, ...]
    """What a correction changes."""
    added: str | None
    """The services that are affected as well from now on, as a list."""
    services_before: tuple[str, ...]
    """The names of the others."""
    worse: bool
    """It hits harder, or more services, than was said before, and that was no mistake."""
    better: bool
    """It hits less hard than was said before."""
    times: Mapping[str, str]
    """What sentences of ``words.toml`` may print in braces."""
    next_update: Moment | None
    next_short: str | None
    """Its clock time; with date and zone where those differ from when this is said."""
    edited: bool
    """It takes the place of what the post said before."""
    earlier: tuple[Earlier, ...]
    """What was said before, newest first."""

    def values(self) -> dict[str, Any]:
        """The same by name, as templates see it."""
        return structs.asdict(self)


def facts_of(
    update: Update,
    locale: str,
    almanac: Almanac,
    brand: str,
    *,
    earlier: Sequence[Update] = (),
    edited: bool = False,
    page: str | None = None,
    contact: Localized | None = None,
) -> Facts:
    """An update put into words for one locale, with what was said before, newest first.

    ``page`` is where the channel itself shows an announcement, with ``{ref}``; its posts lead there. ``contact`` is
    how customers reach us, by language.
    """
    said = update.announcement
    return Facts(
        brand=brand,
        locale=locale,
        ref=said.ref,
        number=update.number,
        kind=update.kind,
        phase=update.phase,
        case=case_of(update),
        impact=said.impact,
        wording=said.wording,
        contact=line_of(contact, locale),
        permalink=page.replace("{ref}", said.ref) if page else _permalink(said, locale),
        published=almanac.moment(update.published_at),
        next_update=almanac.moment(update.next_update_at) if update.next_update_at else None,
        next_short=_beside_now(update.next_update_at, update, almanac),
        edited=edited,
        earlier=tuple(_earlier(one, update, locale, almanac) for one in earlier),
        times=_times(update, almanac),
        **_as_worded(update, locale, almanac),
        **_when(update, almanac),
        **_as_it_was(update, almanac),
        **_as_it_ended(update, almanac),
        **_news(update, locale, almanac),
    )


def _as_worded(update: Update, locale: str, almanac: Almanac) -> dict[str, Any]:
    """What the engineer wrote, in the reader's language."""
    said = update.announcement
    names = tuple(in_language(service.name, locale) for service in said.services)
    return {
        "title": in_language(said.title, locale),
        "services": names,
        "services_list": almanac.listed(names),
        "unaffected": line_of(said.unaffected, locale),
        "reason": line_of(said.reason, locale),
        "details": _flat(said.details, locale),
        "details_marked": in_language(said.details, locale) if said.details else None,
        "action": line_of(said.action, locale),
        "text": _paragraphs(update.text, locale),
    }


def _when(update: Update, almanac: Almanac) -> dict[str, Any]:
    """The period, in every form in which it is printed, and how long things take."""
    said, period = update.announcement, update.announcement.period
    start, end = almanac.moment(period.starts_at), almanac.moment(period.ends_at)
    whole, short, estimated = (
        almanac.period(period),
        almanac.period_short(period),
        almanac.estimated_short(period),
    )
    overdue = is_overdue(update)
    is_known = overdue or update.phase.is_closed
    return {
        "start": start,
        "end": end,
        "same_day": start.date == end.date,
        "period": whole,
        "period_short": short,
        "estimated_short": estimated,
        "when": whole if is_known else almanac.estimated(period),
        "when_short": short if is_known else estimated,
        "overdue": overdue,
        "utc": almanac.in_utc(period),
        "duration": almanac.duration(period.length),
        "is_long": period.length > timedelta(days=1),
        "outage": almanac.duration(said.outage) if said.outage else None,
    }


def _as_it_was(update: Update, almanac: Almanac) -> dict[str, Any]:
    """The period that was announced until now, where this is another one."""
    before, period = update.before, update.announcement.period
    return {
        "before": almanac.period(before) if before else None,
        "before_short": almanac.period_short(before) if before else None,
        "instead": _instead(before, period, almanac) if before else None,
        "instead_start": _old_start(before, period, almanac) if before else None,
        "shift": moved(update),
        "was_start": almanac.beside(before.starts_at, period.starts_at) if before else None,
        "was_end": almanac.beside(before.ends_at, period.ends_at) if before else None,
    }


def _as_it_ended(update: Update, almanac: Almanac) -> dict[str, Any]:
    """How the end compares with the first promise, and whether it was called off."""
    off = overrun(update)
    late, early = max(off, timedelta()), max(-off, timedelta())
    return {
        "late": almanac.duration(late) if late else None,
        "late_short": almanac.duration_short(late) if late else None,
        "early": almanac.duration(early) if early else None,
        "early_short": almanac.duration_short(early) if early else None,
        "first_of_many": is_first_of_many(update),
        "aborted": update.aborted,
        "postponed": update.postponed,
        "closed": almanac.moment(update.closed_at) if update.closed_at else None,
    }


def _news(update: Update, locale: str, almanac: Almanac) -> dict[str, Any]:
    """What readers of the update before did not know."""
    return {
        "corrected": corrected(update, locale, almanac),
        "added": added(update, locale, almanac),
        "services_before": before_added(update, locale),
        "worse": is_worse(update),
        "better": is_better(update),
    }


def _instead(before: Period, period: Period, almanac: Almanac) -> str:
    if before.starts_at == period.starts_at:
        return almanac.beside(before.ends_at, period.ends_at, bare=True)
    return almanac.span_beside(before, period)


def _old_start(before: Period, period: Period, almanac: Almanac) -> str | None:
    return almanac.moment(before.starts_at).short if before.starts_at != period.starts_at else None


def _beside_now(at: datetime | None, update: Update, almanac: Almanac) -> str | None:
    return almanac.beside(at, update.published_at) if at else None


def _permalink(said: Announcement, locale: str) -> str | None:
    """The page in the reader's language; another one where there is none in it."""
    return in_language(said.permalinks, locale) if said.permalinks else said.permalink


def _earlier(update: Update, newest: Update, locale: str, almanac: Almanac) -> Earlier:
    return Earlier(
        kind=update.kind,
        phase=update.phase,
        case=case_of(update),
        published=almanac.moment(update.published_at),
        when=almanac.beside(update.published_at, newest.published_at),
        times=_times_told(update, almanac),
        period=almanac.period(update.announcement.period),
        text=_paragraphs(update.text, locale),
    )


def _times(update: Update, almanac: Almanac) -> Mapping[str, str]:
    """The times of an update as its sentences print them: with a date where that is not the day it was said."""
    period, before, said = (
        update.announcement.period,
        update.before or update.announcement.period,
        update.published_at,
    )
    return {
        "start": almanac.beside(period.starts_at, said),
        "dated_start": almanac.dated(period.starts_at, said),
        "brief_start": almanac.beside(period.starts_at, said, weekday=False),
        "brief_end": almanac.beside(period.ends_at, said, weekday=False),
        "end": almanac.beside(period.ends_at, said),
        "was_start": almanac.beside(before.starts_at, period.starts_at),
        "was_end": almanac.beside(before.ends_at, period.ends_at),
        "period": almanac.period_short(period),
        "was_period": almanac.period_short(before),
        "at_start": almanac.at(period.starts_at, said),
        "at_end": almanac.at(period.ends_at, said),
        "at_closed": almanac.at(update.closed_at or said, said),
        "new_start": almanac.moment(period.starts_at).short,
        "new_end": almanac.moment(period.ends_at).short,
        "closed": almanac.beside(update.closed_at or said, said),
    }


def _times_told(update: Update, almanac: Almanac) -> Mapping[str, str]:
    """The same for a line that begins with when it was said: what was in that very minute is not said twice."""
    period, said = update.announcement.period, update.published_at.replace(second=0, microsecond=0)
    both = {"at_start": period.starts_at, "at_end": period.ends_at}
    now = {name: "" for name, at in both.items() if at.replace(second=0, microsecond=0) == said}
    return {**_times(update, almanac), **now}


def _flat(text: Localized | None, locale: str) -> tuple[str, ...]:
    return _paragraphs({locale: flattened(in_language(text, locale))}, locale) if text else ()


def _paragraphs(text: Localized | None, locale: str) -> tuple[str, ...]:
    if not text:
        return ()
    parts = re.split(r"\n\s*\n", in_language(text, locale).strip())
    return tuple(part.strip() for part in parts if part.strip())
