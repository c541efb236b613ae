"""What an update makes of the facts, for readers who know the old ones: what was wrong, and what is added."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.model.announcement import Announcement, Localized, Service, Update, in_language
from publisher.model.case import added_services, corrected_facts, is_stand_in, was_missing
from publisher.model.record import Record
from publisher.rendering.almanac import Almanac


class Corrected(Record, frozen=True, kw_only=True):
    """A fact that reads otherwise now: its field's name, what was said before, and what is true; None for nothing."""

    what: str
    was: str | None
    now: str | None


def corrected(update: Update, locale: str, almanac: Almanac) -> tuple[Corrected, ...]:
    """What a correction changes."""
    said, was = update.announcement, update.was or update.announcement
    return tuple(
        Corrected(
            what=name,
            was=None if was_missing(update, name) else _as_said(was, name, locale, almanac),
            now=_as_said(said, name, locale, almanac),
        )
        for name in corrected_facts(update)
    )


def _as_said(said: Announcement, name: str, locale: str, almanac: Almanac) -> str | None:
    """A fact as it stood; the impact by its name, for which every language has a sentence.

    None for one that was not said: a title that only names the services stands in for none.
    """
    value = getattr(said, name)
    match name:
        case "title" if is_stand_in(said):
            return None
        case "period":
            return almanac.period(said.period)
        case "services":
            return _services(said.services, locale, almanac)
        case "outage":
            return almanac.duration(value) if value else None
        case "impact":
            return str(value) if value else None
    return line_of(value, locale)


def added(update: Update, locale: str, almanac: Almanac) -> str | None:
    """The services that are affected as well from now on, as a list; None where that was a mistake, or none."""
    others = added_services(update)
    return _services(others, locale, almanac) if others else None


def before_added(update: Update, locale: str) -> tuple[str, ...]:
    """The names of the services that were known to be affected before those."""
    others = added_services(update)
    return tuple(in_language(one.name, locale) for one in update.announcement.services if one not in others)


def _services(services: Sequence[Service], locale: str, almanac: Almanac) -> str:
    return almanac.listed([in_language(service.name, locale) for service in services])


def line_of(text: Localized | None, locale: str) -> str | None:
    """A text in the reader's language, as one line."""
    return " ".join(in_language(text, locale).split()) if text else None
