"""``announce list`` and ``announce show``: what has been said, and what has become of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.ledger.protocol import Attempt, Overview
    from publisher.model.delivery import Delivery
    from publisher.model.history import Said
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
        output.data(f"… and {more} older ones: announce list --all")
    if not rows:
        output.data("no announcements")
    return 0


def _list_open(assembly: Assembly, ledger: Ledger, *, as_json: bool) -> int:
    """What is open, and what is closed for some channels only, each with what is due and the command to type."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.runbook.due import due
    from publisher.runbook.results import overview_row

    found = due(ledger, assembly.channels.open, now=datetime.now(UTC), zone=assembly.zone)
    waiting = {item.ref for item in found}
    rows = ledger.overview(open_only=True)
    rows += [row for row in ledger.overview(refs=waiting) if row.ref not in {one.ref for one in rows}]
    if as_json:
        due_of = {row.ref: [asdict(item) for item in found if item.ref == row.ref] for row in rows}
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
                output.data(f"          {item.what} · next: {item.command}")
    if not rows:
        output.data("no announcement is open")
    return 0


def show(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="Such as CMO-7K3M.", show_default=False)],
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Show one announcement: every update, channel, attempt, and the exact text sent."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import looked_into, reference
    from publisher.runbook.results import result

    assembly = assemble(context, config)
    with looked_into(assembly, TerminalDesk(assembly.config, as_json=json)) as ledger:
        known = reference(ledger, assembly.config, ref)
        newest, *_ = said = ledger.history_of(known).said
        if json:
            by = ledger.said_by(known).get(newest.update.number)
            shown = result(newest.update, ledger.deliveries(known), posts=True, by=by)
            output.data_json(shown | {"exit_code": 0})
        else:
            for one in reversed(said):
                output.data("\n".join(_story(one, ledger, assembly.zone)))
    return 0


def _row(row: Overview, zone: Any, locale: str) -> str:
    from publisher.model.announcement import in_language
    from publisher.model.times import spoken

    starts = spoken(row.starts_at, zone)
    told = f"told {row.told} of {row.channels}"
    by = f" ({row.by})" if row.by else ""
    return f"{row.ref}  {row.phase:<11}  {starts}  {told:<12}  {in_language(row.title, locale)}{by}"


def _story(said: Said, ledger: Ledger, zone: Any) -> list[str]:
    from publisher.model.times import spoken

    update = said.update
    by = ledger.said_by(said.ref).get(update.number)
    period = update.announcement.period
    lines = [
        f"{said.ref} update {update.number}: {update.kind}, {update.phase}, {spoken(update.published_at, zone)}"
        + (f", by {by}" if by else ""),
        f"work from {spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)}",
        *([f"taken up again: {update.reopened}"] if update.reopened else []),
    ]
    for delivery in ledger.deliveries(said.ref, update.number):
        lines += ["", *_channel(delivery, ledger.attempts(delivery), zone)]
    return lines


def _channel(delivery: Delivery, attempts: Sequence[Attempt], zone: Any) -> list[str]:
    where = delivery.url or delivery.remote_id or ""
    done = "" if delivery.operation == "publish" else f"{delivery.operation}, "
    lines = [f"--- {delivery.channel} ({delivery.type}): {done}{delivery.state} {where}".rstrip()]
    lines += [f"    {_attempt(attempt, zone)}" for attempt in attempts]
    told = {"error": delivery.error, "hint": delivery.cure, "note": delivery.note}
    lines += [f"    {name}: {text}" for name, text in told.items() if text]
    if delivery.operation in {"withdraw", "ping"}:  # the text stands above, as it was published
        return lines
    title = [f"title: {delivery.post.title}", ""] if delivery.post.format == "html" else []
    return [*lines, *title, delivery.post.body]


def _attempt(attempt: Attempt, zone: Any) -> str:
    from publisher.model.times import spoken

    became = attempt.state or "the program ended before the answer came"
    error = f": {attempt.error}" if attempt.error else ""
    return f"{spoken(attempt.started_at, zone)} {attempt.step} → {became}{error}"
