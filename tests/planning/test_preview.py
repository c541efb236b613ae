"""A plan as data to look at, of a first and of a later update."""

from __future__ import annotations

from datetime import timedelta

from publisher.model.announcement import Kind
from publisher.model.delivery import State
from publisher.planning.plan import Means
from publisher.planning.preview import Preview, preview
from tests.planning.making import LATER, NOW, announced, initial, later, left, recorded, request


def shown(means: Means, *channels: str, kind: Kind = Kind.PROGRESS, **change: object) -> Preview:
    plan = later(means, request(kind, *channels, **change))
    return preview(plan, means, now=LATER)


def test_of_a_new_announcement(means: Means) -> None:
    plan = initial(means, only=("twitter",), title=("Für @kunde", "en=For @kunde"))
    seen = preview(plan, means, now=NOW, example=True)
    assert (seen.ref, seen.example, seen.title) == (plan.ref, True, "Für @kunde")
    assert seen.services == ("VPS-Hosting",)
    assert seen.left_out == ("blog",)
    assert seen.lead == "customers are told 29 min before the work"
    assert seen.verdict == "outside the maintenance windows: notice is due"
    assert any("@kunde" in warning.text for warning in seen.warnings)
    assert [(post.channel, post.action, post.limit, post.unit) for post in seen.channels] == [
        ("twitter", "a new post", 280, "weighted")
    ]


def test_work_that_has_begun_is_told_now(means: Means) -> None:
    seen = preview(initial(means, start="now"), means, now=NOW)
    assert seen.lead == "the work has begun: customers are told now"
    assert not seen.example


def test_of_a_later_update_the_verdict_is_what_it_says_of_the_work(means: Means) -> None:
    announced(means)
    seen = shown(means, kind=Kind.RESCHEDULED, longer_by=timedelta(hours=1))
    assert seen.verdict.startswith("update 2, rescheduled: the work is in progress; before: ")
    assert seen.lead == "15 min ago"
    assert [(post.channel, post.action) for post in seen.channels] == [
        ("blog", "edits the post at https://blog.example/1"),
        ("blog", "a new post"),
        ("twitter", "a new post"),
    ]
    assert seen.left_out == ()


def test_who_is_idle_is_not_left_out(means: Means) -> None:
    announced(means)
    seen = shown(means, kind=Kind.CORRECTED, facts={"title": {"de": "Neu", "en": "New"}})
    assert seen.left_out == ()
    assert any(str(warning).startswith("twitter: does nothing: ") for warning in seen.warnings)


def test_an_edit_says_whether_it_may_become_a_new_post(means: Means) -> None:
    left(recorded(initial(means), means), means, state=State.UNKNOWN)
    assert shown(means, "blog", text={"und": "Gleich"}).channels[0].action == (
        "edits the post there once it is known, else a new post"
    )
    closing = shown(means, "blog", kind=Kind.COMPLETED)
    assert [post.action for post in closing.channels] == [
        "edits the post there once it is known",
        "a new post",
    ]


def test_an_edit_by_force_says_that_it_writes_over(means: Means) -> None:
    announced(means)
    seen = shown(means, "blog", text={"und": "Gleich"}, forced=True)
    assert seen.channels[0].action == "writes over the post at https://blog.example/1"
