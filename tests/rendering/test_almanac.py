"""Dates, periods, durations and lists in German, English and a language without manners of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.model.announcement import Period
from publisher.rendering.almanac import Almanac

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def period(start: str, minutes: int) -> Period:
    return Period(utc(start), utc(start) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("locale", "full"),
    [
        ("de", "Mo., 23. November 2026, 22:30 Uhr MEZ"),
        ("de_AT", "Mo., 23. November 2026, 22:30 Uhr MEZ"),
        ("de-CH", "Mo., 23. November 2026, 22:30 Uhr MEZ"),
        ("en", "Mon, 23 November 2026, 22:30 CET"),
        ("en_GB", "Mon, 23 November 2026, 22:30 CET"),
        ("en_US", "Mon, 23 November 2026, 22:30 CET"),
        ("fr", "lun. 23 novembre 2026, 22:30 CET"),
    ],
)
def test_a_moment_reads_as_its_language_writes_it(locale: str, full: str) -> None:
    moment = Almanac(locale, BERLIN).moment(utc("2026-11-23T21:30"))
    assert moment.full == full
    assert str(moment) == full
    assert moment.iso == "2026-11-23T22:30:00+01:00"
    assert moment.time == "22:30"


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        ("de", ("Di., 3. März 2026", "3. März 2026", "Di., 03.03.", "03.03.")),
        ("en", ("Tue, 3 March 2026", "3 March 2026", "Tue 3 Mar", "3 Mar")),
    ],
)
def test_the_parts_of_a_moment(locale: str, parts: tuple[str, ...]) -> None:
    moment = Almanac(locale, BERLIN).moment(utc("2026-03-03T12:00"))
    assert (moment.date, moment.day, moment.date_short, moment.day_short) == parts


def test_austria_has_its_own_january() -> None:
    assert "Jänner" in Almanac("de_AT", BERLIN).moment(utc("2027-01-02T12:00")).full


@pytest.mark.parametrize(
    ("zone", "locale", "name"),
    [
        ("Europe/Berlin", "de", "MESZ"),
        ("Europe/Berlin", "en", "CEST"),
        ("Europe/London", "de", "BST"),
        ("America/New_York", "de", "EDT"),
        ("America/New_York", "en", "EDT"),
        ("Asia/Kolkata", "en", "IST"),
        ("America/Sao_Paulo", "de", "UTC-03:00"),
        ("UTC", "de", "UTC"),
    ],
)
def test_a_zone_has_a_short_name_or_its_offset(zone: str, locale: str, name: str) -> None:
    assert Almanac(locale, ZoneInfo(zone)).moment(utc("2026-07-01T12:00")).zone == name


@pytest.mark.parametrize(
    ("start", "minutes", "german", "english"),
    [
        pytest.param(
            "2026-11-23T21:30",
            60,
            "Mo., 23. November 2026, 22:30–23:30 Uhr MEZ",
            "Mon, 23 November 2026, 22:30–23:30 CET",
            id="one day",
        ),
        pytest.param(
            "2026-11-23T21:30",
            120,
            "Mo., 23. November 2026, 22:30 Uhr bis Di., 24. November 2026, 00:30 Uhr MEZ",
            "Mon, 23 November 2026, 22:30 to Tue, 24 November 2026, 00:30 CET",
            id="over midnight",
        ),
        pytest.param(
            "2026-12-31T22:00",
            120,
            "Do., 31. Dezember 2026, 23:00 Uhr bis Fr., 1. Januar 2027, 01:00 Uhr MEZ",
            "Thu, 31 December 2026, 23:00 to Fri, 1 January 2027, 01:00 CET",
            id="over the year's end",
        ),
        pytest.param(
            "2026-10-25T00:30",
            60,
            "So., 25. Oktober 2026, 02:30 Uhr MESZ bis 02:30 Uhr MEZ",
            "Sun, 25 October 2026, 02:30 CEST to 02:30 CET",
            id="the hour that comes twice",
        ),
        pytest.param(
            "2026-10-24T20:30",
            300,
            "Sa., 24. Oktober 2026, 22:30 Uhr MESZ bis So., 25. Oktober 2026, 02:30 Uhr MEZ",
            "Sat, 24 October 2026, 22:30 CEST to Sun, 25 October 2026, 02:30 CET",
            id="into the second of them",
        ),
        pytest.param(
            "2026-03-29T00:30",
            60,
            "So., 29. März 2026, 01:30 Uhr MEZ bis 03:30 Uhr MESZ",
            "Sun, 29 March 2026, 01:30 CET to 03:30 CEST",
            id="over the hour that never comes",
        ),
    ],
)
def test_a_period_says_once_what_both_ends_share(start: str, minutes: int, german: str, english: str) -> None:
    assert Almanac("de", BERLIN).period(period(start, minutes)) == german
    assert Almanac("en", BERLIN).period(period(start, minutes)) == english


@pytest.mark.parametrize(
    ("locale", "minutes", "text"),
    [
        ("de", 60, "Mo., 23.11., 22:30–23:30 Uhr MEZ"),
        ("en", 60, "Mon 23 Nov, 22:30–23:30 CET"),
        ("de", 120, "Mo., 23.11., 22:30 Uhr bis Di., 24.11., 00:30 Uhr MEZ"),
        ("fr", 120, "lun. 23 nov., 22:30 – mar. 24 nov., 00:30 CET"),
    ],
)
def test_a_short_period(locale: str, minutes: int, text: str) -> None:
    assert Almanac(locale, BERLIN).period_short(period("2026-11-23T21:30", minutes)) == text


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (60, "1 Stunde", "1 hour"),
        (120, "2 Stunden", "2 hours"),
        (90, "1 Stunde 30 Minuten", "1 hour 30 minutes"),
        (1, "1 Minute", "1 minute"),
        (23 * 60 + 59, "23 Stunden 59 Minuten", "23 hours 59 minutes"),
        (24 * 60, "1 Tag", "1 day"),
        (7 * 24 * 60, "7 Tage", "7 days"),
        (26 * 60, "1 Tag 2 Stunden", "1 day 2 hours"),
        (0, "0 Minuten", "0 minutes"),
    ],
)
def test_a_duration_in_words(minutes: int, german: str, english: str) -> None:
    assert Almanac("de", BERLIN).duration(timedelta(minutes=minutes)) == german
    assert Almanac("en", BERLIN).duration(timedelta(minutes=minutes)) == english


@pytest.mark.parametrize(
    ("locale", "names", "text"),
    [
        ("de", ["A"], "A"),
        ("de", ["A", "B", "C"], "A, B und C"),
        ("en", ["A", "B", "C"], "A, B and C"),
        ("en_US", ["A", "B", "C"], "A, B, and C"),
    ],
)
def test_a_list_in_words(locale: str, names: list[str], text: str) -> None:
    assert Almanac(locale, BERLIN).listed(names) == text


LISTS = (
    (("A",), "A", "A"),
    (("A", "B"), "A und B", "A and B"),
    (("A", "B", "C"), "A, B und C", "A, B and C"),
    (("X und Y",), "X und Y", "X and Y"),
    (("X und Y", "B"), "X und Y sowie B", "X and Y, and B"),
    (("A", "X und Y"), "A sowie X und Y", "A, and X and Y"),
    (("X und Y", "V und W"), "X und Y sowie V und W", "X and Y, and V and W"),
    (("X und Y", "B", "C"), "X und Y, B sowie C", "X and Y, B, and C"),
    (("A", "X und Y", "C"), "A, X und Y sowie C", "A, X and Y, and C"),
    (("A", "B", "X und Y"), "A, B sowie X und Y", "A, B, and X and Y"),
    (("Hund", "Land", "Bund"), "Hund, Land und Bund", "Hund, Land and Bund"),
)


@pytest.mark.parametrize(("names", "german", "english"), LISTS, ids=lambda it: "-".join(it) if it else "")
def test_no_two_ands_of_a_list_are_taken_for_one_another(
    names: tuple[str, ...], german: str, english: str
) -> None:
    assert Almanac("de", BERLIN).listed(names) == german
    assert Almanac("en", BERLIN).listed([name.replace(" und ", " and ") for name in names]) == english


@pytest.mark.parametrize(
    ("locale", "name", "told"),
    [
        ("de", "VPS", "VPS und 3 weitere"),
        ("de", "DNS und Domains", "DNS und Domains sowie 3 weitere"),
        ("en", "DNS and domains", "DNS and domains, and 3 weitere"),
        ("fr", "DNS et domaines", "DNS et domaines et 3 weitere"),
    ],
)
def test_what_stands_behind_a_name_with_an_and_is_not_part_of_it(locale: str, name: str, told: str) -> None:
    joint = {"de": "und", "en": "and", "fr": "et"}[locale]
    assert Almanac(locale, BERLIN).apart(f"{name} {joint} 3 weitere", name) == told


LENGTH = {
    "de": r"(?:1 (?:Stunde|Std\.)|(\d+) (?:Stunden|Std\.))? ?(?:1 (?:Minute|Min\.)|(\d+) (?:Minuten|Min\.))?",
    "en": r"(?:1 (?:hour|h)|(\d+) (?:hours|h))? ?(?:1 (?:minute|min)|(\d+) (?:minutes|min))?",
}


@pytest.mark.parametrize("locale", ["de", "en"])
def test_no_length_is_rounded_away(locale: str) -> None:
    """Nothing is "about an hour" that is 75 minutes: read back, every length is what it was, to the minute."""
    almanac = Almanac(locale, BERLIN)
    for minutes in range(1, 201):
        hours, rest = divmod(minutes, 60)
        for told in (almanac.duration, almanac.duration_short):
            text = told(timedelta(minutes=minutes))
            read = re.fullmatch(LENGTH[locale], text)
            assert read, text
            assert [int(one or 1) for one in read.groups()] == [max(hours, 1), max(rest, 1)], text
            assert len(text.split()) == 2 * (bool(hours) + bool(rest)), text


@pytest.mark.parametrize("name", ["xx", "../de", "", "deutsch!", "de/../en", "de.x/..", "de@x"])
def test_what_is_no_locale_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a locale"):
        Almanac(name, BERLIN)


def test_in_html_no_line_breaks_inside_a_date_a_time_or_a_length() -> None:
    for locale, written, length in (
        ("de", "Mo.,~23.~November~2026, 23:30~Uhr bis Di.,~24.~November~2026, 00:30~Uhr~MEZ", "1~Stunde"),
        ("en", "Mon,~23~November~2026, 23:30 to Tue,~24~November~2026, 00:30~CET", "1~hour"),
    ):
        plain, almanac = Almanac(locale, BERLIN), Almanac(locale, BERLIN, unbroken=True)
        start = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
        period = Period(start, start + timedelta(hours=1))
        assert almanac.period(period) == written.replace("~", "\u00a0")
        assert almanac.filters()["period"](period) == almanac.period(period)
        assert almanac.duration(timedelta(minutes=65)).startswith(length.replace("~", "\u00a0") + " 5")
        for of in (Almanac.period, Almanac.estimated, Almanac.estimated_short, Almanac.period_short):
            assert of(almanac, period).replace("\u00a0", " ") == of(plain, period)
            assert "\u00a0" not in of(plain, period)


@pytest.mark.parametrize(
    ("was", "becomes", "de", "en"),
    [
        ("2026-12-10T13:00", "2026-12-10T12:30", "14:00–15:00 Uhr", "14:00–15:00"),
        ("2026-12-10T13:00", "2026-12-11T13:00", "Do., 10.12., 14:00–15:00 Uhr", "Thu 10 Dec, 14:00–15:00"),
        (
            "2026-12-10T22:30",
            "2026-12-10T22:00",
            "Do., 10.12., 23:30 Uhr bis Fr., 11.12., 00:30 Uhr MEZ",
            "Thu 10 Dec, 23:30 to Fri 11 Dec, 00:30 CET",
        ),
    ],
)
def test_an_old_period_beside_the_new_one_says_only_what_differs(
    was: str, becomes: str, de: str, en: str
) -> None:
    for locale, told in (("de", de), ("en", en)):
        assert Almanac(locale, BERLIN).span_beside(period(was, 60), period(becomes, 60)) == told
