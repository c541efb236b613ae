"""``announce update``, ``extend``, ``complete``, ``cancel``, ``correct``: what is said after the first update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, DryRunOption, JsonOption, OnlyOption, SkipOption, YesOption

if TYPE_CHECKING:
    from publisher.planning.later_request import LaterTyped

FirstArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[REF]", show_default=False, help="Such as CMO-7K3M; needed where several are open."
    ),
]
TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", show_default=False, help="What customers should know.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over what was changed or deleted by hand on a platform.")
]
ReopenOption = Annotated[
    str | None, typer.Option(metavar="WHY", help="Take up again what is over.", show_default=False)
]
AgainOption = Annotated[
    str | None,
    typer.Option("--again", metavar="WHY", help="Why the same is said once more.", show_default=False),
]


def update(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    next_update: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="When you will say more: +30m, 03:30.", show_default=False),
    ] = None,
    begun: Annotated[
        bool, typer.Option("--begun", help="The work has begun, earlier than announced.")
    ] = False,
    reopen: ReopenOption = None,
    again: AgainOption = None,
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
        begun=begun,
        reopen=reopen,
        again=again,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)


def extend(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
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
    reopen: ReopenOption = None,
    again: AgainOption = None,
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
        reopen=reopen,
        again=again,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)


def complete(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    at: Annotated[
        str | None, typer.Option(metavar="WHEN", help="When it ended (default: now).", show_default=False)
    ] = None,
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
    return _said(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)


def cancel(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
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
        kind=Kind.CANCELLED, only=tuple(only or ()), skip=tuple(skip or ()), force=force, yes=yes
    )
    return _said(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)


def correct(
    context: typer.Context,
    ref: FirstArgument = None,
    text: TextArgument = None,
    *,
    title: Annotated[str | None, typer.Option(help="What it is about.", show_default=False)] = None,
    reason: Annotated[str | None, typer.Option(help="Why it cannot wait.", show_default=False)] = None,
    details: Annotated[str | None, typer.Option(help="More, in paragraphs.", show_default=False)] = None,
    action: Annotated[str | None, typer.Option(help="What the reader should do.", show_default=False)] = None,
    impact: Annotated[str | None, typer.Option(help="none, degraded or outage.", show_default=False)] = None,
    loud: Annotated[bool, typer.Option("--loud", help="Say so in a post of its own.")] = False,
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

    corrections = {"title": title, "reason": reason, "details": details, "action": action, "impact": impact}
    typed = LaterTyped(
        kind=Kind.CORRECTED,
        corrections=corrections,
        loud=loud,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        force=force,
        yes=yes,
    )
    return _said(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)


def _said(
    context: typer.Context,
    config: Path | None,
    words: tuple[str | None, str | None],
    typed: LaterTyped,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.cli.terminal.previews import rehearsed
    from publisher.runbook.later import follow, rehearse_following

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=as_json, yes=typed.yes)
    if dry_run:
        return rehearsed(rehearse_following(assembly, words, typed, desk), assembly.config, as_json=as_json)
    return follow(assembly, words, typed, desk)
