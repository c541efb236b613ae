"""``announce verify``: what customers can see, found out as a customer would."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument


def verify(
    context: typer.Context,
    ref: RefArgument = None,
    *,
    wait: Annotated[
        str | None, typer.Option(help="How long to look again, such as 2m.", show_default=False)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Look at every post as a stranger, without any account; exit 7 where start, end or reference cannot be read."""
    from publisher.cli.options import length
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.cli.terminal.strangers import NOT_VISIBLE, lines
    from publisher.runbook.opening import looked_into, meant
    from publisher.runbook.verify import keep, looks, row, verdict, visits

    waiting = length(wait)
    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json)
    with looked_into(assembly, desk) as ledger:
        known = meant(assembly, ledger, ref, desk)
        wanted = visits(assembly, ledger, known)
    found = looks(assembly, wanted, wait=waiting)
    keep(assembly, known, wanted, found, desk)
    is_visible = verdict(found)
    code = 0 if is_visible else NOT_VISIBLE
    if json:
        rows = [row(one) for one in found]
        output.data_json({"ref": known, "visible": is_visible, "channels": rows, "exit_code": code})
    else:
        output.data("\n".join([known, *lines(found)]))
    return code
