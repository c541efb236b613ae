"""``announce report``: how announcements went, for whoever has to show that customers are told before work begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.report import Report


def report(
    context: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="From then on, such as 2026-10-01 or 90d (default: all).", show_default=False
        ),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="A row a channel, for a spreadsheet.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write one page with plots.", show_default=False)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Report, of each announcement, how long before the work customers knew, what was promised, what was unknown."""
    from datetime import UTC, datetime

    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.model.errors import Refused
    from publisher.runbook import report as reports

    if csv + json + (html is not None) > 1:
        raise Refused("--csv, --json and --html exclude each other", hint="leave one of them")
    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json)
    found = reports.report(assembly, since, desk, now=datetime.now(UTC))
    if html is not None:
        _write(found, html, assembly)
    else:
        _print(found, assembly, as_csv=csv, as_json=json)
    return 0


def _print(found: Report, assembly: Assembly, *, as_csv: bool, as_json: bool) -> None:
    from publisher.cli.terminal import output, reports
    from publisher.runbook import report_rows

    locale = assembly.config.publisher.locale
    if as_json:
        output.data_json(report_rows.as_object(found))
    elif as_csv:
        output.data(report_rows.as_csv(found, locale))
    else:
        output.data("\n".join(reports.lines(found, assembly.zone, locale)))


def _write(found: Report, path: Path, assembly: Assembly) -> None:
    from publisher.cli.terminal import output, previews
    from publisher.cli.terminal.report_page import page

    previews.keep_page(path, page(found, assembly.config.publisher, assembly.zone))
    output.log(f"written: {path}")
