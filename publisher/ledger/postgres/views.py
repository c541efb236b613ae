"""The long questions: overviews and histories, as PostgreSQL is asked them: no trip for each announcement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from publisher.ledger import records
from publisher.ledger.postgres.session import Session
from publisher.ledger.withdrawals import withdrawals_of
from publisher.model.history import Origin, Snapshot

GENERATION = "(SELECT count(*) FROM announcement_update) + (SELECT count(*) FROM attempt)"
"""Rises with everything that is planned, and with every attempt before it sends."""

OVERVIEW = """
SELECT ref, said::json #>> '{announcement,title}' AS title, phase, starts_at, ends_at,
       said::json ->> 'next_update_at' AS next_update_at, said_by,
       (SELECT count(DISTINCT channel) FROM delivery
        WHERE delivery.ref = newest.ref AND update_number = newest.number
          AND operation IN ('publish', 'amend')) AS channels,
       (SELECT count(*) FROM
         (SELECT channel FROM delivery
          WHERE delivery.ref = newest.ref AND update_number = newest.number AND operation IN ('publish', 'amend')
          GROUP BY channel
          HAVING bool_or(state = 'delivered') AND NOT bool_or(state NOT IN ('delivered', 'abandoned'))) AS heard
       ) AS told,
       EXISTS (SELECT 1 FROM delivery WHERE delivery.ref = newest.ref
               AND operation = 'withdraw' AND state = 'delivered') AS taken_down
FROM announcement_update AS newest
WHERE number = (SELECT max(number) FROM announcement_update WHERE ref = newest.ref)
  AND NOT (%(open_only)s AND phase IN ('completed', 'cancelled'))
  AND (%(refs)s::text[] IS NULL OR ref = ANY(%(refs)s::text[]))
ORDER BY published_at DESC LIMIT %(limit)s
"""

SAID = """
SELECT announcement.ref AS ref, starts_at, ends_at, channel FROM announcement
JOIN announcement_update ON announcement_update.ref = announcement.ref AND number = 1
JOIN delivery ON delivery.ref = announcement.ref AND update_number = 1
WHERE announcement.fingerprint = %(digest)s AND created_at > %(since)s ORDER BY created_at DESC
"""

_TURNS = """
WITH taken AS (SELECT id FROM delivery WHERE ref = ANY(%(refs)s) AND operation = 'withdraw')
SELECT delivery_id, number, started_at AS at, 1 AS goes_down FROM attempt
WHERE delivery_id IN (SELECT id FROM taken)
UNION ALL
SELECT delivery_id, number, ended_at, 0 FROM attempt
WHERE delivery_id IN (SELECT id FROM taken) AND state = 'failed'
UNION ALL
SELECT delivery_id,
       (SELECT max(number) FROM attempt
        WHERE attempt.delivery_id = given_up.delivery_id AND started_at <= given_up.at), at, 0
FROM given_up WHERE delivery_id IN (SELECT id FROM taken)
ORDER BY number, goes_down DESC
"""
"""What `withdrawals_of` takes."""


_SAW = records.SAW.format(refs="SELECT unnest(%(refs)s::text[])")


def snapshot_of(session: Session, refs: Sequence[str]) -> Snapshot:
    """Everything said about these announcements, newest first."""
    values = {"refs": list(refs)}
    updates = _by_ref(
        session.rows(
            "SELECT ref, number, said FROM announcement_update WHERE ref = ANY(%(refs)s) ORDER BY ref", values
        )
    )
    rows = _by_ref(session.rows("SELECT * FROM delivery WHERE ref = ANY(%(refs)s) ORDER BY ref, id", values))
    turns = session.rows(_TURNS, values)
    seen = records.seen_in(session.rows(_SAW, values))
    said = [
        one
        for ref, theirs in updates.items()
        for one in records.said_in(
            theirs, rows.get(ref, []), withdrawals_of(rows.get(ref, []), turns), seen.get(ref, {})
        )
    ]
    return records.snapshot_in(said, origin_of(session))


def origin_of(session: Session) -> Origin:
    """Which ledger this is."""
    found = session.rows("SELECT id FROM identity")
    return Origin(found[0]["id"] if found else None, str(session.database))


def _by_ref(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows that come sorted by it."""
    return {ref: list(theirs) for ref, theirs in groupby(rows, itemgetter("ref"))}
