"""What the engineer reads when a ledger in PostgreSQL fails: each fault with its cure, never an empty ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publisher.ledger.protocol import Moved, Unreachable
from publisher.model.commands import command
from publisher.model.errors import LedgerFault
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    import psycopg

    from publisher.settings.database import Database


class Lost(LedgerFault):
    """The connection broke, so whether the last statement came into effect is not known."""


def fault(database: Database, error: psycopg.Error) -> LedgerFault:
    """The fault that a statement ended with."""
    said = one_line(_words(error))
    if error.sqlstate == "AN002":
        return Moved(
            str(database), error.diag.message_detail or "", is_whole=error.diag.message_hint == "true"
        )
    if error.sqlstate == "55P03":
        return LedgerFault(
            f"the ledger {database} is being written by another announce ({said})",
            hint="wait for it; where it hangs or is suspended, end it, and resume what it was sending",
        )
    return LedgerFault(f"the ledger {database} cannot be used: {said}", hint=_cure(error, said))


def unreachable(database: Database, error: psycopg.Error) -> Unreachable:
    """The fault that opening a connection ended with."""
    said = one_line(_words(error))
    return Unreachable(f"the ledger {database} cannot be reached: {said}", hint=_cure(error, said))


def broken(database: Database, error: psycopg.Error) -> Lost:
    """The fault of a connection that broke."""
    return Lost(
        f"the connection to the ledger {database} broke: {one_line(_words(error))}",
        hint=f"see whether the server runs, and what is on record: {command('list')}",
    )


def _words(error: psycopg.Error) -> str:
    """What the server or the library says, without the notes it puts below."""
    lines: Sequence[str] = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0] if len(lines) < 2 or error.sqlstate else "; ".join(line.strip() for line in lines[:2])


def _cure(error: psycopg.Error, said: str) -> str:
    if error.sqlstate == "42501" and "for database" in said:
        return "its owner lets the role make a schema: GRANT CREATE ON DATABASE … TO …"
    by_state = _BY_STATE.get((error.sqlstate or "")[:5])
    return by_state or next((cure for words, cure in _BY_WORDS if words in said.lower()), _ANY)


_RIGHTS = "the role needs the rights to read and write the tables of schema announce; its owner can give them"
_ANY = "see whether the server runs, and whether [publisher] ledger names it"
_BY_STATE = {
    "42501": _RIGHTS,
    "25006": "the server only lets read: name the one that is written to, or all hosts in [publisher] ledger",
    "53100": "the disk of the database server is full: free it",
    "53300": "the server has no connection left: raise max_connections, or end sessions that nobody needs",
}
_BY_WORDS = (
    (
        "timeout expired",
        "the server, or something before it, takes connections and does not answer: see what it does",
    ),
    ("password", "name where the password comes from: [publisher] ledger_password, or a line in ~/.pgpass"),
    ("does not match", "name the host as its certificate does, in [publisher] ledger"),
    (
        "certificate",
        "name the file of the authority that signed it: …?sslmode=verify-full&sslrootcert=/path/ca.pem",
    ),
    ('role "', "name a role that the server knows, before the @ of the ledger's address"),
    ("read-only", _BY_STATE["25006"]),
    ("resolve", "mend the host's name in [publisher] ledger"),
    ("translate host", "mend the host's name in [publisher] ledger"),
    ("database", "mend the name in [publisher] ledger, or have the database made: createdb NAME"),
)
"""What a part of the message means; a server that refuses a connection sends no code that the library hands on."""
