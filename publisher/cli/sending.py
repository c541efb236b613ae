"""Send recorded deliveries, show what becomes of them, and say the exit code: `urgent` and `resume` end here.

Everything is imported before the first post leaves: what a person waits for after the last answer is the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output, receipts
from publisher.cli.terminal.live import Live
from publisher.delivery.dispatch import Dispatcher, refresh
from publisher.model.delivery import CLOSED, Delivery, Operation, for_readers
from publisher.model.errors import LedgerFault
from publisher.model.verdict import exit_code
from publisher.runbook.due import owed
from publisher.runbook.results import result

if TYPE_CHECKING:
    from publisher.cli.signals import Stops
    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.runbook.assembly import Assembly


def send(
    assembly: Assembly,
    ledger: Ledger,
    update: Update,
    deliveries: Sequence[Delivery],
    *,
    stops: Stops,
    as_json: bool,
) -> int:
    """Work on these deliveries of one update; returns the exit code, over all deliveries of the update."""
    assembly.channels.warm_up(delivery.channel for delivery in for_readers(deliveries))
    with Live(for_readers(deliveries)) as live:
        dispatcher = Dispatcher(
            ledger,
            [assembly.channels.job(delivery) for delivery in deliveries],
            deadline=assembly.config.publisher.deadline,
            watch=live,
            mask=assembly.masked,
        )
        stops.attach(dispatcher)
        fault = _run(dispatcher)
    settled = _merged(ledger, update, dispatcher)
    code = 1 if fault else 130 if dispatcher.interrupted else exit_code(for_readers(settled))
    following = None if code else owed(ledger, update)
    code = code or (5 if following else 0)
    by = _author(ledger, update)
    _finish(update, settled, fault, following, zone=assembly.zone, code=code, by=by, as_json=as_json)
    if fault is None:
        refresh(assembly.channels.page_jobs(for_readers(settled)))
    return code


def _run(dispatcher: Dispatcher) -> Exception | None:
    """Run to the end. A fault after the plan is on disk must not eat the receipts, so it is handed back."""
    try:
        dispatcher.run()
    except Exception as fault:  # noqa: BLE001  whatever it is, what has been sent must be said
        return fault
    return None


def _author(ledger: Ledger, update: Update) -> str | None:
    try:
        return ledger.said_by(update.announcement.ref).get(update.number)
    except LedgerFault:
        return None


def _merged(ledger: Ledger, update: Update, dispatcher: Dispatcher) -> tuple[Delivery, ...]:
    """All deliveries of the update and what is open of earlier ones: as this run left them, else as on disk."""
    ours = {delivery.id: delivery for delivery in dispatcher.deliveries}
    try:
        others = ledger.all_deliveries(update.announcement.ref, beside=ours)
    except LedgerFault:
        return dispatcher.deliveries
    now = sorted((*ours.values(), *others), key=lambda delivery: delivery.id)
    tells = not ours or any(one.operation is not Operation.WITHDRAW for one in ours.values())
    return tuple(
        delivery
        for delivery in now
        if delivery.id in ours
        or delivery.state not in CLOSED
        or (tells and delivery.update == update.number and delivery.operation is not Operation.WITHDRAW)
    )


def _finish(
    update: Update,
    deliveries: tuple[Delivery, ...],
    fault: Exception | None,
    following: str | None,
    *,
    zone: ZoneInfo,
    code: int,
    by: str | None,
    as_json: bool,
) -> None:
    if as_json:
        output.data_json(result(update, deliveries, code=code, by=by))
    else:
        receipts.show(update, deliveries, zone, following=following)
    if fault:
        output.log(f"error: {fault}")
        output.log(f"hint: announce resume {update.announcement.ref} goes on once that is mended")
