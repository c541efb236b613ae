"""What `resume` goes on with: the deliveries of one announcement that may be sent now."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher.delivery import CLAIMABLE, Delivery, State, interrupted, reopened
from publisher.ledger import Ledger


def ready(ledger: Ledger, ref: str, *, failed: bool) -> tuple[Delivery, ...]:
    """Settle what a dead run left in mid-attempt, then return what may be sent; call it as the one owner.

    ``failed`` opens again what a channel refused for good.
    """
    now = datetime.now(UTC)
    unfinished = ledger.unfinished(ref, failed=failed)
    orphans = [interrupted(delivery) for delivery in unfinished if delivery.state is State.SENDING]
    retried = [reopened(delivery) for delivery in unfinished if delivery.state is State.FAILED]
    if orphans or retried:
        ledger.write([*orphans, *retried], at=now)
    return tuple(delivery for delivery in (*unfinished, *retried) if delivery.state in CLAIMABLE)
