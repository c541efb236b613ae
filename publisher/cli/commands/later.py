"""``announce update``, ``extend``, ``complete``, ``cancel``, ``correct``: what is said after the first update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.beside import (
    AgainOption,
    Beside,
    FirstArgument,
    ForceOption,
    ImpactOption,
    NextUpdateOption,
    ReopenOption,
    TextArgument,
)
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
    TextOption,
    TitleOption,
    UnaffectedOption,
    YesOption,
    said,
)
from publisher.cli.speaking import seen_after

if TYPE_CHECKING:
    from publisher.planning.later_request import LaterTyped
    from publisher.runbook.later import Operands


def update(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    texts: TextOption = None,
    next_update: NextUpdateOption = None,
    impact: ImpactOption = None,
    add_service: Annotated[
        list[str] | None,
        typer.Option("--add-service", metavar="NAME", help="It is affected as well.", show_default=False),
    ] = None,
    begun: Annotated[bool, typer.Option("--begun", help="The work has begun.")] = False,
    reopen: ReopenOption = None,
    again: AgainOption = None,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Tell customers how the work goes."""
    from publisher.model.announcement import Kind
    from publisher.planning.later_request import LaterTyped

    typed = LaterTyped(
        kind=Kind.PROGRESS,
        next_update=next_update,
        corrections={"impact": impact},
        services=tuple(add_service or ()),
        begun=begun,
        reopen=reopen,
        again=again,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(
        context, config, (ref, text), typed, Beside(texts, from_file, edit), dry_run=dry_run, as_json=json
    )


def extend(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    texts: TextOption = None,
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="The new end, earlier or later.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="LEN", help="So much longer: 30m, 1h.", show_default=False)
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="A new start; the end moves along.", show_default=False),
    ] = None,
    reason: ReasonOption = None,
    impact: ImpactOption = None,
    next_update: NextUpdateOption = None,
    reopen: ReopenOption = None,
    again: AgainOption = None,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Announce a new time, with the old one beside it."""
    from publisher.model.announcement import Kind
    from publisher.planning.later_request import LaterTyped

    typed = LaterTyped(
        kind=Kind.RESCHEDULED,
        until=until,
        by=by,
        start=start,
        next_update=next_update,
        corrections={"reason": said(None, reason), "impact": impact},
        reopen=reopen,
        again=again,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(
        context, config, (ref, text), typed, Beside(texts, from_file, edit), dry_run=dry_run, as_json=json
    )


def complete(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    texts: TextOption = None,
    at: Annotated[
        str | None, typer.Option(metavar="WHEN", help="When it ended (default: now).", show_default=False)
    ] = None,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Tell everybody who heard of the work that it is over; once more: those who have not been told."""
    from publisher.model.announcement import Kind
    from publisher.planning.later_request import LaterTyped

    typed = LaterTyped(
        kind=Kind.COMPLETED,
        at=at,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(
        context, config, (ref, text), typed, Beside(texts, from_file, edit), dry_run=dry_run, as_json=json
    )


def cancel(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    texts: TextOption = None,
    new_date_follows: Annotated[
        bool, typer.Option("--new-date-follows", help="It is put off: a new date will be announced.")
    ] = False,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Tell everybody who heard of the work that it is called off."""
    from publisher.model.announcement import Kind
    from publisher.planning.later_request import LaterTyped

    typed = LaterTyped(
        kind=Kind.CANCELLED,
        new_date_follows=new_date_follows,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(
        context, config, (ref, text), typed, Beside(texts, from_file, edit), dry_run=dry_run, as_json=json
    )


def correct(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    texts: TextOption = None,
    title: TitleOption = None,
    reason: ReasonOption = None,
    details: DetailsOption = None,
    action: ActionOption = None,
    unaffected: UnaffectedOption = None,
    impact: ImpactOption = None,
    outage: OutageOption = None,
    services: Annotated[
        list[str] | None,
        typer.Option("--service", metavar="NAME", help="All services it concerns.", show_default=False),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="WHEN", help="The start as it should read.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="The end as it should read.", show_default=False)
    ] = None,
    update_number: Annotated[
        int | None,
        typer.Option("--update", metavar="N", help="TEXT is how update N should read.", show_default=False),
    ] = None,
    loud: Annotated[bool, typer.Option("--loud", help="Say so in a post of its own.")] = False,
    from_file: FromFileOption = None,
    edit: EditOption = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Correct the facts in place, where the platform can; TEXT is for a loud correction."""
    from publisher.model.announcement import Kind
    from publisher.planning.later_request import LaterTyped

    corrected = {
        "title": title,
        "reason": reason,
        "details": details,
        "action": action,
        "unaffected": unaffected,
    }
    typed = LaterTyped(
        kind=Kind.CORRECTED,
        corrections={
            **{name: said(None, given) for name, given in corrected.items()},
            "impact": impact,
            "outage": outage,
        },
        services=tuple(services or ()),
        start=start,
        until=until,
        repairs=update_number,
        loud=loud,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(
        context, config, (ref, text), typed, Beside(texts, from_file, edit), dry_run=dry_run, as_json=json
    )


def _said(
    context: typer.Context,
    config: Path | None,
    words: Operands,
    typed: LaterTyped,
    beside: Beside,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.cli.terminal.previews import rehearsed, written
    from publisher.runbook.later import follow, rehearse_following

    typed = beside.put_to(typed)
    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=as_json, yes=typed.yes)
    keep = written(context, assembly)
    with beside.written(assembly, words, typed, desk) as (meant, wanted):
        if dry_run:
            rehearsal = rehearse_following(assembly, meant, wanted, desk, keep=keep)
            return rehearsed(rehearsal, assembly.config, as_json=as_json)
        return seen_after(context, assembly, desk, lambda: follow(assembly, meant, wanted, desk, keep=keep))
