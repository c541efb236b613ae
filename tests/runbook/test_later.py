"""How a later update begins: the announcement that is meant, and what was typed read against its newest update."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.ledger import Ledger
from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.planning.initial_request import InitialTyped
from publisher.planning.later_request import LaterTyped
from publisher.runbook.assembly import Assembly
from publisher.runbook.first import announce
from publisher.runbook.later import Later, follow
from tests.runbook.desks import ListedDesk

HALF = LaterTyped(kind=Kind.PROGRESS)


def announced(assembly: Assembly, title: str) -> str:
    desk = ListedDesk(yes=True)
    typed = InitialTyped(title=title, services=("vps",), start="+2h", duration="1h", only=("blog",))
    assert announce(assembly, typed, {}, desk) == 0
    return desk.results[0].update.announcement.ref


def test_the_only_open_one_is_meant_where_none_is_named(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly, "Kernel")
    assert follow(assembly, ("Halb fertig", None), HALF, ListedDesk(yes=True)) == 0
    assert ledger.history_of(ref).said[0].update.text == {"de": "Halb fertig"}


def test_where_several_are_open_whoever_is_there_is_asked(assembly: Assembly, ledger: Ledger) -> None:
    first, second = announced(assembly, "Kernel"), announced(assembly, "Storage")
    desk = ListedDesk(1, True)
    assert follow(assembly, ("Halb fertig", None), HALF, desk) == 0
    assert desk.asked[0].startswith("Announcement: ")
    chosen = desk.results[0].update.announcement.ref
    assert f"{chosen}  " in desk.asked[0]
    assert {first, second} - {chosen} == {
        ref for ref in (first, second) if len(ledger.history_of(ref).said) == 1
    }
    with pytest.raises(Refused, match="several announcements are open"):
        follow(assembly, ("Halb fertig", None), HALF, ListedDesk(yes=True))


def test_a_ledger_that_was_never_there_is_said(assembly: Assembly) -> None:
    with pytest.raises(Refused):
        follow(assembly, ("Halb fertig", None), HALF, ListedDesk(yes=True))


def test_what_was_typed_is_read_again_only_after_another_update(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly, "Kernel")
    means = assembly.means(ledger)
    saying = Later(ref, LaterTyped(kind=Kind.RESCHEDULED, by="30m"))
    before = saying.plan(means)
    assert before.update.number == 2
    assert (
        follow(assembly, (ref, None), LaterTyped(kind=Kind.RESCHEDULED, by="1h"), ListedDesk(yes=True)) == 0
    )
    after = saying.plan(means)
    assert after.update.number == 3
    ends = before.update.announcement.period.ends_at
    assert after.update.announcement.period.ends_at == ends + timedelta(hours=1)


def test_a_promise_in_so_many_minutes_stays_where_it_was_shown(assembly: Assembly, ledger: Ledger) -> None:
    ref = announced(assembly, "Kernel")
    saying = Later(ref, LaterTyped(kind=Kind.PROGRESS, next_update="+30m"))
    means = assembly.means(ledger)
    shown = saying.plan(means).update.next_update_at
    assert shown
    assert saying.plan(means).update.next_update_at == shown
