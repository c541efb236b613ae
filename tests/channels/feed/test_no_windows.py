"""A house without regular maintenance windows: nothing that it publishes speaks of any, but that there are none."""

from __future__ import annotations

import re

import pytest

from publisher.model.announcement import Wording
from publisher.model.house import House
from publisher.model.windows import DEFAULT_WINDOWS
from publisher.rendering.renderer import Renderer
from tests.channels.feed.aloud import page_aloud
from tests.channels.feed.saying import BERLIN, Publisher

NONE = re.compile(
    r"Reguläre Wartungsfenster|Es gibt keine regulären Wartungsfenster"
    r"|Regular maintenance windows|There are no regular maintenance windows"
)
"""What says that there are none, and its heading."""


@pytest.mark.parametrize("wording", list(Wording))
@pytest.mark.parametrize("locale", ["de", "en"])
def test_nothing_speaks_of_windows_where_there_are_none(
    publisher: Publisher, locale: str, wording: Wording
) -> None:
    assert not _spoken(publisher, locale, wording)


@pytest.mark.parametrize("locale", ["de", "en"])
def test_where_there_are_some_feeds_and_pages_say_so(publisher: Publisher, locale: str) -> None:
    publisher.windows = DEFAULT_WINDOWS
    assert {"rss.xml", "index.html", "calendar.ics"} <= _spoken(publisher, locale, Wording.MAINTENANCE)


def _spoken(publisher: Publisher, locale: str, wording: Wording) -> set[str]:
    """The files in which windows are spoken of."""
    publisher.locale, publisher.house = locale, House(wording=wording)
    publisher.renderer = Renderer(brand="CMO", zone=BERLIN, wording=wording)
    publisher.say(facts={"wording": wording})
    publisher.channel().build([("CMO-7K3M", publisher.history())])
    told = {}
    for file in publisher.folder.rglob("*"):
        if file.suffix in (".html", ".xml", ".json", ".ics"):
            text = file.read_text()
            told[file.name] = (
                page_aloud(text) + "".join(re.findall(r'title="[^"]*"', text))
                if file.suffix == ".html"
                else text
            )
    assert len(told) > 6
    return {name for name, text in told.items() if re.search("[Ff]enster|window", NONE.sub("", text))}
