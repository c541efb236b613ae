"""Since when customers have known of a start, whatever was said and taken back before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Phase, Update
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.gate import known, told_since
from tests.model.test_dues import BEFORE, DURING, FIRST, HOUR, LATER, OFF, SAID, START, delivery, update

MOVED = replace(SAID, period=replace(SAID.period, starts_at=START + HOUR))
UNTIL_LATER = update(2, Kind.RESCHEDULED, Phase.SCHEDULED, LATER)
TO_LATER = update(2, Kind.RESCHEDULED, Phase.SCHEDULED, MOVED)
AGAIN = update(3, Kind.RESCHEDULED, Phase.SCHEDULED)


def at(one: Delivery) -> datetime:
    """Each update was delivered in a minute of its own; an edit at once, a post of its own half a minute later."""
    late = timedelta(seconds=30) if one.operation is Operation.PUBLISH else timedelta()
    return START - HOUR + one.update * timedelta(minutes=1) + late


FIRST_POST, EDIT, POST = delivery(1), delivery(2, operation=Operation.AMEND, target="blog"), delivery(2)
DOWN = delivery(2, operation=Operation.WITHDRAW, target="blog")


@pytest.mark.parametrize(
    ("updates", "deliveries", "first"),
    [
        ([FIRST], [FIRST_POST], FIRST_POST),
        ([UNTIL_LATER, FIRST], [FIRST_POST, EDIT], FIRST_POST),
        ([TO_LATER, FIRST], [FIRST_POST, EDIT], EDIT),
        ([TO_LATER, FIRST], [FIRST_POST, EDIT, POST], POST),
        ([AGAIN, OFF, FIRST], [FIRST_POST, EDIT, delivery(3)], delivery(3)),
        ([AGAIN, UNTIL_LATER, FIRST], [FIRST_POST, DOWN, delivery(3)], delivery(3)),
    ],
    ids=["first", "longer", "moved", "moved, both", "called off and taken up", "taken down and said again"],
)
def test_a_start_is_known_since_it_was_told_and_stood(
    updates: list[Update], deliveries: list[Delivery], first: Delivery
) -> None:
    assert told_since(updates, deliveries, at=at) == {"blog": at(first)}


def test_who_was_not_told_the_new_time_knows_nothing() -> None:
    refused = replace(POST, state=State.FAILED)
    assert told_since([TO_LATER, FIRST], [FIRST_POST, refused], at=at) == {}


def test_a_lead_that_is_met_after_the_end_is_not_waited_for() -> None:
    for lead, is_final in ((HOUR, False), (9 * HOUR, True)):
        found = known(
            [FIRST], [FIRST_POST], {"blog": DURING - HOUR / 4}, needed=[("blog",)], lead=lead, now=DURING
        )
        assert [one.is_final for one in found.obstacles] == [is_final]
    assert not known(
        [FIRST], [FIRST_POST], {"blog": BEFORE}, needed=[("blog",)], lead=HOUR, now=DURING
    ).obstacles


def test_of_a_group_one_is_enough_and_is_said_so() -> None:
    groups = [("x", "facebook")]
    [lacking] = known([FIRST], [FIRST_POST], {}, needed=groups, lead=HOUR, now=DURING).obstacles
    assert lacking.text == "neither x nor facebook has told what is so now"


def test_what_no_stranger_has_seen_counts_for_nothing() -> None:
    told = {"blog": BEFORE, "x": BEFORE - HOUR}

    def look(unseen: dict[str, str], *groups: tuple[str, ...]) -> tuple[list[str], datetime | None]:
        found = known([FIRST], [FIRST_POST], told, needed=groups, lead=timedelta(), now=DURING, unseen=unseen)
        assert found.unseen is bool(found.obstacles)
        return [one.text for one in found.obstacles], found.told_at

    missing = {"x": "strangers find nothing there (404)"}
    assert look(missing, ("blog", "x")) == ([], BEFORE), "another of the group was seen, and counts alone"
    assert look(missing, ("blog",), ("x",)) == (
        ["no stranger has seen it on x (strangers find nothing there (404))"],
        None,
    )
    both = {**missing, "blog": "strangers get an error (503)"}
    [text] = look(both, ("blog", "x"))[0]
    assert text == (
        "no stranger has seen it on blog (strangers get an error (503)),"
        " nor on x (strangers find nothing there (404))"
    )
