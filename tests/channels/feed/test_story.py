"""What the timeline says of an update: taken up again nothing has moved, and what got worse or was wrong is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from announce_channels.feed.pages.story import news
from publisher.model.announcement import Ending, Impact, Kind, Period, Phase, Service
from tests.channels.feed.saying import PERIOD, Publisher
from tests.channels.feed.test_clock import HOUR, PAGES, shown

TEMPLATES = Path(__file__).parents[3] / "templates"
AGAIN = Period(PERIOD.starts_at + 2 * HOUR, PERIOD.ends_at + 2 * HOUR)
OVER = {"kind": Kind.COMPLETED, "phase": Phase.COMPLETED}


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        (
            "de",
            "Erneut Arbeiten seit Di., 24.11., 01:00 Uhr MEZ, voraussichtlich bis Di., 24.11., 02:00 Uhr MEZ",
        ),
        ("en", "Work again since Tue 24 Nov, 01:00 CET, expected until Tue 24 Nov, 02:00 CET"),
    ],
)
def test_work_that_is_taken_up_again_has_not_moved(publisher: Publisher, locale: str, line: str) -> None:
    publisher.locale = locale
    publisher.say(update={"phase": Phase.IN_PROGRESS})
    publisher.say(number=2, after=60, update=OVER)
    again = {"kind": Kind.RESCHEDULED, "phase": Phase.IN_PROGRESS, "after": Ending.COMPLETED}
    publisher.channel().publish(publisher.say(number=3, after=120, period=AGAIN, update=again))

    assert line in shown(publisher, PAGES[1])
    for page in PAGES:
        text = shown(publisher, page)
        assert not [one for one in ("Verschoben", "Bisher angek", "Postponed", "Previously") if one in text]


@pytest.mark.parametrize(
    ("after", "phase", "said"),
    [
        (Ending.COMPLETED, Phase.SCHEDULED, "reopened_ahead"),
        (Ending.CANCELLED, Phase.IN_PROGRESS, "revived"),
        (Ending.POSTPONED, Phase.SCHEDULED, "new_date"),
        (Ending.POSTPONED, Phase.IN_PROGRESS, "revived"),
        (Ending.ABORTED, Phase.SCHEDULED, "resumed_ahead"),
    ],
)
def test_each_way_to_take_work_up_again_has_its_words(
    publisher: Publisher, after: Ending, phase: Phase, said: str
) -> None:
    more = {"kind": Kind.RESCHEDULED, "phase": phase, "after": after}
    publisher.channel().publish(publisher.say(number=3, period=AGAIN, update=more))

    assert news(publisher.said[-1].update, None) == said
    words = tomllib.loads((TEMPLATES / "de/words.toml").read_text())["page"]
    assert words["kinds"][said] in shown(publisher, PAGES[0])
    assert words["again"][said].split("{")[0] in shown(publisher, PAGES[1])


def test_what_got_worse_and_what_was_wrong_is_named(publisher: Publisher) -> None:
    publisher.say(elsewhere={"facebook": "https://f.example/1", "wordpress": "https://w.example/1"})
    first = publisher.said[0]
    english = [
        msgspec.structs.replace(one, post=msgspec.structs.replace(one.post, locale="en"))
        for one in first.told[1:]
    ]
    twice = msgspec.structs.replace(first.told[1], channel="page2", url="https://f.example/2")
    publisher.said[0] = msgspec.structs.replace(first, told=(*first.told[:2], twice, english[1]))
    was = msgspec.structs.replace(first.update.announcement, impact=Impact.DEGRADED)
    more = msgspec.structs.replace(
        was,
        impact=Impact.OUTAGE,
        services=(*was.services, Service(key="dns", name={"de": "DNS und Domains"})),
    )
    told = {"kind": Kind.PROGRESS, "phase": Phase.SCHEDULED, "announcement": more, "was": was}
    publisher.say(number=2, after=60, update=told)
    right = msgspec.structs.replace(more, reason={"de": "Ein Kabel ist defekt."}, period=AGAIN)
    mend = {"kind": Kind.CORRECTED, "announcement": right, "was": more, "loud": True}
    publisher.channel().publish(publisher.say(number=3, after=120, update=mend))

    text = shown(publisher, PAGES[1])

    assert "Größere Auswirkungen; jetzt auch DNS und Domains" in text
    assert "Berichtigt: Zeitraum. Richtig ist: Di., 24. November 2026, 01:00" in text
    assert "Ergänzt: Grund: Ein Kabel ist defekt." in text
    assert text.count("Facebook") == 1
    assert "Blog" not in text
