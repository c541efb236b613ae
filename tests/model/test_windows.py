from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.windows import (
    DEFAULT_WINDOWS,
    Occurrence,
    Verdict,
    Window,
    judge,
    occurrences,
    upcoming,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (Window.parse("Sat 22:30", "Sun 02:30"),)
"""Its end is skipped on one night of the year and comes twice on another."""


def local(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    """A wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def verdict(
    start: str, end: str | None, windows: tuple[Window, ...] = DEFAULT_WINDOWS, zone: ZoneInfo = BERLIN
) -> Verdict:
    return judge(windows, zone, local(start, zone), local(end, zone) if end else None).verdict


def shown(occurrence: Occurrence, zone: ZoneInfo = BERLIN) -> str:
    return f"{occurrence.start.astimezone(zone):%a %m-%d %H:%M} – {occurrence.end.astimezone(zone):%a %m-%d %H:%M}"


# --- the verdict ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24T22:30", "2026-11-25T06:00", "inside"),
        ("2026-11-24T23:00", "2026-11-25T01:00", "inside"),
        ("2026-11-25T22:30", "2026-11-26T06:00", "inside"),
        ("2026-11-24T22:30", "2026-11-25T06:01", "overruns"),
        ("2026-11-25T05:59", "2026-11-25T06:01", "overruns"),
        ("2026-11-24T23:00", "2026-11-25T23:00", "overruns"),
        ("2026-11-24T22:29", "2026-11-25T01:00", "outside"),
        ("2026-11-25T06:00", "2026-11-25T07:00", "outside"),
        ("2026-11-25T06:01", "2026-11-25T07:00", "outside"),
        ("2026-11-23T22:30", "2026-11-24T06:00", "outside"),
        ("2026-11-23T22:30", "2026-11-27T06:00", "outside"),
        ("2026-11-26T22:30", "2026-11-27T06:00", "outside"),
        ("2026-11-24T22:30", None, "inside"),
        ("2026-11-25T06:00", None, "inside"),
        ("2026-11-25T06:00", "2026-11-25T06:00", "inside"),
        ("2026-11-25T06:01", None, "outside"),
        ("2026-11-24T22:29", None, "outside"),
        ("2024-12-31T22:30", "2025-01-01T06:00", "inside"),
        ("2024-12-31T23:59", "2025-01-01T06:01", "overruns"),
        ("2028-02-29T22:30", "2028-03-01T06:00", "inside"),
        ("2999-12-31T23:00", None, "inside"),
    ],
)
def test_the_standing_windows(start: str, end: str | None, expected: str) -> None:
    assert verdict(start, end) == expected


def test_the_edge_is_sharp_to_the_second() -> None:
    assert verdict("2026-11-24T22:30:00", "2026-11-25T06:00:00") is Verdict.INSIDE
    assert verdict("2026-11-24T22:30:00", "2026-11-25T06:00:01") is Verdict.OVERRUNS
    assert verdict("2026-11-24T22:29:59", "2026-11-25T06:00:00") is Verdict.OUTSIDE


def test_the_verdict_names_its_occurrence() -> None:
    judgement = judge(DEFAULT_WINDOWS, BERLIN, local("2026-11-24T23:00"), local("2026-11-25T01:00"))
    assert judgement.occurrence == Occurrence(
        datetime(2026, 11, 24, 21, 30, tzinfo=UTC), datetime(2026, 11, 25, 5, tzinfo=UTC)
    )
    assert judge(DEFAULT_WINDOWS, BERLIN, local("2026-11-23T23:00"), None).occurrence is None


def test_without_windows_everything_is_outside() -> None:
    assert verdict("2026-11-24T23:00", "2026-11-25T01:00", ()) is Verdict.OUTSIDE
    assert upcoming((), BERLIN, local("2026-11-24T23:00"), 3) == []


def test_an_hour_that_comes_twice_passes_once() -> None:
    """From 02:45 summer time to 02:15 winter time it is half an hour, although the clock has gone back."""
    window = (Window.parse("Sun 02:00", "Sun 04:00"),)
    start, end = local("2026-10-25T02:45"), local("2026-10-25T02:15", fold=1)
    assert judge(window, BERLIN, start, end).verdict is Verdict.INSIDE


def test_an_offset_elsewhere_does_not_matter() -> None:
    start = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    elsewhere = ZoneInfo("Asia/Tokyo")
    assert judge(DEFAULT_WINDOWS, BERLIN, start.astimezone(elsewhere), None).verdict is Verdict.INSIDE
    assert judge(DEFAULT_WINDOWS, elsewhere, start, None).verdict is Verdict.OUTSIDE


def test_refuses_an_end_before_the_start_and_naive_times() -> None:
    with pytest.raises(ValueError, match="before the start"):
        verdict("2026-11-25T01:00", "2026-11-24T23:00")
    with pytest.raises(ValueError, match="aware"):
        judge(DEFAULT_WINDOWS, BERLIN, datetime(2026, 11, 24, 23), None)  # noqa: DTZ001 - naive is the point


# --- nights on which the clocks change --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-28T12:00", "2026-03-28T21:30", "2026-03-29T01:00"),
        ("2026-10-24T12:00", "2026-10-24T20:30", "2026-10-25T01:30"),
        ("2027-03-27T12:00", "2027-03-27T21:30", "2027-03-28T01:00"),
        ("2027-10-30T12:00", "2027-10-30T20:30", "2027-10-31T01:30"),
    ],
)
def test_a_boundary_in_the_change_moves_past_the_gap_or_widens(now: str, start: str, end: str) -> None:
    """Berlin in UTC: 02:30 is skipped in March, so 03:00 ends it; in October the later 02:30 does."""
    expected = Occurrence(*(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end)))
    assert upcoming(NIGHT, BERLIN, local(now), 1) == [expected]


@pytest.mark.parametrize(
    ("start", "fold", "expected"),
    [
        ("2026-03-29T03:00", 0, Verdict.INSIDE),
        ("2026-03-29T03:01", 0, Verdict.OUTSIDE),
        ("2026-10-25T02:30", 0, Verdict.INSIDE),
        ("2026-10-25T02:30", 1, Verdict.INSIDE),
        ("2026-10-25T02:31", 1, Verdict.OUTSIDE),
    ],
)
def test_moments_around_the_change(start: str, fold: int, expected: Verdict) -> None:
    assert judge(NIGHT, BERLIN, local(start, fold=fold), None).verdict is expected


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 6.5), ("2026-10-24", 8.5), ("2026-11-07", 7.5)])
def test_the_wall_clock_decides_how_long_a_night_is(night: str, hours: float) -> None:
    (occurrence,) = upcoming((Window.parse("Sat 22:30", "Sun 06:00"),), BERLIN, local(f"{night}T12:00"), 1)
    assert occurrence.end - occurrence.start == timedelta(hours=hours)


def test_a_start_in_the_change() -> None:
    window = (Window.parse("Sun 02:30", "Sun 06:00"),)
    (spring,) = upcoming(window, BERLIN, local("2026-03-28T12:00"), 1)
    (autumn,) = upcoming(window, BERLIN, local("2026-10-24T12:00"), 1)
    assert spring.start == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert autumn.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_window_that_the_clocks_skip_does_not_occur_that_week() -> None:
    window = (Window.parse("Sun 02:10", "Sun 02:50"),)
    (occurrence,) = upcoming(window, BERLIN, local("2026-03-28T12:00"), 1)
    assert shown(occurrence) == "Sun 04-05 02:10 – Sun 04-05 02:50"


def test_a_day_that_a_zone_skipped() -> None:
    """Samoa had no 30 December 2011: what would have begun then began with the 31st."""
    apia = ZoneInfo("Pacific/Apia")
    window = (Window.parse("Fri 12:00", "Sat 06:00"),)
    (occurrence,) = upcoming(window, apia, local("2011-12-29T12:00", apia), 1)
    assert occurrence == Occurrence(
        datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2011, 12, 30, 16, tzinfo=UTC)
    )


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_other_zones(name: str) -> None:
    zone = ZoneInfo(name)
    assert verdict("2026-11-24T22:30", "2026-11-25T06:00", DEFAULT_WINDOWS, zone) is Verdict.INSIDE
    assert verdict("2026-11-25T05:00", "2026-11-25T06:01", DEFAULT_WINDOWS, zone) is Verdict.OVERRUNS


# --- occurrences ------------------------------------------------------------------------------------------------


def test_the_next_ones_include_the_one_that_is_open() -> None:
    assert [shown(next_) for next_ in upcoming(DEFAULT_WINDOWS, BERLIN, local("2026-12-29T23:00"), 4)] == [
        "Tue 12-29 22:30 – Wed 12-30 06:00",
        "Wed 12-30 22:30 – Thu 12-31 06:00",
        "Tue 01-05 22:30 – Wed 01-06 06:00",
        "Wed 01-06 22:30 – Thu 01-07 06:00",
    ]


def test_one_that_has_just_closed_is_not_next() -> None:
    (occurrence,) = upcoming(DEFAULT_WINDOWS, BERLIN, local("2026-11-25T06:00"), 1)
    assert shown(occurrence) == "Wed 11-25 22:30 – Thu 11-26 06:00"


@pytest.mark.parametrize(
    ("texts", "merged"),
    [
        ((("Tue 22:30", "Wed 06:00"), ("Wed 06:00", "Wed 08:00")), "Tue 11-24 22:30 – Wed 11-25 08:00"),
        ((("Wed 05:00", "Wed 08:00"), ("Tue 22:30", "Wed 06:00")), "Tue 11-24 22:30 – Wed 11-25 08:00"),
        ((("Tue 22:30", "Wed 06:00"), ("Wed 01:00", "Wed 02:00")), "Tue 11-24 22:30 – Wed 11-25 06:00"),
        ((("Sun 20:00", "Mon 02:00"), ("Mon 02:00", "Mon 04:00")), "Sun 11-29 20:00 – Mon 11-30 04:00"),
        ((("Tue 22:30", "Tue 22:29"),), "Tue 11-24 22:30 – Tue 12-01 22:29"),
    ],
)
def test_windows_that_touch_or_overlap_are_one(texts: tuple[tuple[str, str], ...], merged: str) -> None:
    windows = [Window.parse(*pair) for pair in texts]
    ahead = upcoming(windows, BERLIN, local("2026-11-24T20:00"), 3)
    assert merged in [shown(occurrence) for occurrence in ahead]


def test_work_through_touching_windows_is_inside() -> None:
    windows = (
        Window.parse("Tue 22:30", "Wed 06:00"),
        Window.parse("Wed 06:00", "Wed 22:30"),
        *DEFAULT_WINDOWS,
    )
    assert verdict("2026-11-24T23:00", "2026-11-26T06:00", windows) is Verdict.INSIDE


def test_only_what_touches_the_asked_time_is_listed() -> None:
    found = list(occurrences(DEFAULT_WINDOWS, BERLIN, local("2026-11-25T06:00"), local("2026-12-01T22:30")))
    assert [shown(occurrence) for occurrence in found] == [
        "Tue 11-24 22:30 – Wed 11-25 06:00",
        "Wed 11-25 22:30 – Thu 11-26 06:00",
        "Tue 12-01 22:30 – Wed 12-02 06:00",
    ]


def test_far_ahead_costs_no_more_than_near() -> None:
    """A question about the year 9000 does not walk there week by week: the zone's rules are asked a few times."""

    class Counting(ZoneInfo):
        asked = 0

        def utcoffset(self, moment: datetime | None) -> timedelta | None:
            type(self).asked += 1
            return super().utcoffset(moment)

    zone = Counting.no_cache("Europe/Berlin")
    judge(DEFAULT_WINDOWS, zone, local("9000-01-07T23:00"), None)
    assert 0 < Counting.asked < 200


def test_occurrences_go_on_until_the_calendar_ends() -> None:
    assert len(list(islice(occurrences(DEFAULT_WINDOWS, BERLIN, local("2026-11-24T00:00")), 1000))) == 1000
    last = datetime(9999, 12, 31, 20, tzinfo=UTC)
    assert upcoming(DEFAULT_WINDOWS, BERLIN, last, 3) == []
    assert judge(DEFAULT_WINDOWS, BERLIN, last, None).verdict is Verdict.OUTSIDE
    assert judge(DEFAULT_WINDOWS, BERLIN, datetime(1, 1, 1, tzinfo=UTC), None).verdict is Verdict.OUTSIDE


def test_windows_without_a_gap_are_always_inside() -> None:
    endless = (Window.parse("Mon 00:00", "Thu 12:00"), Window.parse("Thu 12:00", "Mon 00:00"))
    assert verdict("2026-03-01T00:00", "2027-03-01T00:00", endless) is Verdict.INSIDE
    assert len(upcoming(endless, BERLIN, local("2026-03-01T00:00"), 2)) == 2


MOMENTS = st.integers(1_735_689_600, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""The years 2025 to 2029."""

WEEKDAYS = st.integers(0, 6)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
WINDOWS = st.tuples(WEEKDAYS, CLOCKS, WEEKDAYS, CLOCKS).filter(lambda parts: parts[:2] != parts[2:])


@given(
    st.lists(WINDOWS.map(lambda parts: Window(*parts)), min_size=1, max_size=4),
    MOMENTS,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_occurrences_are_in_order_apart_and_agree_with_the_verdict(
    windows: list[Window], start: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    found = list(occurrences(windows, zone, start, start + timedelta(days=20)))
    assert all(first.end < second.start for first, second in pairwise(found))
    for occurrence in found:
        assert occurrence.start < occurrence.end
        assert judge(windows, zone, occurrence.start, occurrence.end).verdict is Verdict.INSIDE
    begun = any(occurrence.start <= start <= occurrence.end for occurrence in found)
    assert (judge(windows, zone, start, None).verdict is Verdict.INSIDE) is begun


@given(WINDOWS.map(lambda parts: Window(*parts)), MOMENTS)
def test_a_moment_is_inside_when_the_wall_clock_says_so(window: Window, moment: datetime) -> None:
    """An independent reading, in UTC where the wall clock never jumps: minutes of the week."""
    minute = 1440 * moment.weekday() + 60 * moment.hour + moment.minute + moment.second / 60
    opens = 1440 * window.from_weekday + 60 * window.from_time.hour + window.from_time.minute
    closes = 1440 * window.to_weekday + 60 * window.to_time.hour + window.to_time.minute
    inside = (minute - opens) % 10080 <= (closes - opens) % 10080
    found = judge((window,), ZoneInfo("UTC"), moment, None).verdict
    assert (found is Verdict.INSIDE) is inside


# --- texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("Tue 22:30", "Wed 06:00"),
        ("tuesday 22:30", "WEDNESDAY 6:00"),
        ("Di 22:30", "Mi 06:00"),
        ("Dienstag  22:30", " Mi. 06:00 "),
    ],
)
def test_reads_weekdays_in_english_and_german(from_: str, to: str) -> None:
    window = Window.parse(from_, to)
    assert window == Window(1, time(22, 30), 2, time(6)) == DEFAULT_WINDOWS[0]
    assert str(window) == "Tue 22:30 – Wed 06:00"


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "write it as Tue 22:30"),
        ("22:30", "write it as Tue 22:30"),
        ("Tue", "write it as Tue 22:30"),
        ("Dingstag 22:30", "write it as Tue 22:30"),
        ("Tue 2230", "write it as Tue 22:30"),
        ("Tue 22:30 CET", "write it as Tue 22:30"),
        ("Tue ٢٢:٣٠", "write it as Tue 22:30"),
        ("x" * 10_000, "write it as Tue 22:30"),
        ("Tue 24:00", "from 00:00 to 23:59"),
        ("Tue 12:60", "from 00:00 to 23:59"),
    ],
)
def test_refuses_what_is_no_weekday_and_time(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure) as caught:
        Window.parse("Mon 10:00", text)
    assert len(str(caught.value)) < 150


def test_refuses_a_window_without_length_and_weekdays_beyond_the_week() -> None:
    with pytest.raises(ValueError, match="Tue 22:30 – Tue 22:30"):
        Window.parse("Tue 22:30", "Di 22:30")
    with pytest.raises(ValueError, match="from 0, Monday, to 6, Sunday"):
        Window(0, time(22), 7, time(6))
