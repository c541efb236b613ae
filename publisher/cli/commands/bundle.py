"""``announce bundle``: the frozen posts, ready to be pasted by hand when an API is dead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument

if TYPE_CHECKING:
    from publisher.model.delivery import Delivery
    from publisher.runbook.assembly import Assembly


def bundle(
    context: typer.Context,
    ref: RefArgument = None,
    channel: Annotated[
        str | None, typer.Argument(metavar="[CHANNEL]", help="Only this one.", show_default=False)
    ] = None,
    *,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page for a phone, with buttons that copy.", show_default=False),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Print texts for pasting, of every channel that lacks its post; without REF of the unfinished announcement."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.model.errors import Refused
    from publisher.runbook.bundle import bundle as to_be_pasted

    if json and html is not None:
        raise Refused("--json and --html exclude each other", hint="leave one of them")
    assembly = assemble(context, config)
    known, chosen = to_be_pasted(assembly, ref, channel, TerminalDesk(assembly.config, as_json=json))
    if html is not None:
        _write(html, known, chosen, assembly)
        return 0
    if json:
        output.data_json({"exit_code": 0, "ref": known, "posts": [_row(delivery) for delivery in chosen]})
        return 0
    output.data(known)
    for delivery in chosen:
        output.data("\n".join(_text(delivery)))
    if not chosen:
        said = "no channel waits for its post; with the name of a channel its text is printed all the same"
        output.data(output.folded(said))
    return 0


def _write(path: Path, ref: str, chosen: list[Delivery], assembly: Assembly) -> None:
    from publisher.cli.terminal import output, previews
    from publisher.cli.terminal.bundle_page import page
    from publisher.runbook.bundle import ways

    previews.keep_page(path, page(ref, assembly.config.publisher.brand, chosen, ways(assembly, chosen)))
    output.log(f"written: {path}")


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
    from publisher.cli.terminal.output import folded
    from publisher.model.commands import command

    title = [delivery.post.title, ""] if delivery.post.format == "html" else []
    entered = command("resolve", delivery.ref, delivery.channel)
    head = folded(f"=== {delivery.channel} ({delivery.type}); then: {entered}", 4)
    return [head, *title, delivery.post.body, ""]
