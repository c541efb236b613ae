"""``announce extend``: the work takes another time than announced."""

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
    return follow(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)
