"""The ledger on a real file: how it is kept, and which files it refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from publisher.ledger import open_ledger
from publisher.ledger.sqlite.store import Store
from publisher.model.errors import LedgerFault
from tests.ledger.sayings import content, outgoing, update


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state" / "ledger.db") as opened:
        yield opened


def test_a_file_keeps_its_promises_across_a_power_cut(ledger: Store) -> None:
    """SQLite's own words for it: rollback journal, EXTRA, fullfsync; never WAL."""
    connection = ledger._connection
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "fullfsync", "foreign_keys")
    }
    assert settings == {"journal_mode": "delete", "synchronous": 3, "fullfsync": 1, "foreign_keys": 1}


def test_nobody_else_reads_the_file(ledger: Store) -> None:
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    assert ledger.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_newer_ledger_is_refused_and_left_alone(ledger: Store) -> None:
    ledger._connection.execute("PRAGMA user_version = 999")
    ledger.close()
    before = ledger.path.read_bytes()
    for opening in (Store.open, Store.look):
        with pytest.raises(LedgerFault, match="newer announce"):
            opening(ledger.path)
    assert ledger.path.read_bytes() == before


def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("not a database, but somebody's notes " * 100)
    with pytest.raises(LedgerFault, match="not a database"):
        Store.open(path)
    assert path.read_text().startswith("not a database, but somebody's notes")


def test_a_ledger_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(LedgerFault, match="cannot be used"):
        Store.open(tmp_path / "state" / "ledger.db")


def test_a_locked_ledger_is_waited_for_and_then_refused(ledger: Store) -> None:
    ledger._connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerFault, match="locked"):
            ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
        other.execute("ROLLBACK")
    assert ledger.add(update(), outgoing(update(), "blog"), content(), again=None)


def test_an_owner_leaves_no_file_behind(ledger: Store) -> None:
    with ledger.owning("CMO-7K3M"):
        assert sorted(path.name for path in ledger.path.parent.iterdir()) == [
            "ledger.db",
            "ledger.db.CMO-7K3M.lock",
        ]
    assert [path.name for path in ledger.path.parent.iterdir()] == ["ledger.db"]


def test_where_no_ledger_is_there_is_nothing_to_see(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "state" / "ledger.db", write=False) as look:
        assert look.refs() == ()
        assert (look.count(), look.overview(), look.unsettled()) == (0, [], ())
        assert not look.knows("CMO-7K3M")
        assert look.newest_publication() is None
    assert list(tmp_path.iterdir()) == []
