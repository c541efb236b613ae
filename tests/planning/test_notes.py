"""What in a plan deserves a note, and what does not."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Service
from publisher.model.delivery import State
from publisher.planning.notes import notes
from publisher.planning.plan import Means, Plan
from tests.planning.making import (
    LATER,
    announced,
    delivered,
    initial,
    later,
    left,
    recorded,
    request,
)

BERLIN = ZoneInfo("Europe/Berlin")
SOON = {"und": "Gleich fertig"}


def said(plan: Plan) -> list[str]:
    return [str(note) for note in notes(plan, BERLIN)]


def test_a_plain_plan_deserves_none(means: Means) -> None:
    assert said(initial(means)) == []
    announced(means)
    assert said(later(means, request(Kind.PROGRESS, text=SOON))) == []


@pytest.mark.parametrize(
    ("title", "note"),
    [
        ("Für @kunde", "twitter: @kunde will be notified as mentioned"),
        ("$AAPL und $GOOG", "twitter: $AAPL, $GOOG: X reads stock symbols"),
        ("Wartung #panne", "twitter: #panne: a hashtag"),
        ("Zero\u200bwidth", "title (de): "),
        ("Pаypal", "title (en): "),
    ],
)
def test_what_a_title_does_beside_being_read(means: Means, title: str, note: str) -> None:
    assert any(one.startswith(note) for one in said(initial(means, title=(title, f"en={title}"))))


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("@kunde zuerst", "it begins with a name"),
        ("RT ist ein Zeichen", "it begins with RT"),
        ("kein@zeichen, $5, #1, RTL", None),
    ],
)
def test_what_the_beginning_of_a_short_post_means(means: Means, body: str, note: str | None) -> None:
    plan = initial(means, only=("twitter",))
    item = plan.outgoing[0]
    found = said(replace(plan, outgoing=(replace(item, post=replace(item.post, body=body)),)))
    assert [one for one in found if note and note in one] or (note is None and found == [])


def test_a_text_in_one_language_only_is_said_of_a_new_announcement(means: Means) -> None:
    plan = initial(means)
    german = replace(plan.update.announcement, title={"de": "Lücke"})
    found = said(replace(plan, update=replace(plan.update, announcement=german)))
    assert found == ["twitter: the title is not there in en; the services' names stand for it"]


def test_texts_that_were_shown_before_are_not_looked_at_again(means: Means) -> None:
    announced(means, title=("Zero\u200bwidth", "en=Zero\u200bwidth"))
    assert not [one for one in said(later(means, request(Kind.PROGRESS, text=SOON))) if "title" in one]
    hidden = request(Kind.PROGRESS, text={"und": "Gle\u200bich"})
    assert [one for one in said(later(means, hidden)) if one.startswith("text: ")]
    corrected = later(means, request(Kind.CORRECTED, facts={"reason": {"und": "x"}}))
    assert [one for one in said(corrected) if one.startswith("title (de): ")]


@pytest.mark.parametrize(
    ("state", "blog", "twitter"),
    [
        (
            State.PENDING,
            "blog: update 1 was never sent there, and is given up for this one",
            "twitter: update 1 is still pending; to go on with it: announce resume",
        ),
        (
            State.NEEDS_DECISION,
            "blog: update 1 still needs a decision, and this waits for it: announce resolve",
            "twitter: update 1 still needs a decision: announce resolve",
        ),
        (
            State.UNKNOWN,
            "blog: update 1 is still unknown; this goes after it",
            "twitter: update 1 is still unknown; to go on with it: announce resume",
        ),
    ],
)
def test_what_is_open_of_earlier_updates(means: Means, state: State, blog: str, twitter: str) -> None:
    """The update is for the blog only: there it comes after what is open, or takes its place."""
    left(recorded(initial(means), means), means, state=state)
    found = said(later(means, request(Kind.PROGRESS, "blog", text=SOON)))
    assert len(found) == 2
    assert [one for one in found if one.startswith(blog)]
    assert [one for one in found if one.startswith(twitter)]


def test_who_missed_a_new_time_and_which_posts_keep_a_mistake(means: Means) -> None:
    announced(means)
    moved = later(means, request(Kind.RESCHEDULED, "blog", longer_by=timedelta(hours=1)))
    delivered(recorded(moved, means), means)
    plan = later(means, request(Kind.PROGRESS, text=SOON), now=LATER + timedelta(minutes=5))
    assert [one for one in said(plan) if one.startswith("twitter: customers there last heard ")]
    corrected = later(means, request(Kind.CORRECTED, facts={"title": {"de": "Neu", "en": "New"}}))
    assert "twitter: update 1 at https://twitter.example/2 keeps the mistake" in said(corrected)


def test_a_text_for_which_there_is_no_room_is_said(means: Means) -> None:
    announced(means)
    long = {"und": "Ein langer Satz, der nicht passt. " * 12}
    assert "twitter: the text is cut for want of room" in said(
        later(means, request(Kind.PROGRESS, text=long))
    )


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("Dringend: VPS hosting und 2 weitere Dienste", ["no room for the names of Mail and DNS"]),
        ("Dringend: VPS hosting, Mail und 1 weiterer Dienst", ["no room for the name of DNS"]),
        ("Dringend: VPS hosting, Mail, DNS", []),
        ("A template of one's own that names none", []),
    ],
)
def test_services_that_are_only_counted_are_named_to_the_engineer(
    means: Means, body: str, note: list[str]
) -> None:
    plan = initial(means, only=("twitter",))
    services = (
        *plan.update.announcement.services,
        *(Service(key=one, name={"und": one}) for one in ("Mail", "DNS")),
    )
    update = replace(plan.update, announcement=replace(plan.update.announcement, services=services))
    item = plan.outgoing[0]
    posted = replace(item, post=replace(item.post, body=body, left_out=()))
    found = said(replace(plan, update=update, outgoing=(posted,)))
    assert [one for one in found if "no room" in one] == [f"twitter: {one}" for one in note]


def test_feed_readers_come_late(means: Means) -> None:
    plan = initial(means)
    feed = replace(plan.outgoing[0], type="feed")
    assert said(replace(plan, outgoing=(feed,)))[-1].startswith("feed readers ask every 10 to 60 minutes")
