"""What reading a first and a later update has in common: what cannot be read is kept, and named at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from publisher.model.announcement import Impact
from publisher.model.errors import Refused
from publisher.planning.reading import Reader, Typed, is_now
from publisher.settings.config import Config

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 21:00 in Berlin


@pytest.fixture
def reader(config: Config) -> Reader:
    return Reader(config, NOW)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("now", True), (" Jetzt ", True), ("+5m", False), ("22:30", False), ("", False), (None, False)],
)
def test_a_start_that_is_now(typed: str | None, meant: bool) -> None:
    assert is_now(typed) is meant


def test_a_clock_time_is_the_next_one_or_the_last_one(reader: Reader) -> None:
    assert reader.when("--start", "22:00") == NOW + timedelta(hours=1)
    assert reader.when("--start", "21:00", past=True) == NOW  # this minute has passed as well
    assert reader.when("--start", "21:01", past=True) == NOW - timedelta(hours=23, minutes=59)
    assert reader.when("--start", "+5m", past=True) == NOW + timedelta(minutes=5)
    assert reader.faults == []


@pytest.mark.parametrize(
    ("text", "ahead", "fault"),
    [
        ("08:00", timedelta(hours=11), None),
        ("20:00", timedelta(hours=23), 'is 23 h ahead; with --yes write the day too: "tomorrow 20:00"'),
        ("tomorrow 20:00", timedelta(hours=23), None),
        ("+23h", timedelta(hours=23), None),
    ],
)
def test_only_a_clock_time_without_its_day_is_doubted(
    reader: Reader, text: str, ahead: timedelta, fault: str | None
) -> None:
    assert reader.far_ahead(text, NOW + ahead) == fault


def test_what_cannot_be_read_is_nothing_and_is_kept(reader: Reader) -> None:
    assert reader.when("--start", "irgendwann") is None
    assert reader.until("--until", "irgendwann", NOW) is None
    assert reader.length("--by", "bald") is None
    assert reader.line("--again", "zwei\nZeilen") is None
    assert reader.text("text", "") is None
    assert reader.impact("viel") is Impact.OUTAGE
    assert reader.channels(Typed(only=("blgo",))) == ()
    places = ["--start: ", "--until: ", "--by: ", "--again", "text (de)", "unknown impact", "unknown channel"]
    assert len(reader.faults) == len(places)
    assert all(place in fault for place, fault in zip(places, reader.faults, strict=True))
    with pytest.raises(Refused, match=r"--start.*--until.*--by.*unknown channel") as refused:
        reader.refuse_faults("nothing was sent")
    assert refused.value.hint == "nothing was sent"


def test_what_was_not_typed_is_no_fault(reader: Reader) -> None:
    assert reader.text("text", None) is None
    assert reader.line("--again", None) is None
    assert reader.channels(Typed()) == ("blog", "twitter")
    reader.refuse_faults("")
