"""What is taken down: every date moves on, readers are told once, and nothing of it is left but that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import icalendar
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.channels.feed.saying import ATOM, PLANNED, Publisher, items

DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
LATER = PLANNED + timedelta(hours=6)
SECRET = "Sicherheitslücke"


def take_down(
    publisher: Publisher, ref: str = "CMO-7K3M", *, at: datetime | None = LATER, silently: bool = False
) -> None:
    """Every post of an announcement, as the ledger has it afterwards; and the files made anew."""
    for number, said in enumerate(publisher.said):
        if said.ref == ref:
            told = tuple(
                one if one.withdrawn else replace(one, withdrawn=True, withdrawn_at=at, silently=silently)
                for one in said.told
            )
            publisher.said[number] = replace(said, told=told)
    publisher.channel().withdraw(
        publisher.channel()._receipt(publisher.said[-1].told[0].post, publisher.history())
    )


@dataclass(frozen=True)
class Seen:
    """What programs go by to see that something has changed."""

    rss: datetime
    atom: datetime
    calendar: datetime
    stamped: datetime
    modified: datetime
    sequence: int
    status: str


def seen(publisher: Publisher) -> Seen:
    channel = etree.fromstring(publisher.rss.read_bytes())[0]
    atom = etree.fromstring((publisher.folder / "atom.xml").read_bytes())
    calendar = icalendar.Calendar.from_ical((publisher.folder / "calendar.ics").read_bytes())
    (event,) = [one for one in calendar.walk("VEVENT") if "RRULE" not in one]
    return Seen(
        parsedate_to_datetime(channel.findtext("lastBuildDate")),
        datetime.fromisoformat(atom.findtext(f"{ATOM}updated")),
        calendar["LAST-MODIFIED"].dt,
        event["DTSTAMP"].dt,
        event["LAST-MODIFIED"].dt,
        int(event["SEQUENCE"]),
        str(event["STATUS"]),
    )


@pytest.mark.parametrize("silently", [False, True])
def test_the_time_of_withdrawal_reaches_every_date(publisher: Publisher, silently: bool) -> None:
    publisher.channel().publish(publisher.say())
    before = seen(publisher)

    take_down(publisher, silently=silently)

    after = seen(publisher)
    assert (after.rss, after.atom, after.calendar, after.stamped, after.modified) == (LATER,) * 5
    assert (after.sequence, after.status) == (before.sequence + 1, "CANCELLED")


def test_no_date_goes_back_when_the_newest_is_taken_down(publisher: Publisher) -> None:
    publisher.say("CMO-AAAA", after=-86400)
    publisher.channel().publish(publisher.say(after=60))

    take_down(publisher, at=None)

    channel = etree.fromstring(publisher.rss.read_bytes())[0]
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == PLANNED + timedelta(seconds=61)


def test_who_subscribes_is_told_once_and_nothing_is_repeated(publisher: Publisher) -> None:
    publisher.say()
    publisher.channel().publish(publisher.say(number=2, after=60, details="Einzelheiten"))

    take_down(publisher)

    (entry,) = feedparser.parse(publisher.rss.read_bytes()).entries
    assert (entry.title, entry.id) == (
        "[Zurückgezogen] CMO-7K3M",
        "tag:example.net,2026:CMO-7K3M/2/withdrawn",
    )
    assert parsedate_to_datetime(entry.published) == LATER + timedelta(
        seconds=1
    )  # the first post's has LATER
    assert entry.summary == "<p>Diese Meldung wurde zurückgezogen.</p>"
    for path in publisher.folder.rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_text("utf-8", "replace"), path
            assert "VPS-Hosting" not in path.read_text("utf-8", "replace"), path
    (item,) = json.loads((publisher.folder / "feed.json").read_text())["items"]
    assert set(item["_announce"]) == {"about", "ref", "withdrawn"}
    assert item["_announce"]["withdrawn"] is True


def test_a_silent_one_leaves_no_item(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say())

    take_down(publisher, silently=True)

    assert items(publisher.rss) == []


@pytest.mark.parametrize("silently", [False, True])
def test_readers_of_atom_are_told_which_entries_are_gone(publisher: Publisher, silently: bool) -> None:
    publisher.say()
    publisher.channel().publish(publisher.say(number=2, after=60))
    ids = [item.findtext("guid") for item in items(publisher.rss)]

    take_down(publisher, silently=silently)

    gone = etree.fromstring((publisher.folder / "atom.xml").read_bytes()).findall(DELETED)
    assert sorted(one.get("ref") for one in gone) == sorted(ids)
    assert min(datetime.fromisoformat(one.get("when")) for one in gone) == LATER


def test_what_is_told_anew_and_taken_down_again_has_two_stones(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say())
    take_down(publisher)
    first = [item.findtext("guid") for item in items(publisher.rss)]
    publisher.channel().publish(publisher.say(number=2, after=7 * 3600))
    assert [item.findtext("guid") for item in items(publisher.rss)][1:] == first

    take_down(publisher, at=LATER + timedelta(hours=2))

    assert [item.findtext("guid")[-11:] for item in items(publisher.rss)] == ["2/withdrawn", "1/withdrawn"]


def test_events_that_were_taken_down_leave_after_six_weeks_of_news(publisher: Publisher) -> None:
    def uids() -> set[Any]:
        calendar = icalendar.Calendar.from_ical((publisher.folder / "calendar.ics").read_bytes())
        return {str(one["UID"]) for one in calendar.walk("VEVENT")}

    publisher.channel().publish(publisher.say())
    take_down(publisher)
    publisher.channel().publish(publisher.say("CMO-BBBB", after=41 * 86400))
    assert uids() == {"cmo-7k3m@example.net", "cmo-bbbb@example.net"}
    publisher.channel().publish(publisher.say("CMO-CCCC", after=43 * 86400))
    assert uids() == {"cmo-bbbb@example.net", "cmo-cccc@example.net"}
