"""Going on with what is unfinished: what is asked, when, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from announce_sandbox import Fault, Sandbox
from publisher.ledger import Ledger, open_ledger
from publisher.model.announcement import Kind
from publisher.model.delivery import State
from publisher.model.errors import Refused
from publisher.model.transitions import claimed
from publisher.planning.later_request import LaterTyped
from publisher.runbook.later import follow
from publisher.runbook.resume import resume

REF = "CMO-7K3M"
PASSED = timedelta(minutes=-5)
BLIND = 'on_unknown = "resend"'
"""Its platform cannot be asked: what a dead run left there in mid-attempt is sent again."""


@pytest.fixture
def left_in_mid_attempt(record: Ledger, announced: Any) -> None:
    """A post whose start has passed by now, as a killed run left it; after the settle time."""
    [delivery] = announced("own", starts=PASSED)
    step = delivery.step
    record.write([claimed(delivery, step)], at=datetime.now(UTC) - timedelta(minutes=1))


def test_it_sends_what_is_pending_and_asks_nothing(assemble: Any, announced: Any, desk: Any) -> None:
    announced("own", "other")
    at = desk()
    assert resume(assemble(own="", other=""), REF, failed=False, forced=False, desk=at) == 0
    assert at.states == {"own": "delivered", "other": "delivered"}
    assert {one.channel for one in at.watched} == {"own", "other"}
    assert not at.asked


def test_where_nothing_is_unfinished_it_says_so(assemble: Any, record: Ledger, desk: Any) -> None:
    assert resume(assemble(own=""), None, failed=False, forced=False, desk=desk()) == []


def test_without_a_reference_the_only_unfinished_one_is_meant(
    assemble: Any, announced: Any, desk: Any
) -> None:
    announced("own")
    assembly = assemble(own="")
    announced("own", ref="CMO-8K3M")
    with pytest.raises(Refused, match="several announcements are unfinished: CMO-7K3M, CMO-8K3M"):
        resume(assembly, None, failed=False, forced=False, desk=desk())
    assert resume(assembly, "cmo 8k3m", failed=False, forced=False, desk=desk()) == 0
    assert resume(assembly, None, failed=False, forced=False, desk=desk()) == 0


@pytest.mark.parametrize(
    ("answers", "yes", "code"),
    [((True,), False, 0), ((False,), False, 130), ((), True, 0), ((), False, 2)],
)
def test_what_is_stale_takes_a_yes(
    assemble: Any,
    announced: Any,
    desk: Any,
    sandbox: Sandbox,
    answers: Any,
    yes: bool,
    code: int,
) -> None:
    announced("own", starts=PASSED)
    at = desk(*answers, yes=yes)
    try:
        ended = resume(assemble(own=""), REF, failed=False, forced=False, desk=at)
    except Refused as refused:
        ended = refused.exit_code
    assert ended == code
    assert len(at.asked) == len(answers)
    assert len(sandbox.posts("http")) == (code == 0)


def test_nobody_is_kept_out_while_it_asks(
    assemble: Any, left_in_mid_attempt: None, desk: Any, record: Ledger, sandbox: Sandbox
) -> None:
    """What a dead run left turns out unsent, and stale: it is asked about, but not by the owner."""
    owned: list[str] = []

    def colleague() -> bool:
        with record.owning(REF):
            owned.append("a colleague")
        return True

    at = desk(colleague)
    assert resume(assemble(own=BLIND), REF, failed=False, forced=False, desk=at) in {0, 5}
    assert owned == ["a colleague"]
    assert at.notes == ["by now more would be sent whose start has passed (own); nothing was sent"]
    assert len(at.asked) == 1


def test_a_no_to_it_sends_nothing(
    assemble: Any, left_in_mid_attempt: None, desk: Any, sandbox: Sandbox
) -> None:
    with pytest.raises(Refused) as refused:
        resume(assemble(own=BLIND), REF, failed=False, forced=False, desk=desk(False))
    assert refused.value.exit_code == 130
    assert not sandbox.posts("http")


def test_what_is_over_is_not_sent_even_with_a_yes(assemble: Any, announced: Any, desk: Any) -> None:
    announced("own", starts=timedelta(hours=-5))
    with pytest.raises(Refused, match="the announced work is over"):
        resume(assemble(own=""), REF, failed=False, forced=False, desk=desk(yes=True))


def test_a_channel_that_is_switched_off_is_named_and_not_asked_about(
    assemble: Any, announced: Any, desk: Any
) -> None:
    announced("own", starts=PASSED)
    at = desk()
    assert resume(assemble(other=""), REF, failed=False, forced=False, desk=at) == 5
    [note] = at.notes
    assert note.startswith("own is not configured, or switched off: it is left alone (")
    assert note.endswith(f"announce resolve {REF} own --abandon)")
    assert not at.asked


def test_what_was_refused_is_tried_again_where_that_is_asked_for(
    assemble: Any, announced: Any, desk: Any, sandbox: Sandbox
) -> None:
    announced("own")
    sandbox.fault("http", Fault("redirect", times=1))
    assembly = assemble(own="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 4
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 4
    assert resume(assembly, REF, failed=True, forced=False, desk=desk()) == 0


def test_an_old_copy_of_the_ledger_is_doubted_first(
    assemble: Any, announced: Any, record: Ledger, desk: Any, tmp_path: Path
) -> None:
    announced("own")
    with open_ledger(tmp_path / "ledger.db", write=True):
        copy = (tmp_path / "ledger.db").read_bytes()
    assembly = assemble(own="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 0
    record.close()
    (tmp_path / "ledger.db").write_bytes(copy)
    at = desk()
    assert resume(assembly, REF, failed=False, forced=False, desk=at) == 3
    assert "an old copy has been put back" in at.notes[0]
    assert at.states == {"own": "needs_decision"}


def test_what_another_announcement_lacks_is_said_and_decides_the_code(
    assemble: Any, announced: Any, desk: Any, sandbox: Sandbox, record: Ledger
) -> None:
    """Without a reference it is about everything: what was refused elsewhere is no success here."""
    announced("own", ref="CMO-AAAA")
    sandbox.fault("http", Fault("403", times=1))
    assembly = assemble(own="")
    assert resume(assembly, None, failed=False, forced=False, desk=desk()) == 4
    announced("own", ref="CMO-BBBB")
    at = desk()
    assert resume(assembly, None, failed=False, forced=False, desk=at) == 4
    assert at.states == {"own": "delivered"}
    [one] = at.results[-1].elsewhere
    assert (one.ref, one.what, one.command) == (
        "CMO-AAAA",
        "own refused update 1",
        "announce resume CMO-AAAA --failed",
    )
    announced("own", ref="CMO-CCCC")
    assert resume(assembly, "CMO-CCCC", failed=False, forced=False, desk=desk()) == 0, "it alone was named"

    sandbox.fault("http", Fault("502", times=1))
    announced("own", ref="CMO-DDDD")
    assert resume(assembly, None, failed=False, forced=False, desk=desk()) == 3, "the most urgent"
    announced("own", ref="CMO-EEEE")
    with pytest.raises(Refused, match="CMO-DDDD, CMO-EEEE") as several:
        resume(assembly, None, failed=False, forced=False, desk=desk())
    assert (several.value.hint or "").splitlines() == [
        "announce resume CMO-DDDD",
        "announce resume CMO-EEEE",
        "CMO-AAAA: own refused update 1 · next: announce resume CMO-AAAA --failed",
    ]


def test_what_an_earlier_update_lacks_is_said(
    assemble: Any, announced: Any, desk: Any, sandbox: Sandbox
) -> None:
    """Refused on a channel that the newest update left out: its receipts do not show it."""
    announced("own", "page")
    sandbox.fault("http", Fault("403", times=1))
    assembly = assemble(own="", page="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 4
    half = LaterTyped(kind=Kind.PROGRESS, text=("Halb fertig",), only=("page",))
    assert follow(assembly, (REF, None), half, desk(yes=True)) == 0
    at = desk()
    assert resume(assembly, REF, failed=False, forced=False, desk=at) == 4
    assert [one.what for one in at.results[-1].elsewhere] == ["own refused update 1"]


@pytest.mark.parametrize(("starts", "codes"), [(PASSED, (5, 0)), (timedelta(hours=-5), (5, None))])
def test_what_is_looked_for_and_not_found_is_not_sent_after_its_time(
    assemble: Any, announced: Any, desk: Any, sandbox: Sandbox, record: Ledger, starts: Any, codes: Any
) -> None:
    """Sent is what a person says yes to; after the end nothing."""
    [post] = announced("page", starts=starts)
    lost = replace(post, state=State.UNKNOWN, lost=True, attempts=1)
    record.write([lost], at=datetime.now(UTC))
    assembly = assemble(page="settle = 0.05")
    at = desk()
    assert resume(assembly, REF, failed=False, forced=False, desk=at) == codes[0]
    assert (at.states, sandbox.posts("facebook")) == ({"page": "pending"}, [])
    if codes[1] is None:
        with pytest.raises(Refused, match="the announced work is over"):
            resume(assembly, REF, failed=False, forced=False, desk=desk(yes=True))
        return
    with pytest.raises(Refused, match="the announced start has passed"):
        resume(assembly, REF, failed=False, forced=False, desk=desk())
    assert resume(assembly, REF, failed=False, forced=False, desk=desk(yes=True)) == codes[1]
    assert len(sandbox.posts("facebook")) == 1
