"""What a worker knows of earlier attempts, and what it makes of a text that the platform did not keep whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.ledger.sqlite.store import Store
from publisher.model.delivery import Decision, Delivery, Operation, State, Step, Terms, reason
from publisher.model.outcome import NotSent, Unknown
from publisher.model.outgoing import Outgoing
from publisher.model.post import Draft, Post, Receipt, Telling
from publisher.model.transitions import claimed, looked, reopened, resolved
from tests.delivery.scripted import NOW, Scripted, ScriptedStaging, planned, run

BODY = "Von 22:30 bis 23:30 Uhr. Ref. CMO-7K3M"
TELLS = (Telling("start", ("22:30",)), Telling("end", ("23:30",)), Telling("reference", ("CMO-7K3M",)))
DRAFT = Draft(remote_id="5")
PUBLIC = Receipt(remote_id="5", url="https://blog.example.net/x/", fingerprint="f" * 64)
SOON = Terms(lookup=True, settle=0.0)


class Asked(ScriptedStaging):
    """Notes whether each call may be a repeat."""

    def __init__(self, *script: Any) -> None:
        super().__init__(*script)
        self.repeats: list[tuple[str, bool]] = []

    def stage(self, post: Post) -> Any:
        self.repeats.append(("stage", post.repeat))
        return super().stage(post)

    def release(self, post: Post, draft: Draft) -> Any:
        self.repeats.append(("release", post.repeat))
        return super().release(post, draft)

    def find(self, post: Post) -> Any:
        return self._play("find")


class Keeping(Scripted):
    """A platform without drafts, which can be looked at and edited."""

    def find(self, post: Post) -> Any:
        return self._play("find")

    def amend(self, receipt: Receipt, post: Post) -> Any:
        return self._play("amend")


def told(ledger: Store) -> tuple[Delivery, ...]:
    return planned(ledger, "blog", body=BODY, tells=TELLS)


# --- the first attempt and others -------------------------------------------------------------------------------


def test_a_first_attempt_is_told_that_it_is_one(ledger: Store) -> None:
    blog = Asked(DRAFT, PUBLIC)
    run(ledger, {"blog": blog})
    assert blog.repeats == [("stage", False), ("release", False)]


@pytest.mark.parametrize("trouble", [Unknown("no answer"), NotSent("refused")])
def test_what_follows_a_failed_attempt_may_be_a_repeat_at_once(ledger: Store, trouble: Exception) -> None:
    """Whatever the clock says: a settle time of a second left drafts behind."""
    blog = Asked(trouble, DRAFT, trouble, PUBLIC)
    run(ledger, {"blog": blog}, terms=SOON)
    assert blog.repeats == [("stage", False), ("stage", True), ("release", True), ("release", True)]


def test_in_a_later_run_a_release_may_be_a_repeat(ledger: Store) -> None:
    [planned_one] = told(ledger)
    staged = replace(planned_one, state=State.STAGED, remote_id="5", attempts=1)
    ledger.write([staged], at=datetime.now(UTC))
    blog = Asked(PUBLIC)
    run(ledger, {"blog": blog}, deliveries=(staged,))
    assert blog.repeats == [("release", True)]


def test_after_a_look_an_attempt_may_be_a_repeat(ledger: Store) -> None:
    """A ledger that was put back says that nothing was tried."""
    [planned_one] = told(ledger)
    doubtful = replace(planned_one, state=State.UNKNOWN)
    ledger.write([doubtful], at=datetime.now(UTC))
    blog = Asked(None, None, DRAFT, PUBLIC)
    run(ledger, {"blog": blog}, deliveries=(doubtful,), terms=SOON)
    assert blog.repeats == [("stage", True), ("release", True)]


def test_that_it_is_a_repeat_is_not_recorded(ledger: Store) -> None:
    blog = Asked(Unknown("no answer"), DRAFT, PUBLIC)
    assert not run(ledger, {"blog": blog}, terms=SOON)["blog"].post.repeat


# --- what was kept ----------------------------------------------------------------------------------------------


def test_a_draft_that_is_not_whole_is_not_released(ledger: Store) -> None:
    blog = Asked(Draft(remote_id="5", kept=("Titel", "")), PUBLIC)
    found = run(ledger, {"blog": blog}, deliveries=told(ledger))["blog"]
    assert blog.calls == ["stage"]
    assert (found.state, found.remote_id) == (State.FAILED, None)
    assert found.error is not None
    assert found.error.startswith("the platform kept 0 of 38 characters: start, end and reference")
    assert found.cure is not None
    assert "plug-in" in found.cure


def test_after_the_cure_the_draft_is_written_anew(ledger: Store) -> None:
    run(ledger, {"blog": Asked(Draft(remote_id="5", kept=("",)))}, deliveries=told(ledger))
    [failed] = ledger.deliveries("CMO-7K3M")
    again = reopened(failed)
    ledger.write([again], at=datetime.now(UTC))
    blog = Asked(Draft(remote_id="5", kept=(BODY,)), replace(PUBLIC, kept=(BODY,)))
    found = run(ledger, {"blog": blog}, deliveries=(again,))["blog"]
    assert found.state is State.DELIVERED
    assert blog.repeats[0] == ("stage", True)


def test_what_was_public_and_is_not_whole_is_never_delivered_nor_sent_again(ledger: Store) -> None:
    page = Keeping(replace(PUBLIC, kept=(BODY[:10],)))
    found = run(ledger, {"page": page}, deliveries=planned(ledger, "page", body=BODY, tells=TELLS))["page"]
    assert page.calls == ["publish"]
    assert found.state is State.NEEDS_DECISION
    assert (found.remote_id, found.url, found.fingerprint) == (
        PUBLIC.remote_id,
        PUBLIC.url,
        PUBLIC.fingerprint,
    )
    assert found.error is not None
    assert "it is public, but the platform kept 9 of 38 characters: end and reference" in found.error


def test_a_release_that_changed_the_text_is_not_delivered(ledger: Store) -> None:
    blog = Asked(replace(DRAFT, kept=(BODY,)), replace(PUBLIC, kept=(BODY.replace("CMO-7K3M", ""),)))
    found = run(ledger, {"blog": blog}, deliveries=told(ledger))["blog"]
    assert found.state is State.NEEDS_DECISION
    assert found.error is not None
    assert "reference cannot be read there" in found.error


def test_what_is_found_after_a_lost_answer_is_compared_as_well(ledger: Store) -> None:
    page = Keeping(Unknown("no answer"), replace(PUBLIC, kept=("",)))
    deliveries = planned(ledger, "page", body=BODY, tells=TELLS)
    found = run(ledger, {"page": page}, deliveries=deliveries, terms=SOON)["page"]
    assert page.calls == ["publish", "find"]
    assert found.state is State.NEEDS_DECISION


def test_an_edit_that_was_not_kept_whole_leaves_the_fingerprint_of_what_is_there(ledger: Store) -> None:
    """Else the next edit takes what the platform did for a colleague's work."""
    deliveries = planned(ledger, "page", body=BODY, tells=TELLS)
    run(ledger, {"page": Keeping(PUBLIC)}, deliveries=deliveries)
    said = ledger.history_of("CMO-7K3M").said[0].update
    second = replace(said, number=2, published_at=NOW + timedelta(seconds=1))
    outgoing = Outgoing(replace(deliveries[0].post, update=2), "scripted", Operation.AMEND, PUBLIC)
    edit = ledger.follow(second, [outgoing], ())
    cut = replace(PUBLIC, fingerprint="c" * 64, kept=("",))
    run(ledger, {"page": Keeping(cut)}, deliveries=edit)
    found = ledger.all_deliveries("CMO-7K3M")[-1]
    assert (found.state, found.fingerprint) == (State.NEEDS_DECISION, "c" * 64)
    assert resolved(found, Decision.RESEND).fingerprint == "c" * 64


def test_a_text_that_was_kept_whole_is_delivered(ledger: Store) -> None:
    blog = Asked(
        replace(DRAFT, kept=("Titel", f"<p>{BODY}</p>")), replace(PUBLIC, kept=("Titel", f"<p>{BODY}</p>"))
    )
    assert run(ledger, {"blog": blog}, deliveries=told(ledger))["blog"].state is State.DELIVERED


# --- every state says why ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [state for state in State if state not in {State.DELIVERED, State.ABANDONED}]
)
def test_every_state_but_delivered_says_why(ledger: Store, state: State) -> None:
    [one] = told(ledger)
    stopped = {State.RETRY_WAIT, State.UNKNOWN, State.NEEDS_DECISION, State.BLOCKED_AUTH, State.FAILED}
    error = "503" if state in stopped else None
    assert reason(replace(one, state=state, error=error))


def test_what_was_not_found_twice_says_so_until_it_is_sent_again(ledger: Store) -> None:
    """At the end of a run it stood there as pending, and nobody knew why."""
    [one] = told(ledger)
    lost = replace(one, state=State.UNKNOWN, step=Step.PUBLISH, error="no answer")
    once = looked(lost, None, terms=SOON, now=NOW)
    twice = looked(once, None, terms=SOON, now=NOW)
    assert twice.state is State.PENDING
    assert "looked for twice" in (reason(twice) or "")
    assert claimed(twice, Step.PUBLISH).error is None
