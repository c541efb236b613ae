"""``announce ledger``: where it is, how it is, a copy while it is in use; and ``announce check`` proves it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Sandbox
from publisher.ledger import open_ledger
from tests.ledger.sqlite.test_migrations import SCRIPTS, made_by


@pytest.fixture
def place(announce: Any) -> Path:
    """Where the ledger of the configuration is."""
    return Path(announce.config).parent / "ledger.db"


@pytest.fixture
def said(announce: Any) -> str:
    """The reference of one announcement, told on the blog."""
    return str(announce.urgent("--only", "blog").json["ref"])


def found(report: dict[str, Any], code: str) -> list[str]:
    return [f"{one['level']}: {one['text']}" for one in report["findings"] if one["code"] == code]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# --- path


def test_the_path_is_printed_whether_it_is_there_or_not(announce: Any, place: Path) -> None:
    assert announce("ledger", "path").stdout == f"{place}\n"
    assert announce("ledger", "path", "--json").json == {"exit_code": 0, "path": str(place), "exists": False}
    announce.urgent("--only", "blog")
    assert announce("ledger", "path", "--json").json["exists"]


# --- check


def test_check_proves_the_ledger(announce: Any, place: Path, said: str, tmp_path: Path) -> None:
    ran = announce("ledger", "check")
    assert ran.code == 0
    assert f"ledger {place}: 1 announcements, the file is whole, schema" in ran.stdout
    assert "mode 0600" in ran.stdout
    assert "warning: no backup has been taken" in ran.stdout
    assert announce("ledger", "backup", str(tmp_path / "copy.db")).code == 0
    report = announce("ledger", "check", "--json").json
    assert (report["exit_code"], report["exists"], report["announcements"]) == (0, True, 1)
    assert report["last_backup"]["place"] == str(tmp_path / "copy.db")
    assert report["last_backup"]["taken_at"].endswith("Z")
    assert {one["level"] for one in report["findings"]} == {"well"}
    assert "hint" in report["findings"][0]


def test_announce_check_says_the_same_of_it(announce: Any, place: Path, tmp_path: Path) -> None:
    before = announce("check", "--json").json["ledger"]
    assert found(before, "missing")[0].startswith(f"warning: no ledger at {place}")
    assert announce.urgent("--only", "blog").code == 0
    assert announce("ledger", "backup", str(tmp_path / "copy.db")).code == 0
    ran = announce("check")
    assert f"ledger {place}: 1 announcements" in ran.stdout
    assert "writable" in ran.stdout
    assert "last backup" in ran.stdout
    place.unlink()
    gone = announce("check", "--json")
    assert (gone.code, gone.json["ledger"]["exists"]) == (2, False)
    assert found(gone.json["ledger"], "missing") == [
        f"fault: no ledger at {place}, though one was written there"
    ]


def damaged(place: Path) -> None:
    """A page in the middle is zeros."""
    content = bytearray(place.read_bytes())
    content[8192:12288] = bytes(4096)
    place.write_bytes(content)


def put_back(place: Path) -> None:
    """The ledger has gone on, then an old copy was put back: its mark is further."""
    mark = place.with_name(f"{place.name}.mark")
    mark.write_bytes(b"00000000000000000099" + mark.read_bytes()[20:])


def unmarked(place: Path) -> None:
    place.with_name(f"{place.name}.mark").unlink()


def opened_to_all(place: Path) -> None:
    place.chmod(0o644)


def left_by_a_dead_process(place: Path) -> None:
    import socket

    lock = place.with_name(f"{place.name}.CMO-7K3M.lock")
    lock.write_text(f"process 4194304 on {socket.gethostname()} (ana)")


def an_earlier_schema(place: Path) -> None:
    """As the version before wrote it."""
    place.unlink()
    unmarked(place)
    made_by(len(SCRIPTS) - 1, place).chmod(0o600)


TROUBLE = {
    "damaged": (damaged, 2, "integrity", "fault: the file is damaged: "),
    "put back": (put_back, 2, "mark", "fault: an old copy has been put back"),
    "unmarked": (unmarked, 0, "mark", "warning: the mark is at step 0"),
    "open to all": (opened_to_all, 2, "permissions", "fault: everybody may read it"),
    "an earlier schema": (an_earlier_schema, 0, "schema", "warning: schema"),
    "a lock left": (left_by_a_dead_process, 0, "locks", "warning: the lock of CMO-7K3M was left by process"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_is_wrong_with_it_is_found_and_nothing_is_changed(
    announce: Any, place: Path, said: str, trouble: str
) -> None:
    spoil, code, subject, text = TROUBLE[trouble]
    spoil(place)
    before = {path: path.read_bytes() for path in place.parent.glob("ledger.db*")}
    report = announce("ledger", "check", "--json")
    assert report.code == code, report
    (seen,) = found(report.json, subject)
    assert seen.startswith(text)
    assert next(one["hint"] for one in report.json["findings"] if one["code"] == subject)
    assert {path: path.read_bytes() for path in place.parent.glob("ledger.db*")} == before


def no_database(place: Path) -> None:
    place.write_text("this was a ledger", encoding="utf-8")


def without_its_head(place: Path) -> None:
    place.write_bytes(bytes(4096) + place.read_bytes()[4096:])


def of_tomorrow(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA user_version = 9999")


def a_link_to_another(place: Path) -> None:
    place.rename(place.with_name("other.db"))
    place.symlink_to("other.db")


UNOPENED = {
    "no database": (no_database, "file is not a database", "put the last backup back"),
    "without its head": (without_its_head, "file is not a database", "put the last backup back"),
    "of tomorrow": (of_tomorrow, "newer announce", "install announce in its newest version"),
    "a link": (a_link_to_another, "is a link", "name the file itself"),
}


@pytest.mark.parametrize("trouble", UNOPENED)
def test_what_cannot_be_opened_is_a_row_of_the_check_with_its_cure(
    announce: Any, place: Path, said: str, trouble: str
) -> None:
    """And the platforms are asked all the same: the other rows stand beside it."""
    spoil, text, cure = UNOPENED[trouble]
    spoil(place)
    ran = announce("check", "--no-billed", "--json")
    assert (ran.code, ran.json["ledger"]["exists"], ran.json["ledger"]["announcements"]) == (2, True, None)
    assert {row["channel"] for row in ran.json["channels"]} >= {"blog", "feed"}
    (seen,) = found(ran.json["ledger"], "content")
    assert text in seen
    assert cure in ran.json["ledger"]["findings"][0]["hint"]
    alone = announce("ledger", "check")
    assert (alone.code, alone.stderr) == (2, "")
    assert "    error: " in alone.stdout
    assert f"    hint: {cure}" in alone.stdout or cure in alone.stdout


def test_where_none_was_ever_made_that_is_no_fault(announce: Any) -> None:
    announce.edit(lambda text: text.replace('ledger = "sqlite:///ledger.db"', ""))
    ran = announce("ledger", "check")
    assert ran.code == 0
    assert "the first announcement makes it" in ran.stdout


# --- backup and restore


def test_a_copy_is_whole_private_and_has_its_mark(
    announce: Any, place: Path, said: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    ran = announce("ledger", "backup", str(copy), "--json")
    assert (ran.code, ran.json["place"]) == (0, str(copy))
    assert mode(copy) == mode(copy.with_name("copy.db.mark")) == 0o600
    with open_ledger(copy, write=False) as ledger:
        assert ledger.refs() == (said,)
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.db", "copy.db.mark"]


def test_a_copy_is_taken_while_somebody_writes(announce: Any, place: Path, said: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        ran = announce("ledger", "backup", str(tmp_path / "copy.db"))
        writer.execute("ROLLBACK")
    assert ran.code == 0
    assert "cannot be recorded" in ran.stderr
    with open_ledger(tmp_path / "copy.db", write=False) as ledger:
        assert ledger.refs() == (said,)


def test_an_earlier_copy_is_replaced_and_nothing_else_is(
    announce: Any, place: Path, said: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert announce("ledger", "backup", str(copy)).code == 0
    assert announce("urgent", "--preset", "kernel", "--start", "+3h", "--only", "blog", "--yes").code == 0
    assert announce("ledger", "backup", str(copy)).code == 0
    with open_ledger(copy, write=False) as ledger:
        assert ledger.count() == 2


def notes(path: Path) -> None:
    path.write_text("somebody's notes")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    import os

    os.mkfifo(path)


def a_link(path: Path) -> None:
    target = path.with_name("keys")
    target.write_text("somebody's keys")
    path.symlink_to(target)


def another_ledger(path: Path) -> None:
    from tests.ledger.sayings import content, outgoing, update

    with open_ledger(path, write=True) as ledger:
        ledger.add(update(), outgoing(update(), "blog"), content(), again=None)


@pytest.mark.parametrize("what", [notes, a_folder, a_pipe, a_link, another_ledger])
def test_what_is_no_earlier_copy_is_not_written_over(
    announce: Any, said: str, tmp_path: Path, what: Any
) -> None:
    copy = tmp_path / "copy.db"
    what(copy)
    ran = announce("ledger", "backup", str(copy), "--json")
    assert ran.code == 2, ran
    assert str(copy) in ran.json["error"]
    assert ran.json["hint"]
    replaced = announce("ledger", "backup", str(copy), "--replace")
    assert replaced.code == (2 if what is a_folder else 0)
    if what is a_link:
        assert (tmp_path / "keys").read_text() == "somebody's keys"


def test_the_ledger_is_never_its_own_copy(announce: Any, place: Path, said: str, tmp_path: Path) -> None:
    before = place.read_bytes()
    ran = announce("ledger", "backup", str(place), "--replace", "--json")
    assert (ran.code, "the ledger itself" in ran.json["error"]) == (2, True)
    assert place.read_bytes() == before


@pytest.mark.parametrize("where", ["missing/copy.db", "full"])
def test_a_copy_that_cannot_be_written_leaves_nothing(
    announce: Any, said: str, tmp_path: Path, where: str
) -> None:
    target = Path("/dev/full/copy.db") if where == "full" else tmp_path / where
    ran = announce("ledger", "backup", str(target), "--json")
    assert (ran.code, bool(ran.json["hint"])) == (2, True)
    assert not list(tmp_path.glob("*copy*"))


@pytest.fixture(params=["the mark stays", "with its mark", "on another machine"])
def restored(request: pytest.FixtureRequest, announce: Any, place: Path, tmp_path: Path) -> Iterator[str]:
    """A copy was taken while an announcement was unsent; it was sent, then the copy was put back."""
    announce.edit(lambda text: text.replace("[publisher]\n", "[publisher]\ndeadline = 2\n"))
    announce.edit(lambda text: text.replace('type = "wordpress"', 'type = "wordpress"\nsettle = 0.1'))
    good = announce.config.read_text(encoding="utf-8")
    announce.edit(lambda text: text.replace("/wordpress", "/nowhere"))
    ref = announce.urgent("--only", "blog").json["ref"]
    copy = tmp_path / "copy.db"
    assert announce("ledger", "backup", str(copy)).code == 0
    announce.config.write_text(good.replace("deadline = 2", "deadline = 60"), encoding="utf-8")
    yield from put_back_as(request.param, announce, place, copy, ref)


def put_back_as(way: str, announce: Any, place: Path, copy: Path, ref: str) -> Iterator[str]:
    mark = place.with_name(f"{place.name}.mark")
    if way != "on another machine":
        announce("resume", ref, "--yes", "--failed")
    if way != "the mark stays":
        mark.unlink()
        copy.with_name("copy.db.mark").replace(mark)
    copy.replace(place)
    yield ref


def test_a_copy_that_is_put_back_is_doubted(announce: Any, restored: str, sandbox: Sandbox) -> None:
    """Restored as docs/ledger.md says: in its place, with its mark or beside the one that is there."""
    report = announce("ledger", "check", "--json")
    assert (report.code, found(report.json, "mark")[0][:36]) == (2, "fault: an old copy has been put back")
    ran = announce("resume", "--yes", "--failed", "--json")
    assert "an old copy has been put back" in ran.stderr
    assert len(sandbox.posts("wordpress")) <= 1
    assert announce("ledger", "check", "--json").code == 0
    assert announce.urgent("--only", "blog").code == 2
