"""How a new announcement begins: its ledger, its reference, and what was typed read once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.ledger import Ledger
from publisher.model.errors import AlreadySaid
from publisher.planning.initial_request import InitialTyped
from publisher.planning.preview import Preview
from publisher.runbook.assembly import Assembly
from publisher.runbook.first import First, announce, rehearse_announcing
from tests.runbook.desks import ListedDesk

KERNEL = InitialTyped(preset="kernel", start="+2h", only=("blog",))
NEW = "a new ledger at "


def test_a_new_ledger_is_said_to_whoever_decides(assembly: Assembly) -> None:
    rehearsal = rehearse_announcing(assembly, KERNEL, {}, ListedDesk())
    assert rehearsal.preview.warnings[0].text.startswith(NEW)
    unattended = ListedDesk(yes=True)
    assert announce(assembly, KERNEL, {}, unattended) == 0
    assert [note for note in unattended.notes if str(note).startswith(NEW)]
    asked = ListedDesk(True)
    assert announce(assembly, KERNEL, {"title": "Etwas anderes"}, asked) == 0
    shown = asked.shown[0]
    assert isinstance(shown, Preview)
    assert not [note for note in (*asked.notes, *shown.warnings) if str(note).startswith(NEW)]


def test_the_same_once_more_takes_a_reason(assembly: Assembly, ledger: Ledger) -> None:
    assert announce(assembly, KERNEL, {}, ListedDesk(yes=True)) == 0
    desk = ListedDesk(True)
    with pytest.raises(AlreadySaid):
        announce(assembly, KERNEL, {}, desk)
    assert desk.asked == []
    again = InitialTyped(preset="kernel", start="+2h", only=("blog",), again="so")
    assert announce(assembly, again, {}, ListedDesk(True)) == 0
    assert ledger.count() == 2


def test_somebody_else_announced_the_same_while_it_was_read(assembly: Assembly, ledger: Ledger) -> None:
    desk = ListedDesk(lambda: announce(assembly, KERNEL, {}, ListedDesk(yes=True)) == 0)
    with pytest.raises(AlreadySaid):
        announce(assembly, KERNEL, {}, desk)
    assert ledger.count() == 1


@pytest.mark.parametrize(("start", "is_read_again"), [("now", True), (" Jetzt ", True), ("+30m", False)])
def test_what_was_typed_is_read_once_unless_it_says_now(
    assembly: Assembly, ledger: Ledger, start: str, is_read_again: bool
) -> None:
    """A start in so many minutes stays where it was shown; one that says *now* is the minute of the yes."""
    saying = First(assembly, ledger, InitialTyped(preset="kernel", start=start), {})
    means = assembly.means(ledger)
    first = saying.plan(means)
    read = saying._request
    second = saying.plan(means)
    assert (saying._request is not read) is is_read_again
    assert first.ref == second.ref == saying.ref
    assert second.update.announcement.period.length == timedelta(hours=1)
