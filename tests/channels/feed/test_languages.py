"""F4: each language has its own site; nothing of one leads into the other, and pages know their translation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from msgspec.structs import replace

from announce_channels.feed.adapter import Feed
from publisher.model.announcement import Announcement
from tests.channels.feed.saying import PLANNED, SITE, Publisher, announcement

ENGLISH = "https://status.example.net/en/"


class Both:
    """A German and an English site of the same announcements."""

    def __init__(self, publisher: Publisher) -> None:
        self.german, self._settings = publisher, {"type": "feed", "directory": "en", "url": ENGLISH}

    @property
    def folders(self) -> dict[str, Path]:
        return {SITE: self.german.folder, ENGLISH: self.german.root / "en"}

    def publish(self) -> None:
        """As a run does: each is written, then the pages again, once all outcomes are known."""
        post = self.german.say(elsewhere={})
        said = self.german.said[-1]
        settings = Feed.Settings.model_validate(self._settings)
        english = self.german.renderer.post(
            said.update,
            channel="feed-en",
            type_name="feed",
            locale="en",
            capabilities=Feed.capabilities(settings),
        )
        (own,) = said.told
        told = (
            replace(own, url=f"{SITE}{post.ref}/"),
            replace(own, channel="feed-en", post=english, url=f"{ENGLISH}{post.ref}/"),
        )
        self.german.said[-1] = replace(said, told=told)
        there = replace(self.german._context(), name="feed-en", locale="en", render=self._english)
        feeds = [self.german.channel(), Feed(settings, there)]
        for feed, one in zip(feeds, (post, english), strict=True):
            feed.publish(one)
        for feed, one in zip(feeds, (post, english), strict=True):
            feed.refresh(one)

    def _english(self, template: str, values: Any) -> str:
        return self.german.renderer.page(template, "en", values)


@pytest.fixture
def both(publisher: Publisher) -> Both:
    made = Both(publisher)
    made.publish()
    return made


@pytest.mark.parametrize(("site", "other"), [(SITE, ENGLISH), (ENGLISH, SITE)])
def test_no_item_and_no_event_leads_into_the_other_site(both: Both, site: str, other: str) -> None:
    folder = both.folders[site]
    for name in ("rss.xml", "atom.xml", "feed.json", "calendar.ics", "maintnote.ics"):
        text = (folder / name).read_text().replace("\r\n ", "")
        assert f"{site}CMO-7K3M/" in text
        assert f"{other}CMO-7K3M/" not in text
    feed = etree.fromstring((folder / "rss.xml").read_bytes())
    assert [link.text for link in feed.iterfind("channel/item/link")] == [f"{site}CMO-7K3M/"]
    body = feed.findtext("channel/item/description")
    assert [link for _, _, link, _ in html.fromstring(body).iterlinks()] == [f"{site}CMO-7K3M/"]


@pytest.mark.parametrize("page", ["CMO-7K3M/", ""])
def test_a_page_knows_itself_and_its_translation(both: Both, page: str) -> None:
    for site, own in ((SITE, "de"), (ENGLISH, "en")):
        document = html.fromstring((both.folders[site] / page / "index.html").read_text())
        known = {link.get("hreflang"): link.get("href") for link in document.iterfind("head/link[@hreflang]")}
        assert known == {"de": f"{SITE}{page}", "en": f"{ENGLISH}{page}"}
        (shown,) = document.iterfind(".//a[@hreflang]")
        assert shown.get("hreflang") != own
        assert shown.text == {"de": "English", "en": "Deutsch"}[own]


def test_a_page_in_one_language_names_no_other(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say())
    assert "hreflang" not in (publisher.folder / "index.html").read_text()


LINKS = {"de": "https://status.example.net/CMO-7K3M/", "en": "https://status.example.net/en/CMO-7K3M/"}


@pytest.mark.parametrize(("locale", "link"), [*LINKS.items(), ("en_GB", LINKS["en"]), ("fr", LINKS["de"])])
def test_other_channels_lead_to_the_page_in_their_language(
    publisher: Publisher, locale: str, link: str
) -> None:
    from publisher.rendering.almanac import Almanac
    from publisher.rendering.facts import facts_of
    from tests.channels.feed.saying import BERLIN

    said: Announcement = replace(announcement("CMO-7K3M"), permalink=LINKS["de"], permalinks=LINKS)
    update = replace(publisher_update(publisher), announcement=said)
    assert facts_of(update, locale, Almanac(locale, BERLIN), "CMO").permalink == link


def publisher_update(publisher: Publisher) -> Any:
    publisher.say()
    assert publisher.said[-1].update.published_at == PLANNED
    return publisher.said[-1].update


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_calendar_is_offered_as_a_subscription_and_not_as_a_copy_alone(
    publisher: Publisher, locale: str
) -> None:
    publisher.locale = locale
    publisher.channel().publish(publisher.say())

    links = {
        link for _, _, link, _ in html.fromstring((publisher.folder / "index.html").read_text()).iterlinks()
    }

    assert "webcal://status.example.net/calendar.ics" in links
    assert (
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fstatus.example.net%2Fcalendar.ics" in links
    )
    outlook = [
        link for link in links if "addfromweb?url=https%3A%2F%2Fstatus.example.net%2Fcalendar.ics&" in link
    ]
    assert {link.split("/")[2] for link in outlook} == {"outlook.live.com", "outlook.office.com"}


def test_an_incident_is_called_so_in_calendars() -> None:
    from zoneinfo import ZoneInfo

    from announce_channels.feed.words import words_of
    from publisher.model.announcement import Phase
    from publisher.rendering.renderer import Renderer

    words = words_of(Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).words("de"), "de")
    assert [words.phase(phase, "incident") for phase in Phase] == [
        "Störung",
        "Störung",
        "Behoben",
        "Abgesagt",
    ]
    assert words.phase(Phase.SCHEDULED) == "Dringende Wartung"
    assert hash(words)  # what is made by them is remembered by them
