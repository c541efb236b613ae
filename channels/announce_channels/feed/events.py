"""An announcement as one calendar event for its whole life: the same UID, a rising SEQUENCE, kept when cancelled.

RFC 5545 and 7986. Times are in UTC; DTSTAMP is the last change, not the time of building.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Event, vText

from announce_channels.feed.cleaning import cleaned, on_one_line
from announce_channels.feed.head import Head
from publisher.announcement import Announcement, Impact, Localized, Phase, Update, in_language
from publisher.history import Snapshot


@dataclass(frozen=True, slots=True)
class Life:
    """What has become of an announcement."""

    first: Update
    newest: Update

    @property
    def facts(self) -> Announcement:
        """As they stand now."""
        return self.newest.announcement


def lives(head: Head, history: Snapshot) -> tuple[Life, ...]:
    """Every announcement that was planned for the channel, newest first."""
    found: dict[str, Life] = {}
    for said in sorted(history.said, key=lambda one: one.update.number):
        if said.on(head.channel):
            first = found[said.ref].first if said.ref in found else said.update
            found[said.ref] = Life(first, said.update)
    ordered = sorted(found.values(), key=lambda life: (life.first.published_at, life.facts.ref))
    return tuple(reversed(ordered))


def event(head: Head, life: Life) -> Event:
    """The event as every calendar takes it."""
    made, facts = Event(), life.facts
    made.add("uid", f"{facts.ref.lower()}@{head.authority}")
    made.add("sequence", life.newest.number - 1)
    made.add("dtstamp", _utc(life.newest.published_at))
    made.add("created", _utc(life.first.published_at))
    made.add("last-modified", _utc(life.newest.published_at))
    _add_period(made, facts)
    made.add("summary", vText(_summary(head, life)))
    made.add("description", vText("\n".join(_description(head, life.newest))))
    made.add("url", facts.permalink or head.page_url(facts.ref))
    made.add("status", "CANCELLED" if life.newest.phase is Phase.CANCELLED else "CONFIRMED")
    made.add("categories", [_WORDS[head.tongue]["category"]])
    made.add("class", "PUBLIC")
    made.add("transp", "TRANSPARENT")  # the reader's own day stays free
    return made


def names(head: Head, facts: Announcement) -> list[str]:
    """The services as customers know them."""
    return [on_one_line(in_language(service.name, head.locale)) for service in facts.services]


def changed(found: tuple[Life, ...], otherwise: datetime) -> datetime:
    """When anything was last said."""
    return _utc(max((life.newest.published_at for life in found), default=otherwise))


def _add_period(made: Event, facts: Announcement) -> None:
    starts, ends = _utc(facts.period.starts_at), _utc(facts.period.ends_at)
    made.add("dtstart", starts)
    # An end that is not later voids the whole file for some readers.
    made.add("dtend", max(ends, starts + timedelta(minutes=1)))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(head: Head, life: Life) -> str:
    title = on_one_line(in_language(life.facts.title, head.locale))
    return f"{_WORDS[head.tongue][life.newest.phase]}: {title}"


def _description(head: Head, newest: Update) -> Iterator[str]:
    words, facts = _WORDS[head.tongue], newest.announcement
    yield from _texts(head, newest.text, facts.reason)
    yield f"{words['services']}: {', '.join(names(head, facts))}"
    yield words[facts.impact]
    yield from _texts(head, facts.action, facts.details)
    yield f"{words['reference']}: {facts.ref}"


def _texts(head: Head, *texts: Localized | None) -> list[str]:
    return [cleaned(in_language(text, head.locale)) for text in texts if text]


_WORDS = {
    "de": {
        Phase.SCHEDULED: "Dringende Wartung",
        Phase.IN_PROGRESS: "Dringende Wartung",
        Phase.COMPLETED: "Beendet",
        Phase.CANCELLED: "Abgesagt",
        Impact.NONE: "Auswirkung: voraussichtlich keine",
        Impact.DEGRADED: "Auswirkung: Einschränkungen zu erwarten",
        Impact.OUTAGE: "Auswirkung: Ausfall zu erwarten",
        "services": "Betroffen",
        "reference": "Referenz",
        "category": "Wartung",
    },
    "en": {
        Phase.SCHEDULED: "Urgent maintenance",
        Phase.IN_PROGRESS: "Urgent maintenance",
        Phase.COMPLETED: "Completed",
        Phase.CANCELLED: "Cancelled",
        Impact.NONE: "Impact: none expected",
        Impact.DEGRADED: "Impact: degraded service expected",
        Impact.OUTAGE: "Impact: outage expected",
        "services": "Affected",
        "reference": "Reference",
        "category": "Maintenance",
    },
}
