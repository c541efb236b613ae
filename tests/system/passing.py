"""Time that a test does not wait for: what is recorded moves into the past instead."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def hours_pass(announce: Any, hours: float) -> None:
    """Everything that the one announcement said was said, and takes place, so much earlier; waits go by."""
    ledger = next(announce.config.parent.rglob("ledger.db"))
    with closing(sqlite3.connect(ledger)) as connection, connection:
        rows = connection.execute("SELECT number, said, ends_at FROM announcement_update").fetchall()
        for number, said, ends_at in rows:
            connection.execute(
                "UPDATE announcement_update SET said = ?, ends_at = ? WHERE number = ?",
                (_moved(said, hours), _moved(ends_at, hours), number),
            )
        waiting = connection.execute("SELECT id, not_before FROM delivery WHERE not_before IS NOT NULL")
        for number, not_before in waiting.fetchall():
            moved = _moved(not_before, hours)
            connection.execute("UPDATE delivery SET not_before = ? WHERE id = ?", (moved, number))
    connection.close()


def _moved(text: str, hours: float) -> str:
    """With every moment in it as precise as it was."""

    def earlier(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0]) - timedelta(hours=hours)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if "." in found[0] else "%Y-%m-%dT%H:%M:%SZ")

    return _MOMENT.sub(earlier, text)
