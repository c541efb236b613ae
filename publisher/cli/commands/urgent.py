"""``announce urgent``: tell customers on every channel before the work begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import (
    ActionOption,
    ConfigOption,
    DetailsOption,
    DryRunOption,
    EditOption,
    FromFileOption,
    JsonOption,
    OnlyOption,
    OutageOption,
    ReasonOption,
    SkipOption,
    TitleOption,
    UnaffectedOption,
    YesOption,
    said,
)
from publisher.cli.speaking import seen_after
from publisher.settings.paths import is_database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.planning.initial_request import InitialTyped
    from publisher.settings.config import Config


def urgent(
    context: typer.Context,
    title: Annotated[
        str | None, typer.Argument(help="What it is about, in a few words.", show_default=False)
    ] = None,
    *,
    titles: TitleOption = None,
    service: Annotated[
        list[str] | None, typer.Option("--service", "-s", help="A service of the configuration; repeats.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="now, +30m, 22:30, tomorrow 02:00, 2026-11-24T22:30.", show_default=False),
    ] = None,
    duration: Annotated[str | None, typer.Option(help="Such as 90m, 2h, 1h30m.", show_default=False)] = None,
    until: Annotated[
        str | None, typer.Option(help="The end instead, as --start.", show_default=False)
    ] = None,
    reason: ReasonOption = None,
    details: DetailsOption = None,
    action: ActionOption = None,
    impact: Annotated[
        str | None,
        typer.Option(help="none, degraded or outage; not said: nothing is claimed.", show_default=False),
    ] = None,
    outage: OutageOption = None,
    unaffected: UnaffectedOption = None,
    wording: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="maintenance, emergency or incident.", show_default=False),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="A preset of the configuration.", show_default=False)
    ] = None,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    dry_run: DryRunOption = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Publish although inside a maintenance window.")
    ] = False,
    already_started: Annotated[bool, typer.Option("--already-started", help="The start has passed.")] = False,
    again: Annotated[
        str | None, typer.Option(help="Why the same content is announced once more.", show_default=False)
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="The database is down: record it on this machine alone.")
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Announce urgent maintenance on every channel at once."""
    from publisher.cli.session import assemble, load
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.cli.terminal.previews import rehearsed, written
    from publisher.planning.initial_request import InitialTyped
    from publisher.runbook.first import announce, rehearse_announcing

    typed = InitialTyped(
        title=said(title, titles),
        services=tuple(service or ()),
        start=start,
        duration=duration,
        until=until,
        reason=said(None, reason),
        details=said(None, details),
        action=said(None, action),
        impact=impact,
        outage=outage,
        unaffected=said(None, unaffected),
        wording=wording,
        preset=preset,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        already_started=already_started,
        anyway=anyway,
        again=again,
        yes=yes,
    )
    file = _facts(from_file)
    desk = TerminalDesk(configured := load(context, config), as_json=json, yes=yes)
    assembly = assemble(context, config, by=_ledger_of(configured, desk, offline=offline, dry_run=dry_run))
    keep = written(context, assembly)
    with _written(typed, file, assembly.config, edit=edit) as (wanted, facts):
        if dry_run:
            rehearsal = rehearse_announcing(assembly, wanted, facts, desk, keep=keep)
            return rehearsed(rehearsal, assembly.config, as_json=json)
        whole = _completed(wanted, facts, assembly.config, desk)
        return seen_after(context, assembly, desk, lambda: announce(assembly, whole, facts, desk, keep=keep))


def _ledger_of(config: Config, desk: TerminalDesk, *, offline: bool, dry_run: bool) -> Config:
    """The configuration, with a ledger on this machine in place of a database that is down, where that is wanted."""
    if not offline and not is_database(config.publisher.ledger or ""):
        return config
    from publisher.runbook import offline as night

    if offline:
        return night.begin(config, desk, dry_run=dry_run)
    night.refuse_a_second_beginning(config)
    return config


def _facts(from_file: str | None) -> Mapping[str, Any]:
    if from_file is None:
        return {}
    from publisher.planning.request_file import read_file

    return read_file(from_file)


@contextmanager
def _written(
    typed: InitialTyped, file: Mapping[str, Any], config: Config, *, edit: bool
) -> Iterator[tuple[InitialTyped, Mapping[str, Any]]]:
    """What was typed and the file, with the texts as they were edited where that is wanted."""
    if not edit:
        yield typed, file
        return
    from publisher.cli.terminal import editing

    with editing.first(typed, file, config) as found:
        yield found


def _completed(
    typed: InitialTyped, file: Mapping[str, Any], config: Config, desk: TerminalDesk
) -> InitialTyped:
    """What was typed, with answers for what is missing where somebody is there to give them."""
    from publisher.cli.terminal import guided

    ask = desk.is_attended and not desk.said_yes
    return guided.complete(typed, file, config) if ask else typed
