"""Which version the schema has, and how `announce ledger migrate` brings it up: numbered files under one lock.

Not by whoever opens it first: that could be the laptop with the newest announce, and its colleagues would be shut out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from publisher import __version__
from publisher.ledger.postgres.session import SCHEMA, Session
from publisher.model.commands import command
from publisher.model.errors import LedgerFault

MIGRATIONS = Path(__file__).parent / "migrations"

HERE = (
    "(SELECT system_identifier FROM pg_control_system())"
    " || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
)
"""The server and its timeline: both a plain role may ask for. A standby that is promoted begins a new timeline."""


def require_newest(session: Session) -> None:
    """Raises LedgerFault where there is no ledger, or one of another version of the schema."""
    name, newest = session.database, len(_migrations())
    here = version(session)
    if here > newest:
        raise LedgerFault(
            f"the ledger {name} was brought up by a newer announce (schema {here}, known: {newest})",
            hint=f"install announce {_maker(session, here)} on this machine; this one is {__version__}",
        )
    if here == 0:
        raise LedgerFault(
            f"there is no ledger in {name} yet", hint=f"it is made, once, by: {command('ledger', 'migrate')}"
        )
    if here < newest:
        raise LedgerFault(
            f"the ledger {name} has schema {here}, and this announce needs {newest}",
            hint=f"once every colleague has this announce: {command('ledger', 'migrate')}",
        )


def version(session: Session) -> int:
    """How many of the numbered files have been run; 0: none. Raises LedgerFault where the schema is not ours."""
    (found,) = session.rows(
        f"SELECT to_regnamespace('{SCHEMA}') IS NOT NULL AS is_there,"  # noqa: S608  our own name
        f" to_regclass('{SCHEMA}.made_by') IS NOT NULL AS is_ours,"
        f" EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('{SCHEMA}')) AS is_used"
    )
    if found["is_used"] and not found["is_ours"]:
        raise LedgerFault(
            f"the schema {SCHEMA} of {session.database} belongs to another program",
            hint="name a database of its own in [publisher] ledger",
        )
    if not found["is_ours"]:
        return 0
    return int(session.rows("SELECT coalesce(max(schema), 0) AS newest FROM made_by")[0]["newest"])


def bring_up(session: Session) -> tuple[int, int]:
    """Run all that is missing, in one transaction that nobody else runs meanwhile; from which version to which.

    Raises LedgerFault, also for a schema of a newer announce, which is left alone.
    """
    with session.transaction():
        session.once("SELECT pg_advisory_xact_lock(hashtextextended('announce:migrate', 0))")
        earlier, newest = version(session), len(_migrations())
        if earlier > newest:
            require_newest(session)
        if earlier == 0:
            session.once(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            session.once(_MADE_BY)
        for number, script in enumerate(_migrations()[earlier:], earlier + 1):
            session.once(script.read_text(encoding="utf-8"))
            session.once(
                "INSERT INTO made_by (schema, announce) VALUES (%(number)s, %(announce)s)",
                {"number": number, "announce": __version__},
            )
        session.once(_IDENTIFIED)
        session.once(_AT_HOME)
    return earlier, newest


_MADE_BY = (
    "CREATE TABLE made_by (schema integer PRIMARY KEY, announce text NOT NULL,"
    " at timestamptz NOT NULL DEFAULT clock_timestamp())"
)
_IDENTIFIED = (
    "INSERT INTO identity SELECT replace(gen_random_uuid()::text, '-', '')"
    " WHERE NOT EXISTS (SELECT 1 FROM identity)"
)
_AT_HOME = f"INSERT INTO lives_on (server) SELECT {HERE} WHERE NOT EXISTS (SELECT 1 FROM lives_on)"  # noqa: S608  ours


def _maker(session: Session, here: int) -> str:
    found = session.rows("SELECT announce FROM made_by WHERE schema = %(here)s", {"here": here})
    return str(found[0]["announce"])[:40] if found else "in its newest version"


@cache
def _migrations() -> tuple[Path, ...]:
    return tuple(sorted(MIGRATIONS.glob("*.sql")))
