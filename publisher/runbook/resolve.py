"""What only a person can know about a delivery: that it is public, that it is not, or that it is left."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from publisher.delivery.probes import located, unlocated
from publisher.delivery.recovery import ready
from publisher.model.commands import command
from publisher.model.delivery import Decision, Delivery, for_readers
from publisher.model.errors import Refused
from publisher.model.transitions import resolved
from publisher.runbook.deliver import deliver
from publisher.runbook.opening import opened, reference
from publisher.settings.urls import checked_link

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.post import Receipt
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def resolve(
    assembly: Assembly,
    typed: str,
    channel: str,
    decision: Decision,
    *,
    url: str | None,
    update: int | None,
    desk: Desk,
) -> int:
    """Record a decision about the channel's oldest open delivery, or that of one ``update``; the exit code.

    ``typed`` is the reference, ``url`` where it stands, with `Decision.DELIVERED`. Raises Refused, UrlFault,
    LedgerFault.
    """
    with opened(assembly, desk) as ledger:
        ref = reference(ledger, assembly.config, typed)
        with ledger.owning(ref):
            undecided = _open_one(assembly, ledger, ref, channel, update)
            settled = _decided(assembly, undecided, decision, url)
            ledger.write([settled], at=datetime.now(UTC))
            said = next(one for one in ledger.history_of(ref).said if one.update.number == settled.update)
            again = [settled] if decision is Decision.RESEND else []
            with desk.stops() as stops:
                return deliver(assembly, ledger, said.update, again, desk=desk, stops=stops)


def _open_one(assembly: Assembly, ledger: Ledger, ref: str, channel: str, update: int | None) -> Delivery:
    """What is to be decided about, after what a dead run left in mid-attempt is settled."""
    channels = assembly.channels
    ready(ledger, ref, is_open=channels.is_open, terms=channels.terms, failed=False)
    for delivery in for_readers(ledger.unfinished(ref, failed=True)):
        if delivery.channel == channel and update in {None, delivery.update}:
            return delivery
    raise Refused(f"nothing is open for {channel} of {ref}", hint=command("show", ref))


def _decided(assembly: Assembly, delivery: Delivery, decision: Decision, url: str | None) -> Delivery:
    if decision is Decision.RESEND and not assembly.channels.is_open(delivery.channel):
        raise Refused(
            f"{delivery.channel} is not configured, or switched off", hint="--delivered URL or --abandon"
        )
    receipt = _entered(assembly, delivery.channel, url) if url else None
    return resolved(delivery, decision, receipt=receipt)


def _entered(assembly: Assembly, channel: str, url: str) -> Receipt:
    """What was made by hand, found by its address where the platform can be asked."""
    link = checked_link(url)
    if not assembly.channels.is_open(channel):
        return unlocated(link, "the channel is not configured, or switched off")
    return located(
        partial(assembly.channels.adapter, channel),
        link,
        deadline=assembly.config.publisher.deadline,
        mask=assembly.masker.mask,
        hosts=assembly.channels.hosts(channel),
    )
