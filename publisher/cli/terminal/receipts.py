"""What became of every channel, as text: one line each, the cure below, and the one next command last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output
from publisher.cli.terminal.live import WORDS
from publisher.model.announcement import Update
from publisher.model.delivery import Delivery, State, Step, for_readers, reason
from publisher.model.verdict import way_on
from publisher.runbook.results import last_line

if TYPE_CHECKING:
    from publisher.runbook.due import Due


def show(
    update: Update, deliveries: Sequence[Delivery], zone: ZoneInfo, *, unheard: Due | None = None
) -> None:
    """Print the receipts of one update; ``unheard`` is what readers still see all the same."""
    announcement = update.announcement
    output.data(f"{announcement.ref}  {announcement.permalink or ''}".rstrip())
    read = for_readers(deliveries)
    width = max((len(delivery.channel) for delivery in read), default=0)
    for delivery in read:
        output.data("\n".join(_lines(delivery, width)))
    there = {delivery.channel for delivery in read if delivery.state is State.DELIVERED}
    for delivery in deliveries:
        if delivery.is_ping and delivery.channel in there and delivery.state not in _HEARD:
            output.data(_untold_hub(delivery))
    now = datetime.now(UTC)
    output.data(last_line(announcement.ref, read, now=now, zone=zone, unheard=unheard))


_HEARD = frozenset({State.DELIVERED, State.ABANDONED})
"""States of a ping of which nothing needs to be said."""

_DONE = {Step.AMEND: "edited", Step.WITHDRAW: "taken down"}
"""What a person reads where it is no new post that was delivered."""


def _untold_hub(ping: Delivery) -> str:
    why = f" ({ping.error})" if ping.error else ""
    return (
        f"note: {ping.channel}: its hub was not told{why}: subscribers hear of it when they next look;"
        f" to tell it again: {way_on(ping)}"
    )


def _lines(delivery: Delivery, width: int) -> list[str]:
    where = delivery.url or delivery.remote_id or ""
    word = _DONE.get(delivery.step, "") if delivery.state is State.DELIVERED else ""
    word = word or WORDS[delivery.state]
    first = f"  {delivery.channel:<{width}}  {word:<10}  {delivery.seconds:6.2f} s  {where}"
    indent = " " * (width + 4)
    below = (
        reason(delivery),
        delivery.cure and f"hint: {delivery.cure}",
        delivery.note and f"note: {delivery.note}",
    )
    return [first.rstrip(), *(f"{indent}{line}" for line in below if line)]
