"""What each channel does for an update, by what its platform can, what is wanted, and what stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.model.announcement import Announcement, Kind, Period, Phase, Update
from publisher.model.carried import Carried, aimed, carried, is_needless, waits_for
from publisher.model.delivery import Delivery, Operation, State, Step, never_public
from publisher.model.post import Format, Post, Reach
from publisher.model.transitions import superseded
from publisher.planning.operations import operations, why_not

START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
SAID = Announcement(
    ref="CMO-7K3M",
    title={"und": "Titel"},
    services=(),
    period=Period(START, START + timedelta(hours=2)),
)
EDIT, NEW = (Operation.AMEND,), (Operation.PUBLISH,)
BOTH = (*EDIT, *NEW)


def update(kind: Kind, *, loud: bool = False) -> Update:
    return Update(
        number=2,
        kind=kind,
        phase=Phase.IN_PROGRESS,
        announcement=SAID,
        published_at=START,
        loud=loud,
    )


def delivery(number: int, **changes: Any) -> Delivery:
    post = Post(
        ref="CMO-7K3M",
        update=changes.get("update", 1),
        kind=Kind.INITIAL,
        channel=changes.get("channel", "blog"),
        locale="de",
        format=Format.HTML,
        title="Titel",
        body="Text",
        slug="cmo-7k3m",
        published_at=START,
    )
    made = Delivery(
        id=number,
        ref="CMO-7K3M",
        update=1,
        channel="blog",
        type="wordpress",
        operation=Operation.PUBLISH,
        post=post,
        state=State.DELIVERED,
        remote_id=str(number),
        url=f"https://blog.example.net/{number}",
        fingerprint=f"as {number}",
    )
    return replace(made, **changes)


def standing(*deliveries: Delivery) -> Carried:
    return carried(deliveries)["blog"]


PUBLIC = standing(delivery(1))
BY_HAND = standing(delivery(1, remote_id=None))
WAITING = standing(delivery(1, state=State.RETRY_WAIT, remote_id=None))
LOST = standing(delivery(1, state=State.UNKNOWN, remote_id=None))
REFUSED = standing(delivery(1, state=State.FAILED, remote_id=None))


@pytest.mark.parametrize(
    ("kind", "loud", "edit", "both", "new"),
    [
        (Kind.PROGRESS, False, EDIT, EDIT, NEW),
        (Kind.RESCHEDULED, False, EDIT, BOTH, NEW),
        (Kind.COMPLETED, False, EDIT, BOTH, NEW),
        (Kind.CANCELLED, False, EDIT, BOTH, NEW),
        (Kind.CORRECTED, True, EDIT, BOTH, NEW),
        (Kind.CORRECTED, False, EDIT, EDIT, EDIT),
    ],
)
def test_where_the_first_post_stands_it_is_edited_as_is_wanted(
    kind: Kind, loud: bool, edit: Any, both: Any, new: Any
) -> None:
    said = update(kind, loud=loud)
    done = {wanted: operations(said, reach=Reach.BOTH, updates=wanted, standing=PUBLIC) for wanted in Reach}
    assert done == {Reach.EDIT: edit, Reach.BOTH: both, Reach.NEW: new}


@pytest.mark.parametrize("kind", [Kind.PROGRESS, Kind.COMPLETED])
@pytest.mark.parametrize("nothing", [None, REFUSED, WAITING], ids=["none", "refused", "waiting"])
@pytest.mark.parametrize("wanted", Reach)
def test_where_nothing_stands_the_update_stands_on_its_own(
    kind: Kind, nothing: Carried | None, wanted: Reach
) -> None:
    assert operations(update(kind), reach=Reach.BOTH, updates=wanted, standing=nothing) == NEW


@pytest.mark.parametrize(
    ("what", "reach", "done", "why"),
    [
        (PUBLIC, Reach.NEW, (), "edits no post"),
        (BY_HAND, Reach.BOTH, (), "by hand"),
        (None, Reach.BOTH, (), "nothing stands there"),
        (REFUSED, Reach.BOTH, (), "nothing stands there"),
        (WAITING, Reach.NEW, NEW, ""),
    ],
)
def test_a_silent_correction_only_repairs(what: Any, reach: Reach, done: Any, why: str) -> None:
    said = update(Kind.CORRECTED)
    assert operations(said, reach=reach, updates=Reach.BOTH, standing=what) == done
    assert done or why in why_not(said, reach=reach, standing=what)


def test_a_post_that_may_be_there_is_edited_once_that_is_known_and_what_must_be_noticed_is_posted() -> None:
    for wanted, done in {Reach.EDIT: EDIT, Reach.BOTH: BOTH, Reach.NEW: NEW}.items():
        assert operations(update(Kind.COMPLETED), reach=Reach.BOTH, updates=wanted, standing=LOST) == done
    assert operations(update(Kind.PROGRESS), reach=Reach.BOTH, updates=Reach.BOTH, standing=LOST) == EDIT


def test_an_edit_without_a_post_is_needless_where_a_new_post_says_the_same() -> None:
    edit = delivery(2, update=2, operation=Operation.AMEND, state=State.PENDING, target=None, remote_id=None)
    new = delivery(3, update=2, state=State.PENDING, remote_id=None)
    assert is_needless(edit, [edit, new])
    assert not is_needless(edit, [edit, replace(new, update=3)])
    assert not is_needless(edit, [edit, replace(new, state=State.ABANDONED)])
    assert not is_needless(replace(edit, target="1"), [edit, new])
    assert is_needless(replace(edit, attempts=1), [edit, new])
    assert not is_needless(replace(edit, lost=True), [edit, new])


def test_a_post_that_was_gone_and_not_made_anew_stands_there_no_more() -> None:
    new = delivery(3, update=2)
    edit = delivery(2, update=2, operation=Operation.AMEND, state=State.ABANDONED, forced=True, attempts=1)
    assert list(standing(delivery(1), replace(edit, target=None, url=None), new).posts) == [3]
    assert list(standing(delivery(1), replace(edit, target="1"), new).posts) == [1, 3]


def test_an_edit_leaves_the_post_as_it_left_it() -> None:
    edit = delivery(2, update=2, operation=Operation.AMEND, target="1", remote_id="1", fingerprint="newer")
    found = standing(delivery(1), edit)
    assert found.target is not None
    assert (found.target.remote_id, found.target.fingerprint) == ("1", "newer")


def test_what_was_taken_down_stands_there_no_more() -> None:
    down = delivery(3, operation=Operation.WITHDRAW, target="1", remote_id="1")
    assert not standing(delivery(1), down).carries
    second = delivery(2, update=2)
    assert [post.remote_id for post in standing(delivery(1), second, down).posts.values()] == ["2"]


def test_an_edit_is_aimed_at_what_became_of_the_post_in_the_meantime() -> None:
    edit = delivery(2, update=2, operation=Operation.AMEND, state=State.PENDING, target=None, remote_id=None)
    assert aimed(edit, [delivery(1), edit]).target == "1"
    assert aimed(edit, [delivery(1, state=State.FAILED), edit]).target is None
    tried = replace(edit, attempts=1)
    assert aimed(tried, [delivery(1), tried]) is tried


@pytest.mark.parametrize("state", State)
def test_what_comes_later_waits_until_the_earlier_is_settled(state: State) -> None:
    closed = state in {State.DELIVERED, State.FAILED, State.ABANDONED}
    later = delivery(2, update=2, state=State.PENDING)
    assert waits_for(later, [delivery(1, state=state), later]) is not closed
    assert not waits_for(later, [delivery(1, state=state, channel="facebook"), later])


NEVER_PUBLIC = {State.PENDING, State.STAGED, State.RETRY_WAIT, State.BLOCKED_AUTH}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("lost", [False, True])
def test_only_what_nobody_has_seen_is_overtaken(state: State, lost: bool) -> None:
    one = delivery(1, state=state, step=Step.RELEASE, lost=lost)
    assert never_public(one) is (state in NEVER_PUBLIC and not lost)
    if never_public(one) or state is State.FAILED:
        after = superseded(one, 2)
        assert (after.state, after.note) == (State.ABANDONED, "superseded by update 2")
        return
    with pytest.raises(ValueError, match="may be public"):
        superseded(one, 2)


def test_a_withdrawal_is_never_overtaken() -> None:
    assert not never_public(delivery(1, state=State.PENDING, operation=Operation.WITHDRAW))


@pytest.mark.parametrize("state", [State.NEEDS_DECISION, State.ABANDONED])
def test_a_post_that_is_public_but_cut_stands_there_and_is_edited(state: State) -> None:
    cut = standing(delivery(1, state=state))
    assert (list(cut.posts), cut.heard, cut.waiting) == ([1], {1: False}, False)
    assert operations(update(Kind.PROGRESS), reach=Reach.BOTH, updates=Reach.EDIT, standing=cut) == EDIT
    assert not standing(delivery(1, state=state, url=None)).posts  # a draft


@pytest.mark.parametrize("state", [State.NEEDS_DECISION, State.ABANDONED])
def test_an_edit_that_was_cut_left_the_post_as_it_is(state: State) -> None:
    """Else the next edit takes our own cut for a colleague's work."""
    edit = delivery(2, update=2, operation=Operation.AMEND, state=state, attempts=1, target="1")
    found = standing(delivery(1), replace(edit, remote_id="1", fingerprint="cut"))
    assert found.target is not None
    assert found.target.fingerprint == "cut"
    assert found.heard == {1: True, 2: False}
    unanswered = standing(delivery(1), replace(edit, remote_id=None, fingerprint="as 1"))
    assert unanswered.target is not None
    assert unanswered.target.fingerprint == "as 1"
