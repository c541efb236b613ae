"""maintnote.ics: the announcements for machines, after NANOG's BCOP draft for maintenance notes.

Without the windows: a reader such as circuit-maintenance-parser rejects the whole file for one event without these
properties. Values are `vText`, for icalendar 7.3 does not escape X- properties given as str.
"""

from __future__ import annotations

from icalendar import Event, vCalAddress, vText

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.events import Life, events
from announce_channels.feed.formats.ical import written
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.head import Head
from publisher.adapter.said import Impact, Phase, Snapshot

STATUS = {
    Phase.SCHEDULED: "CONFIRMED",
    Phase.IN_PROGRESS: "IN-PROCESS",
    Phase.COMPLETED: "COMPLETED",
}
IMPACT = {Impact.NONE: "NO-IMPACT", Impact.DEGRADED: "DEGRADED", Impact.OUTAGE: "OUTAGE"}


def build(head: Head, history: Snapshot) -> bytes:
    """The file, from the whole history."""
    found = events(head, history)
    noted = (event.removesuffix(_END) + _notes(head, life) + _END for life, event in found)
    return written(head, head.file("maintnote"), changed(head.channel, history), noted)


_BEGIN, _END = b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"


def _notes(head: Head, life: Life) -> bytes:
    """What an event has here beside what every calendar takes."""
    made, facts = Event(), life.facts
    impact = IMPACT[facts.impact or Impact.OUTAGE]  # the draft wants one, and prepares for the worst
    made.add("organizer", _organizer(head))
    notes = {
        "provider": head.authority,
        "account": "public",  # the draft wants one, and a public file has none
        "maintenance-id": facts.ref,
        "impact": impact,
        "status": "CANCELLED" if life.is_off else STATUS[life.newest.phase],
    }
    for name, text in notes.items():
        made.add(f"x-maintnote-{name}", vText(text))
    for service in facts.services:
        made.add("x-maintnote-object-id", _object(service.key, impact))
    return bytes(made.to_ical()).removeprefix(_BEGIN).removesuffix(_END)


def _organizer(head: Head) -> vCalAddress:
    """Where to read more, not a mailbox: any URI will do."""
    organizer = vCalAddress(head.site)
    organizer.params["CN"] = on_one_line(head.brand)
    return organizer


def _object(key: str, impact: str) -> vText:
    made = vText(on_one_line(key))
    made.params["X-MAINTNOTE-OBJECT-IMPACT"] = impact  # not in the draft; its readers use it
    return made
