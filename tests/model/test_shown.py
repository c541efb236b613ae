"""What strangers can read of a post: the newest of its texts, and not one that has the same times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.post import Format, Post, Telling
from publisher.model.shown import NEWEST, in_calendar, in_listing, in_post, on_page, own_words

START = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)
FIRST = Post(
    ref="CMO-7K3M",
    update=1,
    kind=Kind.INITIAL,
    channel="blog",
    locale="de",
    slug="cmo-7k3m",
    format=Format.HTML,
    title="Kernel",
    body="<p>Wir müssen dringend warten.</p><p>03:30 bis 05:30 Uhr</p><p>CMO-7K3M</p>",
    published_at=START,
    tells=(Telling("start", ("03:30",)), Telling("end", ("05:30 Uhr",)), Telling("reference", ("CMO-7K3M",))),
)
OFF = replace(
    FIRST,
    update=2,
    kind=Kind.CANCELLED,
    body="<p>Die „dringenden“ Arbeiten sind <b>abgesagt</b>.</p><p>03:30 bis 05:30 Uhr</p>"
    "<p>Mehr: https://status.example.net/ steht dort schon seit langem</p><p>CMO-7K3M</p>",
)
OWN = own_words(OFF, [FIRST])


def test_a_text_is_told_by_the_sentence_that_no_earlier_one_had() -> None:
    assert OWN == "die dringenden arbeiten sind"
    assert own_words(FIRST, []) is None, "a first text needs none"
    assert own_words(replace(FIRST, update=2), [FIRST]) is None


@pytest.mark.parametrize(
    "kept",
    [
        OFF.body,
        OFF.body.replace("„", "&#8222;").replace("“", "&#8220;"),
        OFF.body.replace("dringenden", "drin\u00adgenden").replace(" Arbeiten", "\u00a0Arbeiten"),
    ],
)
def test_platforms_change_quotes_and_blanks_and_it_is_the_same_text(kept: str) -> None:
    assert in_post(OFF, OWN)(f"<html>{kept}</html>") == ()


def test_an_earlier_text_with_the_same_times_is_not_the_newest() -> None:
    assert in_post(OFF, None)(FIRST.body) == (), "which start, end and reference do not tell"
    assert in_post(OFF, OWN)(FIRST.body) == (NEWEST,)


def test_a_page_has_a_place_for_each_update_unless_it_is_somebodys_own() -> None:
    places = '<li id="u1">03:30</li><li id="u{}">05:30 Uhr CMO-7K3M</li>'
    assert on_page(OFF, 2)(places.format(2)) == ()
    assert on_page(OFF, 2)(places.format(12)) == (NEWEST,)
    assert on_page(OFF, 2)(FIRST.body) == ()
    assert on_page(replace(OFF, kind=Kind.CORRECTED), 2)(places.format(12)) == (), "it is put into the others"


RSS = "<rss>{}</rss>"
ITEM = "<item><description>{}</description></item>"


def escaped(body: str) -> str:
    return body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_one_item_of_a_feed_has_to_have_it_all() -> None:
    listing = in_listing(OFF, OWN)
    old, new = ITEM.format(escaped(FIRST.body)), ITEM.format(escaped(OFF.body))
    other = ITEM.format(escaped(OFF.body.replace("CMO-7K3M", "CMO-8K3M")))
    assert listing(RSS.format(new + old)) == ()
    assert listing(RSS.format(old)) == (NEWEST,)
    assert listing(RSS.format(other)) == ("reference",)
    elsewhere = old.replace("05:30 Uhr", "06:30 Uhr")
    assert listing(RSS.format(elsewhere + other)) == ("end", NEWEST), "another's times do not count"
    assert listing(RSS.format("").replace("rss", "item" * 1000)) == ("reference",)


def test_a_feed_in_json_is_read_as_such() -> None:
    import json

    document = {"version": "1", "items": [{"content_html": OFF.body, "tags": ["CMO-7K3M"]}, 7, None]}
    assert in_listing(OFF, OWN)(json.dumps(document)) == ()
    assert in_listing(OFF, OWN)(json.dumps(document | {"items": "none"})) == ("reference",)
    assert in_listing(OFF, OWN)("{") == ("reference",)


EVENT = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:cmo-7k3\r\n m@example.net\r\nSEQUENCE:1\r\n"
    "DTSTART:20261129T023000Z\r\nDTEND:20261129T043000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    ("was", "now", "lacks"),
    [
        ("", "", ()),
        ("SEQUENCE:1", "SEQUENCE:3", ()),
        ("SEQUENCE:1", "SEQUENCE:0", (NEWEST,)),
        ("043000Z", "053000Z", ("end",)),
        ("023000Z", "033000Z", ("start",)),
        ("7k3\r\n m@", "8k3m@", ("reference",)),
        ("BEGIN:VEVENT", "BEGIN:VTODO", ("reference",)),
    ],
)
def test_an_event_has_its_times_for_machines_and_counts_its_changes(
    was: str, now: str, lacks: tuple[str, ...]
) -> None:
    announcement = Announcement(
        ref="CMO-7K3M",
        title={"de": "x"},
        services=(Service(key="vps", name={"de": "VPS"}),),
        period=Period(START, START + timedelta(hours=2)),
    )
    update = Update(
        number=2,
        kind=Kind.CANCELLED,
        phase=Phase.CANCELLED,
        announcement=announcement,
        published_at=START,
    )
    assert in_calendar(update)(EVENT.replace(was, now) if was else EVENT) == lacks
