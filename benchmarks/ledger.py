"""What one commit of the ledger costs, on the disk and with the pragmas of the runs beside it."""

from __future__ import annotations

import statistics
import time
from contextlib import closing
from pathlib import Path

from publisher.ledger.sqlite.files import connect

COMMITS = 20


def commit_seconds(ledger: Path) -> float:
    """The median of some commits, each of one outcome: a delivery and its attempt are brought up to date."""
    with closing(connect(ledger)) as connection:
        took = []
        for number in range(COMMITS):
            started = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE delivery SET seconds = ? WHERE id = 1", (number,))
            connection.execute("UPDATE attempt SET error = ? WHERE delivery_id = 1", (str(number),))
            connection.execute("COMMIT")
            took.append(time.monotonic() - started)
    return statistics.median(took)
