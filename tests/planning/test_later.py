"""What is said next, and what each channel does about it, given what it carries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Phase
from publisher.model.delivery import Operation, State
from publisher.model.errors import Refused
from publisher.planning.plan import Means
from tests.planning.making import (
    LATER,
    NOW,
    announced,
    delivered,
    initial,
    later,
    left,
    recorded,
    request,
)

SOON = {"und": "Gleich fertig"}


def test_each_channel_does_what_it_can(means: Means) -> None:
    first = announced(means)
    plan = later(means, request(Kind.RESCHEDULED, longer_by=timedelta(hours=1)))
    assert [(one.post.channel, one.operation) for one in plan.outgoing] == [
        ("blog", Operation.AMEND),
        ("blog", Operation.PUBLISH),
        ("twitter", Operation.PUBLISH),
    ]
    assert plan.outgoing[0].target
    assert plan.outgoing[0].target.url == "https://blog.example/1"
    assert (plan.update.number, plan.update.before) == (2, first.announcement.period)
    assert (plan.idle, plan.overtaken, plan.joins) == ({}, (), False)


def test_edits_made_by_hand_are_written_over_where_that_is_asked_for(means: Means) -> None:
    announced(means)
    plain = later(means, request(Kind.PROGRESS, text=SOON))
    forced = later(means, request(Kind.PROGRESS, text=SOON, forced=True))
    assert {one.forced for one in plain.outgoing} == {False}
    assert {one.forced for one in forced.outgoing} == {True}


def test_a_channel_that_can_do_nothing_is_idle_and_says_why(means: Means) -> None:
    announced(means)
    plan = later(means, request(Kind.CORRECTED, facts={"title": {"de": "Neu", "en": "New"}}))
    assert plan.channels == ("blog",)
    assert plan.idle == {
        "twitter": "its platform edits no post: a silent correction is left out, --loud posts it anew"
    }
    assert [(post.channel, post.update) for post in plan.uncorrected] == [("twitter", 1)]


def test_an_update_that_no_channel_does_anything_for_is_refused(means: Means) -> None:
    announced(means)
    with pytest.raises(Refused, match="twitter: its platform edits no post"):
        later(means, request(Kind.CORRECTED, "twitter", facts={"title": {"de": "Neu", "en": "New"}}))


def test_what_reads_the_same_with_the_corrected_facts_keeps_no_mistake(means: Means) -> None:
    """A post on X has no room for the details."""
    announced(means)
    plan = later(means, request(Kind.CORRECTED, facts={"details": {"und": "Mehr"}}))
    assert plan.uncorrected == ()


def test_what_nobody_has_seen_is_overtaken_and_what_is_doubtful_stays_open(means: Means) -> None:
    blog, twitter = recorded(initial(means), means)
    left([blog], means, state=State.NEEDS_DECISION)
    plan = later(means, request(Kind.PROGRESS, text=SOON))
    assert [(one.channel, one.state, one.note) for one in plan.overtaken] == [
        ("twitter", State.ABANDONED, "superseded by update 2")
    ]
    assert [one.channel for one in plan.open_before] == ["blog"]
    assert twitter.id == plan.overtaken[0].id


def test_a_channel_that_missed_a_new_time_hears_of_it_as_a_change(means: Means) -> None:
    first = announced(means)
    moved = later(means, request(Kind.RESCHEDULED, "blog", longer_by=timedelta(hours=1)))
    delivered(recorded(moved, means), means)
    plan = later(means, request(Kind.PROGRESS, text=SOON), now=LATER + timedelta(minutes=5))
    assert plan.unheard == {"twitter": first.announcement.period}


def test_closing_once_more_serves_the_channels_that_lack_it(means: Means) -> None:
    announced(means)
    done = later(means, request(Kind.COMPLETED, "blog"))
    delivered(recorded(done, means), means)
    plan = later(means, request(Kind.COMPLETED))
    assert plan.joins
    assert plan.channels == ("twitter",)
    assert (plan.update.number, plan.update.phase) == (2, Phase.COMPLETED)
    assert plan.update.published_at == done.update.published_at
    delivered(recorded(plan, means), means)
    with pytest.raises(Refused, match="is completed already"):
        later(means, request(Kind.COMPLETED))


def test_the_last_word_is_said_in_no_other_words(means: Means) -> None:
    announced(means)
    delivered(recorded(later(means, request(Kind.COMPLETED, "blog")), means), means)
    with pytest.raises(Refused, match="in other words"):
        later(means, request(Kind.COMPLETED, text=SOON))


def test_the_last_word_has_the_facts_as_they_were_corrected_since(means: Means) -> None:
    announced(means)
    delivered(recorded(later(means, request(Kind.COMPLETED, "blog")), means), means)
    corrected = later(
        means, request(Kind.CORRECTED, "blog", facts={"title": {"de": "Neuer Titel", "en": "New title"}})
    )
    delivered(recorded(corrected, means), means)
    plan = later(means, request(Kind.COMPLETED))
    assert "New title" in plan.outgoing[0].post.body


def test_it_is_published_in_a_second_of_its_own(means: Means) -> None:
    first = announced(means)
    plan = later(means, request(Kind.PROGRESS, text=SOON), now=NOW)
    assert plan.update.published_at == first.published_at + timedelta(seconds=1)


def test_nothing_of_a_first_update_is_in_it(means: Means) -> None:
    announced(means)
    plan = later(means, request(Kind.PROGRESS, text=SOON))
    assert replace(plan, judgement=None, fingerprint=None, again=None) == plan
