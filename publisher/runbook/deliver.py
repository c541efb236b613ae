"""Recorded deliveries to outcomes, receipts and an exit code: every procedure that sends ends here.

Everything is imported before the first post leaves: what a person waits for after the last answer is the output.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from publisher.delivery.dispatch import Dispatcher, refresh
from publisher.model.delivery import CLOSED, Delivery, Operation, for_readers
from publisher.model.errors import LedgerFault
from publisher.model.verdict import exit_code, most_urgent
from publisher.runbook.desk import RunResult
from publisher.runbook.due import sight, still_seen

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.model.note import Note
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk, Stops
    from publisher.runbook.due import Due

_T = TypeVar("_T")


def deliver(
    assembly: Assembly,
    ledger: Ledger,
    update: Update,
    deliveries: Sequence[Delivery],
    *,
    desk: Desk,
    stops: Stops,
    warnings: tuple[Note, ...] = (),
    unsent: Collection[int] = (),
    elsewhere: Callable[[Sequence[Delivery]], tuple[Due, ...]] = lambda _: (),
) -> int:
    """Work on these deliveries of one announcement, as its owner, and tell the desk what became of ``update``.

    Those that are ``unsent``, by their ids, are only looked for. ``elsewhere`` gives what else is to be done beside the
    deliveries that are told of. Returns the exit code, over all that is open of the announcement, and elsewhere.
    """
    assembly.channels.warm_up(delivery.channel for delivery in for_readers(deliveries))
    with desk.progress(for_readers(deliveries)) as watch:
        dispatcher = Dispatcher(
            ledger,
            [
                replace(assembly.channels.job(delivery), sends=delivery.id not in unsent)
                for delivery in deliveries
            ],
            deadline=assembly.config.publisher.deadline,
            watch=watch,
            mask=assembly.masker.mask,
        )
        stops.attach(dispatcher)
        looks = _LookingBack(_run(dispatcher))
    run = replace(_ended(assembly, ledger, update, dispatcher, looks), warnings=warnings)
    run = _with(run, looks, elsewhere)
    desk.receipts(run)
    if run.fault is None:
        refresh(assembly.channels.page_jobs(for_readers(run.deliveries)))
    return run.code


class _LookingBack:
    """The ledger asked once a run is over. A fault of it then must not eat the receipts: the first one is kept."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault

    def ask(self, question: Callable[[], _T], otherwise: _T) -> _T:
        """The answer, or ``otherwise`` where the ledger gives none."""
        try:
            return question()
        except LedgerFault as fault:
            self.fault = self.fault or fault
            return otherwise


def _run(dispatcher: Dispatcher) -> Exception | None:
    """Run to the end. A fault after the plan is on disk must not eat the receipts, so it is handed back."""
    try:
        dispatcher.run()
    except Exception as fault:  # noqa: BLE001  whatever it is, what has been sent must be said
        return fault
    return None


def _ended(
    assembly: Assembly, ledger: Ledger, update: Update, dispatcher: Dispatcher, looks: _LookingBack
) -> RunResult:
    ref = update.announcement.ref
    settled = looks.ask(lambda: _merged(ledger, update, dispatcher), dispatcher.deliveries)
    code = 130 if dispatcher.interrupted else exit_code(for_readers(settled))
    unheard = None
    if not code and not looks.fault:
        unheard = looks.ask(lambda: still_seen(ledger, ref, settled, sight(assembly)), None)
    nobody: Mapping[int, str | None] = {}
    said_by = looks.ask(lambda: ledger.said_by(ref), nobody)
    return RunResult(
        update=update,
        deliveries=settled,
        earlier=frozenset(one.id for one in settled) - {one.id for one in dispatcher.deliveries},
        code=code or (unheard.exit_code if unheard else 0),
        unheard=unheard,
        fault=None,
        by=said_by.get(update.number),
    )


def _with(
    run: RunResult, looks: _LookingBack, elsewhere: Callable[[Sequence[Delivery]], tuple[Due, ...]]
) -> RunResult:
    """With what else is to be done, and what broke off; then it ends as it did, whatever else is to be done."""
    nothing: tuple[Due, ...] = ()
    found = looks.ask(lambda: elsewhere(run.deliveries), nothing)
    rest = tuple(one for one in found if one != run.unheard)
    if looks.fault:
        return replace(run, elsewhere=rest, fault=looks.fault, code=1)
    if run.code not in _STATES:
        return replace(run, elsewhere=rest)
    code = most_urgent((run.code, *(one.exit_code for one in rest)))
    return replace(run, elsewhere=rest, code=code)


_STATES = frozenset({0, 3, 4, 5})
"""Exit codes that say in what state deliveries are."""


def _merged(ledger: Ledger, update: Update, dispatcher: Dispatcher) -> tuple[Delivery, ...]:
    """All deliveries of the update and what is open of earlier ones: as this run left them, else as on disk."""
    ours = {delivery.id: delivery for delivery in dispatcher.deliveries}
    others = ledger.all_deliveries(update.announcement.ref, beside=ours)
    now = sorted((*ours.values(), *others), key=lambda delivery: delivery.id)
    tells = not ours or any(one.operation is not Operation.WITHDRAW for one in ours.values())
    return tuple(
        delivery
        for delivery in now
        if delivery.id in ours
        or delivery.state not in CLOSED
        or (tells and delivery.update == update.number and delivery.operation is not Operation.WITHDRAW)
    )
