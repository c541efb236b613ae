"""This machine's clock by what the platforms say: whose clock is wrong, and how bad that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from publisher.ledger.protocol import Health
from publisher.model.skew import ahead_of
from publisher.runbook.clock import compared

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
WELL, WARNING, FAULT = Health.WELL, Health.WARNING, Health.FAULT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Date": "Mon, 23 Nov 2026 19:59:30 GMT"}, 30),
        ({"date": "Mon, 23 Nov 2026 21:00:00 +0100"}, 0),
        ({"Date": "Mon, 23 Nov 2026 20:05:00 -0000"}, -300),
        ({"Date": "Mon, 23 Nov 2026 19:00:00 GMT", "Age": "3600"}, None),
        ({"Date": "yesterday"}, None),
        ({"Date": "Mon, 99 Foo 99999 25:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_time_of_an_answer_is_read_as_far_as_it_is_its_own(
    headers: dict[str, str], seconds: float | None
) -> None:
    ahead = ahead_of(headers, NOW)
    assert ahead == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("minutes", "health", "ours", "astray"),
    [
        ({}, WELL, None, []),
        ({"blog": 1, "x": -0.5}, WELL, -0.5, []),
        ({"blog": 3}, WARNING, 3, []),
        ({"blog": -14, "x": -15}, WARNING, -14, []),
        ({"blog": 120, "x": 121, "feed": 120}, FAULT, 120, []),
        ({"blog": -120}, FAULT, -120, []),
        ({"blog": 0, "x": 120}, WARNING, 0, ["x"]),
        ({"blog": 120, "x": 119, "feed": 0}, FAULT, 119, ["feed"]),
        ({"blog": 60, "x": -60, "feed": 0}, WARNING, 0, ["blog", "x"]),
    ],
)
def test_the_middle_one_says_whose_clock_is_wrong(
    minutes: dict[str, float], health: Health, ours: float | None, astray: list[str]
) -> None:
    clock = compared({name: timedelta(minutes=one) for name, one in minutes.items()})
    assert clock.health is health
    assert clock.ahead == (None if ours is None else timedelta(minutes=ours))
    assert [name for name, _ in clock.astray] == astray
    assert bool([*clock.problems]) == (health is not WELL)
    assert bool(clock.cure) == (ours is not None and abs(ours) > 2)


def test_whose_clock_is_behind_is_said_from_where_it_stands() -> None:
    """Ours is two hours ahead of one platform: that one is two hours behind the others."""
    clock = compared({"blog": timedelta(), "x": timedelta(), "center": timedelta(hours=2)})
    [problem] = clock.problems
    assert problem.startswith("center's own clock is 2 h behind the others'")
    assert clock.standing == "compared with blog, x"
    [problem] = compared({"blog": timedelta(hours=-2)}).problems
    assert problem.startswith("this machine's clock is 2 h behind the platforms'")
