"""What an update makes of the facts for readers who know the old ones: what was put right, what came in addition."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from publisher.adapter.said import Announcement, Kind, Period, Update, in_language


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a correction changes: its field's name, and how it should have read; None where it is left out."""

    what: str
    now: str | Period | timedelta | tuple[str, ...] | None


def corrected(update: Update, locale: str) -> tuple[Right, ...]:
    """What a correction puts right; a silent one has nothing to tell."""
    was, now = update.was, update.announcement
    if was is None or update.kind is not Kind.CORRECTED or not update.loud:
        return ()
    changed = (name for name in _CORRECTABLE if getattr(now, name) != getattr(was, name))
    return tuple(Right(what=name, now=_as_said(now, name, locale)) for name in changed)


_CORRECTABLE = (
    "period",
    "title",
    "services",
    "impact",
    "outage",
    "unaffected",
    "reason",
    "action",
    "details",
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
    """The services that are affected as well from now on; none where leaving them out was a mistake."""
    if update.was is None or update.kind is Kind.CORRECTED:
        return ()
    known = {service.key for service in update.was.services}
    services = (service for service in update.announcement.services if service.key not in known)
    return tuple(in_language(service.name, locale) for service in services)


def _names(facts: Announcement, locale: str) -> tuple[str, ...]:
    return tuple(in_language(service.name, locale) for service in facts.services)
