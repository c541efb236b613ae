"""Posts taken down: seen before, asked about, and owned only after the yes."""

from __future__ import annotations

from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.ledger import Ledger
from publisher.model.errors import Refused
from publisher.runbook.resume import resume
from publisher.runbook.withdraw import Wish, withdraw, would_withdraw

REF = "CMO-7K3M"
ALL = Wish(ref=REF, channels=(), silent=False)


@pytest.fixture
def standing(assemble: Any, announced: Any, desk: Any) -> Any:
    """The parts of a run that has been on two channels, of which one can take posts down."""
    announced("page", "own")
    assembly = assemble(page="", own="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 0
    return assembly


def seen(sandbox: Sandbox) -> int:
    return sum(post.visible for post in sandbox.posts("facebook"))


def test_a_dry_run_says_what_would_go(standing: Any, desk: Any, sandbox: Sandbox) -> None:
    update, plan = would_withdraw(standing, ALL, desk())
    assert update.announcement.ref == REF
    assert [item.post.channel for item in plan.every] == ["page"]
    assert seen(sandbox) == 1


def test_what_is_taken_down_is_shown_and_asked_about(standing: Any, desk: Any, sandbox: Sandbox) -> None:
    at = desk(True)
    assert withdraw(standing, ALL, at) == 0
    assert at.asked == ["Take down 1 posts now?"]
    assert [item.post.channel for item in at.shown[0].every] == ["page"]
    assert at.states == {"page": "delivered"}
    assert seen(sandbox) == 0


def test_without_a_reference_the_only_open_one_is_meant(standing: Any, desk: Any, sandbox: Sandbox) -> None:
    only = Wish(ref=None, channels=("page",), silent=False)
    assert would_withdraw(standing, only, desk())[0].announcement.ref == REF
    assert withdraw(standing, only, desk(True)) == 0
    assert seen(sandbox) == 0


@pytest.mark.parametrize(("answers", "code"), [((False,), 130), ((), 2)], ids=["no", "nobody"])
def test_without_a_yes_everything_stays(
    standing: Any, desk: Any, sandbox: Sandbox, record: Ledger, answers: Any, code: int
) -> None:
    with pytest.raises(Refused) as refused:
        withdraw(standing, ALL, desk(*answers))
    assert refused.value.exit_code == code
    assert seen(sandbox) == 1
    with record.owning(REF):
        pass


def test_a_colleague_who_is_faster_is_noticed(standing: Any, desk: Any) -> None:
    at = desk(lambda: withdraw(standing, ALL, desk(yes=True)) == 0)
    with pytest.raises(Refused):
        withdraw(standing, ALL, at)
    assert not at.results


def test_one_that_failed_is_gone_on_with(standing: Any, desk: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("403", times=1, verb="delete"))
    assert withdraw(standing, ALL, desk(yes=True)) == 4
    assert withdraw(standing, ALL, desk(yes=True)) == 0
    assert seen(sandbox) == 0


def test_a_channel_that_cannot_is_refused_by_name(standing: Any, desk: Any) -> None:
    with pytest.raises(Refused, match="own"):
        withdraw(standing, Wish(ref=REF, channels=("own",), silent=False), desk(yes=True))
