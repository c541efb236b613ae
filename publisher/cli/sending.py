"""Send recorded deliveries, show what becomes of them, and say the exit code: `urgent` and `resume` end here.

Everything is imported before the first post leaves: what a person waits for after the last answer is the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.cli import output, receipts
from publisher.cli.live import Live
from publisher.delivery import Delivery, exit_code
from publisher.dispatch import Dispatcher, refresh
from publisher.errors import LedgerFault
from publisher.results import result

if TYPE_CHECKING:
    from publisher.announcement import Update
    from publisher.assembly import Assembly
    from publisher.cli.signals import Stops
    from publisher.ledger import Ledger


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
    assembly.warm_up(delivery.channel for delivery in deliveries)
    with Live(deliveries) as live:
        dispatcher = Dispatcher(
            ledger,
            [assembly.job(delivery) for delivery in deliveries],
            deadline=assembly.config.publisher.deadline,
            watch=live,
            mask=assembly.masked,
        )
        stops.attach(dispatcher)
        fault = _run(dispatcher)
    settled = _merged(ledger, update, dispatcher)
    code = _finish(
        update, settled, fault, zone=assembly.zone, interrupted=dispatcher.interrupted, as_json=as_json
    )
    if fault is None:
        refresh(assembly.page_jobs(settled))
    return code


def _run(dispatcher: Dispatcher) -> Exception | None:
    """Run to the end. A fault after the plan is on disk must not eat the receipts, so it is handed back."""
    try:
        dispatcher.run()
    except Exception as fault:  # noqa: BLE001  whatever it is, what has been sent must be said
        return fault
    return None


def _merged(ledger: Ledger, update: Update, dispatcher: Dispatcher) -> tuple[Delivery, ...]:
    """All deliveries of the update: as this run left them, else as the ledger has them."""
    ours = {delivery.id: delivery for delivery in dispatcher.deliveries}
    try:
        recorded = ledger.deliveries(update.announcement.ref, update.number)
    except LedgerFault:
        return dispatcher.deliveries
    return tuple(ours.get(delivery.id, delivery) for delivery in recorded)


def _finish(
    update: Update,
    deliveries: tuple[Delivery, ...],
    fault: Exception | None,
    *,
    zone: ZoneInfo,
    interrupted: bool,
    as_json: bool,
) -> int:
    code = 1 if fault else 130 if interrupted else exit_code(deliveries)
    if as_json:
        output.data_json(result(update, deliveries, code=code))
    else:
        receipts.show(update, deliveries, zone)
    if fault:
        output.log(f"error: {fault}")
        output.log(f"hint: announce resume {update.announcement.ref} goes on once that is mended")
    return code
