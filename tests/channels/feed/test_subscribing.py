"""The front page says how to subscribe: an address, a link for programs that take one, and what to press where."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from tests.channels.feed.saying import SITE, Publisher

CALENDARS = {
    "de": ("iPhone", "Thunderbird", "Google Kalender", "ICSx⁵", "Outlook", "Abonnieren"),
    "en": ("iPhone", "Thunderbird", "Google Calendar", "ICSx⁵", "Outlook", "Subscribe"),
}
FEEDS = {"de": ("Feedreader", "Slack"), "en": ("Feed reader", "Slack")}

NAMES = {
    "de": ["RSS", "Atom", "JSON Feed", "Kalender", "Kalender der Meldungen", "MAINTNOTE"],
    "en": ["RSS", "Atom", "JSON Feed", "Calendar", "Calendar of announcements", "MAINTNOTE"],
}


def block(publisher: Publisher, locale: str, **settings: Any) -> Any:
    publisher.locale = locale
    publisher.channel(**settings).publish(publisher.say())
    page = html.fromstring((publisher.folder / "index.html").read_text("utf-8"))
    return page.get_element_by_id("subscribe").getparent()


def steps(section: Any) -> list[str]:
    return [step.text_content() for step in section.find_class("steps")[0]]


@pytest.mark.parametrize("locale", ["de", "en"])
def test_it_says_what_to_press_in_which_program(publisher: Publisher, locale: str) -> None:
    section = block(publisher, locale)

    said = steps(section)
    for program in (*CALENDARS[locale], *FEEDS[locale]):
        assert any(program in step for step in said), program
    named = [term.text for term in section.iter("dt")]
    assert named == NAMES[locale]
    names = {link.text_content() for link in section.iter("a")}
    assert {"Outlook.com", "Microsoft 365"} < names
    webcal = [link for link in section.iter("a") if link.get("href").startswith("webcal:")]
    assert {link.get("href") for link in webcal} == {
        f"webcal://{SITE.partition('://')[2]}{file}" for file in ("calendar.ics", "announcements.ics")
    }
    for link in webcal:  # the step names the link as it reads
        assert link.text_content().split(",")[0] in next(step for step in said if "iPhone" in step)


@pytest.mark.parametrize("locale", ["de", "en"])
def test_of_what_is_not_there_it_says_nothing(publisher: Publisher, locale: str) -> None:
    feeds = steps(block(publisher, locale, formats=["rss"]))
    assert len(feeds) == len(FEEDS[locale])
    assert len(steps(block(publisher, locale, formats=["calendar"]))) == 5
