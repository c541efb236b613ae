"""A first post whose answer was lost and that was given up may stand there: no verb takes it for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.ledger import Ledger
from publisher.model.announcement import Kind
from publisher.model.delivery import Decision, State
from publisher.model.errors import Refused
from publisher.planning.later_request import LaterTyped
from publisher.runbook.due import Due, all_due, due_of, sight
from publisher.runbook.later import follow, rehearse_following
from publisher.runbook.listing import still_open
from publisher.runbook.resolve import DecisionTyped, resolve
from publisher.runbook.resume import resume
from publisher.runbook.standing import standings
from publisher.runbook.withdraw import Wish, withdraw

REF = "CMO-7K3M"
URL = "https://own.example.net/news/7"
GIVEN_UP = DecisionTyped(decision=Decision.ABANDON)
ASK = f"announce resolve {REF} own"
FOR_GOOD = f"{ASK} --abandon --for-good 'left as it is'"
MAY_STAND = "own: update 1 was given up, and may stand there"


@pytest.fixture
def given_up(assemble: Any, announced: Any, desk: Any, sandbox: Sandbox) -> Any:
    """The parts of a run with two channels: one has its post, of the other nobody knows, and it was given up."""
    announced("own", "page")
    sandbox.fault("http", Fault("502", times=1))
    assembly = assemble(own="", page="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 3
    at = desk()
    assert resolve(assembly, REF, "own", GIVEN_UP, update=None, desk=at) == 3
    assert at.results[-1].unheard.what == MAY_STAND
    return assembly


def said(kind: Kind, **more: Any) -> LaterTyped:
    return LaterTyped(kind=kind, **more)


def decisions(assembly: Any, record: Ledger) -> list[Due]:
    return [one for one in due_of(record, REF, sight(assembly)) if one.kind == "decision"]


def ways(one: Due) -> list[str]:
    return [one.command, *one.otherwise]


def test_it_is_due_and_everybody_who_looks_sees_it(given_up: Any, desk: Any, record: Ledger) -> None:
    [one] = all_due(record, sight(given_up))
    assert (one.kind, one.what, one.channels, one.exit_code) == ("decision", MAY_STAND, ("own",), 3)
    assert ways(one) == [ASK, FOR_GOOD]
    [listed] = still_open(given_up, desk())
    assert [item.what for item in listed.due] == [MAY_STAND]
    own = next(one for one in standings(record.all_deliveries(REF)) if one.channel == "own")
    assert (own.update, own.doubtful) == (None, (1,))


@pytest.mark.parametrize(
    ("answers", "state", "posts"),
    [((0, URL), State.DELIVERED, 1), ((1,), State.ABANDONED, 1), ((2,), State.ABANDONED, 1)],
    ids=["public", "not public", "nobody can know"],
)
def test_each_answer_to_the_question_settles_it(
    given_up: Any, desk: Any, record: Ledger, sandbox: Sandbox, answers: Any, state: State, posts: int
) -> None:
    at = desk(*answers)
    assert resolve(given_up, REF, "own", DecisionTyped(decision=None), update=None, desk=at) == 0
    assert "send it again" not in at.asked[0]
    assert all_due(record, sight(given_up)) == []
    own = next(one for one in record.all_deliveries(REF) if one.channel == "own")
    assert (own.state, len(sandbox.posts("http"))) == (state, posts)


def test_for_good_settles_it_and_again_alone_does_not(given_up: Any, desk: Any, record: Ledger) -> None:
    assert resolve(given_up, REF, "own", GIVEN_UP, update=None, desk=desk()) == 3
    assert len(decisions(given_up, record)) == 1
    for_good = DecisionTyped(decision=Decision.ABANDON, for_good="the page is gone")
    assert resolve(given_up, REF, "own", for_good, update=None, desk=desk()) == 0
    assert all_due(record, sight(given_up)) == []
    [own] = [one for one in record.all_deliveries(REF) if one.channel == "own"]
    assert own.note == "given up for good: the page is gone"


def test_it_is_not_sent_any_more(given_up: Any, desk: Any, sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="was given up, and is not sent any more") as refused:
        resolve(given_up, REF, "own", DecisionTyped(decision=Decision.RESEND), update=None, desk=desk())
    assert refused.value.hint == ASK
    assert len(sandbox.posts("http")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        said(Kind.PROGRESS, text=("Halb fertig",)),
        said(Kind.RESCHEDULED, by="1h"),
        said(Kind.COMPLETED),
        said(Kind.CANCELLED),
    ],
    ids=["update", "extend", "complete", "cancel"],
)
def test_what_is_said_next_says_that_it_goes_beside_it(
    given_up: Any, desk: Any, record: Ledger, typed: LaterTyped
) -> None:
    begun = said(Kind.PROGRESS, begun=True, only=("page",))
    assert follow(given_up, (REF, None), begun, desk(yes=True)) == 0
    shown = rehearse_following(given_up, (REF, None), typed, desk()).preview
    [note] = [one for one in shown.warnings if one.code == "may-stand"]
    assert note.channel == "own"
    assert note.text == f"update 1 was given up and may stand there; this is a new post beside it: {ASK}"
    at = desk(yes=True)
    assert follow(given_up, (REF, None), typed, at) == 0
    assert [one for one in at.notes if "may stand there" in one], "nobody looked at a preview"
    assert [one.what for one in decisions(given_up, record)] == [MAY_STAND], "until somebody decides"


def test_a_silent_correction_leaves_it_and_says_why(given_up: Any, desk: Any, sandbox: Sandbox) -> None:
    shown = rehearse_following(
        given_up, (REF, None), said(Kind.CORRECTED, corrections={"title": ("Neuer Titel",)}), desk()
    ).preview
    [note] = [one for one in shown.warnings if one.channel == "own"]
    assert note.text == f"does nothing: nobody knows whether update 1 stands there; to decide it first: {ASK}"


@pytest.mark.parametrize("way", ["said once more", "left for good"])
def test_the_end_refused_and_given_up_there_is_due_until_it_is_heard_or_left(
    given_up: Any, desk: Any, record: Ledger, sandbox: Sandbox, way: str
) -> None:
    """Who may have read that it begins has to hear that it is called off."""
    leave = DecisionTyped(decision=Decision.ABANDON, for_good="nobody can look")
    assert resolve(given_up, REF, "own", leave, update=None, desk=desk()) == 0
    sandbox.fault("http", Fault("403"))
    assert follow(given_up, (REF, None), said(Kind.CANCELLED), desk(yes=True)) == 4
    sandbox.heal()
    assert resolve(given_up, REF, "own", GIVEN_UP, update=None, desk=desk()) == 5
    [one] = all_due(record, sight(given_up))
    assert one.what == "readers of own may still see: scheduled"
    assert ways(one) == [f"announce cancel {REF}", FOR_GOOD]
    if way == "said once more":
        assert follow(given_up, (REF, None), said(Kind.CANCELLED), desk(yes=True)) == 0
    else:
        assert resolve(given_up, REF, "own", leave, update=None, desk=desk()) == 0
    assert all_due(record, sight(given_up)) == []


def test_a_withdrawal_says_what_it_cannot_take_down(given_up: Any, desk: Any, record: Ledger) -> None:
    named = Wish(ref=REF, channels=("own",), silent=False)
    with pytest.raises(Refused, match="own: update 1 was given up and may stand there") as refused:
        withdraw(given_up, named, desk(yes=True))
    assert ASK in (refused.value.hint or "").splitlines()
    at = desk(True)
    assert withdraw(given_up, Wish(ref=REF, channels=(), silent=False), at) == 3
    [note] = at.shown[0].notes
    assert note == f"own: update 1 was given up and may stand there, but nobody knows where: {ASK}"
    assert [one.what for one in all_due(record, sight(given_up))] == [MAY_STAND]


def test_resume_names_it(given_up: Any, desk: Any) -> None:
    [one] = resume(given_up, None, failed=False, forced=False, desk=desk())
    assert (one.what, one.exit_code) == (MAY_STAND, 3)
    assert resume(given_up, REF, failed=False, forced=False, desk=desk()) == 3
