"""A ledger that goes on in another store: nothing of it is lost, and at no time do two of them go on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger, move, moving, open_ledger
from publisher.ledger.postgres.moving import Base
from publisher.ledger.protocol import Backup, Moved
from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.moving import File
from publisher.model.delivery import Decision, Operation, State, Step
from publisher.model.errors import LedgerFault, Refused
from publisher.model.seen import Glimpse, Visibility
from publisher.model.transitions import claimed
from tests.ledger.sayings import NOW, content, later, outgoing, update

if TYPE_CHECKING:
    from tests.ledger.conftest import Address

REF = "CMO-7K3M"
WAYS = ("sqlite to postgres", "postgres to sqlite", "sqlite to sqlite", "postgres to postgres")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Address, Address]:
    """Where the ledger is, and where it goes."""
    source, _, target = request.param.partition(" to ")
    return _place(request, source, tmp_path / "old.db"), _place(request, target, tmp_path / "new.db")


def _place(request: pytest.FixtureRequest, kind: str, file: Path) -> Address:
    return file if kind == "sqlite" else request.getfixturevalue("server").fresh()


def told(ledger: Ledger) -> None:
    """One announcement with all that can be recorded of it, and an open one."""
    first, gone = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again="why ' not")
    sending = claimed(first, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    ledger.write([replace(sending, state=State.DELIVERED, remote_id="17", url="https://x.example/")], at=NOW)
    ledger.follow(later(), outgoing(later(), "blog"), [replace(gone, state=State.ABANDONED)])
    (down,) = ledger.join([replace(one, operation=Operation.WITHDRAW) for one in outgoing(update(), "blog")])
    taken = claimed(down, Step.PUBLISH)
    ledger.write([taken], at=NOW + timedelta(minutes=1))
    left = replace(taken, state=State.ABANDONED, error="x")
    ledger.decide(left, Decision.ABANDON, at=NOW + timedelta(minutes=2))
    (word, *_) = ledger.deliveries(REF, 2)
    ledger.decide(replace(word, state=State.ABANDONED), Decision.ABANDON, at=NOW + timedelta(minutes=3))
    ledger.leave(REF, 2, "feed", why="closed", at=NOW)
    ledger.begin_work(REF, at=NOW + timedelta(hours=1), told_at=NOW)
    ledger.saw(
        REF, [Glimpse(update=1, channel="blog", at=NOW, what=Visibility.SEEN, url="https://x.example/")]
    )
    ledger.remember(Backup(NOW, "/elsewhere", 3))
    other = update("CMO-0002", published=NOW + timedelta(hours=1))
    ledger.add(other, outgoing(other, "blog", "feed"), content("e"), again=None)


def everything(ledger: Ledger) -> dict[str, Any]:
    """What a ledger answers."""
    found: dict[str, Any] = {
        "said": ledger.snapshot().said,
        "id": ledger.snapshot().origin.id,
        "rows": ledger.overview(),
        "unsettled": ledger.unsettled(),
        "reached": ledger.reached(),
        "doubted": (ledger.is_behind, ledger.restored_at),
        "addresses": ledger.newest_addresses(),
    }
    for ref in ledger.refs():
        every = ledger.all_deliveries(ref)
        found[ref] = every, [ledger.attempts(one) for one in every], ledger.left(ref), ledger.said_by(ref)
        found[ref] += (
            ledger.work_begun(ref),
            ledger.glimpses(ref),
            ledger.decisions(ref),
            ledger.events(ref),
            ledger.decisions(ref),
            ledger.events(ref),
        )
    return found


def test_everything_goes_on_there_and_nothing_here(way: tuple[Address, Address]) -> None:
    source, target = way
    with open_ledger(source, write=True) as ledger:
        told(ledger)
        before = everything(ledger)
        assert move(source, target) == 2
        with pytest.raises(Moved, match="was moved to"):  # it was open all the while
            ledger.add(update("CMO-0003"), outgoing(update(), "blog"), content("f"), again=None)
        waiting = before["CMO-0002"][0][0]
        with pytest.raises(Moved):
            ledger.write([claimed(waiting, Step.PUBLISH)], at=NOW)
    with open_ledger(target, write=True) as there:
        assert everything(there) == before
        there.write([claimed(waiting, Step.PUBLISH)], at=NOW)
        said = update("CMO-0009", published=NOW + timedelta(days=1))
        (new,) = there.add(said, outgoing(said, "blog"), content("g"), again=None)
        assert new.id > max(one.id for one in before["CMO-0002"][0])
    for write in (True, False):
        with pytest.raises(Moved) as refused:
            open_ledger(source, write=write)
    assert place_of(target) in str(refused.value)
    assert f'ledger = "{place_of(target)}"' in str(refused.value.hint)
    with pytest.raises(Moved):
        move(source, target)


def test_and_back_again(way: tuple[Address, Address]) -> None:
    source, target = way
    with open_ledger(source, write=True) as ledger:
        told(ledger)
    move(source, target)
    with open_ledger(target, write=True) as there:
        there.follow(later(number=3, published=NOW + timedelta(minutes=9)), [], [])
        after = everything(there)
    move(target, source)
    with open_ledger(source, write=True) as back:
        assert everything(back) == after
    with pytest.raises(Moved):
        open_ledger(target, write=False)


POINTS = (
    ("mark", 1, "before"),
    ("insert", 3, "before"),
    ("identify", 1, "after"),
    ("mark", 2, "after"),
    ("still", 2, "before"),
    ("still", 2, "after"),
    ("still", 1, "after"),
    ("mark", 3, "before"),
    ("mark", 3, "after"),
)
"""A method of a side, which call of it, and whether the process is killed before it has its effect, or just after."""


@pytest.mark.parametrize("point", POINTS, ids=lambda point: "-".join(map(str, point)))
@pytest.mark.parametrize("way", WAYS[:2], indirect=True)
def test_killed_half_way_it_is_begun_again_and_never_do_two_go_on(
    way: tuple[Address, Address], point: tuple[str, int, str]
) -> None:
    source, target = way
    with open_ledger(source, write=True) as ledger:
        told(ledger)
        before = everything(ledger)
    killed(lambda: move(source, target), *point)
    going_on = [place for place in way if goes_on(place)]
    assert len(going_on) <= 1
    if not going_on or going_on == [source]:
        assert move(source, target) == 2
    else:  # the last mark alone was not set, or it was
        (finished,) = going_on
        assert finished == target
        with pytest.raises(Moved) as refused:
            open_ledger(source, write=True)
        if "was moved" not in str(refused.value):
            move(source, target)
    with open_ledger(target, write=False) as there:
        assert everything(there) == before
    with pytest.raises(Moved, match="was moved"):
        open_ledger(source, write=False)


def goes_on(place: Address) -> bool:
    """Whether it holds something, and takes more."""
    try:
        with open_ledger(place, write=True) as ledger:
            return ledger.count() > 0
    except LedgerFault:
        return False


def killed(act: Callable[[], object], method: str, call: int, when: str) -> None:
    """Do it in a process of its own, which is killed there."""
    child = os.fork()
    if child == 0:
        try:
            _arm(method, call, when)
            act()
        finally:
            os._exit(7)  # not killed: the point was never come to
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{method} was not called {call} times"


def _arm(method: str, call: int, when: str) -> None:
    count = [0]

    def die_at(number: int, moment: str) -> None:
        if (number, moment) == (call, when):
            os.kill(os.getpid(), signal.SIGKILL)

    for side in (File, Base):
        own = getattr(side, method)
        setattr(side, method, _block(own, count, die_at) if method == "still" else _call(own, count, die_at))


def _call(own: Any, count: list[int], die_at: Callable[[int, str], None]) -> Any:
    def called(*words: Any, **named: Any) -> Any:
        count[0] += 1
        number = count[0]
        die_at(number, "before")
        found = own(*words, **named)
        die_at(number, "after")
        return found

    return called


def _block(own: Any, count: list[int], die_at: Callable[[int, str], None]) -> Any:
    """Before and after a commit; blocks are counted as they begin, and the first ends last."""
    from contextlib import contextmanager

    @contextmanager
    def entered(side: Any) -> Iterator[None]:
        count[0] += 1
        number = count[0]
        with own(side):
            yield
            die_at(number, "before")
        die_at(number, "after")

    return entered


def test_what_is_being_sent_stays_where_it_is(way: tuple[Address, Address]) -> None:
    source, target = way
    with open_ledger(source, write=True) as ledger:
        told(ledger)
        with ledger.owning("CMO-0002"), pytest.raises(Refused, match="CMO-0002 is being sent by process"):
            move(source, target)
        assert ledger.knows(REF)
    assert move(source, target) == 2


def test_a_ledger_with_something_of_its_own_is_not_written_over(way: tuple[Address, Address]) -> None:
    source, target = way
    for place in way:
        with open_ledger(place, write=True) as ledger:
            told(ledger)
    if not isinstance(target, Path):  # one that is made from a template has its identity
        side = Base(target)
        side.identify("another")
        side.close()
    with pytest.raises(Refused, match="is another ledger, with 2 announcements of its own"):
        move(source, target)
    for place in way:
        assert goes_on(place)


def test_a_copy_that_may_have_gone_on_is_not_written_over(tmp_path: Path) -> None:
    source, target = tmp_path / "a.db", tmp_path / "b.db"
    with open_ledger(source, write=True) as ledger:
        told(ledger)
        ledger.copy_to(target)
    with pytest.raises(Refused, match="is a copy of this very ledger"):
        move(source, target)


def test_an_old_copy_that_was_put_back_is_doubted_there_too(way: tuple[Address, Address]) -> None:
    source, target = way
    with open_ledger(source, write=True) as ledger:
        told(ledger)
        reached = ledger.reached()
    if isinstance(source, Path):
        mark.write(source, mark.Mark(reached + 1, NOW))
    else:
        side = Base(source)
        side.settle(is_behind=True, restored_at=NOW)
        side.close()
    move(source, target)
    with open_ledger(target, write=False) as there:
        assert (there.is_behind, there.restored_at) == (True, NOW)


def test_every_table_is_carried_and_none_takes_more_where_it_was_moved(server: Any, tmp_path: Path) -> None:
    """A new table is one of an announcement's, or of a store's own, which `STAYS` names."""
    database = server.fresh()
    sides = Base(database), File(tmp_path / "ledger.db", group=None)
    kinds = [set(moving.carried(side.contents())) for side in sides]
    for side in sides:
        side.close()
    assert kinds[0] == kinds[1] > set(moving.FIRST)
    guarded = server.admin(
        database.url.rpartition("/")[2],
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'still_here'",
    )
    assert {name.removeprefix("announce.") for (name,) in guarded} == kinds[0] - {"backup"}


def place_of(address: Address) -> str:
    return f"sqlite:///{address}" if isinstance(address, Path) else address.url
