"""``announce correct``: repair a mistake, silently unless said."""

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
    return follow(context, config, (ref, text), typed, dry_run=dry_run, as_json=json)
