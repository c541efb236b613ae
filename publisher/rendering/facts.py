"""The facts of an update as customers read them, and the check that a text carries them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
    in_language,
)
from publisher.model.markdown import flattened
from publisher.model.post import Telling
from publisher.model.record import Record
from publisher.model.wholeness import as_a_word
from publisher.rendering.almanac import Almanac, Moment


class Earlier(Record, frozen=True, kw_only=True):
    """An update that was published before, as a line beneath the newest one."""

    kind: Kind
    phase: Phase
    published: Moment
    period: str
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
    duration: str
    impact: Impact
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
    """What it takes the place of, in short: the old end where only that moved, else the old period."""
    next_update: Moment | None
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
) -> Facts:
    """An update put into words for one locale, with what was said before, newest first.

    ``page`` is where the channel itself shows an announcement, with ``{ref}``; its posts lead there.
    """
    said = update.announcement
    names = tuple(in_language(service.name, locale) for service in said.services)
    start, end = almanac.moment(said.period.starts_at), almanac.moment(said.period.ends_at)
    return Facts(
        brand=brand,
        locale=locale,
        ref=said.ref,
        number=update.number,
        kind=update.kind,
        phase=update.phase,
        title=in_language(said.title, locale),
        services=names,
        services_list=almanac.listed(names),
        start=start,
        end=end,
        same_day=start.date == end.date,
        period=almanac.period(said.period),
        period_short=almanac.period_short(said.period),
        estimated_short=almanac.estimated_short(said.period),
        duration=almanac.duration(said.period.length),
        impact=said.impact,
        reason=_line(said.reason, locale),
        details=_flat(said.details, locale),
        details_marked=in_language(said.details, locale) if said.details else None,
        action=_line(said.action, locale),
        permalink=page.replace("{ref}", said.ref) if page else _permalink(said, locale),
        text=_paragraphs(update.text, locale),
        published=almanac.moment(update.published_at),
        before=almanac.period(update.before) if update.before else None,
        before_short=almanac.period_short(update.before) if update.before else None,
        instead=_instead(update.before, said.period, almanac) if update.before else None,
        next_update=almanac.moment(update.next_update_at) if update.next_update_at else None,
        edited=edited,
        earlier=tuple(_earlier(one, locale, almanac) for one in earlier),
    )


def _instead(before: Period, period: Period, almanac: Almanac) -> str:
    if before.starts_at == period.starts_at:
        return almanac.beside(before.ends_at, period.ends_at)
    return almanac.period_short(before)


def in_general(facts: Facts, words: Mapping[str, Any]) -> Facts:
    """With what can be said of such an update in general, for readers who have no text of it in their language."""
    lead = words.get("lead", {}).get(facts.kind, {}).get(facts.phase)
    return structs.replace(facts, text=(lead,) if lead else ())


def _permalink(said: Announcement, locale: str) -> str | None:
    """The page in the reader's language; another one where there is none in it."""
    return in_language(said.permalinks, locale) if said.permalinks else said.permalink


def _earlier(update: Update, locale: str, almanac: Almanac) -> Earlier:
    return Earlier(
        kind=update.kind,
        phase=update.phase,
        published=almanac.moment(update.published_at),
        period=almanac.period(update.announcement.period),
        text=_paragraphs(update.text, locale),
    )


def missing(facts: Facts, text: str) -> str | None:
    """The first fact that a reader of the text would look for in vain; None where all are there.

    Looked for are the reference, both times, the start's date, and the end's date and the two zones where they
    differ; dates in full, short or ISO form. What start and end have in common must be there once for each.
    """
    wanted = Counter((name, told.forms) for name, told in _wanted(facts))
    for (name, forms), times in wanted.items():
        if sum(len(re.findall(as_a_word(form), text)) for form in forms) < times:
            return name
    return None


def tellings(facts: Facts) -> tuple[Telling, ...]:
    """The same facts, for whoever compares the post with what became of it."""
    return tuple(told for _, told in _wanted(facts))


def _wanted(facts: Facts) -> Iterator[tuple[str, Telling]]:
    start, end = facts.start, facts.end
    yield f"the reference {facts.ref}", Telling("reference", (facts.ref,))
    yield f"the date {start.date}", Telling("start", _dates(start))
    if not facts.same_day:
        yield f"the date {end.date}", Telling("end", _dates(end))
    yield f"the time {start.time}", Telling("start", (start.time,))
    yield f"the time {end.time}", Telling("end", (end.time,))
    if start.zone != end.zone:
        yield f"the zone {start.zone}", Telling("start", (start.zone,))
        yield f"the zone {end.zone}", Telling("end", (end.zone,))


def _dates(moment: Moment) -> tuple[str, ...]:
    return moment.day, moment.day_short, moment.iso[:10]


def _line(text: Localized | None, locale: str) -> str | None:
    return " ".join(in_language(text, locale).split()) if text else None


def _flat(text: Localized | None, locale: str) -> tuple[str, ...]:
    return _paragraphs({locale: flattened(in_language(text, locale))}, locale) if text else ()


def _paragraphs(text: Localized | None, locale: str) -> tuple[str, ...]:
    if not text:
        return ()
    parts = re.split(r"\n\s*\n", in_language(text, locale).strip())
    return tuple(part.strip() for part in parts if part.strip())
