"""``announce update``, ``extend``, ``complete``, ``cancel``, ``correct``: what is said after the first update."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

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
    ReasonOption,
    SkipOption,
    TextOption,
    TitleOption,
    YesOption,
    said,
)

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.planning.later_request import LaterTyped
    from publisher.runbook.assembly import Assembly


Words = tuple[str | None, str | None]
"""The reference and the text, or the text alone."""


class Beside(NamedTuple):
    """Where texts come from beside the first argument, on every command."""

    texts: list[str] | None
    from_file: str | None
    edit: bool

    def put_to(self, typed: LaterTyped) -> LaterTyped:
        """What was typed, with these. Raises Refused where the file cannot be read."""
        from msgspec.structs import replace

        from publisher.planning.request_file import LATER_KEYS, read_file

        file = read_file(self.from_file, LATER_KEYS[typed.kind]) if self.from_file else {}
        return replace(typed, text=said(None, self.texts), file=file)

    @contextmanager
    def written(
        self, assembly: Assembly, words: Words, typed: LaterTyped, desk: TerminalDesk
    ) -> Iterator[tuple[Words, LaterTyped]]:
        """The same, with the texts as they were edited where that is wanted. Raises Refused."""
        if not self.edit:
            yield words, typed
            return
        from publisher.cli.terminal import editing
        from publisher.runbook.later import standing

        ref, text, texts = standing(assembly, words, typed.kind, desk)
        with editing.later(typed, text, texts, assembly.config) as found:
            yield (ref, None), found


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
    texts: TextOption = None,
    next_update: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="When you will say more: +30m, 03:30.", show_default=False),
    ] = None,
    begun: Annotated[
        bool, typer.Option("--begun", help="The work has begun, earlier than announced.")
    ] = False,
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
    impact: Annotated[str | None, typer.Option(help="none, degraded or outage.", show_default=False)] = None,
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

    corrected = {"title": title, "reason": reason, "details": details, "action": action}
    typed = LaterTyped(
        kind=Kind.CORRECTED,
        corrections={name: said(None, given) for name, given in corrected.items()} | {"impact": impact},
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
    words: Words,
    typed: LaterTyped,
    beside: Beside,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.cli.terminal.previews import rehearsed
    from publisher.runbook.later import follow, rehearse_following

    typed = beside.put_to(typed)
    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=as_json, yes=typed.yes)
    with beside.written(assembly, words, typed, desk) as (meant, wanted):
        if dry_run:
            rehearsal = rehearse_following(assembly, meant, wanted, desk)
            return rehearsed(rehearsal, assembly.config, as_json=as_json)
        return follow(assembly, meant, wanted, desk)
