"""A ledger's database as it is moved: all its rows, taken or put in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.ledger import records
from publisher.ledger.moving import Onward, Row, carried
from publisher.ledger.postgres import schema
from publisher.ledger.postgres.session import SCHEMA, Session
from publisher.ledger.postgres.store import ONE_PLAN, Tables
from publisher.ledger.postgres.writing import as_json
from publisher.settings.database import Database

if TYPE_CHECKING:
    from publisher.ledger.protocol import Ledger

LONG = 600.0
"""Seconds that a move may take; each statement of it as long as any other."""


OWN = {"attempt": ("claimed_at",)}
"""Columns that no other store has; where they are not given, the server fills them."""


class Base:
    """A `publisher.ledger.moving.Side`; its schema is made, or brought up. Raises LedgerFault."""

    def __init__(self, database: Database) -> None:
        self._session = Session(database)
        try:
            schema.bring_up(self._session)
            self.ledger: Ledger = Tables(self._session, write=True)
        except BaseException:
            self._session.close()
            raise

    def close(self) -> None:
        """Give it back."""
        self.ledger.close()

    @property
    def address(self) -> str:
        """As ``[publisher] ledger`` names it."""
        return self._session.database.url

    @property
    def identity(self) -> str | None:
        """The ledger's own id."""
        return next((str(row["id"]) for row in self._session.rows("SELECT id FROM identity")), None)

    @property
    def moved(self) -> Onward | None:
        """Where it goes on; None: here."""
        found = self._session.rows("SELECT place, is_whole FROM moved")
        return next((Onward(row["place"], row["is_whole"]) for row in found), None)

    @contextmanager
    def still(self) -> Iterator[None]:
        """One transaction in which nobody else writes; taken back where the block ends badly."""
        with self._session.transaction(LONG):
            self._session.once(ONE_PLAN)
            self._session.once(f"LOCK TABLE {', '.join(carried(self.contents()))} IN EXCLUSIVE MODE")
            yield

    def contents(self) -> frozenset[str]:
        """The names of all its tables."""
        found = self._session.rows(f"SELECT tablename FROM pg_tables WHERE schemaname = '{SCHEMA}'")  # noqa: S608  our own names
        return frozenset(row["tablename"] for row in found)

    def highest(self, table: str, column: str) -> int:
        """The highest number there; 0 where there is no row."""
        (found,) = self._session.rows(f"SELECT coalesce(max({column}), 0) AS found FROM {table}")  # noqa: S608  as above
        return int(found["found"])

    def rows(self, table: str, columns: str = "*") -> Iterable[Row]:
        """All rows, with these columns."""
        found = self._session.rows(f"SELECT {columns} FROM {table} ORDER BY 1")  # noqa: S608  as above
        return ({name: row[name] for name in row if name not in OWN.get(table, ())} for row in found)

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows there, as they are."""
        names = ", ".join(rows[0])
        self._session.once(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %(rows)s::json)",  # noqa: S608
            {"rows": as_json(rows)},
        )

    def clear(self, tables: Iterable[str]) -> None:
        """Take out all rows."""
        for table in tables:
            self._session.once(f"DELETE FROM {table}")  # noqa: S608  as above

    def identify(self, identity: str) -> None:
        """Be that ledger from now on."""
        self._session.once("UPDATE identity SET id = %(id)s", {"id": identity})

    def mark(self, place: Onward | None, *, at: str) -> None:
        """Record where it goes on; None: here."""
        self._session.once("DELETE FROM moved")
        if place:
            self._session.once(
                "INSERT INTO moved VALUES (%(place)s, %(at)s, %(is_whole)s)", {"at": at} | place._asdict()
            )

    def renumber(self) -> None:
        """New rows come behind those that were put there."""
        for table in ("delivery", "event"):
            self._session.once(_numbered(table))

    def settle(self, *, is_behind: bool, restored_at: datetime | None) -> None:
        """What was doubted in the other is doubted here, as if it stood on another server."""
        self._session.once(
            f"UPDATE lives_on SET server = CASE WHEN %(behind)s THEN 'another' ELSE {schema.HERE} END,"  # noqa: S608
            " restored_at = %(at)s",
            {"behind": is_behind, "at": records.stamp(restored_at) if restored_at else None},
        )


def _numbered(table: str) -> str:
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    return f"SELECT setval({sequence}, greatest((SELECT max(id) FROM {table}), nextval({sequence})))"  # noqa: S608  ours
