"""``announce bundle``: the frozen posts, ready to be pasted by hand when an API is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.ledger import Ledger
    from publisher.model.delivery import Delivery


def bundle(
    context: typer.Context,
    ref: RefArgument = None,
    channel: Annotated[
        str | None, typer.Argument(metavar="[CHANNEL]", help="Only this one.", show_default=False)
    ] = None,
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Print the texts of the newest announcement (or of REF) for pasting: of every channel that lacks its post."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.model.delivery import for_readers
    from publisher.runbook.opening import looked_into, reference

    assembly = assemble(context, config)
    with looked_into(assembly, TerminalDesk(assembly.config, as_json=json)) as ledger:
        known = reference(ledger, assembly.config, ref) if ref else _newest(ledger)
        chosen = _chosen(for_readers(ledger.deliveries(known)), channel)
    if json:
        output.data_json({"exit_code": 0, "ref": known, "posts": [_row(delivery) for delivery in chosen]})
        return 0
    for delivery in chosen:
        output.data("\n".join(_text(delivery)))
    if not chosen:
        output.data(f"every channel has its post; announce bundle {known} CHANNEL prints one all the same")
    return 0


def _newest(ledger: Ledger) -> str:
    from publisher.model.errors import Refused

    refs = ledger.refs()
    if not refs:
        raise Refused("nothing has been announced yet")
    return refs[0]


def _chosen(deliveries: Sequence[Delivery], channel: str | None) -> list[Delivery]:
    from publisher.model.delivery import State
    from publisher.model.errors import Refused

    if channel is None:
        return [found for found in deliveries if found.state not in {State.DELIVERED, State.ABANDONED}]
    chosen = [found for found in deliveries if found.channel == channel]
    if not chosen:
        names = ", ".join(found.channel for found in deliveries)
        raise Refused(f"nothing was planned for channel {channel!r}", hint=f"planned: {names}")
    return chosen


def _row(delivery: Delivery) -> dict[str, Any]:
    post = delivery.post
    return {
        "channel": delivery.channel,
        "type": delivery.type,
        "format": post.format,
        "title": post.title,
        "body": post.body,
    }


def _text(delivery: Delivery) -> list[str]:
    title = [delivery.post.title, ""] if delivery.post.format == "html" else []
    entered = f"announce resolve {delivery.ref} {delivery.channel} --delivered URL"
    return [f"=== {delivery.channel} ({delivery.type}); then: {entered}", *title, delivery.post.body, ""]
