"""``announce resolve``: what only a person can know about a delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.delivery import Decision, Delivery
    from publisher.model.post import Receipt
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def resolve(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="Such as CMO-7K3M.", show_default=False)],
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Such as facebook.", show_default=False)],
    *,
    delivered: Annotated[
        str | None, typer.Option(metavar="URL", help="It is public, there.", show_default=False)
    ] = None,
    resend: Annotated[bool, typer.Option("--resend", help="It is not public: send it again.")] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Leave it.")] = False,
    update: Annotated[
        int | None, typer.Option(help="Of which update (default: the oldest open one).", show_default=False)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Decide about a delivery whose outcome no program can find out."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import opened, reference

    assembly = assemble(context, config)
    decision = _decision(delivered, resend=resend, abandon=abandon)
    desk = TerminalDesk(assembly.config, as_json=json)
    with opened(assembly, desk) as ledger:
        known = reference(ledger, assembly.config, ref)
        with ledger.owning(known):
            undecided = _open_one(assembly, ledger, known, channel, update)
            return _decide(assembly, ledger, undecided, decision, delivered, desk=desk)


def _decision(delivered: str | None, *, resend: bool, abandon: bool) -> Decision:
    from publisher.model.delivery import Decision
    from publisher.model.errors import Refused

    given = {
        Decision.DELIVERED: delivered is not None,
        Decision.RESEND: resend,
        Decision.ABANDON: abandon,
    }
    chosen = [decision for decision, is_given in given.items() if is_given]
    if len(chosen) != 1:
        raise Refused("one decision is needed", hint="--delivered URL, --resend or --abandon")
    return chosen[0]


def _open_one(assembly: Assembly, ledger: Ledger, ref: str, channel: str, update: int | None) -> Delivery:
    """The channel's oldest open delivery, what a dead run left in mid-attempt settled first."""
    from publisher.delivery.recovery import ready
    from publisher.model.delivery import for_readers
    from publisher.model.errors import Refused

    ready(ledger, ref, is_open=assembly.channels.is_open, terms=assembly.channels.terms, failed=False)
    for delivery in for_readers(ledger.unfinished(ref, failed=True)):
        if delivery.channel == channel and update in {None, delivery.update}:
            return delivery
    raise Refused(f"nothing is open for {channel} of {ref}", hint=f"announce show {ref}")


def _decide(
    assembly: Assembly,
    ledger: Ledger,
    delivery: Delivery,
    decision: Decision,
    url: str | None,
    *,
    desk: Desk,
) -> int:
    from datetime import UTC, datetime

    from publisher.model.delivery import Decision
    from publisher.model.errors import Refused
    from publisher.model.transitions import resolved
    from publisher.runbook.deliver import deliver

    if decision is Decision.RESEND and not assembly.channels.is_open(delivery.channel):
        raise Refused(
            f"{delivery.channel} is not configured, or switched off", hint="--delivered URL or --abandon"
        )
    receipt = _entered(assembly, delivery.channel, url) if url else None
    settled = resolved(delivery, decision, receipt=receipt)
    ledger.write([settled], at=datetime.now(UTC))
    said = next(one for one in ledger.history_of(delivery.ref).said if one.update.number == delivery.update)
    again = [settled] if decision is Decision.RESEND else []
    with desk.stops() as stops:
        return deliver(assembly, ledger, said.update, again, desk=desk, stops=stops)


def _entered(assembly: Assembly, channel: str, url: str) -> Receipt:
    """What was made by hand, found by its address where the platform can be asked. Raises UrlFault."""
    from functools import partial

    from publisher.delivery.probes import located, unlocated
    from publisher.settings.urls import checked_link

    link = checked_link(url)
    if not assembly.channels.is_open(channel):
        return unlocated(link, "the channel is not configured, or switched off")
    deadline = assembly.config.publisher.deadline
    return located(
        partial(assembly.channels.adapter, channel),
        link,
        deadline=deadline,
        mask=assembly.masker.mask,
        hosts=assembly.channels.hosts(channel),
    )
