"""``announce complete``: the work is done, and how long it really took."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.commands.following import (
    DryRunOption,
    FirstArgument,
    ForceOption,
    OnlyOption,
    SkipOption,
    TextArgument,
    follow,
)
from publisher.cli.options import ConfigOption, JsonOption, YesOption


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
    return follow(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)
