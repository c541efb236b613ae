"""``announce list``: what has been said, and how many have been told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.listing import Overview


def list_announcements(
    context: typer.Context,
    *,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those for which something remains to be done.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Not only the newest 50.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """List announcements, newest first."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json)
    return (_list_open if open_only else _list)(assembly, desk, everything=everything, as_json=json)


def _list(assembly: Assembly, desk: TerminalDesk, *, everything: bool, as_json: bool) -> int:
    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.model.commands import command
    from publisher.runbook.listing import listed
    from publisher.runbook.results import overview_row

    rows, more = listed(assembly, desk, everything=everything)
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
        output.data(output.folded(f"… and {more} older ones: {command('list', '--all')}", 2))
    if not rows:
        output.data("no announcements")
    return 0


def _list_open(assembly: Assembly, desk: TerminalDesk, *, everything: bool, as_json: bool) -> int:
    """Whatever is open is listed, so ``everything`` says no more."""
    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.runbook.due import lines, row
    from publisher.runbook.listing import still_open
    from publisher.runbook.results import overview_row

    found = still_open(assembly, desk)
    if as_json:
        output.data_json(
            {
                "exit_code": 0,
                "configuration": str(assembly.config.path),
                "announcements": [
                    overview_row(one.row) | {"due": [row(item) for item in one.due]} for one in found
                ],
            }
        )
        return 0
    output.log(configuration(assembly.config))
    for one in found:
        output.data(_row(one.row, assembly.zone, assembly.config.publisher.locale))
        for item in one.due:
            output.data(output.folded("\n".join(f"          {line}" for line in lines(item)), 10))
    if not found:
        output.data("no announcement is open")
    return 0


def _row(row: Overview, zone: Any, locale: str) -> str:
    from publisher.cli.terminal.output import COLUMNS, folded
    from publisher.model.announcement import in_language
    from publisher.model.times import spoken

    phase = "withdrawn" if row.withdrawn == "everywhere" else row.phase
    told = f"told {row.told} of {row.channels}"
    by = f" ({row.by})" if row.by else ""
    partly = "  partly withdrawn" if row.withdrawn == "partly" else ""
    title = in_language(row.title, locale)
    first = f"{row.ref}  {phase:<11}  {spoken(row.starts_at, zone)}"
    counted = f"{told:<12}{partly}"
    named = f"{title}{by}"
    if len(first) + len(counted) + len(named) + 4 <= COLUMNS:
        return f"{first}  {counted}  {named}"
    if len(f"{first}  {counted.rstrip()}") <= COLUMNS:
        return folded(f"{first}  {counted.rstrip()}\n{'':<10}{named}", 10)
    return folded(f"{first}\n{'':<10}{counted.rstrip()}  {named}", 10)
