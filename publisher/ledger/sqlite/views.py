"""What is looked up in bulk: overviews, what is unsettled, histories, as SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from publisher.ledger import records
from publisher.ledger.withdrawals import is_withdrawal, withdrawals_of
from publisher.model.history import Origin, Snapshot

OVERVIEW = """
SELECT ref, said ->> '$.announcement.title' AS title, phase, starts_at, ends_at,
       said ->> '$.next_update_at' AS next_update_at, said_by,
       (SELECT count(DISTINCT channel) FROM delivery
        WHERE delivery.ref = newest.ref AND update_number = newest.number
          AND operation IN ('publish', 'amend')) AS channels,
       (SELECT count(*) FROM
         (SELECT channel FROM delivery
          WHERE delivery.ref = newest.ref AND update_number = newest.number AND operation IN ('publish', 'amend')
          GROUP BY channel
          HAVING sum(state = 'delivered') AND NOT sum(state NOT IN ('delivered', 'abandoned')))) AS told,
       EXISTS (SELECT 1 FROM delivery WHERE delivery.ref = newest.ref
               AND operation = 'withdraw' AND state = 'delivered') AS taken_down
FROM announcement_update AS newest
WHERE number = (SELECT max(number) FROM announcement_update WHERE ref = newest.ref)
  AND NOT (:open_only AND phase IN ('completed', 'cancelled'))
  AND (:refs IS NULL OR ref IN (SELECT value FROM json_each(:refs)))
ORDER BY published_at DESC LIMIT :limit
"""


_TURNS = """
WITH taken AS (SELECT id FROM delivery WHERE ref = :ref AND operation = 'withdraw')
SELECT delivery_id, number, started_at AS at, 1 AS goes_down FROM attempt WHERE delivery_id IN taken
UNION ALL
SELECT delivery_id, number, ended_at, 0 FROM attempt WHERE delivery_id IN taken AND state = 'failed'
UNION ALL
SELECT delivery_id,
       (SELECT max(number) FROM attempt WHERE delivery_id = given_up.delivery_id AND started_at <= given_up.at), at, 0
FROM given_up WHERE delivery_id IN taken
ORDER BY number, goes_down DESC
"""
"""What `withdrawals_of` takes."""


def origin_of(cursor: sqlite3.Cursor, name: str) -> Origin:
    """Which ledger this is."""
    cursor.execute("SELECT id FROM identity")
    row = cursor.fetchone()
    return Origin(row["id"] if row else None, name)


def snapshot_of(cursor: sqlite3.Cursor, refs: Sequence[str], origin: Origin) -> Snapshot:
    """Everything said about these announcements, newest first."""
    said = []
    cursor.execute(records.SAW.format(refs="SELECT value FROM json_each(?)"), (json.dumps(list(refs)),))
    seen = records.seen_in(cursor.fetchall())
    for ref in refs:
        cursor.execute("SELECT * FROM delivery WHERE ref = ? ORDER BY id", (ref,))
        rows = cursor.fetchall()
        downs = withdrawals_of(rows, _turns(cursor, ref, rows))
        cursor.execute("SELECT number, said FROM announcement_update WHERE ref = ?", (ref,))
        said += records.said_in(cursor, rows, downs, seen.get(ref, {}))
    return records.snapshot_in(said, origin)


def _turns(cursor: sqlite3.Cursor, ref: str, rows: Sequence[Any]) -> list[Any]:
    if not any(map(is_withdrawal, rows)):  # the usual case, and one question less
        return []
    return cursor.execute(_TURNS, {"ref": ref}).fetchall()
