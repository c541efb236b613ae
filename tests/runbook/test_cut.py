"""A post that is public but not whole stands there, whatever is decided about it: never forgotten, never sent twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from announce_sandbox import Sandbox
from publisher.ledger import Ledger
from publisher.model.announcement import Kind, Phase
from publisher.model.delivery import Decision, State
from publisher.model.dues import Withdrawn, withdrawn
from publisher.model.errors import Refused
from publisher.runbook.due import Due, due_of, sight
from publisher.runbook.resolve import DecisionTyped, resolve
from publisher.runbook.resume import resume
from publisher.runbook.withdraw import Wish, withdraw, would_withdraw

REF = "CMO-7K3M"
ALL = Wish(ref=REF, channels=(), silent=False)
GIVEN_UP = DecisionTyped(decision=Decision.ABANDON)


@pytest.fixture
def cut(assemble: Any, announced: Any, desk: Any, record: Ledger, at: Any) -> Any:
    """The parts of a run whose only post is public, and was not kept whole."""
    announced("page")
    assembly = assemble(page="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 0
    [post] = record.all_deliveries(REF)
    record.write([replace(post, state=State.NEEDS_DECISION, error="kept 30 of 164 characters")], at=at)
    return assembly


@pytest.fixture
def at() -> Any:
    return datetime.now(UTC)


def owed(assembly: Any, record: Ledger) -> list[Due]:
    return [one for one in due_of(record, REF, sight(assembly)) if one.channels == ("page",)]


def seen(sandbox: Sandbox) -> int:
    return sum(post.visible for post in sandbox.posts("facebook"))


def test_what_is_due_offers_to_take_it_down_and_not_to_send_it_again(cut: Any, record: Ledger) -> None:
    [post] = record.all_deliveries(REF)
    [one] = owed(cut, record)
    assert one.what == "page: update 1 is public there, but not whole"
    assert [one.command, *one.otherwise] == [
        f"announce withdraw {REF} page",
        f"announce resolve {REF} page --delivered {post.url}",
        f"announce resolve {REF} page --abandon --for-good 'left as it is'",
    ]


def test_it_is_never_sent_again(cut: Any, desk: Any, sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="is public on page; sent again it would stand there twice") as refused:
        resolve(cut, REF, "page", DecisionTyped(decision=Decision.RESEND), update=None, desk=desk())
    assert f"announce withdraw {REF} page" in (refused.value.hint or "")
    assert len(sandbox.posts("facebook")) == 1


def test_whoever_is_asked_is_not_offered_it_either(cut: Any, desk: Any) -> None:
    with pytest.raises(Refused) as refused:
        resolve(cut, REF, "page", DecisionTyped(decision=None), update=None, desk=desk())
    assert "--resend" not in (refused.value.hint or "")


def test_it_can_be_taken_down_undecided(cut: Any, desk: Any, record: Ledger, sandbox: Sandbox) -> None:
    assert [item.post.channel for item in would_withdraw(cut, ALL, desk())[1].every] == ["page"]
    assert withdraw(cut, ALL, desk(True)) == 0
    assert seen(sandbox) == 0
    assert owed(cut, record) == []
    assert withdrawn(record.all_deliveries(REF)) is Withdrawn.EVERYWHERE


def test_given_up_it_is_due_until_it_is_taken_down(
    cut: Any, desk: Any, record: Ledger, sandbox: Sandbox
) -> None:
    resolve(cut, REF, "page", GIVEN_UP, update=None, desk=desk())
    [one] = owed(cut, record)
    assert (one.what, one.command) == (
        "page: update 1 is public there, but not whole",
        f"announce withdraw {REF} page",
    )
    assert REF in record.unsettled()
    assert withdraw(cut, ALL, desk(True)) == 0
    assert seen(sandbox) == 0
    assert owed(cut, record) == []


@pytest.mark.parametrize("first", [True, False], ids=["at once", "after it was given up"])
def test_left_for_good_nothing_is_due_and_it_is_known_to_stand(
    cut: Any, desk: Any, record: Ledger, first: Any
) -> None:
    if not first:
        resolve(cut, REF, "page", GIVEN_UP, update=None, desk=desk())
    leave = replace(GIVEN_UP, for_good="left as it is")
    assert resolve(cut, REF, "page", leave, update=None, desk=desk()) == 0
    assert owed(cut, record) == []
    assert [item.post.channel for item in would_withdraw(cut, ALL, desk())[1].every] == ["page"]


def test_where_it_will_do_its_id_is_kept(cut: Any, desk: Any, record: Ledger, sandbox: Sandbox) -> None:
    [post] = record.all_deliveries(REF)
    answer = DecisionTyped(decision=Decision.DELIVERED, url=post.url)
    assert resolve(cut, REF, "page", answer, update=None, desk=desk()) == 0
    [after] = record.all_deliveries(REF)
    assert (after.state, after.remote_id, after.note) == (State.DELIVERED, post.remote_id, None)
    assert len(sandbox.posts("facebook")) == 1


def test_after_the_end_it_is_still_looked_for(cut: Any, desk: Any, record: Ledger, at: Any) -> None:
    """The end was said elsewhere: what was given up and stands there is still due."""
    resolve(cut, REF, "page", GIVEN_UP, update=None, desk=desk())
    said = record.history_of(REF).said[0].update
    record.follow(
        replace(said, number=2, kind=Kind.COMPLETED, phase=Phase.COMPLETED, published_at=at), (), ()
    )
    assert REF in record.unsettled()
    assert [one.what for one in owed(cut, record)] == ["page: update 1 is public there, but not whole"]
