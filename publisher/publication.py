"""When an update counts as published: its date in feeds, frozen when it is planned."""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.ledger.sqlite import Ledger


def published(ledger: Ledger, now: datetime) -> datetime:
    """Whole seconds, and never the second of another update: feed readers refuse two items of one second."""
    second = now.replace(microsecond=0)
    newest = ledger.newest_publication()
    return max(second, newest + timedelta(seconds=1)) if newest else second
