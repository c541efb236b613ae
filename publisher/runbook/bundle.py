"""The frozen posts, for whoever has to paste them by hand because an API is dead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, for_readers
from publisher.model.dues import Cause
from publisher.model.errors import Refused
from publisher.runbook.due import Sight, all_due, sight
from publisher.runbook.opening import looked_into, reference

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.by_hand import ByHand
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def bundle(
    assembly: Assembly, typed: str | None, channel: str | None, desk: Desk
) -> tuple[str, list[Delivery]]:
    """A reference, and what is to be pasted of it: on one channel, or on every one that lacks its post.

    ``typed`` is the reference; without one it is the unfinished announcement, else the newest. Raises Refused,
    LedgerFault.
    """
    with looked_into(assembly, desk) as ledger:
        ref = reference(ledger, assembly.config, typed) if typed else _meant(ledger, sight(assembly))
        if channel is None:
            return ref, list(_lacking(ledger, ref).values())
        return ref, _planned_for(channel, for_readers(ledger.deliveries(ref)))


def ways(assembly: Assembly, chosen: Sequence[Delivery]) -> dict[str, ByHand | None]:
    """By channel, how a person makes its post; None where that is not known, or it is not configured any more."""
    known = assembly.config.channels
    return {
        one.channel: known[one.channel].by_hand(one.post) if one.channel in known else None for one in chosen
    }


_UNFINISHED = frozenset({Cause.UNTOLD, Cause.REFUSED, Cause.DECISION})


def _meant(ledger: Ledger, sight: Sight) -> str:
    unfinished = tuple(dict.fromkeys(one.ref for one in all_due(ledger, sight) if one.kind in _UNFINISHED))
    if len(unfinished) > 1:
        ways = "\n".join(command("bundle", ref) for ref in unfinished)
        raise Refused(f"several announcements are unfinished: {', '.join(unfinished)}", hint=ways)
    refs = unfinished or ledger.refs()
    if not refs:
        raise Refused("nothing has been announced yet")
    return refs[0]


def _lacking(ledger: Ledger, ref: str) -> dict[str, Delivery]:
    """By channel, the newest text that has not come through there."""
    return {one.channel: one for one in ledger.unfinished(ref, failed=True) if _has_a_text(one)}


def _has_a_text(delivery: Delivery) -> bool:
    return delivery.operation in {Operation.PUBLISH, Operation.AMEND}


def _planned_for(channel: str, deliveries: Sequence[Delivery]) -> list[Delivery]:
    chosen = [found for found in deliveries if found.channel == channel]
    if not chosen:
        names = ", ".join(found.channel for found in deliveries)
        raise Refused(f"nothing was planned for channel {channel!r}", hint=f"planned: {names}")
    return chosen
