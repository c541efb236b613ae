"""A pipe that a colleague puts in a place of the ledger's while it is open, or being opened: nobody is held by it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from publisher.ledger import open_ledger
from publisher.model.errors import LedgerFault
from tests.accounts import Accounts

PATIENCE = 20
"""Seconds after which whoever is held is ended; who is not needs a part of one, on a busy machine a few."""


@pytest.fixture
def ledger(accounts: Accounts, common: Path) -> Path:
    """One that ana has made in the folder of her team."""
    common.chmod(0o2770)
    os.chown(common, -1, accounts.gid)
    place = common / "ledger.db"

    def make() -> None:
        with open_ledger(place, write=True, group=accounts.gid):
            pass

    accounts.ana.does(make)
    return place


def put(accounts: Accounts, place: Path, mode: int) -> None:
    """What ben does; from a process of ana's, which is none of his, root has to."""
    os.mkfifo(place)
    place.chmod(mode)
    os.chown(place, accounts.ben.uid, accounts.gid)


def count(ledger: Path) -> None:
    with open_ledger(ledger, write=False) as opened:
        opened.count()


def meets(accounts: Accounts, ledger: Path, mode: int) -> None:
    """Ana has the ledger open, and uses it after a pipe of that mode has come into the journal's place."""
    journal = ledger.with_name("ledger.db-journal")
    arrived, asked = os.pipe(), os.pipe()

    def ana() -> None:
        signal.alarm(PATIENCE)
        with open_ledger(ledger, write=True, group=accounts.gid) as opened:
            os.write(asked[1], b"!")
            os.read(arrived[0], 1)
            with pytest.raises(
                LedgerFault, match=r"ledger\.db-journal, beside the ledger, is a pipe"
            ) as refused:
                opened.count()
            assert refused.value.hint == f"see who put it there, then remove it: rm {journal}"

    def ben() -> None:
        os.read(asked[0], 1)
        put(accounts, journal, mode)
        os.write(arrived[1], b"!")

    watcher = threading.Thread(target=ben)
    watcher.start()
    try:
        accounts.ana.does(ana)
    finally:
        os.write(asked[1], b"!")
        watcher.join()


def test_a_journal_that_becomes_a_pipe_is_refused_by_name(accounts: Accounts, ledger: Path) -> None:
    before = ledger.read_bytes()

    meets(accounts, ledger, 0o666)

    assert ledger.read_bytes() == before
    assert stat.S_ISFIFO(ledger.with_name("ledger.db-journal").lstat().st_mode), "it is for people to remove"


def test_one_that_cannot_be_let_go_of_ends_the_command(
    accounts: Accounts, ledger: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ben's, of which ana may only read: SQLite waits at it for ever, and no signal wakes it."""
    with pytest.raises(AssertionError):
        meets(accounts, ledger, 0o444)

    said = capfd.readouterr().err
    assert "error: " in said
    assert (
        "ledger.db-journal, beside the ledger, is a pipe, not a plain file\nhint: see who put it there"
        in said
    )


def test_a_ledger_that_becomes_a_pipe_as_it_is_opened_holds_nobody(
    accounts: Accounts, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Any = sqlite3.connect
    aside = ledger.with_name("aside")

    def exchanged(*words: Any, **more: Any) -> Any:
        ledger.rename(aside)
        os.mkfifo(ledger)
        return connect(*words, **more)

    def ana() -> None:
        signal.alarm(PATIENCE)
        monkeypatch.setattr(sqlite3, "connect", exchanged)
        with pytest.raises(LedgerFault, match=r"ledger.db (was exchanged|is a pipe)"):
            count(ledger)

    accounts.ana.does(ana)


def test_a_pipe_that_is_closed_to_us_is_a_pipe_and_no_matter_of_permissions(
    accounts: Accounts, ledger: Path
) -> None:
    lock = ledger.with_name("ledger.db.CMO-7K3M.lock")
    put(accounts, lock, 0o600)

    def ana() -> None:
        signal.alarm(PATIENCE)
        with (
            open_ledger(ledger, write=True, group=accounts.gid) as opened,
            pytest.raises(
                LedgerFault, match=r"\.lock, beside the ledger, is a pipe, not a plain file"
            ) as refused,
            opened.owning("CMO-7K3M"),
        ):
            pass
        assert refused.value.hint == f"see who put it there, then remove it: rm {lock}"

    accounts.ana.does(ana)


def test_in_a_folder_of_ones_own_nobody_watches(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db", write=True):
        assert "pipes beside the ledger" not in {thread.name for thread in threading.enumerate()}
