"""``announce`` without a verb: what is open, what is due, and the commands that come next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from publisher.runbook.assembly import Assembly
    from publisher.runbook.listing import Open, Overview

NEXT: Mapping[str, tuple[str, ...]] = {
    "scheduled": ("show {ref}", "update {ref} --begun", "extend {ref} --by 1h", "cancel {ref}"),
    "in_progress": (
        "show {ref}",
        "update {ref} --next-update +30m",
        "extend {ref} --by 1h",
        "complete {ref}",
    ),
}
"""By phase: what is likely said next. Each can be typed as it stands, and shows a preview before it sends."""

NOTHING_OPEN = ("urgent", "list", "check")


def now(context: typer.Context) -> int:
    """Print it; without a configuration, the help."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.listing import still_open
    from publisher.settings.faults import ConfigFault

    try:
        assembly = assemble(context, None)
    except ConfigFault as fault:
        if fault.path is None:
            output.data(context.get_help() + "\n")
        raise
    output.data("\n".join(_lines(still_open(assembly, TerminalDesk(assembly.config)), assembly)))
    return 0


def _lines(found: Sequence[Open], assembly: Assembly) -> Iterator[str]:
    from publisher.cli.terminal.output import folded
    from publisher.model.commands import command

    for row, due in ((one.row, one.due) for one in found):
        yield from _announcement(row, assembly.zone, assembly.config.publisher.locale)
        for item in due:
            yield folded(f"  due: {item.what}", 7)
            yield from (f"    {one}" for one in (item.command, *item.otherwise))
        usual = NEXT.get(row.phase, ("show {ref}",))
        yield "  next:"
        yield from (f"    {command(*words.format(ref=row.ref).split())}" for words in usual)
    if not found:
        yield "no announcement is open, and nothing is due; next:"
        yield from (f"    {command(word)}" for word in NOTHING_OPEN)
    yield folded(f"the commands are listed by: {command('-h')}", 2)


def _announcement(row: Overview, zone: ZoneInfo, locale: str) -> Iterator[str]:
    from publisher.cli.terminal.story import at_present
    from publisher.model.announcement import in_language

    yield f"{row.ref}  {in_language(row.title, locale)}"
    yield f"  {at_present(row.phase, row.starts_at, row.ends_at, zone)}"
    yield f"  told {row.told} of {row.channels} channels"
