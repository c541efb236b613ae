"""The schema's versions: which one a ledger has, how it is brought up to the newest, and what it was before.

A migration runs once, forwards. The way back is the copy that was taken before it: an older announce can use that.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from publisher import __version__
from publisher.model.errors import LedgerFault

MIGRATIONS = Path(__file__).parent / "migrations"
"""Numbered SQL files; the schema's version is how many of them have run."""


def version(connection: sqlite3.Connection) -> int:
    """How many migrations have run; 0: a new file. A file that is no database raises sqlite3.DatabaseError here."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_newest(connection: sqlite3.Connection) -> bool:
    """Whether nothing is missing."""
    return version(connection) == len(_migrations())


def earlier_beside(ledger: Path, earlier: int) -> Path:
    """Where the copy lies that was taken before a ledger left its version ``earlier``."""
    return ledger.with_name(f"{ledger.name}.schema-{earlier}")


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raises LedgerFault with the version to install, where a newer announce has brought the ledger up."""
    here, known = version(connection), len(_migrations())
    if here > known:
        raise LedgerFault(
            f"the ledger {path} was written by a newer announce (schema {here}, known: {known})",
            hint=f"install announce {_maker(connection, here) or 'in its newest version'} on this machine;"
            f" this one is {__version__}",
        )


def bring_up(connection: sqlite3.Connection, path: Path | None = None) -> None:
    """Run all that is missing, in one transaction, after a copy of the file ``path`` as it was has been put beside it.

    Nothing is copied of a new file, or without ``path``. Raises LedgerFault where the copy cannot be written: then
    nothing has changed. sqlite3.Error is the caller's.
    """
    if is_newest(connection):
        return
    connection.execute("BEGIN IMMEDIATE")  # nobody else brings it up, or writes, while it is copied
    try:
        earlier = version(connection)
        if path and 0 < earlier < len(_migrations()):
            _keep(path, earlier)
        _run(connection, _migrations()[earlier:])
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def identify(connection: sqlite3.Connection) -> None:
    """Give it an identity, once and for all: two processes that open a new ledger agree on one."""
    if connection.execute("SELECT 1 FROM identity").fetchone() is None:
        connection.execute(
            "INSERT INTO identity SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM identity)"
        )


def _keep(path: Path, earlier: int) -> None:
    from publisher.ledger.sqlite.copying import copy  # an upgrade is rare

    copy(path, earlier_beside(path, earlier))


def _run(connection: sqlite3.Connection, scripts: tuple[Path, ...]) -> None:
    if not scripts:  # somebody else was quicker
        return
    with closing(connection.cursor()) as cursor:
        for script in scripts:
            for statement in _statements(script.read_text(encoding="utf-8")):
                cursor.execute(statement)
        newest = len(_migrations())
        cursor.execute(
            "INSERT INTO made_by VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))", (newest, __version__)
        )
        cursor.execute(f"PRAGMA user_version = {newest}")


def _maker(connection: sqlite3.Connection, here: int) -> str | None:
    """The announce that brought it up; None where it does not say."""
    with suppress(sqlite3.Error):
        found = connection.execute("SELECT announce FROM made_by WHERE schema = ?", (here,)).fetchone()
        return str(found[0])[:40] if found else None
    return None


@cache
def _migrations() -> tuple[Path, ...]:
    return tuple(sorted(MIGRATIONS.glob("*.sql")))


def _statements(script: str) -> list[str]:
    """Split a migration: `executescript` would commit in between."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
