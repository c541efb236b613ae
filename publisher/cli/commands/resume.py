"""``announce resume``: go on with what is neither delivered nor given up; receipts print what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument, YesOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.runbook.due import Due


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
    from publisher.runbook.resume import resume as gone_on

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json, yes=yes)
    ended = gone_on(assembly, ref, failed=failed or force, forced=force, desk=desk)
    return ended if isinstance(ended, int) else _nothing(ended, as_json=json)


def _nothing(left: Sequence[Due], *, as_json: bool) -> int:
    """Nothing can be gone on with; what was refused or not heard is named with its commands, and is no success."""
    from publisher.cli.terminal import output
    from publisher.model.verdict import most_urgent
    from publisher.runbook import due

    code = most_urgent(item.exit_code for item in left)
    if as_json:
        output.data_json({"exit_code": code, "deliveries": [], "due": [due.row(item) for item in left]})
        return code
    output.data("nothing to resume")
    for item in left:
        output.data(output.folded(due.listed(item), 10))
    return code
