"""``announce bundle``: the frozen posts, ready to be pasted by hand when an API is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument

if TYPE_CHECKING:
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
    from publisher.runbook.bundle import bundle as to_be_pasted

    assembly = assemble(context, config)
    known, chosen = to_be_pasted(assembly, ref, channel, TerminalDesk(assembly.config, as_json=json))
    if json:
        output.data_json({"exit_code": 0, "ref": known, "posts": [_row(delivery) for delivery in chosen]})
        return 0
    for delivery in chosen:
        output.data("\n".join(_text(delivery)))
    if not chosen:
        output.data(f"every channel has its post; announce bundle {known} CHANNEL prints one all the same")
    return 0


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
