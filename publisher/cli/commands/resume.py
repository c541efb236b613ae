"""``announce resume``: go on with what is neither delivered nor given up."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument, YesOption


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
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.resume import resume as gone_on

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json, yes=yes)
    code = gone_on(assembly, ref, failed=failed or force, forced=force, desk=desk)
    if code is not None:
        return code
    if json:
        output.data_json({"exit_code": 0, "deliveries": []})
    else:
        output.data("nothing to resume")
    return 0
