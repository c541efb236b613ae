"""What is looked up in bulk: overviews, strays and histories, as SQL and as what their rows become."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from publisher.ledger import records
from publisher.ledger.protocol import Attempt, Overview
from publisher.model.announcement import Phase
from publisher.model.delivery import Operation, State
from publisher.model.history import Origin, Said, Snapshot, Told

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
          HAVING sum(state = 'delivered') AND NOT sum(state NOT IN ('delivered', 'abandoned')))) AS told
FROM announcement_update AS newest
WHERE number = (SELECT max(number) FROM announcement_update WHERE ref = newest.ref)
  AND NOT (:open_only AND phase IN ('completed', 'cancelled'))
  AND (:refs IS NULL OR ref IN (SELECT value FROM json_each(:refs)))
ORDER BY published_at DESC LIMIT :limit
"""

STRAYS = """
WITH last_word AS (
  SELECT ref, number, kind FROM announcement_update AS word
  WHERE kind IN ('completed', 'cancelled') AND ref = coalesce(:ref, ref)
    AND NOT EXISTS (SELECT 1 FROM announcement_update AS later WHERE later.ref = word.ref
                    AND later.number > word.number AND later.kind <> 'corrected'))
SELECT last_word.ref, last_word.kind, channel,
       EXISTS (SELECT 1 FROM delivery AS word WHERE word.ref = told.ref AND word.channel = told.channel
               AND word.update_number >= number AND word.operation IN ('publish', 'amend')) AS tried
FROM last_word JOIN delivery AS told ON told.ref = last_word.ref AND told.update_number < number
WHERE told.state = 'delivered' AND told.operation IN ('publish', 'amend')
  AND NOT EXISTS (SELECT 1 FROM delivery AS down WHERE down.ref = told.ref AND down.channel = told.channel
                  AND down.id > told.id AND down.operation = 'withdraw'
                  AND down.state = 'delivered')
  AND NOT EXISTS (SELECT 1 FROM delivery AS word WHERE word.ref = told.ref AND word.channel = told.channel
                  AND word.update_number >= number AND word.operation IN ('publish', 'amend')
                  AND word.state <> 'failed')
GROUP BY last_word.ref, channel ORDER BY last_word.ref, min(told.id)
"""

REFUSED = """
SELECT refused.* FROM delivery AS refused
JOIN announcement_update AS own ON own.ref = refused.ref AND own.number = refused.update_number
JOIN announcement_update AS newest ON newest.ref = refused.ref
  AND newest.number = (SELECT max(number) FROM announcement_update WHERE ref = refused.ref)
WHERE refused.state = 'failed'
  AND (refused.operation = 'withdraw'
       OR (own.phase IN ('completed', 'cancelled')) = (newest.phase IN ('completed', 'cancelled')))
  AND NOT EXISTS (SELECT 1 FROM delivery AS down WHERE down.ref = refused.ref AND down.channel = refused.channel
                  AND down.id > refused.id AND down.operation = 'withdraw' AND down.state = 'delivered')
ORDER BY refused.id
"""
"""What still matters of what was refused: not an update of work that is over by now, or was taken up again."""


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
        told = _told_in(rows, _begun(cursor, ref) if any(map(_takes_down, rows)) else {})
        cursor.execute("SELECT number, said FROM announcement_update WHERE ref = ?", (ref,))
        said += [
            Said(update=records.update_of(row["said"]), told=tuple(told.get(row["number"], ())))
            for row in cursor
        ]
    return Snapshot(tuple(sorted(said, key=lambda one: one.update.published_at, reverse=True)), origin)


def overview_of(row: Any) -> Overview:
    """The announcement in a row."""
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


def _begun(cursor: sqlite3.Cursor, ref: str) -> dict[int, datetime]:
    """When the posts of an announcement were taken down, by delivery: the first attempt since the last refusal."""
    cursor.execute(_BEGUN, (ref,))
    return {row["delivery_id"]: records.moment_of(row["begun"]) for row in cursor}


_BEGUN = """
SELECT delivery_id, min(started_at) AS begun FROM attempt
WHERE delivery_id IN (SELECT id FROM delivery WHERE ref = ? AND operation = 'withdraw')
  AND number > (SELECT coalesce(max(number), 0) FROM attempt AS refused
                WHERE refused.delivery_id = attempt.delivery_id AND refused.state = 'failed')
GROUP BY delivery_id
"""


def _takes_down(row: Any) -> bool:
    """Whether it has: a withdrawal that is only planned has not, and readers still see the post."""
    began = row["attempts"] or row["state"] == State.DELIVERED
    return bool(row["operation"] == Operation.WITHDRAW and row["state"] not in _KEPT and began)


def _told_in(rows: Sequence[Any], begun: Mapping[int, datetime]) -> dict[int, list[Told]]:
    """By update, one entry a channel: of a post that is edited and one that is made, the one that is made."""
    down = {_place(row): row for row in rows if _takes_down(row)}
    told: dict[int, dict[str, Told]] = {}
    for row in rows:
        channels = told.setdefault(row["update_number"], {})
        if row["operation"] == Operation.PUBLISH or (
            row["operation"] == Operation.AMEND and row["channel"] not in channels
        ):
            channels[row["channel"]] = _told_of(row, down.get(_place(row)), begun)
    return {number: list(channels.values()) for number, channels in told.items()}


_KEPT = frozenset({State.FAILED, State.ABANDONED})
"""A withdrawal that came to this has taken nothing down."""


def _place(row: Any) -> tuple[int, str]:
    return row["update_number"], row["channel"]


def _told_of(row: Any, down: Any | None, begun: Mapping[int, datetime]) -> Told:
    return Told(
        channel=row["channel"],
        type=row["type"],
        state=row["state"],
        url=None if down else row["url"],
        post=records.post_of(row["post"]),
        withdrawn=down is not None,
        withdrawn_at=begun.get(down["id"]) if down else None,
        silently=bool(down and down["silent"]),
    )
