"""How the server keeps the ledger, for ``announce ledger check``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from publisher.ledger.postgres import schema
from publisher.ledger.postgres.session import Session
from publisher.ledger.protocol import Diagnosis, Health

NOTICEABLE = timedelta(seconds=5)
"""Clocks that are so far apart are complained of."""

TABLES = (
    "announcement",
    "announcement_update",
    "delivery",
    "attempt",
    "given_up",
    "left_for_good",
    "work_begun",
    "seen",
    "decided",
)


def diagnoses(session: Session, *, whole: bool) -> list[Diagnosis]:
    """What is well, and what is not; ``whole``: every row is read. Raises LedgerFault."""
    return list(_diagnoses(session, whole=whole))


def _diagnoses(session: Session, *, whole: bool) -> Iterator[Diagnosis]:
    server = session.connection.info.server_version
    yield Diagnosis(
        "version", Health.WELL, f"schema {schema.version(session)} on PostgreSQL {server // 10000}"
    )
    (found,) = session.rows(
        "SELECT clock_timestamp() AS clock, coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()),"
        " false) AS tls"
    )
    apart = abs(found["clock"] - datetime.now(UTC))
    if apart > NOTICEABLE:
        text = f"the clocks of this machine and of the server are {int(apart.total_seconds())} s apart"
        yield Diagnosis("clock", Health.WARNING, text, "set them by NTP: what is announced is dated by them")
    yield Diagnosis("line", Health.WELL, "over TLS" if found["tls"] else "over this machine's own network")
    if whole:
        rows = sum(session.rows(f"SELECT count(t.*) AS n FROM {name} AS t")[0]["n"] for name in TABLES)  # noqa: S608
        yield Diagnosis("content", Health.WELL, f"{rows} rows read")
    text = "copied by the server's own tools: announce does not see when"
    yield Diagnosis("backup", Health.WELL, text)
