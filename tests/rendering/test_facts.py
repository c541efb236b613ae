"""An update in words, and the check that a text carries its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.model.announcement import Period, Service, Update
from publisher.model.specimen import SPECIMENS
from publisher.rendering.almanac import Almanac
from publisher.rendering.facts import Facts, facts_of
from publisher.rendering.seen import missing

BERLIN = ZoneInfo("Europe/Berlin")


def facts(update: Update = SPECIMENS[0], locale: str = "de", zone: ZoneInfo = BERLIN) -> Facts:
    return facts_of(update, locale, Almanac(locale, zone), "CMO")


def over(start: str, minutes: int, locale: str = "de", zone: ZoneInfo = BERLIN) -> Facts:
    starts_at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    period = Period(starts_at, starts_at + timedelta(minutes=minutes))
    announcement = replace(SPECIMENS[0].announcement, ref="CMO-7K3M", period=period)
    return facts(replace(SPECIMENS[0], announcement=announcement), locale, zone)


def test_texts_and_services_come_in_the_readers_language() -> None:
    said = replace(
        SPECIMENS[0].announcement,
        title={"de": "Lücke", "en": "Hole"},
        services=(Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),),
    )
    english = facts(replace(SPECIMENS[0], announcement=said), "en_GB")
    assert (english.title, english.services, english.services_list) == (
        "Hole",
        ("VPS hosting",),
        "VPS hosting",
    )
    assert facts(replace(SPECIMENS[0], announcement=said), "de").services_list == "VPS-Hosting"


def test_details_fall_into_paragraphs_and_reason_and_action_into_one_line() -> None:
    said = replace(
        SPECIMENS[0].announcement,
        details={"und": "one\ntwo\n\n \nthree\n"},
        reason={"und": "because\nof this"},
        action={"und": "do  that"},
    )
    full = facts(replace(SPECIMENS[0], announcement=said, text={"und": "news\n\nmore"}))
    assert full.details == ("one\ntwo", "three")
    assert (full.reason, full.action) == ("because of this", "do that")
    assert full.text == ("news", "more")


def test_what_was_not_said_is_none_or_empty() -> None:
    bare = facts(SPECIMENS[1])
    assert (bare.reason, bare.action, bare.permalink, bare.details, bare.text) == (None, None, None, (), ())


def test_a_period_over_night_is_not_one_day() -> None:
    assert over("2026-11-23T21:30", 60).same_day
    assert not over("2026-11-23T21:30", 120).same_day


@pytest.mark.parametrize(
    "text",
    [
        "CMO-7K3M Mo., 23. November 2026, 22:30–23:30 Uhr",
        "CMO-7K3M: 23.11., 22:30-23:30",
        "CMO-7K3M: 23.11.2026 22:30 bis 23:30",
        "2026-11-23 22:30/23:30 (CMO-7K3M)",
    ],
)
def test_all_facts_are_found_in_full_short_and_iso_form(text: str) -> None:
    assert missing(over("2026-11-23T21:30", 60), text) is None


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("23.11., 22:30–23:30", "the reference CMO-7K3M"),
        ("CMO-7K3MX 23.11., 22:30–23:30", "the reference CMO-7K3M"),
        ("CMO-7K3M 22:30–23:30", "the date Mo., 23. November 2026"),
        ("CMO-7K3M 123.11., 22:30–23:30", "the date Mo., 23. November 2026"),
        ("CMO-7K3M 23.11., 23:30", "the time 22:30"),
        ("CMO-7K3M 23.11., 22:30", "the time 23:30"),
        ("CMO-7K3M 23.11., 22:30–23:300", "the time 23:30"),
    ],
)
def test_the_missing_fact_is_named(text: str, lost: str) -> None:
    assert missing(over("2026-11-23T21:30", 60), text) == lost


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("CMO-7K3M 23 Nov 22:30 to 24 Nov 00:30", None),
        ("CMO-7K3M 23 Nov 22:30 to 00:30", "the date Tue, 24 November 2026"),
        ("CMO-7K3M 24 Nov 22:30 to 00:30", "the date Mon, 23 November 2026"),
    ],
)
def test_over_night_both_dates_must_be_there(text: str, lost: str | None) -> None:
    assert missing(over("2026-11-23T21:30", 120, "en"), text) == lost


def test_3_november_is_not_found_in_23_november() -> None:
    lost = missing(over("2026-11-03T21:30", 60, "en"), "CMO-7K3M 23 Nov, 22:30–23:30")
    assert lost == "the date Tue, 3 November 2026"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("CMO-7K3M 25.10., 02:30 MESZ bis 02:30 MEZ", None),
        ("CMO-7K3M 25.10., 02:30 MESZ (MEZ)", "the time 02:30"),
        ("CMO-7K3M 25.10., 02:30 bis 02:30 MEZ", "the zone MESZ"),
        ("CMO-7K3M 25.10., 02:30 MESZ bis 02:30", "the zone MEZ"),
    ],
)
def test_in_the_hour_that_comes_twice_both_times_and_both_zones_must_be_there(
    text: str, lost: str | None
) -> None:
    assert missing(over("2026-10-25T00:30", 60), text) == lost


def test_the_same_clock_time_a_day_later_must_be_there_twice() -> None:
    day = over("2026-11-23T21:30", 24 * 60)
    assert missing(day, "CMO-7K3M 23.11. 22:30 – 24.11. 22:30") is None
    assert missing(day, "CMO-7K3M 23.11. 22:30 – 24.11.") == "the time 22:30"


def test_an_offset_is_no_time() -> None:
    maceio = over("2026-11-23T05:00", 60, zone=ZoneInfo("America/Sao_Paulo"))
    assert (maceio.end.time, maceio.end.zone) == ("03:00", "UTC-03:00")
    assert missing(maceio, "CMO-7K3M 23.11., 02:00 UTC-03:00") == "the time 03:00"


@pytest.mark.parametrize("locale", ["de", "en", "fr"])
@pytest.mark.parametrize(("start", "minutes"), [("2026-11-23T21:30", 60), ("2026-10-24T23:30", 1500)])
def test_our_own_periods_carry_every_fact(locale: str, start: str, minutes: int) -> None:
    said = over(start, minutes, locale)
    assert missing(said, f"{said.ref} {said.period}") is None
    assert missing(said, f"{said.ref} {said.period_short}") is None
