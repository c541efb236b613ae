"""A ledger that two Unix accounts share: ledger, mark, locks and journal are writable for both, and for nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from publisher.ledger import open_ledger
from publisher.ledger.sqlite import mark
from publisher.model.errors import LedgerFault
from tests.accounts import Accounts
from tests.ledger.sayings import content, later, outgoing, update


def shape(path: Path) -> tuple[int, int]:
    status = path.stat()
    return stat.S_IMODE(status.st_mode), status.st_gid


@pytest.fixture
def shared(accounts: Accounts, common: Path) -> Path:
    """A ledger that ana has made, with a first announcement in it."""
    common.chmod(0o1777)
    path = common / "state" / "ledger.db"

    def make() -> None:
        with open_ledger(path, write=True, group=accounts.gid) as ledger:
            ledger.add(update(), outgoing(update(), "blog"), content(), again=None)

    accounts.ana.does(make)
    common.chmod(0o755)
    return path


def test_a_group_may_write_what_one_of_it_has_made_whatever_the_umask(
    accounts: Accounts, shared: Path
) -> None:
    assert shape(shared.parent) == (0o2770, accounts.gid)
    assert shape(shared) == shape(mark.beside(shared)) == (0o660, accounts.gid)

    def go_on() -> None:
        with open_ledger(shared, write=True, group=accounts.gid) as ledger, ledger.owning("CMO-7K3M"):
            (lock,) = shared.parent.glob("*.lock")
            assert shape(lock) == (0o660, accounts.gid)
            ledger.follow(later(), outgoing(later(), "blog"), ())

    accounts.ben.does(go_on)
    assert sorted(path.name for path in shared.parent.iterdir()) == ["ledger.db", "ledger.db.mark"]
    with open_ledger(shared, write=False) as ledger:
        said = ledger.said_by("CMO-7K3M")
    assert [str(said[number]).split("@")[0] for number in (1, 2)] == [accounts.ana.name, accounts.ben.name]


def test_a_journal_that_one_left_is_rolled_back_by_the_other(accounts: Accounts, shared: Path) -> None:
    def die_in_a_commit() -> None:
        import sqlite3

        connection = sqlite3.connect(shared, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE announcement_update SET said = said || ?", (" " * 200_000,))
        connection.execute("INSERT INTO backup VALUES ('x', ?, 0)", ("y" * 200_000,))
        os._exit(0)

    accounts.ana.does(die_in_a_commit)
    journal = shared.with_name("ledger.db-journal")
    assert shape(journal) == (0o660, accounts.gid)

    def look_and_write() -> None:
        with open_ledger(shared, write=False) as ledger:
            assert ledger.last_backup() is None
        with open_ledger(shared, write=True, group=accounts.gid) as ledger:
            ledger.follow(later(), outgoing(later(), "blog"), ())

    accounts.ben.does(look_and_write)
    assert not journal.exists()


def test_a_lock_that_a_dead_colleague_left_is_taken(accounts: Accounts, shared: Path) -> None:
    def die_holding_it() -> None:
        with open_ledger(shared, write=True, group=accounts.gid) as ledger, ledger.owning("CMO-7K3M"):
            os._exit(0)

    accounts.ana.does(die_holding_it)
    assert list(shared.parent.glob("*.lock"))

    def take_it() -> None:
        with open_ledger(shared, write=True, group=accounts.gid) as ledger, ledger.owning("CMO-7K3M"):
            pass

    accounts.ben.does(take_it)
    assert not list(shared.parent.glob("*.lock"))


@pytest.mark.parametrize("what", ["lock", "mark", "ledger"])
def test_what_a_process_leaves_that_was_killed_while_making_it_is_open_to_colleagues(
    accounts: Accounts, shared: Path, what: str
) -> None:
    """Killed at the first call that would open a file to them: whatever is there by then is open to them already."""
    places = {
        "lock": shared.with_name("ledger.db.CMO-7K3M.lock"),
        "mark": mark.beside(shared),
        "ledger": shared,
    }
    if what != "lock":
        mark.beside(shared).unlink()
    if what == "ledger":
        shared.unlink()

    real = os.fchmod

    def killed(handle: int, mode: int) -> None:
        if not str(Path(f"/proc/self/fd/{handle}").readlink()).endswith("(deleted)"):
            os._exit(0)
        real(handle, mode)  # without a name nobody finds it, were this the end

    def be_killed() -> None:
        os.fchmod = killed
        if what == "mark":
            mark.write(shared, mark.Mark(1))
        with open_ledger(shared, write=True, group=accounts.gid) as ledger, ledger.owning("CMO-7K3M"):
            os._exit(0)

    accounts.ana.does(be_killed)
    assert shape(places[what]) == (0o660, accounts.gid)


def test_a_ledger_of_one_is_shared_once_its_owner_says_so(accounts: Accounts, common: Path) -> None:
    """What was there before is 0600: whose it is has to open it once with the group configured."""
    folder = common / "state"
    folder.mkdir()
    accounts.ana.owns(folder)
    path = folder / "ledger.db"

    def make(group: int | None) -> None:
        with open_ledger(path, write=True, group=group) as ledger:
            if not ledger.count():
                ledger.add(update(), outgoing(update(), "blog"), content(), again=None)

    accounts.ana.does(lambda: make(None))
    assert shape(path)[0] == shape(mark.beside(path))[0] == 0o600
    accounts.ana.does(lambda: make(accounts.gid))
    assert shape(path) == (0o660, accounts.gid)
    with open_ledger(path, write=False, group=accounts.gid) as ledger:
        closed = [one.text for one in ledger.examine(whole=False) if one.code == "group"]
        cures = [str(one.cure) for one in ledger.examine(whole=False) if one.code == "group"]
    assert any(str(folder) in text for text in closed)
    assert f"{accounts.ana.name} types: chgrp {accounts.group} {folder}; chmod 2770 {folder}" in cures


@pytest.mark.parametrize("who", ["ben", "eve"])
def test_whoever_is_barred_reads_whose_it_is_and_is_sent_to_no_other_ledger(
    accounts: Accounts, common: Path, who: str
) -> None:
    path = common / "ledger.db"
    accounts.ana.owns(common)
    accounts.ana.does(lambda: open_ledger(path, write=True).close())

    def fail() -> None:
        for write in (True, False):
            with pytest.raises(LedgerFault) as refused:
                open_ledger(path, write=write)
            assert f"{path} belongs to {accounts.ana.name} (" in str(refused.value), refused.value
            assert "mode 0600" in str(refused.value)
            assert getattr(accounts, who).name in str(refused.value)
            hint = str(refused.value.hint)
            assert "another" not in hint
            assert "[publisher] group" in hint

    getattr(accounts, who).does(fail)


def test_a_lock_that_cannot_be_opened_names_its_owner(accounts: Accounts, shared: Path) -> None:
    lock = shared.with_name("ledger.db.CMO-7K3M.lock")
    accounts.ana.writes(lock, "process 1 on jump1 (ana)", 0o600)

    def fail() -> None:
        with (
            open_ledger(shared, write=True, group=accounts.gid) as ledger,
            pytest.raises(LedgerFault) as refused,
            ledger.owning("CMO-7K3M"),
        ):
            pass
        assert f"{lock} belongs to {accounts.ana.name}" in str(refused.value)

    accounts.ben.does(fail)
