"""A ledger's file as it is moved: all its rows, taken or put in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.ledger.moving import Onward, Row
from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.files import connect, fault
from publisher.ledger.sqlite.store import Store

if TYPE_CHECKING:
    from publisher.ledger.protocol import Ledger


class File:
    """A `publisher.ledger.moving.Side`; the file is made where there is none. Raises LedgerFault."""

    def __init__(self, path: Path, *, group: int | None) -> None:
        reached = mark.read(path).reached
        self._path = path
        self._connection = connect(path, group=group)
        self.ledger: Ledger = Store(path, self._connection, group=group)
        self.ledger.is_behind = self._generation() < reached

    def close(self) -> None:
        """Give it back."""
        self.ledger.close()

    @property
    def address(self) -> str:
        """As ``[publisher] ledger`` names it."""
        return f"sqlite:///{self._path}"

    @property
    def identity(self) -> str | None:
        """The ledger's own id."""
        return next((str(row["id"]) for row in self._ask("SELECT id FROM identity")), None)

    @property
    def moved(self) -> Onward | None:
        """Where it goes on; None: here."""
        found = self._ask("SELECT place, is_whole FROM moved")
        return next((Onward(row["place"], bool(row["is_whole"])) for row in found), None)

    @contextmanager
    def still(self) -> Iterator[None]:
        """One transaction in which nobody else writes; taken back where the block ends badly."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                generation = self._generation()
                self._connection.execute("COMMIT")
                mark.reach(self._path, generation)
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise fault(self._path, error) from None

    def contents(self) -> frozenset[str]:
        """The names of all its tables."""
        return frozenset(
            row["name"] for row in self._ask("SELECT name FROM sqlite_master WHERE type = 'table'")
        )

    def highest(self, table: str, column: str) -> int:
        """The highest number there; 0 where there is no row."""
        (found,) = self._ask(f"SELECT coalesce(max({column}), 0) AS found FROM {table}")  # noqa: S608  our own names
        return int(found["found"])

    def rows(self, table: str, columns: str = "*") -> Iterable[Row]:
        """All rows, with these columns."""
        return map(dict, self._connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1"))  # noqa: S608  our own names

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows there, as they are."""
        names = tuple(rows[0])
        holders = ", ".join(f":{name}" for name in names)
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holders})", rows)  # noqa: S608  as above

    def clear(self, tables: Iterable[str]) -> None:
        """Take out all rows."""
        for table in tables:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  as above

    def identify(self, identity: str) -> None:
        """Be that ledger from now on."""
        self._connection.execute("UPDATE identity SET id = ?", (identity,))

    def mark(self, place: Onward | None, *, at: str) -> None:
        """Record where it goes on; None: here."""
        self._connection.execute("DELETE FROM moved")
        if place:
            self._connection.execute("INSERT INTO moved VALUES (?, ?, ?)", (place.place, at, place.is_whole))

    def renumber(self) -> None:
        """SQLite counts on from the highest."""

    def settle(self, *, is_behind: bool, restored_at: datetime | None) -> None:
        """What was doubted in the other is doubted here: by a mark that is one step ahead."""
        mark.write(self._path, mark.Mark(self._generation() + is_behind, restored_at))

    def _generation(self) -> int:
        return int(self._connection.execute(mark.GENERATION).fetchone()[0])

    def _ask(self, sql: str) -> list[sqlite3.Row]:
        return self._connection.execute(sql).fetchall()
