"""Take posts down where the platform can, and keep the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.delivery.recovery import ready
from publisher.ledger.protocol import Clash
from publisher.model.commands import command
from publisher.model.delivery import Delivery, for_readers
from publisher.model.errors import Refused
from publisher.model.record import Record
from publisher.planning.pings import repeated
from publisher.planning.withdrawal import Withdrawals, unsent, withdrawals
from publisher.runbook.desk import agree
from publisher.runbook.opening import looked_into, meant, opened

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


class Wish(Record, frozen=True, kw_only=True):
    """What somebody wants to be taken down."""

    ref: str | None
    """As it was typed; None: the only open one."""
    channels: tuple[str, ...]
    """Only on these; none: on all that can."""
    silent: bool
    """Feeds say no word of it."""


def would_withdraw(assembly: Assembly, wish: Wish, desk: Desk) -> tuple[Update, Withdrawals]:
    """The newest update and what would be taken down of the announcement; nothing is. Raises Refused, LedgerFault."""
    with looked_into(assembly, desk) as ledger:
        ref = meant(assembly, ledger, wish.ref, desk)
        return _newest(ledger, ref), _planned(assembly, ledger, ref, wish)


def withdraw(assembly: Assembly, wish: Wish, desk: Desk) -> int:
    """Take an announcement's posts down; the exit code.

    Owned after the yes, so that nobody is kept out while a person reads; asked again where something else would be
    taken down by then. Raises Refused, LedgerFault.
    """
    with opened(assembly, desk) as ledger:
        ref = meant(assembly, ledger, wish.ref, desk)
        while True:
            agreed = None if desk.said_yes else _agreed(_planned(assembly, ledger, ref, wish), desk)
            with ledger.owning(ref):
                its = assembly.channels
                ready(ledger, ref, is_open=its.is_open, terms=its.terms, failed=False)
                plan = _planned(assembly, ledger, ref, wish)
                if agreed is None or _aims(agreed) == _aims(plan):
                    return _sent(assembly, ledger, _newest(ledger, ref), plan, desk)
            desk.note("what stands on the channels has changed while this was read; nothing was sent")


def _newest(ledger: Ledger, ref: str) -> Update:
    return ledger.history_of(ref).said[0].update


def _planned(assembly: Assembly, ledger: Ledger, ref: str, wish: Wish) -> Withdrawals:
    its = assembly.channels
    plan = withdrawals(
        ledger.all_deliveries(ref),
        wish.channels,
        is_open=its.is_open,
        capabilities=its.capabilities,
        silent=wish.silent,
    )
    return replace(plan, newest=_newest(ledger, ref))


def _agreed(plan: Withdrawals, desk: Desk) -> Withdrawals:
    """The plan, to which somebody said yes."""
    alone = Refused("nobody is there to confirm", hint="--yes withdraws without asking, --dry-run only shows")
    agree(desk, f"Take down {len(plan.every)} posts now?", shown=plan, alone=alone)
    return plan


def _aims(plan: Withdrawals) -> list[tuple[str, str | None]]:
    return sorted((one.post.channel, one.target.remote_id if one.target else None) for one in plan.every)


def _sent(assembly: Assembly, ledger: Ledger, newest: Update, plan: Withdrawals, desk: Desk) -> int:
    from publisher.runbook.deliver import deliver  # a dry run does without

    with desk.stops() as stops:
        deliveries = _recorded(ledger, newest.announcement.ref, plan)
        return deliver(assembly, ledger, newest, deliveries, desk=desk, stops=stops)


def _recorded(ledger: Ledger, ref: str, plan: Withdrawals) -> tuple[Delivery, ...]:
    every = ledger.all_deliveries(ref)
    pings = repeated(every, {item.post.channel for item in plan.every})
    try:
        changed = [*unsent(for_readers(every), plan), *plan.again, *pings]
        return *ledger.join(plan.outgoing, changed), *plan.again, *pings
    except Clash:
        raise Refused(
            "a channel carries two posts of one update, of which only one can be recorded as taken down",
            hint=f"take one of them down by hand\nthe posts are named by: {command('show', ref)}",
        ) from None
