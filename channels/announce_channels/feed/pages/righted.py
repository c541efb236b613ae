"""What an update makes of the facts for readers who know the old ones: what was put right, what came in addition."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from publisher.adapter.said import (
    Announcement,
    Period,
    Update,
    added_services,
    corrected_facts,
    in_language,
    was_missing,
)


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a correction changes: its field's name, and how it should have read; None where it is left out."""

    what: str
    now: str | Period | timedelta | tuple[str, ...] | None
    was_missing: bool


def corrected(update: Update, locale: str) -> tuple[Right, ...]:
    """What a correction puts right; a silent one has nothing to tell."""
    facts = corrected_facts(update) if update.loud else ()
    return tuple(
        Right(
            what=name,
            now=_as_said(update.announcement, name, locale),
            was_missing=was_missing(update, name),
        )
        for name in facts
    )


def _as_said(
    facts: Announcement, name: str, locale: str
) -> str | Period | timedelta | tuple[str, ...] | None:
    match name:
        case "period":
            return facts.period
        case "outage":
            return facts.outage
        case "services":
            return _names(facts, locale)
        case "impact":
            return str(facts.impact) if facts.impact else None
    text = getattr(facts, name)
    return in_language(text, locale) if text else None


def added(update: Update, locale: str) -> tuple[str, ...]:
    """The services that are affected as well from now on."""
    return tuple(in_language(service.name, locale) for service in added_services(update))


def _names(facts: Announcement, locale: str) -> tuple[str, ...]:
    return tuple(in_language(service.name, locale) for service in facts.services)
