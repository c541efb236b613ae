"""``announce withdraw``: take posts down where the platform can, and keep the record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, DryRunOption, JsonOption, YesOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.model.delivery import Delivery
    from publisher.planning.withdrawal import Withdrawals
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def withdraw(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="Such as CMO-7K3M.", show_default=False)],
    channels: Annotated[
        list[str] | None, typer.Argument(metavar="[CHANNEL]…", help="Only these.", show_default=False)
    ] = None,
    *,
    silent: Annotated[
        bool, typer.Option("--silent", help="No word of it in feeds.", show_default=False)
    ] = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Take the posts of an announcement down: unpublished or deleted, as the platform has it."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output, previews
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.delivery.recovery import ready
    from publisher.runbook.opening import looked_into, opened, reference
    from publisher.runbook.results import planned

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json, yes=yes)
    planning = partial(_planned, assembly, channels=channels or (), silent=silent)
    with (looked_into if dry_run else opened)(assembly, desk) as ledger:
        known = reference(ledger, assembly.config, ref)
        newest = ledger.history_of(known).said[0].update
        if dry_run:
            plan = planning(ledger, known)
            if json:
                output.data_json(planned(newest, plan.every))
            else:
                previews.show(plan, assembly.config)
            return 0
        while True:
            agreed = None if desk.said_yes else _agreed(planning(ledger, known), desk)
            with ledger.owning(known):
                ready(
                    ledger,
                    known,
                    is_open=assembly.channels.is_open,
                    terms=assembly.channels.terms,
                    failed=False,
                )
                plan = planning(ledger, known)
                if agreed is None or _aims(agreed) == _aims(plan):
                    newest = ledger.history_of(known).said[0].update
                    return _sent(assembly, ledger, newest, plan, desk)
            desk.note("what stands on the channels has changed while this was read; nothing was sent")


def _agreed(plan: Withdrawals, desk: Desk) -> Withdrawals:
    """The plan, to which a person said yes. Raises Refused, Abort."""
    _confirm(plan, desk)
    return plan


def _aims(plan: Withdrawals) -> list[tuple[str, str | None]]:
    return sorted((one.post.channel, one.target.remote_id if one.target else None) for one in plan.every)


def _sent(assembly: Assembly, ledger: Ledger, newest: Update, plan: Withdrawals, desk: Desk) -> int:
    from publisher.runbook.deliver import deliver

    with desk.stops() as stops:
        deliveries = _recorded(ledger, newest.announcement.ref, plan)
        return deliver(assembly, ledger, newest, deliveries, desk=desk, stops=stops)


def _recorded(ledger: Ledger, ref: str, plan: Withdrawals) -> tuple[Delivery, ...]:
    from publisher.ledger.protocol import Clash
    from publisher.model.delivery import for_readers
    from publisher.model.errors import Refused
    from publisher.planning.pings import repeated
    from publisher.planning.withdrawal import unsent

    every = ledger.all_deliveries(ref)
    pings = repeated(every, {item.post.channel for item in plan.every})
    try:
        changed = [*unsent(for_readers(every), plan), *plan.again, *pings]
        return *ledger.join(plan.outgoing, changed), *plan.again, *pings
    except Clash:
        raise Refused(
            "a channel carries two posts of one update, of which only one can be recorded as taken down",
            hint="take one of them down by hand; announce show names the posts",
        ) from None


def _planned(
    assembly: Assembly, ledger: Ledger, ref: str, *, channels: Sequence[str], silent: bool
) -> Withdrawals:
    from publisher.planning.withdrawal import withdrawals

    return withdrawals(
        ledger.all_deliveries(ref),
        channels,
        is_open=assembly.channels.is_open,
        capabilities=assembly.channels.capabilities,
        silent=silent,
    )


def _confirm(plan: Withdrawals, desk: Desk) -> None:
    from publisher.model.errors import Refused
    from publisher.runbook.desk import agree

    alone = Refused("nobody is there to confirm", hint="--yes withdraws without asking, --dry-run only shows")
    agree(desk, f"Take down {len(plan.every)} posts now?", shown=plan, alone=alone)
