"""``announce resume``: go on with what is neither delivered nor given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument, YesOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.model.delivery import Delivery
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def resume(
    context: typer.Context,
    ref: RefArgument = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Try again what a channel refused for good.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --failed: write over what was changed by hand.")
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Send what is still pending or was not sent; REF may be left out while one announcement is unfinished."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import opened, reference

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json, yes=yes)
    with opened(assembly, desk) as ledger:
        chosen = reference(ledger, assembly.config, ref) if ref else _only_one(ledger, failed=failed)
        if chosen is None:
            return _nothing(as_json=json)
        return _resume(assembly, ledger, chosen, failed=failed or force, forced=force, desk=desk)


def _only_one(ledger: Ledger, *, failed: bool) -> str | None:
    """The one unfinished announcement; None where there is none. Raises Refused where there are several."""
    from publisher.model.delivery import for_readers
    from publisher.model.errors import Refused

    unfinished = ledger.unfinished(failed=failed)
    refs = tuple(dict.fromkeys(delivery.ref for delivery in for_readers(unfinished) or unfinished))
    if len(refs) > 1:
        raise Refused(
            f"several announcements are unfinished: {', '.join(refs)}", hint=f"announce resume {refs[0]}"
        )
    return refs[0] if refs else None


def _nothing(*, as_json: bool) -> int:
    from publisher.cli.terminal import output

    if as_json:
        output.data_json({"exit_code": 0, "deliveries": []})
    else:
        output.data("nothing to resume")
    return 0


def _resume(assembly: Assembly, ledger: Ledger, ref: str, *, failed: bool, forced: bool, desk: Desk) -> int:
    from publisher.delivery.recovery import give_up_overtaken, ready
    from publisher.model.delivery import State
    from publisher.runbook.deliver import deliver

    _name_left_out(assembly, ledger, ref, desk)
    # Asked before the announcement is owned: nobody is kept out while a person reads.
    updates = [said.update for said in ledger.history_of(ref).said]
    waiting = [one for one in ledger.unfinished(ref, failed=failed) if one.state is not State.SENDING]
    yes = _refuse_stale(updates, waiting, desk, yes=desk.said_yes)
    with ledger.owning(ref):
        updates = [said.update for said in ledger.history_of(ref).said]
        give_up_overtaken(ledger, updates)
        found = ready(
            ledger,
            ref,
            is_open=assembly.channels.is_open,
            terms=assembly.channels.terms,
            failed=failed,
            forced=forced,
        )
        _refuse_stale(updates, found, desk, yes=yes)
        with desk.stops() as stops:
            return deliver(assembly, ledger, updates[0], found, desk=desk, stops=stops)


def _name_left_out(assembly: Assembly, ledger: Ledger, ref: str, desk: Desk) -> None:
    from publisher.model.delivery import for_readers

    for delivery in for_readers(ledger.unfinished(ref)):
        if not assembly.channels.is_open(delivery.channel):
            desk.note(
                f"{delivery.channel} is not configured, or switched off: it is left alone",
                hint=f"announce resolve {ref} {delivery.channel} --delivered URL | --abandon closes it",
            )


def _refuse_stale(
    updates: Sequence[Update], deliveries: Sequence[Delivery], desk: Desk, *, yes: bool
) -> bool:
    """Nothing stale is sent: what has passed by now takes a yes, what is over not even that. Raises Refused, Abort.

    Looking for what may already be public is always right, and so are taking a post down, telling a hub, or an edit
    once more that may have been made: what comes after it starts out from there. Returns whether somebody said yes.
    """
    from datetime import UTC, datetime

    from publisher.model.delivery import Operation, State, Step
    from publisher.model.errors import Refused
    from publisher.model.lifecycle import Staleness, staleness
    from publisher.runbook.desk import agree

    numbers = {
        one.update
        for one in deliveries
        if one.state is not State.UNKNOWN
        and one.operation not in {Operation.WITHDRAW, Operation.PING}
        and not (one.lost and one.step is Step.AMEND)
    }
    newest, now = updates[0], datetime.now(UTC)
    found = {staleness(update, newest, now) for update in updates if update.number in numbers}
    ref = newest.announcement.ref
    if Staleness.OVER in found:
        raise Refused(
            "the announced work is over; its first post is not sent as it stands",
            hint=f"announce resolve {ref} CHANNEL --abandon closes it; announce bundle {ref} prints the texts",
        )
    if Staleness.PASSED not in found or yes:
        return yes
    alone = Refused("the announced start has passed", hint="--yes sends the posts as they stand")
    agree(desk, "The announced start has passed. Send the posts as they stand?", alone=alone)
    return True
