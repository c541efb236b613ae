"""The page says when strangers could read what was said, where that is wanted; off by default."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind
from tests.channels.feed.saying import PLANNED, Publisher

SAID = {"de": "Von außen geprüft um ", "en": "Checked from outside at "}


def seen(publisher: Publisher, **times: datetime) -> None:
    """Strangers have seen the newest update on these channels."""
    said = publisher.said[-1]
    told = tuple(replace(one, seen_at=times.get(one.channel)) for one in said.told)
    publisher.said[-1] = replace(said, told=told)


def page(publisher: Publisher) -> str:
    return " ".join((publisher.folder / "CMO-7K3M" / "index.html").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("de", "Von außen geprüft um 21:14 Uhr: für alle zu lesen."),
        ("en", "Checked from outside at 21:14: everybody could read it."),
    ],
)
def test_when_strangers_had_seen_it_everywhere_is_said_where_that_is_wanted(
    publisher: Publisher, locale: str, sentence: str
) -> None:
    publisher.locale = locale
    post = publisher.say()
    seen(publisher, feed=PLANNED + timedelta(minutes=1), facebook=PLANNED + timedelta(minutes=14))
    publisher.channel().publish(post)
    assert SAID[locale] not in page(publisher), "off by default"
    publisher.channel(show_seen=True).publish(post)
    assert page(publisher).count(sentence) == 1


def test_what_nobody_has_seen_here_is_not_said_to_be_seen(publisher: Publisher) -> None:
    post = publisher.say()
    seen(publisher, facebook=PLANNED)
    publisher.channel(show_seen=True).publish(post)
    assert SAID["de"] not in page(publisher)


def test_each_update_has_its_own_time_and_on_another_day_its_date(publisher: Publisher) -> None:
    publisher.say()
    seen(publisher, feed=PLANNED + timedelta(minutes=1))
    post = publisher.say(number=2, after=3600, update={"kind": Kind.PROGRESS})
    seen(publisher, feed=PLANNED + timedelta(hours=9))
    publisher.channel(show_seen=True).publish(post)
    html = page(publisher)
    assert "geprüft um 21:01 Uhr: für alle zu lesen." in html
    assert "geprüft am Di., 24.11., 06:00 Uhr MEZ: für alle zu lesen." in html.replace("\u00a0", " ")
