"""What was done, and by whom: recorded with what it tells of or not at all, and only ever added to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.ledger.protocol import Overtaken
from publisher.model.delivery import Decision, State, Step
from publisher.model.transitions import claimed, superseded
from publisher.settings.person import who
from tests.ledger.sayings import NOW, content, later, outgoing, update

if TYPE_CHECKING:
    from tests.ledger.conftest import Address

REF = "CMO-7K3M"


def told(ledger: Ledger) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(one.what, one.update, one.channel, one.detail) for one in ledger.events(REF)]


def test_everything_that_is_done_is_on_record_with_who_did_it(ledger: Ledger) -> None:
    blog, board, feed = ledger.add(
        update(), outgoing(update(), "blog", "board", "feed"), content(), again=None
    )
    claims = [claimed(blog, Step.PUBLISH), claimed(board, Step.STAGE)]
    ledger.write(claims, at=NOW)
    ledger.write([replace(claims[0], state=State.DELIVERED, url="https://x.example/")], at=NOW)
    ledger.write([replace(claims[1], state=State.NEEDS_DECISION, error="no answer")], at=NOW)
    ledger.follow(later(), outgoing(later(), "blog"), [superseded(feed, 2)])
    ledger.join(outgoing(update(), "page"))
    ledger.decide(replace(claims[1], state=State.ABANDONED, note="given up"), Decision.ABANDON, at=NOW)
    ledger.leave(REF, 2, "feed", why="closed", at=NOW)
    ledger.begin_work(REF, at=NOW, told_at=NOW)

    assert told(ledger) == [
        ("said", 1, None, "initial"),
        ("sending", 1, "blog", "publish"),
        ("sending", 1, "board", "stage"),
        ("delivered", 1, "blog", "https://x.example/"),
        ("needs_decision", 1, "board", "no answer"),
        ("abandoned", 1, "feed", "superseded by update 2"),
        ("said", 2, None, "progress"),
        ("planned", 1, "page", None),
        ("abandoned", 1, "board", "given up"),
        ("decided", 1, "board", "abandon"),
        ("left", 2, "feed", "closed"),
        ("work_begun", None, None, None),
    ]
    events = ledger.events(REF)
    assert {one.by for one in events} == {who()}
    assert [one.at for one in events] == sorted(one.at for one in events)
    assert abs(events[-1].at - datetime.now(UTC)) < timedelta(minutes=1)
    assert ledger.events("CMO-0000") == ()


def test_what_is_not_recorded_leaves_no_event(ledger: Ledger) -> None:
    one, two = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    before = told(ledger)
    with pytest.raises(Overtaken):
        ledger.write([claimed(one, Step.PUBLISH), replace(claimed(two, Step.PUBLISH), fence=7)], at=NOW)
    with pytest.raises(Overtaken):
        ledger.decide(replace(one, fence=7, state=State.ABANDONED), Decision.ABANDON, at=NOW)
    assert told(ledger) == before


def test_an_event_is_never_changed_nor_taken_out(
    ledger: Ledger, address: Address, request: pytest.FixtureRequest
) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    before = ledger.events(REF)
    for statement in ("UPDATE {} SET done_by = 'eve'", "DELETE FROM {}"):
        if isinstance(address, Path):
            with (
                closing(sqlite3.connect(address, isolation_level=None)) as connection,
                pytest.raises(sqlite3.IntegrityError, match="only added to"),
            ):
                connection.execute(statement.format("event"))
        else:
            admin = request.getfixturevalue("server").admin
            with pytest.raises(Exception, match="only added to"):
                admin(address.url.rpartition("/")[2], statement.format("announce.event"))
    assert ledger.events(REF) == before
