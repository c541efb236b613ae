"""A later update as it is typed: read against the period as it was last announced, every fault at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.model.announcement import Impact, Kind, Period
from publisher.model.errors import Refused
from publisher.planning.later_request import LaterRequest, LaterTyped, read_later
from publisher.settings.config import Config

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 21:00 in Berlin
PERIOD = Period(NOW - timedelta(minutes=30), NOW + timedelta(minutes=30))


def read(config: Config, kind: Kind, now: datetime = NOW, **typed: Any) -> LaterRequest:
    return read_later(LaterTyped(kind=kind, **typed), config, PERIOD, now=now)


def test_words_for_both_channels_become_a_change(config: Config) -> None:
    request = read(config, Kind.PROGRESS, text="Die Hälfte läuft", next_update="+30m", again="so", force=True)
    assert (request.channels, request.forced) == (("blog", "twitter"), True)
    assert request.change.text == {"de": "Die Hälfte läuft"}
    assert request.change.next_update_at == NOW + timedelta(minutes=30)
    assert request.change.again == "so"


def test_a_new_start_so_many_round_minutes_ahead_is_on_the_next_five_and_no_promise_is(
    config: Config,
) -> None:
    now = NOW + timedelta(minutes=7)
    request = read(config, Kind.RESCHEDULED, now, start="+30m", next_update="+30m")
    assert (request.change.starts_at, request.evened) == (NOW + timedelta(minutes=40), ("--start",))
    assert request.change.next_update_at == NOW + timedelta(minutes=37)


@pytest.mark.parametrize(
    ("typed", "ends_at", "longer_by"),
    [
        ({"until": "22:30"}, datetime(2026, 11, 23, 21, 30, tzinfo=UTC), None),
        ({"by": "1h"}, None, timedelta(hours=1)),
        ({"by": "+30m"}, None, timedelta(minutes=30)),
    ],
)
def test_a_new_end_is_said_or_so_much_longer(
    config: Config, typed: dict[str, str], ends_at: datetime | None, longer_by: timedelta | None
) -> None:
    change = read(config, Kind.RESCHEDULED, **typed).change
    assert (change.ends_at, change.longer_by) == (ends_at, longer_by)


def test_when_work_ended_is_the_clock_time_that_has_passed(config: Config) -> None:
    assert read(config, Kind.COMPLETED, at="20:45").change.ends_at == NOW - timedelta(minutes=15)
    assert read(config, Kind.COMPLETED, at="21:15").change.ends_at == NOW - timedelta(hours=23, minutes=45)
    assert read(config, Kind.COMPLETED).change.ends_at is None


def test_corrections_are_texts_and_an_impact(config: Config) -> None:
    corrections = {"title": "Lücke", "reason": None, "impact": "degraded"}
    change = read(config, Kind.CORRECTED, corrections=corrections).change
    assert change.facts == {"title": {"de": "Lücke"}, "impact": Impact.DEGRADED}


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        (Kind.PROGRESS, {}, None),
        (Kind.PROGRESS, {"begun": True}, None),
        (Kind.PROGRESS, {"next_update": "+5m"}, None),
        (Kind.PROGRESS, {"text": "Gleich", "next_update": "irgendwann"}, "--next-update: "),
        (Kind.PROGRESS, {"text": "Gleich", "next_update": "2026-11-23T20:00+01:00"}, "that time has passed"),
        (Kind.RESCHEDULED, {}, "no new time"),
        (Kind.RESCHEDULED, {"by": "1h", "until": "23:00"}, "--by and --until exclude each other"),
        (Kind.RESCHEDULED, {"by": "bald"}, "--by: "),
        (Kind.RESCHEDULED, {"start": "20:00", "yes": True}, '--start is 23 h ahead.*"tomorrow 20:00"'),
        (Kind.RESCHEDULED, {"start": "20:00"}, None),
        (Kind.CORRECTED, {"text": "Anders"}, "--loud announces it"),
        (Kind.CORRECTED, {"text": "Anders", "loud": True}, None),
        (Kind.CORRECTED, {"corrections": {"impact": "viel"}}, "unknown impact 'viel'"),
        (Kind.CANCELLED, {"only": ("blgo",)}, "did you mean blog"),
    ],
)
def test_what_is_missing_or_cannot_be_read_is_refused(
    config: Config, kind: Kind, typed: dict[str, Any], says: str | None
) -> None:
    if says is None:
        assert read(config, kind, **typed)
    else:
        with pytest.raises(Refused, match=says):
            read(config, kind, **typed)


def test_a_promise_far_ahead_is_advised_with_the_day_it_means(config: Config) -> None:
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    with pytest.raises(Refused, match='write the day too: "today 22:30"'):
        read(config, Kind.PROGRESS, now, text="Halb fertig", next_update="22.30", yes=True)


def test_every_fault_is_named_at_once(config: Config) -> None:
    with pytest.raises(Refused) as refused:
        read(config, Kind.RESCHEDULED, skip=("blgo",), start="gestern", reopen="zwei\nZeilen")
    said = str(refused.value)
    assert "blgo" in said
    assert "--start: " in said
    assert "--reopen" in said
    assert refused.value.hint == "nothing was sent"


def test_a_file_says_what_the_options_of_its_verb_say(config: Config) -> None:
    """Why it takes longer, how hard it hits, and when more is said: by language, and options come before it."""
    file = {
        "by": "1h",
        "reason": {"de": "Eine Platte", "en": "A disk"},
        "impact": "outage",
        "next_update": "+30m",
    }
    change = read(config, Kind.RESCHEDULED, file=file, corrections={"impact": "degraded"}).change
    assert change.facts == {"reason": {"de": "Eine Platte", "en": "A disk"}, "impact": Impact.DEGRADED}
    assert (change.longer_by, change.next_update_at) == (timedelta(hours=1), NOW + timedelta(minutes=30))
