"""One order for the first update and every later one: planned, shown, agreed to, owned, recorded, delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from announce_sandbox import Sandbox
from publisher.ledger import Ledger
from publisher.model.announcement import Kind
from publisher.model.delivery import State, Step
from publisher.model.errors import Refused
from publisher.model.transitions import claimed
from publisher.planning.initial_request import InitialTyped
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterTyped, read_later
from publisher.planning.plan import Means, Plan, commit
from publisher.planning.preview import Preview
from publisher.runbook.assembly import Assembly
from publisher.runbook.first import First, announce, rehearse_announcing
from publisher.runbook.later import follow, rehearse_following
from publisher.runbook.tell import tell
from tests.runbook.desks import ListedDesk

KERNEL = InitialTyped(preset="kernel", start="+2h", only=("blog", "customer-center"))
HALF = LaterTyped(kind=Kind.PROGRESS, only=("blog",))
ASKED = "Send to 2 channels now?"


def announced(assembly: Assembly, **typed: Any) -> str:
    """The reference of an announcement that stands on the blog and in the customer center."""
    desk = ListedDesk(yes=True)
    known = {"preset": "kernel", "start": "+2h", "only": ("blog", "customer-center"), "yes": True}
    assert announce(assembly, InitialTyped(**known | typed), {}, desk) == 0
    return desk.results[0].update.announcement.ref


def follows(assembly: Assembly, ref: str, text: str = "Halb fertig") -> int:
    """Somebody else says something meanwhile."""
    return follow(assembly, (ref, text), HALF, ListedDesk(yes=True))


def locks(assembly: Assembly) -> list[Path]:
    return list(assembly.ledger_path.parent.rglob("*.lock"))


# --- asked -------------------------------------------------------------------------------------------------------


def test_a_yes_sends_what_was_shown(assembly: Assembly, sandbox: Sandbox, ledger: Ledger) -> None:
    desk = ListedDesk(True)
    assert announce(assembly, KERNEL, {}, desk) == 0
    assert desk.asked == [ASKED]
    shown = desk.shown[0]
    assert isinstance(shown, Preview)
    result = desk.results[0]
    assert (result.update.announcement.ref, result.code) == (shown.ref, 0)
    assert [one.state for one in ledger.all_deliveries(shown.ref)] == [State.DELIVERED, State.DELIVERED]
    assert len(sandbox.posts("wordpress")) == len(sandbox.posts("whmcs")) == 1
    assert len(desk.stoppable) == 1
    assert not locks(assembly)


def test_a_declined_question_sends_and_records_nothing(
    assembly: Assembly, sandbox: Sandbox, ledger: Ledger
) -> None:
    with pytest.raises(Refused, match="declined") as refused:
        announce(assembly, KERNEL, {}, ListedDesk(False))
    assert refused.value.exit_code == 130
    assert ledger.count() == 0
    assert not sandbox.calls
    assert not locks(assembly)


def test_a_declined_later_update_leaves_the_announcement_as_it_was(
    assembly: Assembly, sandbox: Sandbox, ledger: Ledger
) -> None:
    ref = announced(assembly)
    before = len(sandbox.calls)
    desk = ListedDesk(False)
    with pytest.raises(Refused, match="declined"):
        follow(assembly, (ref, "Halb fertig"), HALF, desk)
    assert desk.asked == ["Send to 1 channel now?"]
    assert len(ledger.history_of(ref).said) == 1
    assert len(sandbox.calls) == before
    assert not locks(assembly)


def test_a_question_that_is_broken_off_leaves_no_lock(assembly: Assembly, ledger: Ledger) -> None:
    def broken_off() -> bool:
        raise KeyboardInterrupt

    ref = announced(assembly)
    with pytest.raises(KeyboardInterrupt):
        follow(assembly, (ref, "Halb fertig"), HALF, ListedDesk(broken_off))
    assert not locks(assembly)
    assert len(ledger.history_of(ref).said) == 1


def test_where_nobody_is_there_nothing_is_sent(assembly: Assembly, sandbox: Sandbox) -> None:
    desk = ListedDesk()
    with pytest.raises(Refused, match="nobody is there to confirm"):
        announce(assembly, KERNEL, {}, desk)
    assert (desk.shown, desk.asked, sandbox.calls) == ([], [], [])


def test_what_was_agreed_to_beforehand_is_not_asked(assembly: Assembly) -> None:
    desk = ListedDesk(yes=True)
    assert announce(assembly, KERNEL, {}, desk) == 0
    assert (desk.asked, desk.shown) == ([], [])


# --- what happens while somebody reads ---------------------------------------------------------------------------


def test_an_update_that_somebody_else_recorded_meanwhile_is_said_and_it_is_asked_again(
    assembly: Assembly, ledger: Ledger
) -> None:
    ref = announced(assembly)

    def somebody_else() -> bool:
        assert follows(assembly, ref) == 0
        return True

    desk = ListedDesk(somebody_else, True)
    assert follow(assembly, (ref, "Fast fertig"), HALF, desk) == 0
    assert "update 2 was recorded by somebody else while this was read; nothing was sent" in desk.notes
    assert len(desk.asked) == len(desk.shown) == 2
    texts = [said.update.text for said in ledger.history_of(ref).said]
    assert texts == [{"de": "Fast fertig"}, {"de": "Halb fertig"}, None]


def test_who_then_says_no_has_sent_nothing(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly)
    desk = ListedDesk(lambda: follows(assembly, ref) == 0, False)
    with pytest.raises(Refused, match="declined"):
        follow(assembly, (ref, "Fast fertig"), HALF, desk)
    assert ledger.history_of(ref).said[0].update.number == 2


def test_work_that_somebody_else_closed_meanwhile_is_not_gone_on_with(
    assembly: Assembly, ledger: Ledger
) -> None:
    ref = announced(assembly)
    closing = LaterTyped(kind=Kind.CANCELLED)
    desk = ListedDesk(lambda: follow(assembly, (ref, None), closing, ListedDesk(yes=True)) == 0)
    with pytest.raises(Refused, match="is cancelled"):
        follow(assembly, (ref, "Fast fertig"), HALF, desk)
    assert ledger.history_of(ref).said[0].update.number == 2


def test_other_things_to_do_are_asked_for_as_well(assembly: Assembly, ledger: Ledger) -> None:
    """The blog had nothing to correct when it was read; meanwhile somebody found that its post is public."""
    ref = announced(assembly)
    blog = next(one for one in ledger.all_deliveries(ref) if one.channel == "blog")
    ledger.write([replace(blog, state=State.FAILED, remote_id=None, url=None)], at=datetime.now(UTC))

    def found() -> bool:
        ledger.write([blog], at=datetime.now(UTC))
        return True

    desk = ListedDesk(found, False)
    with pytest.raises(Refused, match="declined"):
        follow(assembly, (ref, None), LaterTyped(kind=Kind.CORRECTED, corrections={"reason": "Anders"}), desk)
    assert desk.asked == ["Send to 1 channel now?", ASKED]
    assert desk.notes == ["what the channels have to do has changed while this was read; nothing was sent"]


def test_a_colleague_is_not_kept_out_while_somebody_reads(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly)

    def free() -> bool:
        with ledger.owning(ref):
            return True

    assert follow(assembly, (ref, "Halb fertig"), HALF, ListedDesk(free)) == 0


class Slow:
    """Words that were read in one minute and agreed to in another."""

    warnings = ()

    def __init__(self, ref: str, request: Any, *clocks: datetime) -> None:
        self.ref = ref
        self._request = request
        self._clocks = list(clocks)

    def plan(self, means: Means) -> Plan:
        return plan_later(self.ref, self._request, means, now=self._clocks.pop(0))


def test_the_minute_that_passed_while_it_was_read_is_no_change(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly, start="now")
    newest = ledger.history_of(ref).said[0].update
    now = newest.announcement.period.starts_at + timedelta(minutes=20)
    done = read_later(LaterTyped(kind=Kind.COMPLETED), assembly.config, newest.announcement.period, now=now)
    saying = Slow(ref, done, now, now + timedelta(minutes=3))
    desk = ListedDesk(True)
    assert tell(assembly, ledger, saying, desk) == 0
    assert (len(desk.asked), desk.notes) == (1, [])
    ends_at = ledger.history_of(ref).said[0].update.announcement.period.ends_at
    assert ends_at == now.replace(second=0, microsecond=0) + timedelta(minutes=3)


# --- what goes along ---------------------------------------------------------------------------------------------


def test_what_is_still_open_of_earlier_updates_goes_first(
    assembly: Assembly, sandbox: Sandbox, ledger: Ledger
) -> None:
    """A run died with an answer still out: its post is looked for, made as it is not there, and then edited."""
    means = assembly.means(ledger)
    saying = First(assembly, ledger, KERNEL, {})
    _, recorded = commit(saying.plan(means), means, lambda plan: plan)
    blog = next(one for one in recorded if one.channel == "blog")
    ledger.write([claimed(blog, Step.PUBLISH)], at=datetime.now(UTC))
    desk = ListedDesk(yes=True)
    follow(assembly, (saying.ref, "Halb fertig"), HALF, desk)
    assert [(one.channel, one.update) for one in desk.watched] == [("blog", 1), ("blog", 2)]
    states = {(one.channel, one.update): one.state for one in ledger.all_deliveries(saying.ref)}
    assert states["customer-center", 1] is State.PENDING


def test_a_missing_secret_is_said_before_anybody_is_asked(
    assembly: Assembly, configured: Path, sandbox: Sandbox
) -> None:
    (configured.parent / "secrets/blog-password").unlink()
    desk = ListedDesk(True)
    with pytest.raises(Refused, match=r"channels\.blog\.password"):
        announce(assembly, KERNEL, {}, desk)
    assert desk.asked == []
    with pytest.raises(Refused, match=r"channels\.blog\.password"):
        announce(assembly, KERNEL, {}, ListedDesk(yes=True))
    assert sandbox.calls == []


@pytest.mark.parametrize("answers", [(True,), ()])
def test_a_preview_is_kept_whether_or_not_somebody_is_asked(
    assembly: Assembly, answers: tuple[bool, ...]
) -> None:
    kept: list[Preview] = []
    desk = ListedDesk(*answers, yes=not answers)
    assert announce(assembly, KERNEL, {}, desk, keep=kept.append) == 0
    assert [one.ref for one in kept] == [desk.results[0].update.announcement.ref]
    assert not kept[0].example


# --- a dry run ---------------------------------------------------------------------------------------------------


def test_a_dry_run_shows_everything_and_does_nothing(
    assembly: Assembly, sandbox: Sandbox, configured: Path
) -> None:
    (configured.parent / "secrets/blog-password").unlink()
    desk = ListedDesk()
    rehearsal = rehearse_announcing(assembly, KERNEL, {}, desk)
    assert rehearsal.plan.channels == ("blog", "customer-center")
    assert rehearsal.preview.example
    assert [note for note in desk.notes if "the real run would be refused" in note]
    assert (sandbox.calls, desk.asked, desk.results) == ([], [], [])
    assert not assembly.ledger_path.exists()


def test_a_dry_run_of_a_later_update_records_nothing(
    assembly: Assembly, sandbox: Sandbox, ledger: Ledger
) -> None:
    ref = announced(assembly)
    before = len(sandbox.calls)
    rehearsal = rehearse_following(assembly, (ref, "Halb fertig"), HALF, ListedDesk())
    assert (rehearsal.preview.ref, rehearsal.preview.example) == (ref, False)
    assert rehearsal.plan.update.number == 2
    assert len(ledger.history_of(ref).said) == 1
    assert len(sandbox.calls) == before
    assert not locks(assembly)
