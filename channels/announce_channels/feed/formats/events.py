"""An announcement as one calendar event for its whole life: the same UID, a rising SEQUENCE, kept when cancelled.

RFC 5545 and 7986. Times are in UTC; DTSTAMP is the last change, not the time of building.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec
from icalendar import Event, vText

from announce_channels.feed.formats.cleaning import cleaned, on_one_line
from announce_channels.feed.formats.moments import changed, moments, restored, taken_down
from announce_channels.feed.head import Head
from publisher.adapter.said import (
    Announcement,
    Localized,
    Phase,
    Said,
    Snapshot,
    Update,
    flattened,
    in_language,
)

KEPT = timedelta(weeks=6)
"""How long calendars are told that an event was taken down; then it is left out. By the newest word, not the clock."""


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of an announcement."""

    first: Update
    newest: Update
    withdrawn: bool = False
    """It was taken down: subscribers' programs drop what they are told is cancelled."""
    revision: int = 0
    """Rises with every update, with every post that is taken down, and with every one that comes back."""
    changed: datetime
    """When the last of that was, UTC."""

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
    shown = (life for life in _lives(head, history) if not _is_stale(life, changed(head.channel, history)))
    return tuple((life, event(head, life).to_ical()) for life in shown)


def _is_stale(life: Life, now: datetime) -> bool:
    return life.withdrawn and now - life.changed > KEPT


def _lives(head: Head, history: Snapshot) -> tuple[Life, ...]:
    told: dict[str, list[Said]] = {}
    for said in sorted(history.said, key=lambda one: one.update.number):
        if said.on(head.channel) or said.is_withdrawn_from(head.channel):
            told.setdefault(said.ref, []).append(said)
    dates = moments(head.channel, history)
    found = {ref: _life(head, updates, dates) for ref, updates in told.items()}
    ordered = sorted(found.values(), key=lambda life: (life.first.published_at, life.facts.ref))
    return tuple(reversed(ordered))


def _life(head: Head, said: Sequence[Said], dates: Mapping[str, datetime]) -> Life:
    """Of one announcement's updates, oldest first."""
    here = [told for one in said for told in one.told if told.channel == head.channel]
    down = [taken_down(told) for told in here if told.withdrawn]
    back = [key for told in here for key in restored(told)]
    newest = said[-1].update
    return Life(
        first=said[0].update,
        newest=newest,
        withdrawn=not said[-1].on(head.channel),
        revision=newest.number - 1 + len(down) + 2 * len(back),
        changed=max(dates[key] for key in (*(told.post.key for told in here), *down, *back)),
    )


def event(head: Head, life: Life) -> Event:
    """The event as every calendar takes it."""
    made, facts = Event(), life.facts
    made.add("uid", head.uid(facts.ref))
    made.add("sequence", life.revision)
    made.add("dtstamp", life.changed)
    made.add("created", _utc(life.first.published_at))
    made.add("last-modified", life.changed)
    _add_period(made, facts)
    made.add("summary", vText(_summary(head, life)))
    made.add("description", vText("\n".join(_description(head, life))))
    made.add("url", head.page_url(facts.ref))
    made.add("status", "CANCELLED" if life.is_off else "CONFIRMED")
    category = on_one_line(head.words.category_of(facts.wording))
    made.add("categories", [category, *([] if life.withdrawn else names(head, facts))])
    made.add("class", "PUBLIC")
    made.add("transp", "TRANSPARENT")  # the reader's own day stays free
    return made


def names(head: Head, facts: Announcement) -> list[str]:
    """The services as customers know them."""
    return [on_one_line(in_language(service.name, head.locale)) for service in facts.services]


def _add_period(made: Event, facts: Announcement) -> None:
    starts, ends = _utc(facts.period.starts_at), _utc(facts.period.ends_at)
    made.add("dtstart", starts)
    # An end that is not later voids the whole file for some readers.
    made.add("dtend", max(ends, starts + timedelta(minutes=1)))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(head: Head, life: Life) -> str:
    """``CMO: Dringende Wartung – VPS-Hosting: Neustart aller Hosts``: it stands among the reader's own appointments."""
    if life.withdrawn:
        return on_one_line(f"{head.words.withdrawn}: {life.facts.ref}")
    title, services = in_language(life.facts.title, head.locale), names(head, life.facts)
    whom = ", ".join([*services[:FEW], *(["…"] if len(services) > FEW else [])])
    matter = [] if on_one_line(title) == ", ".join(services) else [title]
    return on_one_line(": ".join([head.brand, f"{head.words.what(life.newest)} – {whom}", *matter]))


FEW = 2
"""So many services are named in a line of somebody's calendar; the description has them all."""


def _description(head: Head, life: Life) -> Iterator[str]:
    words, facts, phase = head.words, life.facts, life.newest.phase
    is_over = phase.is_closed
    if not life.withdrawn:
        yield from _texts(head, life.newest.text)
        yield from _labelled(head, words.reason, None if is_over else facts.reason)
        yield f"{words.services}: {', '.join(names(head, facts))}"
        if not is_over:  # what was to be expected holds no more
            yield from _expected(head, facts)
            yield from _labelled(head, words.unaffected, facts.unaffected)
            if promised := life.newest.next_update_at:
                yield words.next_update.replace("{moment}", head.brief(promised))
            yield from _labelled(head, words.action, facts.action)
            yield from map(flattened, _texts(head, facts.details))
    yield f"{words.reference}: {facts.ref}"


def _expected(head: Head, facts: Announcement) -> Iterator[str]:
    """What readers will notice: for how long each of them, where that is known, for then it is the truest."""
    if facts.outage and head.words.each:
        yield head.words.each.replace("{length}", head.brief(facts.outage))
    elif facts.impact:
        yield head.words.expected(facts.impact)


def _labelled(head: Head, label: str, text: Localized | None) -> list[str]:
    return [f"{label}: {said}" if label else said for said in _texts(head, text)]


def _texts(head: Head, *texts: Localized | None) -> list[str]:
    return [cleaned(in_language(text, head.locale)) for text in texts if text]
