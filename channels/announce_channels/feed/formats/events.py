"""An announcement as one calendar event for its whole life: the same UID, a rising SEQUENCE, kept when cancelled.

RFC 5545 and 7986. Times are in UTC; DTSTAMP is the last change, not the time of building.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec
from icalendar import Event, vText

from announce_channels.feed.formats.cleaning import cleaned, on_one_line
from announce_channels.feed.head import Head
from publisher.adapter.said import Announcement, Impact, Localized, Phase, Said, Snapshot, Update, in_language


class Life(msgspec.Struct, frozen=True):
    """What has become of an announcement."""

    first: Update
    newest: Update
    withdrawn: bool = False
    """It was taken down: subscribers' programs drop what they are told is cancelled."""
    revision: int = 0
    """Rises with every update, and when it is taken down."""

    @property
    def is_off(self) -> bool:
        """Whether nothing of the kind will happen, as far as subscribers are concerned."""
        return self.withdrawn or self.newest.phase is Phase.CANCELLED

    @property
    def facts(self) -> Announcement:
        """As they stand now."""
        return self.newest.announcement


@lru_cache(maxsize=1)  # both calendars of one run list the same
def events(head: Head, history: Snapshot) -> tuple[tuple[Life, bytes], ...]:
    """Every announcement that was planned for the channel, newest first, and its event as a file has it."""
    return tuple((life, event(head, life).to_ical()) for life in _lives(head, history))


def _lives(head: Head, history: Snapshot) -> tuple[Life, ...]:
    told: dict[str, list[Said]] = {}
    for said in sorted(history.said, key=lambda one: one.update.number):
        if said.on(head.channel) or said.is_withdrawn_from(head.channel):
            told.setdefault(said.ref, []).append(said)
    found = {ref: _life(head, updates) for ref, updates in told.items()}
    ordered = sorted(found.values(), key=lambda life: (life.first.published_at, life.facts.ref))
    return tuple(reversed(ordered))


def _life(head: Head, said: Sequence[Said]) -> Life:
    """Of one announcement's updates, oldest first."""
    first, newest = said[0].update, said[-1].update
    taken_down = any(one.is_withdrawn_from(head.channel) for one in said)
    withdrawn = not said[-1].on(head.channel)
    return Life(first, newest, withdrawn=withdrawn, revision=newest.number - 1 + taken_down)


def event(head: Head, life: Life) -> Event:
    """The event as every calendar takes it."""
    made, facts = Event(), life.facts
    made.add("uid", head.uid(facts.ref))
    made.add("sequence", life.revision)
    made.add("dtstamp", _utc(life.newest.published_at))
    made.add("created", _utc(life.first.published_at))
    made.add("last-modified", _utc(life.newest.published_at))
    _add_period(made, facts)
    made.add("summary", vText(_summary(head, life)))
    made.add("description", vText("\n".join(_description(head, life))))
    made.add("url", head.page_url(facts.ref))
    made.add("status", "CANCELLED" if life.is_off else "CONFIRMED")
    made.add("categories", [_WORDS[head.tongue]["category"]])
    made.add("class", "PUBLIC")
    made.add("transp", "TRANSPARENT")  # the reader's own day stays free
    return made


def names(head: Head, facts: Announcement) -> list[str]:
    """The services as customers know them."""
    return [on_one_line(in_language(service.name, head.locale)) for service in facts.services]


def changed(found: Sequence[tuple[Life, bytes]], otherwise: datetime) -> datetime:
    """When anything was last said."""
    return _utc(max((life.newest.published_at for life, _ in found), default=otherwise))


def _add_period(made: Event, facts: Announcement) -> None:
    starts, ends = _utc(facts.period.starts_at), _utc(facts.period.ends_at)
    made.add("dtstart", starts)
    # An end that is not later voids the whole file for some readers.
    made.add("dtend", max(ends, starts + timedelta(minutes=1)))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(head: Head, life: Life) -> str:
    words = _WORDS[head.tongue]
    if life.withdrawn:
        return f"{words['withdrawn']}: {life.facts.ref}"
    return f"{words[life.newest.phase]}: {on_one_line(in_language(life.facts.title, head.locale))}"


def _description(head: Head, life: Life) -> Iterator[str]:
    words, facts = _WORDS[head.tongue], life.facts
    if not life.withdrawn:
        yield from _texts(head, life.newest.text, facts.reason)
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
        "withdrawn": "Zurückgezogen",
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
        "withdrawn": "Withdrawn",
    },
}
