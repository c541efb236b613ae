"""Real programs that subscribe: each is walked through a life, and says after every step what it shows.

`row` makes of it what a customer notices, event by event, as `docs/feeds.md` has it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from icalendar import Calendar

from judging.programs import DATA, SUBSCRIBERS, Newsboat, events_of_all, maintenances_of
from judging.told import EVENTS, LOCALES, Stage


class Seen(NamedTuple):
    """What a subscriber has in front of him."""

    shown: Mapping[str, Any] = {}
    """What is shown, by id."""
    new: frozenset[str] = frozenset()
    """What the program draws attention to."""
    cancelled: frozenset[str] = frozenset()
    """What is shown as cancelled."""


Walk = Callable[[Sequence[Stage], str, Path], Iterable[Seen]]
"""Of the sites in one language; a folder is the program's home."""


class Client(NamedTuple):
    """A program, as the table names it."""

    name: str
    needs: tuple[str, ...]
    walk: Walk


def row(client: Client, stages: Sequence[Stage], home: Path) -> list[str]:
    """What it makes of each event, in the table's order; the same in both languages, or both are named."""
    cells: dict[str, set[str]] = {event: set() for event in EVENTS}
    for locale in LOCALES:
        place = home / locale
        place.mkdir(parents=True)
        before = Seen()
        for stage, now in zip(stages, client.walk(stages, locale, place), strict=True):
            cells[stage.event].add(_verdict(before, now))
            before = now
    return [" or ".join(sorted(cells[event])) for event in EVENTS]


def _verdict(before: Seen, now: Seen) -> str:
    both = before.shown.keys() & now.shown.keys()
    words = []
    if now.new:
        words.append("new once" if len(now.new) == 1 else f"new {len(now.new)} times")
    if now.cancelled - before.cancelled:
        words.append("cancelled")
    elif any(before.shown[id_] != now.shown[id_] for id_ in both):
        words.append("silent")
    if before.shown.keys() - now.shown.keys():
        words.append("gone")
    return ", ".join(words) or "nothing"


# --- readers of feeds -------------------------------------------------------------------------------------------------


def _newsboat(stages: Sequence[Stage], locale: str, home: Path) -> Iterator[Seen]:
    reader = Newsboat(home / "home", f"file://{home}/rss.xml")
    for stage in stages:
        shutil.copy(stage.folder / locale / "rss.xml", home)
        reader.reload()
        items = reader.items()
        yield Seen(
            {guid: (item["title"], item["content"]) for guid, item in items.items()},
            frozenset(reader.unread()),
        )
        reader.read_everything()


def _rss2email(stages: Sequence[Stage], locale: str, home: Path) -> Iterator[Seen]:
    kept: dict[str, str] = {}
    for number, subjects in enumerate(_told_by("mails.py", stages, locale, home)):
        new = {f"{number}-{nth}": subject for nth, subject in enumerate(subjects)}
        kept |= new  # nobody takes a mail back
        yield Seen(dict(kept), frozenset(new))


def _feedparser(stages: Sequence[Stage], locale: str, _home: Path) -> Iterator[Seen]:
    rss = list(_read((stage.folder / locale / "rss.xml").read_bytes() for stage in stages))
    atom = list(_read((stage.folder / locale / "atom.xml").read_bytes() for stage in stages))
    assert rss == atom
    return iter(rss)


def _hub(stages: Sequence[Stage], locale: str, _home: Path) -> Iterator[Seen]:
    """A stage ends when the hub has delivered each feed to the letter: what a subscriber of RSS was given."""
    return _read((stage.folder / locale / "rss.xml").read_bytes() for stage in stages)


def _read(documents: Iterable[bytes]) -> Iterator[Seen]:
    """As a reader with a memory for ids does, that shows what the feed has."""
    known: set[str] = set()
    for document in documents:
        found = feedparser.parse(document)
        assert not found.bozo
        shown = {
            entry.id: (entry.title, entry.content[0].value if "content" in entry else entry.summary)
            for entry in found.entries
        }
        yield Seen(shown, frozenset(shown.keys() - known))
        known |= shown.keys()


# --- calendars --------------------------------------------------------------------------------------------------------


def _thunderbird(stages: Sequence[Stage], locale: str, _home: Path) -> Iterator[Seen]:
    files = [stage.folder / locale / "calendar.ics" for stage in stages]
    return _agenda(
        {
            event["uid"]: (
                event["summary"],
                event["start"],
                event["end"],
                event["description"],
                event["status"],
            )
            for event in events
        }
        for events in events_of_all(files, "2030-01-01")
    )


def _khal(stages: Sequence[Stage], locale: str, home: Path) -> Iterator[Seen]:
    return _agenda(_told_by("agenda.py", stages, locale, home))


def _agenda(agendas: Iterable[Mapping[str, Sequence[str]]]) -> Iterator[Seen]:
    """Of events by uid; the last field is the status."""
    known: set[str] = set()
    for agenda in agendas:
        shown = {uid: fields for uid, fields in agenda.items() if "window-" not in uid}
        cancelled = {uid for uid, fields in shown.items() if "CANCELLED" in fields[-1]}
        yield Seen(shown, frozenset(shown.keys() - known), frozenset(cancelled))
        known |= shown.keys()


def _android(stages: Sequence[Stage], locale: str, _home: Path) -> Iterator[Seen]:
    """As clients on Android do (ICSx5): what vanishes stays, a newer revision counts, a cancelled one goes."""
    kept: dict[str, Any] = {}
    stamps: dict[str, tuple[int, Any]] = {}
    for stage in stages:
        before = dict(kept)
        for event in Calendar.from_ical((stage.folder / locale / "announcements.ics").read_bytes()).walk(
            "VEVENT"
        ):
            uid, stamp = str(event["UID"]), (int(event["SEQUENCE"]), event["LAST-MODIFIED"].dt)
            if uid in stamps and not (stamp[0] > stamps[uid][0] and stamp[1] > stamps[uid][1]):
                continue
            stamps[uid] = stamp
            kept[uid] = (event["SUMMARY"], event.start, event.end, event["DESCRIPTION"])
            if event["STATUS"] == "CANCELLED":
                del kept[uid]
        yield Seen(dict(kept), frozenset(kept.keys() - before.keys()))


def _parser(stages: Sequence[Stage], locale: str, _home: Path) -> Iterator[Seen]:
    files = [stage.folder / locale / "maintnote.ics" for stage in stages]
    return _agenda(
        {
            note["uid"]: (note["summary"], note["start"], note["end"], note["sequence"], note["status"])
            for note in notes
        }
        for notes in maintenances_of(files)
    )


def _told_by(script: str, stages: Sequence[Stage], locale: str, home: Path) -> list[Any]:
    """What a script in the programs' own environment reports, a stage an entry."""
    places = [stage.folder / locale for stage in stages]
    run = subprocess.run(
        [SUBSCRIBERS / "python", DATA / script, home, *places], capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    found: list[Any] = json.loads(run.stdout)
    return found


CLIENTS = (
    Client("newsboat, `rss.xml`", ("newsboat",), _newsboat),
    Client("rss2email, `atom.xml`", ("rss2email",), _rss2email),
    Client("feedparser, `rss.xml` and `atom.xml`", (), _feedparser),
    Client("WebSub hub (Flask-WebSub), the three feeds", (), _hub),
    Client("Thunderbird (its ical.js), `calendar.ics`", ("ical.js",), _thunderbird),
    Client("khal with vdirsyncer, `calendar.ics`", ("khal",), _khal),
    Client("Android's rule (ICSx5), `announcements.ics`", (), _android),
    Client("circuit-maintenance-parser, `maintnote.ics`", ("circuit-maintenance-parser",), _parser),
)
