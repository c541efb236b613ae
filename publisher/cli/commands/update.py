"""``announce update``: what is going on, and when customers hear of it again."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.commands.following import (
    AgainOption,
    DryRunOption,
    FirstArgument,
    ForceOption,
    OnlyOption,
    ReopenOption,
    SkipOption,
    TextArgument,
    follow,
)
from publisher.cli.options import ConfigOption, JsonOption, YesOption


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
    return follow(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)
