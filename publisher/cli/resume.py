"""``announce resume``: go on with what is neither delivered nor given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.announcement import Phase
from publisher.cli.options import ConfigOption, JsonOption, RefArgument, YesOption

if TYPE_CHECKING:
    from publisher.announcement import Update
    from publisher.assembly import Assembly
    from publisher.ledger import Ledger


def resume(
    context: typer.Context,
    ref: RefArgument = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Try again what a channel refused for good.")
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Send what is still pending or was not sent; REF may be left out while one announcement is unfinished."""
    from publisher.cli.session import assemble, reference
    from publisher.ledger import Ledger

    assembly = assemble(context, config)
    with Ledger.open(assembly.ledger_path) as ledger:
        chosen = reference(ledger, assembly.config, ref) if ref else _only_one(ledger, failed=failed)
        if chosen is None:
            return _nothing(as_json=json)
        return _resume(assembly, ledger, chosen, failed=failed, yes=yes, as_json=json)


def _only_one(ledger: Ledger, *, failed: bool) -> str | None:
    """The one unfinished announcement; None where there is none. Raises Refused where there are several."""
    from publisher.errors import Refused

    refs = tuple(dict.fromkeys(delivery.ref for delivery in ledger.unfinished(failed=failed)))
    if len(refs) > 1:
        raise Refused(
            f"several announcements are unfinished: {', '.join(refs)}", hint=f"announce resume {refs[0]}"
        )
    return refs[0] if refs else None


def _nothing(*, as_json: bool) -> int:
    from publisher.cli import output

    if as_json:
        output.data_json({"exit_code": 0, "deliveries": []})
    else:
        output.data("nothing to resume")
    return 0


def _resume(assembly: Assembly, ledger: Ledger, ref: str, *, failed: bool, yes: bool, as_json: bool) -> int:
    from publisher.cli.sending import send
    from publisher.ledger.owner import owning
    from publisher.recovery import ready

    with owning(ledger.path, ref):
        update = ledger.history_of(ref).said[0].update
        deliveries = ready(ledger, ref, terms=assembly.terms, failed=failed)
        if deliveries:
            _ask_if_stale(update, yes=yes)
        return send(assembly, ledger, update, deliveries, as_json=as_json)


def _ask_if_stale(update: Update, *, yes: bool) -> None:
    """Nothing stale is sent: past the start it takes a yes, past the end not even that."""
    from datetime import UTC, datetime

    from publisher.cli import asking
    from publisher.errors import Refused

    period, now = update.announcement.period, datetime.now(UTC)
    if now > period.ends_at:
        raise Refused("the announced work is over; its first post is not sent as it stands")
    if now <= period.starts_at or update.phase is Phase.IN_PROGRESS or yes:
        return
    if not asking.somebody_is_there():
        raise Refused("the announced start has passed", hint="--yes sends the posts as they stand")
    if not asking.confirmed("The announced start has passed. Send the posts as they stand?"):
        raise typer.Abort
