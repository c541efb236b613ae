"""A session with the server: its guard rails set and verified, its poolers found out, its end noticed.

Role and server may have other ideas of what a commit is, and of how long somebody may be idle. So each session says
itself what it relies on, and looks whether the server has taken it.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from publisher.ledger.postgres.faults import Lost, broken, fault, unreachable
from publisher.model.errors import LedgerFault

if TYPE_CHECKING:
    import psycopg

    from publisher.settings.database import Database

SCHEMA = "announce"
"""Where the tables are, in whatever database."""

CONNECT_SECONDS = 10
ANSWER_SECONDS = 20.0
"""A server that has not answered by then is given up: its socket is closed, and what was asked is not known."""

APART = timedelta(seconds=60)
"""Clocks that differ by more would date for everybody into the future."""

OLDEST = 140000
"""PostgreSQL 14: the first that can be told not to end an idle session."""

RAILS: Mapping[str, str] = {
    "search_path": SCHEMA,
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "statement_timeout": "0",
    "lock_timeout": "5s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""No timeout of the server's ends an owner that waits; one that is gone without a word is missed after 25 seconds."""


class Session:
    """A connection that can be opened anew. Raises LedgerFault; `Lost` where it broke in mid-statement."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._is_in_transaction = False
        self.connection = _connected(database)
        self.take_again: Callable[[], None] = lambda: None
        """Takes the locks again that the old connection had; raises LedgerFault where that cannot be."""

    def renew(self) -> None:
        """Open it anew; the locks of the old one are gone, and are taken again."""
        self.close()
        self.connection = _connected(self.database)
        self.take_again()

    def close(self) -> None:
        """End it."""
        with suppress(Exception):
            self.connection.close()

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Ask once, and once more on a new connection where the old one had broken: for questions only."""
        try:
            return self.once(sql, values)
        except Lost:
            if self._is_in_transaction:
                raise
            self.renew()
            return self.once(sql, values)

    def once(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Run a statement, and return its rows."""
        with self.guarded():
            cursor = self.connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self, seconds: float | None = None) -> Iterator[None]:
        """Several statements that happen together or not at all, within ``seconds``."""
        self._is_in_transaction = True
        try:
            with self.guarded(seconds), self.connection.transaction():
                yield
        finally:
            self._is_in_transaction = False

    @contextmanager
    def guarded(self, seconds: float | None = None) -> Iterator[None]:
        """Let nothing take longer than it may, and say what went wrong; violations are the caller's."""
        import psycopg

        cut = threading.Timer(seconds or ANSWER_SECONDS, _shut, [self.connection])
        cut.daemon = True
        cut.start()
        try:
            yield
        except psycopg.IntegrityError:
            raise
        except psycopg.Error as error:
            if self.connection.closed or self.connection.broken:
                raise broken(self.database, error) from None
            if error.sqlstate == "AN001":
                raise
            raise fault(self.database, error) from None
        finally:
            cut.cancel()


def _shut(connection: psycopg.Connection[Any]) -> None:
    """Cut the line under a statement. Not a cancel: a cancelled wait for a standby reports success."""
    with suppress(Exception):
        line = socket.socket(fileno=os.dup(connection.fileno()))
        line.shutdown(socket.SHUT_RDWR)
        line.close()


def _library(database: Database) -> Any:
    """psycopg. Raises LedgerFault where it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise LedgerFault(
            f"the ledger {database} needs a library that is not installed: psycopg",
            hint="install it where announce is installed: pip install 'psycopg[binary]>=3.3'",
        ) from None
    return psycopg


def _connected(database: Database) -> psycopg.Connection[Any]:
    """A connection that nothing has been asked over, but whether it can be relied upon."""
    connection = _opened(database)
    try:
        _railed(connection, database)
        if database.pooled:
            _refuse_pooled_transactions(connection, database)
    except BaseException as error:
        connection.close()
        if isinstance(error, _library(database).Error):
            raise unreachable(database, cast("psycopg.Error", error)) from None
        raise
    return connection


def _opened(database: Database) -> psycopg.Connection[Any]:
    library = _library(database)
    password = database.password()
    limit = {} if "connect_timeout=" in database.url else {"connect_timeout": CONNECT_SECONDS}
    try:
        connection = library.connect(
            database.url,
            autocommit=True,
            row_factory=library.rows.dict_row,
            prepare_threshold=None,
            application_name="announce",
            target_session_attrs="read-write",
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=20000,
            **limit,
            **({"password": password} if password else {}),
        )
    except library.Error as error:
        raise unreachable(database, error) from None
    return cast("psycopg.Connection[Any]", connection)


def _refuse_pooled_transactions(connection: Any, database: Database) -> None:
    """A pooler that lends a server for a transaction only gives ours to a second session while that has one open."""
    asked = "SELECT pg_backend_pid() AS process"
    own = connection.execute(asked).fetchone()
    with closing(_opened(database)) as other, other.transaction():
        lent = other.execute(asked).fetchone()
        again = connection.execute(asked).fetchone()
    if again != own or lent == own:
        raise LedgerFault(
            f"the ledger {database} is reached through a pooler that pools transactions: a lock holds nothing there",
            hint="let it pool whole sessions (pool_mode = session), or name the server itself in the address",
        )


def _railed(connection: Any, database: Database) -> None:
    """Set the guard rails, and verify what the server made of them."""
    version = connection.info.server_version
    if version < OLDEST:
        said = f"is on PostgreSQL {version // 10000}, which is too old"
        raise LedgerFault(f"the ledger {database} {said}", hint="announce needs PostgreSQL 14 or newer")
    wanted = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in RAILS.items())
    connection.execute(f"SELECT {wanted}")
    found = connection.execute(_VERIFYING).fetchone()
    is_direct = database.pooled or found["process"] == connection.info.backend_pid
    for said, hint in _refusals(found, is_direct=is_direct):
        raise LedgerFault(f"the ledger {database} {said}", hint=hint)


def _refusals(found: Mapping[str, Any], *, is_direct: bool) -> Iterator[tuple[str, str]]:
    """Why no ledger can be kept over such a session, and what helps."""
    if not is_direct:
        yield (
            "is reached through a connection pooler, where a lock holds nothing",
            "name the server itself in [publisher] ledger"
            '\na pooler that pools whole sessions is admitted by: [publisher] pooler = "session"',
        )
    if found["synchronous_commit"] != "on":
        yield "confirms what it has not written", "let the role set synchronous_commit = on"
    if found["fsync"] != "on":
        yield "does not survive a power cut: fsync is off", "set fsync = on in postgresql.conf, and reload it"
    if found["read_only"] == "on":
        yield (
            "only lets read",
            "name the server that is written to, or all hosts: postgresql://…@db1,db2/announce",
        )
    if (apart := abs(found["clock"] - datetime.now(UTC))) > APART:
        yield (
            f"has a clock that is {int(apart.total_seconds())} s apart from this machine's",
            "set both by NTP: what is announced is dated by them",
        )


_VERIFYING = """
SELECT pg_backend_pid() AS process, current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('fsync') AS fsync, current_setting('transaction_read_only') AS read_only,
       clock_timestamp() AS clock
"""
