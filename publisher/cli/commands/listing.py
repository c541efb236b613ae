"""``announce list``: what has been said, and how many have been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.ledger.protocol import Overview
    from publisher.runbook.assembly import Assembly


NEWEST = 50
"""So many are listed unless all are wanted."""


def list_announcements(
    context: typer.Context,
    *,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those for which something remains to be done.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help=f"Not only the newest {NEWEST}.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """List announcements, newest first."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import looked_into

    assembly = assemble(context, config)
    with looked_into(assembly, TerminalDesk(assembly.config, as_json=json)) as ledger:
        if open_only:
            return _list_open(assembly, ledger, as_json=json)
        rows = ledger.overview(limit=-1 if everything else NEWEST)
        return _list(rows, assembly, more=ledger.count() - len(rows), as_json=json)


def _list(rows: Sequence[Overview], assembly: Assembly, *, more: int, as_json: bool) -> int:
    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.model.commands import command
    from publisher.runbook.results import overview_row

    if as_json:
        output.data_json(
            {
                "exit_code": 0,
                "configuration": str(assembly.config.path),
                "announcements": [overview_row(row) for row in rows],
                "more": more,
            }
        )
        return 0
    output.log(configuration(assembly.config))
    for row in rows:
        output.data(_row(row, assembly.zone, assembly.config.publisher.locale))
    if more:
        output.data(f"… and {more} older ones: {command('list', '--all')}")
    if not rows:
        output.data("no announcements")
    return 0


def _list_open(assembly: Assembly, ledger: Ledger, *, as_json: bool) -> int:
    """What is open, and what is closed for some channels only, each with what is due and the command to type."""
    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.runbook import due as dues
    from publisher.runbook.results import overview_row

    found = dues.due(ledger, dues.sight(assembly))
    waiting = {item.ref for item in found}
    rows = ledger.overview(open_only=True)
    rows += [row for row in ledger.overview(refs=waiting) if row.ref not in {one.ref for one in rows}]
    if as_json:
        due_of = {row.ref: [dues.row(item) for item in found if item.ref == row.ref] for row in rows}
        output.data_json(
            {
                "exit_code": 0,
                "configuration": str(assembly.config.path),
                "announcements": [overview_row(row) | {"due": due_of[row.ref]} for row in rows],
            }
        )
        return 0
    output.log(configuration(assembly.config))
    for row in rows:
        output.data(_row(row, assembly.zone, assembly.config.publisher.locale))
        for item in found:
            if item.ref == row.ref:
                output.data("\n".join(f"          {line}" for line in dues.lines(item)))
    if not rows:
        output.data("no announcement is open")
    return 0


def _row(row: Overview, zone: Any, locale: str) -> str:
    from publisher.model.announcement import in_language
    from publisher.model.times import spoken

    phase = "withdrawn" if row.withdrawn == "everywhere" else row.phase
    told = f"told {row.told} of {row.channels}"
    by = f" ({row.by})" if row.by else ""
    partly = "  partly withdrawn" if row.withdrawn == "partly" else ""
    title = in_language(row.title, locale)
    return f"{row.ref}  {phase:<11}  {spoken(row.starts_at, zone)}  {told:<12}{partly}  {title}{by}"
