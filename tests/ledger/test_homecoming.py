"""What was announced on one machine while the database was down comes into it whole, once; nothing is sent by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from publisher.ledger import bring_home, open_ledger
from publisher.ledger.protocol import Moved
from publisher.model.errors import Refused
from publisher.model.transitions import claimed
from tests.ledger.sayings import NOW, content, outgoing, update
from tests.ledger.test_moving import POINTS, REF, Step, everything, killed, told

if TYPE_CHECKING:
    from publisher.settings.database import Database

LATER = NOW + timedelta(hours=5)


@pytest.fixture
def team(server: Any) -> Database:
    """A database in which something has been said, by the second at which the other says something, too."""
    database: Database = server.fresh()
    with open_ledger(database, write=True) as ledger:
        other = update("CMO-TEAM", published=NOW)
        (sent, _) = ledger.add(other, outgoing(other, "blog", "feed"), content("t"), again=None)
        ledger.write([claimed(sent, Step.PUBLISH)], at=NOW)
    return database


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """What was announced offline."""
    file = tmp_path / "offline.db"
    with open_ledger(file, write=True) as ledger:
        told(ledger)
    return file


def about(place: Path | Database, ref: str) -> tuple[Any, ...]:
    """All that is known of one announcement, but for how it is numbered."""
    with open_ledger(place, write=False) as ledger:
        every = ledger.all_deliveries(ref)
        plain = [replace(one, id=0, post=replace(one.post, published_at=NOW)) for one in every]
        attempts = [ledger.attempts(one) for one in every]
        rest = (
            ledger.left(ref),
            ledger.said_by(ref),
            ledger.work_begun(ref),
            ledger.glimpses(ref),
            ledger.events(ref),
        )
        return plain, attempts, rest


def test_it_comes_whole_and_what_was_there_stays_as_it_was(night: Path, team: Database) -> None:
    before, theirs = {ref: about(night, ref) for ref in (REF, "CMO-0002")}, about(team, "CMO-TEAM")
    assert bring_home(night, team).refs == ("CMO-0002", REF)
    assert {ref: about(team, ref) for ref in before} == before
    assert about(team, "CMO-TEAM") == theirs
    with pytest.raises(Moved):
        open_ledger(night, write=True)
    with open_ledger(team, write=True) as ledger:
        said = [one.update for one in ledger.history_of(REF).said]
        assert said[-1].published_at == NOW + timedelta(seconds=1)  # that second was taken
        (first, *_) = ledger.all_deliveries(REF)
        assert first.post.published_at == said[-1].published_at
        new = update("CMO-NEW0", published=LATER)
        (more,) = ledger.add(new, outgoing(new, "blog"), content("n"), again=None)
        assert more.id > max(one.id for one in ledger.all_deliveries(REF))


@pytest.mark.parametrize("point", [point for point in POINTS if point[0] != "identify"][1:], ids=str)
def test_killed_half_way_it_is_begun_again_and_nothing_is_there_twice(
    night: Path, team: Database, point: tuple[str, int, str]
) -> None:
    method, call, when = point
    call -= method == "mark"  # the one that is filled is not marked
    with open_ledger(night, write=False) as ledger:
        before = everything(ledger)["CMO-0002"][0]
    killed(lambda: bring_home(night, team), method, call, when)
    try:
        bring_home(night, team)
    except Moved as moved:
        assert "was moved" in str(moved)
    with open_ledger(team, write=False) as ledger:
        assert len(ledger.refs()) == 3
        assert [one.channel for one in ledger.all_deliveries("CMO-0002")] == [one.channel for one in before]


def test_what_has_gone_on_there_is_not_set_back(night: Path, team: Database) -> None:
    """Killed before the last mark, and somebody has gone on with it in the database by then."""
    killed(lambda: bring_home(night, team), "mark", 2, "before")
    with open_ledger(team, write=True) as ledger:
        (waiting, *_) = ledger.all_deliveries("CMO-0002")
        ledger.write([claimed(waiting, Step.PUBLISH)], at=LATER)
    bring_home(night, team)
    with open_ledger(team, write=False) as ledger:
        assert ledger.all_deliveries("CMO-0002")[0].state == "sending"


def test_a_reference_that_means_something_else_there_is_refused(night: Path, team: Database) -> None:
    with open_ledger(team, write=True) as ledger:
        other = update(REF, published=LATER)
        ledger.add(other, outgoing(other, "blog"), content("z"), again=None)
    with pytest.raises(Refused, match=f"{REF} is another announcement"):
        bring_home(night, team)
    with open_ledger(night, write=True) as ledger:
        assert ledger.knows(REF)


def test_what_says_the_same_there_is_named(night: Path, team: Database) -> None:
    with open_ledger(team, write=True) as ledger:
        other = update("CMO-TWIN", published=LATER)
        ledger.add(other, outgoing(other, "blog"), content("e"), again=None)
    assert bring_home(night, team).twins == {"CMO-0002": "CMO-TWIN"}
