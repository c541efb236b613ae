"""``announce check``: find the expired token before the night. Publishes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.check import Checked

MAY_PUBLISH = {
    "proved": "may publish",
    "refused": "may NOT publish",
    "unknown": "credentials are good; whether they may publish cannot be asked here",
}


NoBilledOption = Annotated[
    bool, typer.Option("--no-billed", help="Leave out the calls for which a platform charges (all of X's).")
]


def check(
    context: typer.Context,
    *,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only what somebody must act on; else nothing. For cron.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First close secret files to others, and make missing folders.")
    ] = False,
    no_billed: NoBilledOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Try every enabled channel's template, and ask its platform who we are there and whether we may publish."""
    from publisher.cli.commands import ledger as ledgers
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.previews import configuration
    from publisher.runbook.check import check as checkup
    from publisher.runbook.mend import mend

    assembly = assemble(context, config, billed=not no_billed)
    for done in mend(assembly.config) if fix else ():
        output.log(f"fixed: {done}")
    found = checkup(assembly)
    answers = [one for one in found.answers if not quiet or found.needs_somebody(one)]
    if json:
        types = {name: settings.type for name, settings in assembly.config.channels.items()}
        rows = [_row(one, types[one.channel], found.templates[one.channel]) for one in answers]
        output.data_json(
            {
                "exit_code": found.exit_code,
                "configuration": str(assembly.config.path),
                "channels": rows,
                "ledger": ledgers.row(found.ledger),
            }
        )
        return found.exit_code
    if not quiet:
        output.log(configuration(assembly.config))
    said = lines(answers, found.templates, notes=not quiet) if answers or not quiet else []
    if not quiet or found.ledger_needs_somebody:
        said += ledgers.lines(found.ledger)
    if said:
        output.data("\n".join(said))
    return found.exit_code


def _row(answer: Checked, type_name: str, templates: list[str]) -> dict[str, Any]:
    identity, error = answer.identity, answer.error
    return {
        "channel": answer.channel,
        "type": type_name,
        "account": identity.account if identity else None,
        "may_publish": identity.may_publish if identity else None,
        "notes": list(identity.notes) if identity else [],
        "warnings": list(identity.warnings) if identity else [],
        "templates": templates,
        "error": str(error) if error else None,
        "hint": error.cure if error else None,
    }


def lines(answers: Sequence[Checked], templates: Mapping[str, list[str]], *, notes: bool = True) -> list[str]:
    """What a person reads: a channel each, below it what to do, what to expect, and what was seen."""
    from publisher.cli.terminal.output import folded, hints

    shown = []
    for answer in answers:
        if answer.identity:
            known = MAY_PUBLISH[answer.identity.may_publish] if answer.identity.asked else "not asked"
            shown.append(folded(f"{answer.channel}: {answer.identity.account}, {known}", 4))
            shown += [folded(f"    warning: {warning}", 13) for warning in answer.identity.warnings]
            shown += [folded(f"    note: {note}", 10) for note in answer.identity.notes if notes]
        elif answer.error:
            shown.append(folded(f"{answer.channel}: {answer.error}", 4))
            shown += hints(answer.error.cure, 4)
        shown += [folded(f"    template: {fault}", 14) for fault in templates[answer.channel]]
    return shown or ["no channels are enabled"]
