"""A new announcement as it is typed: where each value comes from, and every fault at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.model.announcement import Impact
from publisher.model.errors import Refused
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.plan import Means
from publisher.planning.preview import preview
from publisher.settings.config import Config
from tests.planning.making import NOW, initial
from tests.rendering.posts import BERLIN

KERNEL = {"preset": "kernel", "start": "+30m"}


def read(config: Config, file: dict[str, Any] | None = None, **typed: Any) -> Any:
    return read_initial(InitialTyped(**typed), file or {}, config, now=NOW)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"start": "20:30"}, None),
        ({"start": "20:30", "yes": True}, "tomorrow 20:30"),
        ({"start": "2026-11-23T20:56+01:00"}, None),
        ({"start": "2026-11-23T20:54+01:00"}, "--already-started"),
        ({"start": "20:30", "already_started": True}, None),
        ({"start": "2026-11-23T10:00", "already_started": True}, "the end has passed"),
        ({"until": "+8d"}, "more than 7 days"),
        ({"start": "+31d"}, "more than 30 days"),
        ({"until": "+1h", "duration": "1h"}, "exclude"),
        ({"start": "2026-11-24T10:00", "until": "2026-11-24T09:00"}, "not after the start"),
        ({"start": "2027-03-28T02:30"}, "--start"),
        ({"start": None}, "no start"),
        ({"preset": None, "services": ("vps",)}, "no end"),
    ],
)
def test_the_times_are_judged(config: Config, typed: dict[str, Any], says: str | None) -> None:
    if says is None:
        assert read(config, **KERNEL | typed)
    else:
        with pytest.raises(Refused, match=says):
            read(config, **KERNEL | typed)


def test_already_started_means_the_clock_time_that_has_passed(config: Config) -> None:
    request = read(config, **KERNEL | {"start": "20:30"}, already_started=True)
    assert request.period.starts_at == datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "now", "advice"),
    [
        ("22:30", "2026-11-23T01:30Z", 'write the day too: "today 22:30"'),
        ("22.30", "2026-11-23T01:30Z", 'write the day too: "today 22:30"'),
        ("20:00", "2026-11-23T20:00Z", 'write the day too: "tomorrow 20:00"'),
    ],
)
def test_a_start_far_ahead_is_advised_with_the_day_it_means(
    config: Config, typed: str, now: str, advice: str
) -> None:
    request = InitialTyped(title="Lücke", services=("vps",), start=typed, duration="1h", yes=True)
    with pytest.raises(Refused) as refused:
        read_initial(request, {}, config, now=datetime.fromisoformat(now))
    assert advice in str(refused.value)


def test_without_a_title_the_services_give_it_in_every_language(config: Config) -> None:
    request = read(config, services=("vps", "mail"), start="+30m", duration="1h")
    assert request.title == {"de": "VPS-Hosting, Mail", "en": "VPS hosting, Mail"}


@pytest.mark.parametrize(
    ("start", "clock"),
    [("+30m", "21:40"), ("+1h", "22:10"), ("+32m", "21:39"), ("+10m", "21:17"), ("now", "21:07")],
)
def test_a_start_so_many_round_minutes_ahead_is_on_the_next_five(
    means: Means, start: str, clock: str
) -> None:
    now = NOW + timedelta(minutes=7)  # 21:07 in Berlin
    plan = initial(means, now, start=start)
    begins = plan.update.announcement.period.starts_at
    assert f"{begins.astimezone(BERLIN):%H:%M}" == clock
    said = preview(plan, means, now=now).lead
    assert ("--start: rounded up to five minutes" in said) == (clock in {"21:40", "22:10"})


def test_an_option_comes_before_the_file_and_the_file_before_the_preset(config: Config) -> None:
    file = {"preset": "kernel", "start": "+1h", "title": "Aus der Datei", "impact": "degraded"}
    assert read(config, file).title == {"de": "Aus der Datei"}
    assert read(config, file | {"title": {"de": "Datei"}}).title == {"de": "Datei"}
    assert read(config, file, title="Getippt").title == {"de": "Getippt"}
    assert read(config, file).impact is Impact.DEGRADED
    assert read(config, {"preset": "kernel", "start": "+1h"}).title == {"de": "Lücke", "en": "Hole"}


def test_an_end_beats_the_length_of_a_later_place(config: Config) -> None:
    request = read(config, **KERNEL, until="23:30")
    assert request.period.ends_at == datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_every_fault_is_named_at_once(config: Config) -> None:
    with pytest.raises(Refused) as refused:
        read(
            config,
            title="CMO-7K3M",
            services=("vsp",),
            impact="outrage",
            preset="kernl",
            only=("blgo",),
            again="zwei\nZeilen",
        )
    said = str(refused.value)
    for fault in (
        "unknown preset 'kernl'; did you mean kernel?",
        "'CMO-7K3M' is a reference, not a title",
        "unknown service 'vsp'; did you mean vps?",
        "unknown impact 'outrage'; did you mean outage?",
        "unknown channel 'blgo'; did you mean blog?",
        "no start",
        "--again",
    ):
        assert fault in said
    assert refused.value.hint == "nothing was sent; the options are shown by: announce urgent --help"
