"""What `resume` goes on with: the deliveries of one announcement that something can be done for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from publisher.ledger import Ledger
from publisher.model.announcement import Update
from publisher.model.delivery import CLAIMABLE, Delivery, Operation, State, Terms, is_overtaken
from publisher.model.lifecycle import Staleness, staleness
from publisher.model.transitions import doubted, interrupted, reopened, superseded

OPEN = CLAIMABLE | {State.UNKNOWN}
"""To be sent, or to be looked for."""


def ready(
    ledger: Ledger,
    ref: str,
    *,
    is_open: Callable[[str], bool],
    terms: Callable[[str], Terms],
    failed: bool,
    forced: bool = False,
) -> tuple[Delivery, ...]:
    """Settle what a dead run left in mid-attempt, then return what can be gone on with; call it as the one owner.

    Channels that are not ``is_open`` are left alone; ``terms`` gives one's; ``failed`` opens again what a channel
    refused for good, ``forced`` then writes over what was changed there by hand.
    """
    now = datetime.now(UTC)
    unfinished = [found for found in ledger.unfinished(ref, failed=failed) if is_open(found.channel)]
    back = ledger.restored_at
    in_flight = ledger.in_flight(ref)
    settled = [
        _settled(one, terms(one.channel), now, back, forced=forced, claimed_ago=in_flight.get(one.id))
        for one in unfinished
    ]
    changed = [after for before, after in zip(unfinished, settled, strict=True) if after is not before]
    if changed:
        ledger.write(changed, at=now)
    return tuple(delivery for delivery in settled if delivery.state in OPEN)


def doubt_restored(ledger: Ledger, *, is_open: Callable[[str], bool], terms: Callable[[str], Terms]) -> bool:
    """Whether the ledger is an older copy that was put back; then nothing in it is sent that was not looked for.

    Deliveries of channels that are not ``is_open`` cannot be looked for: they need a decision.
    """
    if not ledger.is_behind:
        return False
    now = datetime.now(UTC)
    held = [found for found in ledger.unfinished() if found.state in OPEN | {State.SENDING}]
    known = [terms(found.channel) if is_open(found.channel) else Terms() for found in held]
    changed = [doubted(found, terms=its, now=now) for found, its in zip(held, known, strict=True)]
    if changed:
        ledger.write(changed, at=now)
    ledger.accept(at=now)
    return True


def give_up_overtaken(ledger: Ledger, updates: Sequence[Update]) -> None:
    """Give up what is `overtaken`; call it as the one owner."""
    given_up = overtaken(ledger, updates)
    if given_up:
        ledger.write(given_up, at=datetime.now(UTC))


def overtaken(ledger: Ledger, updates: Sequence[Update]) -> list[Delivery]:
    """What is over is not sent where the channel has something newer to say, and must not stand in its way.

    ``updates`` are those of one announcement, newest first. The deliveries as they are once they are given up.
    """
    now, newest = datetime.now(UTC), updates[0]
    over = {one.number for one in updates if staleness(one, newest, now) is Staleness.OVER}
    every = ledger.all_deliveries(newest.announcement.ref)
    last = {one.channel: one.update for one in every if one.operation is not Operation.WITHDRAW}
    return [
        superseded(one, last[one.channel])
        for one in every
        if one.update in over
        and one.update < last.get(one.channel, 0)
        and is_overtaken(one, Operation.PUBLISH)
    ]


def _settled(
    delivery: Delivery,
    terms: Terms,
    now: datetime,
    restored_at: datetime | None,
    *,
    forced: bool,
    claimed_ago: float | None,
) -> Delivery:
    match delivery.state:
        case State.SENDING:
            return interrupted(delivery, terms=terms, now=now, claimed_ago=claimed_ago)
        case State.FAILED if restored_at and delivery.post.published_at < restored_at:
            return doubted(delivery, terms=terms, now=now)  # perhaps mended, and sent, since the copy
        case State.FAILED:
            return reopened(delivery, forced=forced)
    return delivery
