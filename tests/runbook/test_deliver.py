"""Recorded deliveries to outcomes, receipts and an exit code."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.ledger import Ledger
from publisher.ledger.sqlite.store import Store
from publisher.model.errors import LedgerFault
from publisher.planning.initial_request import InitialTyped
from publisher.runbook.deliver import deliver
from publisher.runbook.first import announce

REF = "CMO-7K3M"


def sent(assembly: Any, record: Ledger, deliveries: Any, desk: Any) -> int:
    update = record.history_of(REF).said[0].update
    with record.owning(REF), desk.stops() as stops:
        return deliver(assembly, record, update, deliveries, desk=desk, stops=stops)


@pytest.mark.parametrize(
    ("fault", "code", "state"),
    [
        (None, 0, "delivered"),
        ("redirect", 4, "failed"),
        ("502", 3, "needs_decision"),
        ("401", 4, "blocked_auth"),
    ],
)
def test_the_exit_code_is_that_of_the_worst_channel(
    assemble: Any,
    announced: Any,
    record: Ledger,
    desk: Any,
    sandbox: Sandbox,
    fault: Any,
    code: int,
    state: str,
) -> None:
    if fault:
        sandbox.fault("http", Fault(fault))
    at = desk()
    assert sent(assemble(own=""), record, announced("own"), at) == code
    assert at.states == {"own": state}
    assert at.results[-1].code == code


def test_what_is_open_on_other_channels_counts(
    assemble: Any, announced: Any, record: Ledger, desk: Any
) -> None:
    own, _ = announced("own", "other")
    at = desk()
    assert sent(assemble(own="", other=""), record, [own], at) == 5
    assert at.states == {"own": "delivered", "other": "pending"}


def test_what_stopped_before_it_began_sends_nothing(
    assemble: Any, announced: Any, record: Ledger, desk: Any, sandbox: Sandbox
) -> None:
    at = desk(stopping=1)
    assert sent(assemble(own=""), record, announced("own"), at) == 130
    assert at.states == {"own": "pending"}
    assert not sandbox.posts("http")


def test_a_fault_of_the_ledger_does_not_eat_the_receipts(
    assemble: Any, announced: Any, record: Ledger, desk: Any, tmp_path: Any
) -> None:
    """Its table is gone under the run."""
    import sqlite3
    from contextlib import closing

    deliveries, at = announced("own"), desk()
    update = record.history_of(REF).said[0].update
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("DROP TABLE attempt")
        other.commit()
    with record.owning(REF), desk().stops() as stops:
        code = deliver(assemble(own=""), record, update, deliveries, desk=at, stops=stops)
    assert code == 1
    assert isinstance(at.results[-1].fault, (LedgerFault, sqlite3.Error))
    assert at.states == {"own": "pending"}


@pytest.mark.parametrize("question", ["all_deliveries", "history_of", "said_by", "left"])
def test_a_fault_of_the_ledger_after_the_last_answer_does_not_claim_that_nothing_was_sent(
    assemble: Any, announced: Any, record: Ledger, desk: Any, sandbox: Sandbox, question: str
) -> None:
    """Each of its questions once everybody has been told: it was found by a read that failed, of `make test-crash`."""
    deliveries, at = announced("own"), desk()
    update = record.history_of(REF).said[0].update
    with record.owning(REF), at.stops() as stops:
        code = deliver(
            assemble(own=""), Unreadable(record, question), update, deliveries, desk=at, stops=stops
        )
    assert code == 1
    assert at.states == {"own": "delivered"}
    assert "cannot be read any more" in str(at.results[-1].fault)
    assert len(sandbox.posts("http")) == 1


class Unreadable:
    """A ledger whose disk stops answering one of its questions; all else is the real one."""

    def __init__(self, record: Ledger, question: str) -> None:
        self._record, self._question = record, question

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._question else getattr(self._record, name)

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise LedgerFault("the ledger cannot be read any more")


def test_a_channel_reads_what_was_said_of_its_announcement_and_nothing_else(
    assemble: Any, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred channels of their own read a hundred posts each, of every announcement there ever was."""
    asked: list[tuple[str, str]] = []
    for name in ("snapshot", "history_of"):
        real = getattr(Store, name)
        monkeypatch.setattr(
            Store,
            name,
            lambda store, *given, name=name, real=real, **more: (
                asked.append((name, threading.current_thread().name)) or real(store, *given, **more)
            ),
        )
    assembly = assemble(one="", two="", three="")
    typed = InitialTyped(title=("Kernel",), services=("vps",), start="+2h", duration="1h", yes=True)
    assert announce(assembly, typed, {}, desk(yes=True)) == 0
    by_channels = [name for name, thread in asked if thread.startswith("channel ")]
    assert by_channels == ["history_of"]
