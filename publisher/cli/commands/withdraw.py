"""``announce withdraw``: take posts down where the platform can, and keep the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, DryRunOption, JsonOption, YesOption

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.model.announcement import Update
    from publisher.planning.withdrawal import Withdrawals


def withdraw(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REF] [CHANNEL]…",
            help="Such as CMO-7K3M, while several are open; and only these channels.",
            show_default=False,
        ),
    ] = None,
    *,
    silent: Annotated[
        bool, typer.Option("--silent", help="No word of it in feeds.", show_default=False)
    ] = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Take the posts of an announcement down: unpublished or deleted, as the platform has it."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.withdraw import Wish, would_withdraw
    from publisher.runbook.withdraw import withdraw as taken_down

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json, yes=yes)
    named = words[:1] if words and words[0] not in assembly.config.channels else []
    wish = Wish(ref=next(iter(named), None), channels=tuple(words or ())[len(named) :], silent=silent)
    if not dry_run:
        return taken_down(assembly, wish, desk)
    newest, plan = would_withdraw(assembly, wish, desk)
    _print(newest, plan, desk, as_json=json)
    return 0


def _print(newest: Update, plan: Withdrawals, desk: TerminalDesk, *, as_json: bool) -> None:
    from publisher.cli.terminal import output
    from publisher.runbook.results import planned

    if as_json:
        output.data_json(planned(newest, plan.every))
    else:
        desk.show(plan)
