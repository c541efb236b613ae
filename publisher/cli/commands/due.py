"""``announce due``: what somebody has to do, for a script that looks every few minutes."""

from __future__ import annotations

import typer

from publisher.cli.options import ConfigOption, JsonOption

SOMETHING_IS_DUE = 10


def due(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Print overruns, broken promises, and what is not finished; exit 10 where there is anything."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.due import all_due, listed, row, sight
    from publisher.runbook.opening import looked_into

    assembly = assemble(context, config)
    with looked_into(assembly, TerminalDesk(assembly.config, as_json=json)) as ledger:
        found = all_due(ledger, sight(assembly))
    code = SOMETHING_IS_DUE if found else 0
    if json:
        output.data_json({"exit_code": code, "due": [row(item) for item in found]})
        return code
    for item in found:
        output.data(output.folded(listed(item), 10))
    if not found:
        output.data("nothing is due")
    return code
