"""What is looked up in bulk: overviews, what is unsettled, histories, as SQL and as what their rows become."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from publisher.ledger import records
from publisher.ledger.protocol import Attempt, Overview
from publisher.ledger.sqlite.withdrawals import Down, withdrawals_of
from publisher.model.announcement import Phase
from publisher.model.delivery import Operation
from publisher.model.history import Origin, Said, Snapshot, Told

if TYPE_CHECKING:
    from publisher.model.dues import Withdrawn

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


def origin_of(cursor: sqlite3.Cursor, name: str) -> Origin:
    """Which ledger this is."""
    cursor.execute("SELECT id FROM identity")
    row = cursor.fetchone()
    return Origin(row["id"] if row else None, name)


def snapshot_of(cursor: sqlite3.Cursor, refs: Sequence[str], origin: Origin) -> Snapshot:
    """Everything said about these announcements, newest first."""
    said = []
    for ref in refs:
        cursor.execute("SELECT * FROM delivery WHERE ref = ? ORDER BY id", (ref,))
        rows = cursor.fetchall()
        told = _told_in(rows, withdrawals_of(cursor, ref, rows))
        cursor.execute("SELECT number, said FROM announcement_update WHERE ref = ?", (ref,))
        said += [
            Said(update=records.update_of(row["said"]), told=tuple(told.get(row["number"], ())))
            for row in cursor
        ]
    return Snapshot(tuple(sorted(said, key=lambda one: one.update.published_at, reverse=True)), origin)


def overview_of(row: Any, *, withdrawn: Withdrawn | None) -> Overview:
    """The announcement in a row, of which so much was taken down again."""
    promise = row["next_update_at"]
    return Overview(
        ref=row["ref"],
        title=json.loads(row["title"]),
        phase=Phase(row["phase"]),
        starts_at=records.moment_of(row["starts_at"]),
        ends_at=records.moment_of(row["ends_at"]),
        next_update_at=records.moment_of(promise) if promise else None,
        channels=row["channels"],
        told=row["told"],
        withdrawn=withdrawn,
        by=row["said_by"],
    )


def attempt_of(row: Any) -> Attempt:
    """The attempt in a row."""
    return Attempt(
        number=row["number"],
        step=row["step"],
        started_at=records.moment_of(row["started_at"]),
        ended_at=records.moment_of(row["ended_at"]) if row["ended_at"] else None,
        state=row["state"],
        error=row["error"],
    )


def _told_in(rows: Sequence[Any], downs: Mapping[tuple[int, str], Down]) -> dict[int, list[Told]]:
    """By update, one entry a channel: of a post that is edited and one that is made, the one that is made."""
    told: dict[int, dict[str, Told]] = {}
    for row in rows:
        channels = told.setdefault(row["update_number"], {})
        if row["operation"] == Operation.PUBLISH or (
            row["operation"] == Operation.AMEND and row["channel"] not in channels
        ):
            channels[row["channel"]] = _told_of(row, downs.get((row["update_number"], row["channel"])))
    return {number: list(channels.values()) for number, channels in told.items()}


def _told_of(row: Any, down: Down | None) -> Told:
    withdrawn = down is not None and down.stands
    return Told(
        channel=row["channel"],
        type=row["type"],
        state=row["state"],
        url=None if withdrawn else row["url"],
        post=records.post_of(row["post"]),
        withdrawn=withdrawn,
        withdrawn_at=down.since if down else None,
        silently=bool(down and down.stands and down.silently),
        given_up=down.given_up if down else (),
    )
