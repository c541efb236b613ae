"""The frozen posts, for whoever has to paste them by hand because an API is dead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publisher.model.delivery import Delivery, State, for_readers
from publisher.model.errors import Refused
from publisher.runbook.opening import looked_into, reference

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def bundle(
    assembly: Assembly, typed: str | None, channel: str | None, desk: Desk
) -> tuple[str, list[Delivery]]:
    """A reference, and what is to be pasted of its newest update: on one channel, or on every one that lacks its post.

    ``typed`` is the reference; without one it is the newest announcement. Raises Refused, LedgerFault.
    """
    with looked_into(assembly, desk) as ledger:
        ref = reference(ledger, assembly.config, typed) if typed else _newest(ledger)
        return ref, _chosen(for_readers(ledger.deliveries(ref)), channel)


def _newest(ledger: Ledger) -> str:
    refs = ledger.refs()
    if not refs:
        raise Refused("nothing has been announced yet")
    return refs[0]


def _chosen(deliveries: Sequence[Delivery], channel: str | None) -> list[Delivery]:
    if channel is None:
        return [found for found in deliveries if found.state not in {State.DELIVERED, State.ABANDONED}]
    chosen = [found for found in deliveries if found.channel == channel]
    if not chosen:
        names = ", ".join(found.channel for found in deliveries)
        raise Refused(f"nothing was planned for channel {channel!r}", hint=f"planned: {names}")
    return chosen
