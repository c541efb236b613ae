"""From a checked request to the plan of a new announcement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Phase
from publisher.model.errors import AlreadySaid, NoNoticeDue
from publisher.model.windows import Verdict
from publisher.planning.initial import drawn_reference, plan_initial
from publisher.planning.plan import Means
from tests.planning.making import NOW, asked, initial, recorded


def test_a_plan_freezes_a_post_for_each_channel_in_its_language(means: Means) -> None:
    plan = initial(means)
    posts = {item.post.channel: item.post for item in plan.outgoing}
    assert plan.channels == ("blog", "twitter")
    assert "Lücke" in posts["blog"].title
    assert "Hole" in posts["twitter"].body
    assert {post.published_at for post in posts.values()} == {NOW.replace(microsecond=0)}
    announcement = plan.update.announcement
    assert announcement.permalink == f"https://status.example.net/{plan.ref}/?name={plan.ref.lower()}"
    assert plan.judgement
    assert (plan.update.phase, plan.judgement.verdict) == (Phase.SCHEDULED, Verdict.OUTSIDE)


def test_a_start_that_has_come_is_in_progress(means: Means) -> None:
    assert initial(means, start="now").update.phase is Phase.IN_PROGRESS


def test_a_reference_is_drawn_that_no_announcement_has(means: Means) -> None:
    known = initial(means)
    recorded(known, means)
    drawn = {drawn_reference(means.config, means.ledger) for _ in range(20)}
    assert len(drawn) == 20
    assert known.ref not in drawn


@pytest.mark.parametrize(
    ("start", "until", "verdict"),
    [
        ("2026-11-24T22:30", "2026-11-25T06:00", "inside"),
        ("2026-11-25T05:00", "2026-11-25T06:01", "overruns"),
        ("2026-11-25T06:00", "2026-11-25T07:00", "outside"),
    ],
)
def test_work_inside_a_window_needs_no_notice(means: Means, start: str, until: str, verdict: str) -> None:
    request = asked(means, start=start, until=until)
    if verdict == "inside":
        with pytest.raises(NoNoticeDue) as refused:
            plan_initial(request, means, now=NOW, ref="CMO-7K3M")
        assert refused.value.exit_code == 6
        request = replace(request, anyway=True)
    plan = plan_initial(request, means, now=NOW, ref="CMO-7K3M")
    assert plan.judgement
    assert plan.judgement.verdict == verdict


def test_the_clock_that_now_stood_for_does_not_make_it_new_content(means: Means) -> None:
    plan = initial(means, start="now")
    recorded(plan, means)
    later = NOW + timedelta(minutes=7)
    with pytest.raises(AlreadySaid, match=plan.ref):
        initial(means, later, start="now")
    assert initial(means, later, start="now", again="so").again == "so"


def test_nothing_of_a_later_update_is_in_it(means: Means) -> None:
    plan = initial(means)
    assert (plan.overtaken, plan.open_before, plan.uncorrected, plan.joins) == ((), (), (), False)
    assert not plan.idle
    assert not plan.unheard
