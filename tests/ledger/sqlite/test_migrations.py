"""A ledger of every earlier version is brought up to the newest one, and can be looked at before that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from publisher.ledger import Ledger, open_ledger, records
from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.schema import MIGRATIONS, earlier_beside
from publisher.model.delivery import Delivery, State, Step
from publisher.model.errors import LedgerFault
from tests.ledger.sayings import NOW, outgoing, update

SCRIPTS = sorted(MIGRATIONS.glob("*.sql"))
EARLIER = range(1, len(SCRIPTS))

SAID = update()
WAITING = {"state": State.RETRY_WAIT, "step": Step.RELEASE, "fence": 3, "attempts": 2, "remote_id": "17"}
"""What the third migration has to judge: a release whose answer may have been lost."""

Opening = Callable[[Path], Ledger]
WAYS: dict[str, Opening] = {
    "to write": lambda path: open_ledger(path, write=True),
    "to read": lambda path: open_ledger(path, write=False),
}


def made_by(version: int, path: Path) -> Path:
    """A ledger as announce wrote it while there were so many migrations: one announcement, one open delivery."""
    with closing(sqlite3.connect(path)) as connection:
        for script in SCRIPTS[:version]:
            connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA user_version = {version}")
        insert(
            connection,
            "announcement",
            {"ref": "CMO-7K3M", "created_at": records.stamp(NOW), "fingerprint": "d"},
        )
        insert(connection, "announcement_update", update_row())
        known = {row[1] for row in connection.execute("PRAGMA table_info(delivery)")}
        insert(
            connection, "delivery", {name: value for name, value in delivery_row().items() if name in known}
        )
        connection.commit()
    return path


def update_row() -> dict[str, object]:
    period = SAID.announcement.period
    return {
        "ref": "CMO-7K3M",
        "number": 1,
        "kind": SAID.kind,
        "phase": SAID.phase,
        "published_at": records.stamp(NOW),
        "starts_at": records.stamp(period.starts_at),
        "ends_at": records.stamp(period.ends_at),
        "said": records.update_json(SAID),
    }


def delivery_row() -> dict[str, object]:
    (item,) = outgoing(SAID, "blog")
    planned = Delivery(
        id=1,
        ref="CMO-7K3M",
        update=1,
        channel="blog",
        type=item.type,
        operation=item.operation,
        post=item.post,
    )
    return records.values_of(planned) | WAITING


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    holders = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holders})", tuple(row.values()))  # noqa: S608


def test_there_are_earlier_versions_to_try() -> None:
    assert [int(script.name[:4]) for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))
    assert len(EARLIER) > 1


@pytest.mark.parametrize("version", EARLIER)
@pytest.mark.parametrize("way", WAYS)
def test_an_earlier_ledger_is_read_as_it_was_written(version: int, way: str, tmp_path: Path) -> None:
    with WAYS[way](made_by(version, tmp_path / "ledger.db")) as ledger:
        (found,) = ledger.unfinished("CMO-7K3M")
        assert {name: getattr(found, name) for name in WAITING} == WAITING
        assert found.post == outgoing(SAID, "blog")[0].post
        assert found.lost is (version < 3)
        assert ledger.history_of("CMO-7K3M").said[0].update == SAID
        assert [row.ref for row in ledger.overview()] == ["CMO-7K3M"]


@pytest.mark.parametrize("version", EARLIER)
def test_looking_leaves_an_earlier_ledger_as_it_is(version: int, tmp_path: Path) -> None:
    path = made_by(version, tmp_path / "ledger.db")
    before = path.read_bytes()
    with open_ledger(path, write=False) as ledger:
        assert ledger.count() == 1
        with pytest.raises(LedgerFault):
            ledger.write(ledger.unfinished(), at=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", EARLIER)
def test_one_that_was_brought_up_is_like_a_new_one(version: int, tmp_path: Path) -> None:
    path = made_by(version, tmp_path / "ledger.db")
    for place in (path, tmp_path / "new.db"):
        open_ledger(place, write=True).close()
    assert shape(path) == shape(tmp_path / "new.db")


def shape(path: Path) -> tuple[object, ...]:
    """The schema's version, the columns of every table, the indexes, and whether any row points nowhere."""
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema ORDER BY name")]
        columns = [connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        return connection.execute("PRAGMA user_version").fetchone(), names, columns, broken


@pytest.mark.parametrize("version", [version for version in EARLIER if version < 4])
def test_an_earlier_ledger_gets_its_identity_when_it_is_written_and_not_by_a_look(
    version: int, tmp_path: Path
) -> None:
    path = made_by(version, tmp_path / "ledger.db")
    with open_ledger(path, write=False) as looked:
        assert looked.snapshot().origin.id is None
    with open_ledger(path, write=True) as written, open_ledger(path, write=False) as looked:
        assert written.snapshot().origin == looked.snapshot().origin
        assert written.snapshot().origin.id


def test_no_ledger_has_no_identity(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "none.db", write=False) as looked:
        assert looked.snapshot().origin.id is None


@pytest.mark.parametrize("version", EARLIER)
def test_before_a_ledger_is_brought_up_it_is_copied_beside_and_an_older_announce_can_use_that(
    version: int, tmp_path: Path
) -> None:
    path = made_by(version, tmp_path / "ledger.db")
    before = rows(path)
    open_ledger(path, write=True).close()
    kept = earlier_beside(path, version)
    assert shape(kept)[0] == (version,)
    assert rows(kept) == before
    assert kept.stat().st_mode & 0o007 == 0  # the ledger of the test can be read by its group
    assert mark.beside(kept).exists()  # put back anywhere, it is known as a copy


def test_nothing_is_copied_of_a_new_ledger_or_of_one_that_is_up_to_date(tmp_path: Path) -> None:
    for _ in range(2):
        open_ledger(tmp_path / "ledger.db", write=True).close()
    assert not list(tmp_path.glob("*.schema-*"))


def test_a_ledger_that_cannot_be_copied_is_not_brought_up(tmp_path: Path) -> None:
    path = made_by(EARLIER[-1], tmp_path / "ledger.db")
    before = path.read_bytes()
    earlier_beside(path, EARLIER[-1]).mkdir()
    with pytest.raises(LedgerFault, match="cannot be written"):
        open_ledger(path, write=True)
    assert path.read_bytes() == before


def test_two_that_bring_it_up_at_once_copy_what_was_there_before(tmp_path: Path) -> None:
    path = made_by(EARLIER[-1], tmp_path / "ledger.db")
    with ThreadPoolExecutor(4) as together:
        for ledger in together.map(lambda _: open_ledger(path, write=True), range(4)):
            ledger.close()
    assert shape(earlier_beside(path, EARLIER[-1]))[0] == (EARLIER[-1],)


def test_a_newer_ledger_names_the_announce_that_made_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path, write=True).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO made_by VALUES (999, '7.8.9', '2030-01-01T00:00:00Z')")
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    for opening in WAYS.values():
        with pytest.raises(LedgerFault) as refused:
            opening(path)
        assert "install announce 7.8.9 on this machine" in str(refused.value.hint)
        held = [one for one in Path("/proc/self/fd").glob("*") if one.resolve() == path.resolve()]
        assert held == [], "what is refused is closed, though somebody still looks at the refusal"


def rows(path: Path) -> list[tuple[object, ...]]:
    """Everything that was said and done in it."""
    with closing(sqlite3.connect(path)) as connection:
        tables = ("announcement", "announcement_update", "delivery")
        return [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
