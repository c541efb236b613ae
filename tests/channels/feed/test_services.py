"""F8: who has one service subscribes to it alone; who plans with windows, or without, has a calendar for that."""

from __future__ import annotations

import json

import feedparser
import icalendar
import pytest
from lxml import etree, html
from msgspec.structs import replace

from announce_channels.feed.adapter import Feed
from publisher.model.announcement import Service
from publisher.model.windows import DEFAULT_WINDOWS
from tests.channels.feed.saying import ATOM, SITE, Publisher

MAIL = Service(key="mail", name={"de": "E-Mail", "en": "Mail"})
FILES = ("rss-vps.xml", "atom-vps.xml", "feed-vps.json", "calendar-vps.ics")


@pytest.fixture
def told(publisher: Publisher) -> Publisher:
    """Of a VPS, and of mail; each service has files of its own."""
    publisher.say("CMO-AAAA")
    publisher.say("CMO-BBBB", after=60)
    said = publisher.said[-1]
    mail = replace(said.update.announcement, services=(MAIL,))
    publisher.said[-1] = replace(said, update=replace(said.update, announcement=mail))
    publisher.channel(services=["vps", "mail"]).build([])
    return publisher


def test_a_feed_of_one_service_tells_of_nothing_else(told: Publisher) -> None:
    for service, ref in (("vps", "CMO-AAAA"), ("mail", "CMO-BBBB")):
        for name in (file.replace("vps", service) for file in FILES):
            text = (told.folder / name).read_text().replace("\r\n ", "")
            assert ref in text
            assert {"CMO-AAAA": "CMO-BBBB", "CMO-BBBB": "CMO-AAAA"}[ref] not in text
            assert f"{SITE}{name}" in text
        title = feedparser.parse((told.folder / f"rss-{service}.xml").read_bytes()).feed.title
        assert title == f"CMO: dringende Wartungen: {'VPS-Hosting' if service == 'vps' else 'E-Mail'}"


def test_ids_of_both_differ_for_who_subscribes_to_both(told: Publisher) -> None:
    ids = [
        entry.id
        for name in ("rss.xml", "rss-vps.xml")
        for entry in feedparser.parse((told.folder / name).read_bytes()).entries
    ]
    assert len(set(ids)) == 3
    assert "tag:example.net,2026:service.vps/CMO-AAAA/1" in ids


def test_every_format_has_the_services_as_categories(told: Publisher) -> None:
    rss = etree.fromstring((told.folder / "rss.xml").read_bytes())
    assert [item.findtext("category") for item in rss.iterfind("channel/item")] == ["E-Mail", "VPS-Hosting"]
    atom = etree.fromstring((told.folder / "atom.xml").read_bytes())
    found = [dict(one.attrib) for one in atom.iter(f"{ATOM}category")]
    assert found == [{"term": "mail", "label": "E-Mail"}, {"term": "vps", "label": "VPS-Hosting"}]
    items = json.loads((told.folder / "feed.json").read_text())["items"]
    assert [item["tags"] for item in items] == [["E-Mail"], ["VPS-Hosting"]]
    calendar = icalendar.Calendar.from_ical((told.folder / "announcements.ics").read_bytes())
    assert [event["CATEGORIES"].to_ical() for event in calendar.walk("VEVENT")] == [
        b"Wartung,E-Mail",
        b"Wartung,VPS-Hosting",
    ]


def test_a_calendar_comes_with_the_windows_and_without(publisher: Publisher) -> None:
    publisher.say()
    context = replace(publisher._context(), windows=DEFAULT_WINDOWS)
    known = {"type": "feed", "directory": "public", "url": SITE, "services": ["vps"]}
    Feed(Feed.Settings.model_validate(known), context).build([])

    def recurring(name: str) -> int:
        calendar = icalendar.Calendar.from_ical((publisher.folder / name).read_bytes())
        return sum("RRULE" in event for event in calendar.walk("VEVENT"))

    assert {name: recurring(name) for name in ("calendar.ics", "announcements.ics", "calendar-vps.ics")} == {
        "calendar.ics": 2,
        "announcements.ics": 0,
        "calendar-vps.ics": 0,
    }


def test_the_front_page_offers_them_by_the_services_names(told: Publisher) -> None:
    document = html.fromstring((told.folder / "index.html").read_text())
    offered = {term.text: term.getnext().find("a").get("href") for term in document.iter("dt")}
    assert offered["VPS-Hosting: RSS"] == f"{SITE}rss-vps.xml"
    assert offered["E-Mail: Kalender"] == f"{SITE}calendar-mail.ics"


def test_a_hub_is_named_for_all_of_them() -> None:
    settings = Feed.Settings.model_validate(
        {
            "type": "feed",
            "directory": "x",
            "url": SITE,
            "hub": "https://hub.example.net/",
            "services": ["vps"],
        }
    )
    served = Feed.site(settings)
    assert set(served.links) == {
        "rss.xml",
        "atom.xml",
        "feed.json",
        "rss-vps.xml",
        "atom-vps.xml",
        "feed-vps.json",
    }
    assert served.files[-2:] == ("opensearch.xml", "favicon.ico")


@pytest.mark.parametrize("key", ["../x", "", "VPS", "a b"])
def test_what_can_be_no_service_is_refused(publisher: Publisher, key: str) -> None:
    with pytest.raises(ValueError, match="services"):
        publisher.channel(services=[key])


def test_where_strangers_look_for_what_concerns_a_service() -> None:
    known = {"type": "feed", "directory": "public", "url": SITE, "services": ["vps", "mail"]}
    settings = Feed.Settings.model_validate(known)
    new, old = (settings.listed_in({"vps", "dns"}, later) for later in (49, 50))
    assert set(new) == {f"{SITE}{file}" for file in settings.files if "-mail" not in file}
    assert set(old) == {url for url in new if url.endswith(".ics")}, "feeds list the newest 50 only"
    assert f"{SITE}calendar-vps.ics" in old
