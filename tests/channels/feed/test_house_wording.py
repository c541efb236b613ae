"""A house that calls its work emergency work or incidents: nothing it publishes speaks of urgent maintenance."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Phase, Wording
from publisher.model.house import House
from publisher.rendering.renderer import Renderer
from tests.channels.feed.aloud import page_aloud
from tests.channels.feed.saying import BERLIN, PERIOD, PLANNED, Publisher

WINDOWS = re.compile(r"jede wartung wird angekündigt|wartungsfenstern?|maintnote|wartungshinweise")
WINDOWS_EN = re.compile(r"all maintenance is announced|maintenance windows?|maintnote|maintenance notices")
OF_WINDOWS = {"de": WINDOWS, "en": WINDOWS_EN}
"""What is said of maintenance windows, which every house may have, and of the format of that name."""

MAINTENANCE = {"de": "wartung", "en": "maintenance"}
CALLED = {
    ("emergency", "de"): ("CMO: Notfallarbeiten", "Keine Notfallarbeiten gemeldet", "Alle Notfallarbeiten"),
    ("emergency", "en"): ("CMO: emergency work", "No emergency work reported", "All emergency work"),
    ("incident", "de"): ("CMO: Störungen", "Keine Störung gemeldet", "Alle Störungen"),
    ("incident", "en"): ("CMO: incidents", "No incident reported", "All incidents"),
}


@pytest.mark.parametrize(("wording", "locale"), CALLED)
def test_no_page_feed_or_calendar_of_such_a_house_speaks_of_maintenance(
    publisher: Publisher, wording: str, locale: str
) -> None:
    title, quiet, every = CALLED[wording, locale]
    _called(publisher, wording, locale)
    publisher.channel().build([])
    assert quiet in _front(publisher)
    assert title in (publisher.folder / "rss.xml").read_text()

    _live(publisher, wording)

    texts = {
        file.relative_to(publisher.folder): file.read_text()
        for file in publisher.folder.rglob("*")
        if file.suffix in (".html", ".xml", ".json", ".ics") and file.name != "maintnote.ics"
    }
    assert len(texts) > 9
    for name, text in texts.items():
        unfolded = text.replace("\r\n ", "")
        said = OF_WINDOWS[locale].sub("", unfolded.lower())
        assert MAINTENANCE[locale] not in said, name
    page = publisher.folder / "CMO-7K3M" / "index.html"
    assert every in page.read_text()


@pytest.mark.parametrize(("locale", "done"), [("de", "behoben"), ("en", "resolved")])
def test_an_incident_is_one_among_the_maintenance_of_a_house(
    publisher: Publisher, locale: str, done: str
) -> None:
    _called(publisher, "maintenance", locale)
    _live(publisher, "incident")

    written = [(publisher.folder / name).read_text() for name in ("index.html", "CMO-7K3M/index.html")]
    site = "Dringende Wartungen" if locale == "de" else "Urgent maintenance"
    for text in written:
        assert f'<span class="what">{site}</span>' in text, "the site's name is the house's"
        assert done in page_aloud(text)


def _called(publisher: Publisher, wording: str, locale: str) -> None:
    publisher.locale, publisher.house = locale, House(wording=Wording(wording))
    publisher.renderer = Renderer(brand="CMO", zone=BERLIN, wording=Wording(wording))


def _live(publisher: Publisher, wording: str) -> None:
    """A whole life of one, and one that is ahead."""
    facts = {"wording": Wording(wording), "title": {"de": "Router", "en": "Router"}}
    steps = (
        (Kind.INITIAL, Phase.SCHEDULED),
        (Kind.PROGRESS, Phase.IN_PROGRESS),
        (Kind.COMPLETED, Phase.COMPLETED),
    )
    for number, (kind, phase) in enumerate(steps, 1):
        publisher.say(number=number, after=60 * number, update={"kind": kind, "phase": phase}, facts=facts)
        publisher.channel().build([("CMO-7K3M", publisher.history())])
    later = replace(
        PERIOD, starts_at=PERIOD.starts_at + timedelta(days=1), ends_at=PERIOD.ends_at + timedelta(days=1)
    )
    publisher.say("CMO-9D2X", after=600, period=later, facts=facts)
    publisher.now = PLANNED + timedelta(hours=1)
    publisher.channel().build([("CMO-9D2X", publisher.history())])


def _front(publisher: Publisher) -> str:
    return page_aloud((publisher.folder / "index.html").read_text())
