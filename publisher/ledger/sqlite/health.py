"""How a ledger is: whole, of which version, as far as its mark, private, and what dead processes left beside it."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from publisher.ledger.protocol import Diagnosis, Health
from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.files import PUT_BACK
from publisher.ledger.sqlite.plain import uri
from publisher.ledger.sqlite.schema import MIGRATIONS
from publisher.ledger.sqlite.sharing import MOUNT_IT, closed_to, disk_is_read_only
from publisher.settings.trust import group_name, user_name

_MOST_NAMED = 5
"""Faults of the file that are shown of what may be thousands."""


def diagnoses(path: Path, *, whole: bool, group: int | None = None) -> list[Diagnosis]:
    """Everything to be said about the file at ``path``, which ``group`` shares; ``whole``: every page is read."""
    looks: list[Callable[[Path], Iterator[Diagnosis]]] = [
        _schema,
        _mark,
        _permissions,
        _writable,
        _journal,
        _locks,
    ]
    if whole:
        looks.insert(0, _integrity)
    if group is not None:
        looks.append(partial(_shared, group=group))
    found: list[Diagnosis] = []
    for look in looks:
        try:
            found += look(path)
        except (OSError, sqlite3.Error) as error:
            found.append(Diagnosis("content", Health.FAULT, f"it cannot be looked at: {error}", PUT_BACK))
    return found


def _asked(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(uri(path, "ro"), uri=True, timeout=5)) as connection:
        return connection.execute(question).fetchall()


def _integrity(path: Path) -> Iterator[Diagnosis]:
    try:
        faults = [str(row[0]) for row in _asked(path, "PRAGMA integrity_check")]
        faults = [] if faults == ["ok"] else faults
        faults += [f"a row of {row[0]} points nowhere" for row in _asked(path, "PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        faults = [str(error)]
    if faults:
        said = "; ".join(" ".join(fault.split()) for fault in faults[:_MOST_NAMED])
        yield Diagnosis("integrity", Health.FAULT, f"the file is damaged: {said}", PUT_BACK)
    else:
        yield Diagnosis("integrity", Health.WELL, "the file is whole")


def _schema(path: Path) -> Iterator[Diagnosis]:
    [(version,)] = _asked(path, "PRAGMA user_version")
    known = len(list(MIGRATIONS.glob("*.sql")))
    if version == known:
        yield Diagnosis("schema", Health.WELL, f"schema {known}")
    else:
        text = f"schema {version}; the next command that writes makes it {known}"
        yield Diagnosis("schema", Health.WARNING, text, "upgrade announce for everybody who uses this ledger")


def _mark(path: Path) -> Iterator[Diagnosis]:
    [(here,)] = _asked(path, mark.GENERATION)
    reached = mark.read(path).reached
    if not isinstance(here, int) or here == reached:
        yield Diagnosis("mark", Health.WELL, f"the mark agrees: step {reached}")
    elif here < reached:
        yield Diagnosis(
            "mark",
            Health.FAULT,
            f"an old copy has been put back: it is at step {here}, its mark at {reached}",
            "what is unsent in it is looked for before it is sent; what was announced since is not in it",
        )
    else:
        text = (
            f"the mark is at step {reached}, the ledger at {here}: a copy that is put back may go unnoticed"
        )
        cure = f"{mark.beside(path)} must be writable for whoever announces; the next announcement raises it"
        yield Diagnosis("mark", Health.WARNING, text, cure)


def _permissions(path: Path) -> Iterator[Diagnosis]:
    kept = path.stat()
    mode = stat.S_IMODE(kept.st_mode)
    said = f"mode {mode:04o}, {user_name(kept.st_uid)}"
    if mode & stat.S_IRWXO:
        yield Diagnosis("permissions", Health.FAULT, f"everybody may read it ({said})", f"chmod o= {path}")
    else:
        yield Diagnosis("permissions", Health.WELL, said)


def _shared(path: Path, *, group: int) -> Iterator[Diagnosis]:
    """Every member may write the folder, the ledger, its mark and the locks that were left."""
    locks = path.parent.glob(f"{_literal(path.name)}.*.lock")
    places = [place for place in (path.parent, path, mark.beside(path), *locks) if place.exists()]
    closed = {place: cure for place in places if (cure := closed_to(group, place))}
    for place, cure in closed.items():
        text = f"the group {group_name(group)} cannot write {place} as it must: colleagues cannot announce"
        yield Diagnosis("group", Health.FAULT, text, f"{user_name(place.stat().st_uid)} types: {cure}")
    if not closed:
        yield Diagnosis("group", Health.WELL, f"shared with the group {group_name(group)}")


def _writable(path: Path) -> Iterator[Diagnosis]:
    """Tried: the journal is made beside it as for every commit, and rolled back."""
    try:
        with closing(
            sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None, timeout=2)
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            yield Diagnosis("writable", Health.WELL, "another announce writes it at this moment")
            return
        cure = f"let {user_name(os.geteuid())} write {path} and the folder it is in"
        if disk_is_read_only(path, error):
            cure = MOUNT_IT
        yield Diagnosis("writable", Health.FAULT, f"not writable: {error}", cure)
    else:
        yield Diagnosis("writable", Health.WELL, "writable")


def _journal(path: Path) -> Iterator[Diagnosis]:
    if path.with_name(f"{path.name}-journal").exists():
        text = "a journal stands beside it: somebody is writing, or died while writing"
        yield Diagnosis(
            "journal", Health.WARNING, text, "the next command goes back to the last whole commit"
        )


def _locks(path: Path) -> Iterator[Diagnosis]:
    for lock in sorted(path.parent.glob(f"{_literal(path.name)}.*.lock")):
        holder = _read(lock) or "a process without a name"
        process = re.search(r"process (\d{1,9}) on (\S+)", holder)
        ref = lock.name.removeprefix(f"{path.name}.").removesuffix(".lock")
        if process and process[2] == socket.gethostname() and not _lives(int(process[1])):
            text = f"the lock of {ref} was left by {holder}, which is gone"
            cure = f"harmless where you may write {lock}: the next one takes it; else remove it"
            yield Diagnosis("locks", Health.WARNING, text, cure)
        else:
            yield Diagnosis("locks", Health.WELL, f"{ref} is being sent by {holder}")


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _read(lock: Path) -> str:
    with suppress(OSError):
        handle = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return os.read(handle, 200).decode(errors="replace").strip()
        finally:
            os.close(handle)
    return ""


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
