from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from publisher.model.times import (
    TimeFault,
    brief_period,
    distance,
    in_words,
    is_bare_clock,
    parse_duration,
    parse_until,
    parse_when,
    spoken,
    with_its_day,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 22, 31, 40, tzinfo=BERLIN)


def when(text: str, now: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> str:
    """What a text means, as the zone's clocks show it."""
    moment = parse_when(text, now=now, zone=zone)
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def until(text: str, start: datetime, now: datetime = MONDAY) -> str:
    moment = parse_until(text, start=start, now=now, zone=BERLIN)
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}"


def local(text: str, fold: int = 0) -> datetime:
    """A wall-clock time of Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


# --- moments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", "2026-11-23 22:31"),
        ("JETZT", "2026-11-23 22:31"),
        ("+30m", "2026-11-23 23:01"),
        ("+1h30m", "2026-11-24 00:01"),
        ("+ 2h", "2026-11-24 00:31"),
        ("+1d", "2026-11-24 22:31"),
        ("22:32", "2026-11-23 22:32"),
        ("2:00", "2026-11-24 02:00"),
        ("today 23:00", "2026-11-23 23:00"),
        ("heute 01:00", "2026-11-23 01:00"),
        ("tomorrow 02:00", "2026-11-24 02:00"),
        ("  Morgen   02:00 ", "2026-11-24 02:00"),
        ("Tue 22:30", "2026-11-24 22:30"),
        ("di 22:30", "2026-11-24 22:30"),
        ("Mo. 22:30", "2026-11-30 22:30"),
        ("monday 22:31", "2026-11-23 22:31"),
        ("Sonntag 06:00", "2026-11-29 06:00"),
        ("2026-11-24T22:30", "2026-11-24 22:30"),
        ("2026-11-24 22:30", "2026-11-24 22:30"),
        ("2026-11-24T22:30:15", "2026-11-24 22:30:15"),
        ("2026-11-24T22:30Z", "2026-11-24 23:30"),
        ("2026-11-24 22:30 UTC", "2026-11-24 23:30"),
        ("2026-11-24T22:30+01:00", "2026-11-24 22:30"),
        ("2026-11-24T22:30-0500", "2026-11-25 04:30"),
        ("2026-11-24T22:30:00+02", "2026-11-24 21:30"),
        ("22.32", "2026-11-23 22:32"),
        ("22.30 Uhr", "2026-11-24 22:30"),
        ("23 Uhr", "2026-11-23 23:00"),
        ("Di., 22.30 Uhr", "2026-11-24 22:30"),
        ("morgen 2.00", "2026-11-24 02:00"),
        ("Übermorgen 02:00", "2026-11-25 02:00"),
        ("24.11. 22:30", "2026-11-24 22:30"),
        ("24.11. 22.30", "2026-11-24 22:30"),
        ("24.11 22:30", "2026-11-24 22:30"),
        ("1.12. 6:00", "2026-12-01 06:00"),
        ("31.12. 23:30", "2026-12-31 23:30"),
        ("31.12.2026 23:30", "2026-12-31 23:30"),
        ("31.12.26 23:30", "2026-12-31 23:30"),
        ("31.12.2026, 23:30 Uhr", "2026-12-31 23:30"),
        ("23.11. 20:00", "2026-11-23 20:00"),
        ("2026-11-24 22.30", "2026-11-24 22:30"),
        ("2028-02-29T10:00", "2028-02-29 10:00"),
        ("9999-12-31T22:00", "9999-12-31 22:00"),
    ],
)
def test_reads_what_an_engineer_types(text: str, meant: str) -> None:
    assert when(text) == meant


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        ("2026-11-23T22:29:59", "2026-11-23 22:30"),
        ("2026-11-23T22:30:00", "2026-11-23 22:30"),
        ("2026-11-23T22:30:59", "2026-11-23 22:30"),
        ("2026-11-23T22:31:00", "2026-11-24 22:30"),
        ("2026-12-31T23:00:00", "2027-01-01 22:30"),
        ("2028-02-28T23:00:00", "2028-02-29 22:30"),
    ],
)
def test_a_clock_time_is_the_next_one_and_the_current_minute_counts(now: str, meant: str) -> None:
    assert when("22:30", local(now)) == meant


@pytest.mark.parametrize(
    ("text", "now", "meant"),
    [
        ("1.1. 02:00", "2026-12-31T22:00", "2027-01-01 02:00"),
        ("31.12. 23:30", "2027-01-01T00:10", "2026-12-31 23:30"),
        ("29.2. 10:00", "2028-02-28T23:00", "2028-02-29 10:00"),
    ],
)
def test_a_date_without_a_year_is_the_nearest(text: str, now: str, meant: str) -> None:
    assert when(text, local(now)) == meant


def test_days_are_those_of_the_zone_not_of_utc() -> None:
    after_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert when("today 03:00", after_midnight) == "2026-11-24 03:00"
    assert when("today 03:00", after_midnight, ZoneInfo("America/New_York")) == "2026-11-23 03:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "soon",
        "24:00",
        "25:99",
        "12:60",
        "12:5",
        "tomorrow",
        "tomorrow 24:00",
        "yesterday 22:30",
        "Tues-day 22:30",
        "2026-11-24",
        "2027-02-29T10:00",
        "2026-13-01T10:00",
        "2026-11-24T24:00",
        "2026-11-24T22:30:99",
        "2026-11-24T22:30+25:00",
        "9999-12-31T23:30-05:00",
        "9999-12-31T23:30Z",
        "0001-01-01T00:00",
        "1700000000",
        "1700000000.5",
        "24.11.",
        "24.13. 22:30",
        "31.2. 22:30",
        "29.2. 22:30",
        "24.11.026 22:30",
        "22.3",
        "24. Uhr",
        "25 Uhr",
        "٢٢:٣٠",
        "22:30\x1b[1m",
        "\ud800",
        "+9999999d",
        "x" * 1_000_000,
    ],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(TimeFault, match="write") as caught:
        parse_when(text, now=MONDAY, zone=BERLIN)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()


def test_the_calendar_ends() -> None:
    with pytest.raises(TimeFault, match="out of range"):
        parse_when("+1d", now=datetime(9999, 12, 31, 12, tzinfo=UTC), zone=BERLIN)


# --- nights on which the clocks change --------------------------------------------------------------------------

SPRING = ("2026-03-29T01:30+01:00 (00:30 UTC)", "2026-03-29T03:30+02:00 (01:30 UTC)")
AUTUMN = ("2026-10-25T02:30+02:00 (00:30 UTC)", "2026-10-25T02:30+01:00 (01:30 UTC)")


@pytest.mark.parametrize(
    ("text", "now", "trouble", "readings"),
    [
        ("2026-03-29T02:30", "2026-03-28T20:00", "does not exist", SPRING),
        ("02:30", "2026-03-28T22:00", "does not exist", SPRING),
        ("02:30", "2026-03-29T01:45", "does not exist", SPRING),
        ("tomorrow 02:30", "2026-03-28T22:00", "does not exist", SPRING),
        ("Sun 02:30", "2026-03-27T22:00", "does not exist", SPRING),
        ("2026-10-25T02:30", "2026-10-24T20:00", "comes twice", AUTUMN),
        ("02:30", "2026-10-24T22:00", "comes twice", AUTUMN),
        ("02:30", "2026-10-25T02:45", "comes twice", AUTUMN),
        ("So 02:30", "2026-10-24T22:00", "comes twice", AUTUMN),
    ],
)
def test_a_skipped_or_doubled_time_is_refused_with_both_readings(
    text: str, now: str, trouble: str, readings: tuple[str, str]
) -> None:
    with pytest.raises(TimeFault) as caught:
        parse_when(text, now=local(now), zone=BERLIN)
    message = str(caught.value)
    assert trouble in message
    assert "Europe/Berlin" in message
    assert all(reading in message for reading in readings)


@pytest.mark.parametrize("reading", [*SPRING, *AUTUMN])
def test_the_readings_of_the_message_can_be_typed(reading: str) -> None:
    typed, utc = reading.removesuffix(" UTC)").split(" (")
    assert f"{parse_when(typed, now=MONDAY, zone=BERLIN):%H:%M}" == utc


@pytest.mark.parametrize(
    ("text", "now", "meant"),
    [
        ("01:59", "2026-03-28T22:00", "2026-03-29 01:59"),
        ("03:00", "2026-03-28T22:00", "2026-03-29 03:00"),
        ("02:30", "2026-03-29T03:10", "2026-03-30 02:30"),
        ("02:30", "2026-10-25T03:00", "2026-10-26 02:30"),
        ("01:59", "2027-10-30T22:00", "2027-10-31 01:59"),
        ("+2h", "2026-03-29T01:30", "2026-03-29 04:30"),
        ("+2h", "2026-10-25T01:30", "2026-10-25 02:30"),
    ],
)
def test_around_the_change_the_clocks_are_right(text: str, now: str, meant: str) -> None:
    assert when(text, local(now)) == meant


def test_after_both_readings_have_passed_tomorrow_is_meant() -> None:
    assert when("02:30", local("2026-10-25T02:31", fold=1)) == "2026-10-26 02:30"


def test_half_an_hour_of_summer_time() -> None:
    """Lord Howe Island moves its clocks by thirty minutes."""
    with pytest.raises(TimeFault, match=r"01:45\+11:00.*01:45\+10:30"):
        parse_when("2026-04-05T01:45", now=MONDAY, zone=ZoneInfo("Australia/Lord_Howe"))


@given(
    st.integers(1_577_836_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_the_next_clock_time_lies_within_a_day_and_shows_that_time(
    now: datetime, clock: time, name: str
) -> None:
    zone = ZoneInfo(name)
    try:
        moment = parse_when(f"{clock:%H:%M}", now=now, zone=zone)
    except TimeFault:
        assume(False)
    assert timedelta(0) <= moment - now.replace(second=0, microsecond=0) <= timedelta(hours=25)
    assert f"{moment.astimezone(zone):%H:%M}" == f"{clock:%H:%M}"


# --- ends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "meant"),
    [
        ("02:00", "2026-11-24T22:30", "2026-11-25 02:00"),
        ("23:30", "2026-11-24T22:30", "2026-11-24 23:30"),
        ("22:30", "2026-11-24T22:30", "2026-11-25 22:30"),
        ("22:31", "2026-11-24T22:30", "2026-11-24 22:31"),
        ("02:00", "2026-12-31T22:30", "2027-01-01 02:00"),
        ("+2h", "2026-11-24T22:30", "2026-11-25 00:30"),
        ("+2h", "2026-03-29T01:00", "2026-03-29 04:00"),
        ("2.00", "2026-11-24T22:30", "2026-11-25 02:00"),
        ("1.1. 02:00", "2026-12-31T22:30", "2027-01-01 02:00"),
        ("Wed 06:00", "2026-11-24T22:30", "2026-11-25 06:00"),
        ("Tue 22:30", "2026-11-24T22:30", "2026-12-01 22:30"),
        ("tomorrow 02:00", "2026-11-23T23:00", "2026-11-24 02:00"),
        ("2026-11-26 06:00", "2026-11-24T22:30", "2026-11-26 06:00"),
        ("03:00", "2026-10-25T02:30", "2026-10-25 03:00"),
    ],
)
def test_an_end_counts_from_the_start(text: str, start: str, meant: str) -> None:
    assert until(text, local(start)) == meant


def test_an_end_in_a_doubled_hour_is_refused() -> None:
    with pytest.raises(TimeFault, match="comes twice"):
        until("02:30", local("2026-10-24T22:30"))


# --- durations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("90m", 90),
        ("45min", 45),
        ("45 Minuten", 45),
        ("1h30m", 90),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("2 Stunden", 120),
        ("1d", 1440),
        ("1d 2h", 1560),
        ("1 Tag", 1440),
        ("1.5h", 90),
        ("1,25 h", 75),
        ("0.50h", 30),
        ("PT2H", 120),
        ("pt1h30m", 90),
        ("P1DT12H", 2160),
        ("7d", 10080),
    ],
)
def test_reads_durations(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "90",
        "0h",
        "0m",
        "PT0S",
        "PT",
        "P",
        "-2h",
        "2h-",
        "1h90",
        "1h5",
        "1.5",
        "1.5d",
        "1.h",
        "1.33h",
        "0.0h",
        "1e3h",
        "inf",
        "nanh",
        "30s",
        "2w",
        "h",
        "30m2h",
        "9999999h",
        "²h",
        "2h\n2h\x00",
        "1" * 100_000 + "h",
    ],
)
def test_refuses_what_is_no_duration(text: str) -> None:
    with pytest.raises(TimeFault) as caught:
        parse_duration(text)
    assert len(str(caught.value)) < 150
    assert str(caught.value).isprintable()


@given(st.integers(1, 7 * 24 * 60))
def test_what_is_said_can_be_typed(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert parse_duration(in_words(length)) == length


# --- what is said back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("22:30", True),
        (" 2:00 ", True),
        ("22.30", True),
        ("22 Uhr", True),
        ("24.11. 22:30", False),
        ("24:00", True),
        ("today 22:30", False),
        ("2026-11-24T22:30", False),
        ("+2h", False),
    ],
)
def test_knows_a_clock_time_without_a_day(text: str, bare: bool) -> None:
    assert is_bare_clock(text) is bare


@pytest.mark.parametrize(
    ("text", "now", "meant"),
    [
        ("22:30", "2026-11-23T02:30", "today 22:30"),
        ("22.30", "2026-11-23T02:30", "today 22:30"),
        ("22 Uhr", "2026-11-23T02:30", "today 22:00"),
        ("22:30", "2026-11-23T22:31", "tomorrow 22:30"),
        ("12:00", "2026-11-23T23:00", "tomorrow 12:00"),
    ],
)
def test_a_bare_clock_time_is_given_the_day_it_means_and_can_be_typed_so(
    text: str, now: str, meant: str
) -> None:
    understood = parse_when(text, now=local(now), zone=BERLIN)
    assert with_its_day(text, understood, now=local(now), zone=BERLIN) == meant
    assert parse_when(meant, now=local(now), zone=BERLIN) == understood


def test_an_end_in_two_days_is_given_its_date() -> None:
    start = local("2026-11-24T22:30")
    end = parse_until("04:00", start=start, now=MONDAY, zone=BERLIN)
    assert with_its_day("04:00", end, now=MONDAY, zone=BERLIN) == "2026-11-25 04:00"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(minutes=45, seconds=59), "45 min"),
        (timedelta(days=2, hours=3), "2 d 3 h"),
        (timedelta(days=7, minutes=1), "7 d 1 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(seconds=59), "less than 1 min"),
        (timedelta(0), "less than 1 min"),
    ],
)
def test_says_a_length_in_words(length: timedelta, words: str) -> None:
    assert in_words(length) == words


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        ("2026-11-24T21:30", "Europe/Berlin", "Tue 2026-11-24 22:30 CET (21:30 UTC)"),
        ("2026-07-01T23:30", "Europe/Berlin", "Thu 2026-07-02 01:30 CEST (2026-07-01 23:30 UTC)"),
        ("2026-11-24T21:30", "UTC", "Tue 2026-11-24 21:30 UTC"),
        ("2026-11-24T21:30", "Europe/London", "Tue 2026-11-24 21:30 GMT"),
    ],
)
def test_says_a_moment_in_the_zone_and_in_utc(moment: str, zone: str, words: str) -> None:
    assert spoken(datetime.fromisoformat(moment).replace(tzinfo=UTC), ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-28T02:30", "2026-11-28T03:30", "Sat 28 Nov 02:30–03:30 CET"),
        ("2026-11-28T23:30", "2026-11-29T01:30", "Sat 28 Nov 23:30 CET – Sun 29 Nov 01:30 CET"),
        ("2026-03-29T01:30", "2026-03-29T04:30", "Sun 29 Mar 01:30 CET – Sun 29 Mar 04:30 CEST"),
    ],
)
def test_says_a_period_in_short(start: str, end: str, words: str) -> None:
    assert brief_period(local(start), local(end), BERLIN) == words


def test_says_how_far_a_moment_is() -> None:
    assert distance(MONDAY + timedelta(minutes=29), MONDAY) == "in 29 min"
    assert distance(MONDAY - timedelta(minutes=40), MONDAY) == "40 min ago"
