"""A quick look at what is open: for a shell that completes a reference, so without the libraries that records take.

It obeys what every other look obeys, and gives up where that one would wait or mend: a person is typing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from publisher.ledger.sqlite.files import is_there, let_nobody_hold, only_of
from publisher.ledger.sqlite.plain import refuse_strange, uri

SECONDS = 0.2
"""How long to wait for somebody who is writing."""

UNSETTLED = """
WITH newest AS (
  SELECT ref, phase, published_at FROM announcement_update AS one
  WHERE number = (SELECT max(number) FROM announcement_update WHERE ref = one.ref)
), closing AS (
  SELECT ref, max(number) AS number FROM announcement_update
  WHERE kind IN ('completed', 'cancelled') GROUP BY ref
)
SELECT ref FROM newest
WHERE phase NOT IN ('completed', 'cancelled')
   OR ref IN (SELECT ref FROM delivery WHERE state NOT IN ('delivered', 'abandoned'))
   OR ref IN (SELECT ref FROM delivery WHERE state = 'abandoned' AND (lost OR duplicate OR url IS NOT NULL))
   OR EXISTS (
     SELECT 1 FROM closing JOIN delivery AS told ON told.ref = closing.ref AND told.update_number < closing.number
     WHERE closing.ref = newest.ref AND told.state = 'delivered' AND told.operation IN ('publish', 'amend')
       AND NOT EXISTS (SELECT 1 FROM delivery AS word WHERE word.ref = told.ref AND word.channel = told.channel
                       AND word.update_number >= closing.number AND word.operation IN ('publish', 'amend')
                       AND word.state = 'delivered'))
ORDER BY published_at DESC
"""
"""What is open, unfinished or refused, what was given up and may stand there, and what is over for some only."""


def open_refs(path: Path) -> list[str]:
    """References, newest first; none where there is no ledger. Raises LedgerFault, OSError and sqlite3.Error."""
    if not is_there(path):
        return []
    refuse_strange(path)
    looked_at = path.lstat()
    let_nobody_hold(path)
    opened = sqlite3.connect(uri(path, "ro"), uri=True, isolation_level=None, timeout=SECONDS)
    with closing(only_of(opened, path, looked_at)) as connection:
        connection.execute("PRAGMA query_only = 1")
        return [str(ref) for (ref,) in connection.execute(UNSETTLED)]
