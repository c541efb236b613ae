"""How rows are changed: whole groups in one statement, so that a commit is one trip to the server and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from publisher.ledger.records import CHANGING, COLUMNS

_TYPES = {
    "update_number": "integer",
    "silent": "boolean",
    "fence": "integer",
    "attempts": "integer",
    "seconds": "double precision",
    "absences": "integer",
    "duplicate": "boolean",
    "forced": "boolean",
    "lost": "boolean",
}
"""The others are text."""


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the statements take them. PostgreSQL knows no NUL in a text; what a platform sent may have one."""
    return msgspec.json.encode(list(rows)).decode().replace("\\u0000", "\\ufffd")


def _typed(columns: Iterable[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in columns)


INSERTED = f"""
INSERT INTO delivery ({", ".join(COLUMNS)})
SELECT {", ".join(COLUMNS)}
FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS ({_typed(COLUMNS)}))
     WITH ORDINALITY AS given ({", ".join(COLUMNS)}, place)
ORDER BY place
RETURNING id, ref, update_number, channel, operation
"""  # noqa: S608  our own column names
"""New deliveries, in the order they are given."""

SUPERSEDED = f"""
WITH given AS (
  SELECT * FROM json_to_recordset(%(rows)s::json) AS given (id bigint, ref text, token bigint, {_typed(CHANGING)})
), held AS (
  SELECT owner.ref, owner.token FROM owner
  WHERE (owner.ref, owner.token) IN (SELECT ref, token FROM given) FOR SHARE
), changed AS (
  UPDATE delivery AS known SET {", ".join(f"{name} = given.{name}" for name in CHANGING)}
  FROM given
  WHERE known.id = given.id AND known.fence = given.fence - (given.state = 'sending')::integer
    AND (given.token IS NULL
         OR EXISTS (SELECT 1 FROM held WHERE held.ref = known.ref AND held.token = given.token))
  RETURNING known.*
), noted AS (
  INSERT INTO event (done_by, ref, what, update_number, channel, operation, detail)
  SELECT %(by)s, ref, state, update_number, channel, operation,
         CASE state WHEN 'sending' THEN step WHEN 'delivered' THEN url ELSE coalesce(error, note) END
  FROM changed ORDER BY id
)
SELECT overtaken(min(id)) FROM given WHERE id NOT IN (SELECT id FROM changed) HAVING count(*) > 0
"""  # noqa: S608  our own column names
"""What is known of deliveries; all of them, or none where one was claimed by somebody else, or an owner has lost it.

A claim raises the fence by one; an outcome is recorded only under the fence it was claimed with.
"""

WRITTEN = SUPERSEDED.replace(
    "SELECT overtaken",
    """, begun AS (
  INSERT INTO attempt (delivery_id, number, step, started_at)
  SELECT id, attempts, step, %(at)s FROM changed WHERE state = 'sending'
), ended AS (
  UPDATE attempt SET ended_at = %(at)s, state = changed.state, error = changed.error FROM changed
  WHERE delivery_id = changed.id AND number = changed.attempts AND ended_at IS NULL AND changed.state <> 'sending'
), left_there AS (
  INSERT INTO given_up (delivery_id, at)
  SELECT id, %(at)s FROM changed WHERE operation = 'withdraw' AND state = 'abandoned'
  ON CONFLICT DO NOTHING
)
SELECT overtaken""",
)
"""The same, with the attempts that begin and end by it, and withdrawals that are given up."""

PINGS_MADE_UP_FOR = (
    "UPDATE delivery SET state = 'abandoned', note = 'the next ping tells the same', error = NULL, cure = NULL"
    " WHERE channel = %(channel)s AND operation = 'ping' AND state NOT IN ('delivered', 'abandoned', 'sending')"
)
"""A hub is told that files have changed, whatever changed them."""

NOTED = """
INSERT INTO event (done_by, ref, what, update_number, channel, operation, detail)
SELECT done_by, ref, what, update_number, channel, operation, detail
FROM json_populate_recordset(NULL::event, %(rows)s::json)
"""
"""What was done, by whom: beside what it tells of, in the same commit."""
