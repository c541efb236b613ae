"""``announce cancel``: the work does not take place."""

from __future__ import annotations

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
    return follow(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)
