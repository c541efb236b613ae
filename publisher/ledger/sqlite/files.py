"""The ledger's file: where it lies, how it is opened, and what it refuses.

SQLite keeps its promises across a crash and a power cut only as far as it is told to: rollback journal,
``synchronous=EXTRA`` (the folder is synced after the journal goes) and ``fullfsync`` (macOS). Not WAL: it does
not work on network homes, and a vanished last commit would mean a second post.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from publisher.ledger.sqlite import schema
from publisher.ledger.sqlite.plain import refuse_exchanged, refuse_strange, uri
from publisher.ledger.sqlite.sharing import MOUNT_IT, barred, disk_is_read_only, keep
from publisher.model.commands import command
from publisher.model.errors import LedgerFault
from publisher.settings.trust import who_else

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA fullfsync = 1",
)

PUT_BACK = "put the last backup back in its place; its mark stays where it is"
"""The cure of a file that is damaged, or none of ours."""


def connect(path: Path, *, group: int | None = None) -> sqlite3.Connection:
    """Open the ledger for writing; made, and brought up to the newest schema, if need be; shared with a ``group``.

    Raises LedgerFault where it cannot be written, is no ledger, or comes from a newer version.
    """
    refuse_strange(path)
    try:
        kept = keep(path, group)
        let_nobody_hold(path)
        opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection = only_of(opened, path, kept)
        try:
            return _prepared(connection, path)
        except (LedgerFault, sqlite3.Error):
            connection.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise fault(path, error) from None


def connect_readonly(path: Path) -> sqlite3.Connection | None:
    """Open the ledger for reading only; None where there is none yet. Raises LedgerFault."""
    if not is_there(path):
        return None
    refuse_strange(path)
    try:
        before = path.lstat()
        let_nobody_hold(path)
        try:
            return _opened_readonly(path, before)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            _roll_back(path, before)
            return _opened_readonly(path, before)
    except sqlite3.Error as error:
        raise fault(path, error) from None


def only_of(connection: sqlite3.Connection, path: Path, looked_at: os.stat_result) -> sqlite3.Connection:
    """The connection, if it is to the file that was looked at, before anything is read or written by it."""
    try:
        [(_, _, came_to)] = connection.execute("PRAGMA database_list").fetchall()
        refuse_exchanged(path, looked_at, Path(came_to))
    except (LedgerFault, sqlite3.Error):
        connection.close()
        raise
    return connection


def is_there(path: Path) -> bool:
    """Whether anything stands where the ledger should be. Raises LedgerFault where the folder cannot be looked into."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise fault(path, error) from None
    return True


def empty() -> sqlite3.Connection:
    """A ledger in memory, for readers where no file is there yet."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    schema.bring_up(connection)
    return connection


def fault(path: Path, error: Exception) -> LedgerFault:
    """What the engineer reads when the ledger fails."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        return LedgerFault(
            f"the ledger {path} is being written by another announce ({error})",
            hint="wait for it; where it hangs or is suspended, end it, and resume what it was sending",
        )
    if refused := _strange(path):
        return refused
    if disk_is_read_only(path, error):
        return LedgerFault(f"the ledger {path} cannot be written: its disk is read-only", hint=MOUNT_IT)
    if refused := barred(path, error):
        return refused
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return LedgerFault(
            f"the ledger {path} cannot be used: {error}",
            hint=f"{PUT_BACK}\nevery page is read by: {command('ledger', 'check')}",
        )
    return LedgerFault(
        f"the ledger {path} cannot be used: {error}",
        hint=f"free the disk or mend the file\nwhat is wrong with it is said by: {command('ledger', 'check')}",
    )


def let_nobody_hold(path: Path) -> None:
    """Watch for pipes that take a place of the ledger's from now on. Raises OSError."""
    if not hasattr(os, "geteuid") or who_else(path.parent.stat()) is None:
        return  # nobody else could put one there
    from publisher.ledger.sqlite.pipes import watch

    watch(path)


def _strange(path: Path) -> LedgerFault | None:
    """What has come into a place of the ledger's since it was looked at; None where all is as it should be."""
    try:
        refuse_strange(path)
    except LedgerFault as strange:
        return strange
    return None


def _opened_readonly(path: Path, looked_at: os.stat_result) -> sqlite3.Connection:
    connection = only_of(sqlite3.connect(uri(path, "ro"), uri=True, isolation_level=None), path, looked_at)
    connection.row_factory = sqlite3.Row
    try:
        schema.refuse_newer(connection, path)
        return connection if schema.is_newest(connection) else _brought_up(connection)
    except (sqlite3.Error, LedgerFault):
        connection.close()
        raise


def _brought_up(earlier: sqlite3.Connection) -> sqlite3.Connection:
    """An earlier version's ledger as it will be once somebody writes it: in memory, for a look changes no file."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    copy.row_factory = sqlite3.Row
    with closing(earlier):
        earlier.backup(copy)
    schema.bring_up(copy)
    copy.execute("PRAGMA query_only = 1")
    return copy


def _roll_back(path: Path, looked_at: os.stat_result) -> None:
    """Undo the commit in which a process died. Until then nobody can read, and a reader alone may not."""
    opened = sqlite3.connect(uri(path, "rw"), uri=True, isolation_level=None)
    with closing(only_of(opened, path, looked_at)) as connection:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        schema.version(connection)


def _prepared(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    connection.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        connection.execute(pragma)
    mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    if mode != "delete":
        raise LedgerFault(f"the ledger {path} is in journal mode {mode}, which does not survive every crash")
    schema.refuse_newer(connection, path)
    schema.bring_up(connection, path)
    schema.identify(connection)
    return connection
