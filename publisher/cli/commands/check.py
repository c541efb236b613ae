"""``announce check``: find the expired token before the night. Publishes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.check import Checked
    from publisher.runbook.clock import Clock

MAY_PUBLISH = {"proved": "may publish", "refused": "may NOT publish", "unknown": "accepted"}
UNASKED = "whether it may publish cannot be asked here"
"""Said of an account that is ``accepted``."""

HTML = "--html"
"""Where channels stand by their names, the page of previews; no channel is called so."""

HEAD = ("channel", "answer", "account")
"""The columns of what a person reads."""


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
    from publisher.cli.terminal.page_trial import page_faults
    from publisher.cli.terminal.previews import configuration
    from publisher.runbook.check import check as checkup
    from publisher.runbook.mend import mend

    assembly = assemble(context, config, billed=not no_billed)
    for done in mend(assembly.config) if fix else ():
        output.log(f"fixed: {done}")
    found = checkup(assembly, page_faults)
    answers = [one for one in found.answers if not quiet or found.needs_somebody(one)]
    seen = [one for one in found.outside if not quiet or found.needs_somebody(one)]
    if json:
        types = {name: settings.type for name, settings in assembly.config.channels.items()}
        rows = [_row(one, types[one.channel], found.templates[one.channel]) for one in answers]
        output.data_json(
            {
                "exit_code": found.exit_code,
                "configuration": str(assembly.config.path),
                "channels": rows,
                "preview_page": list(found.preview_page),
                "outside": [_place(one) for one in seen],
                "clock": _clock_row(found.clock),
                "ledger": ledgers.row(found.ledger),
            }
        )
        return found.exit_code
    if not quiet:
        output.log(configuration(assembly.config))
    clock = found.clock if not quiet or any(found.clock.problems) else None
    templates = {**found.templates, HTML: list(found.preview_page)}
    said = lines(answers, templates, outside=seen, clock=clock, notes=not quiet, head=not quiet)
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


def _place(answer: Checked) -> dict[str, Any]:
    """A public place, and what keeps strangers from it."""
    found = answer.identity
    problems = list(found.warnings) if found else [str(answer.error)]
    return {
        "what": answer.channel,
        "url": found.account if found else None,
        "seen": not problems,
        "warnings": problems,
    }


def _clock_row(clock: Clock) -> dict[str, Any]:
    """How many seconds this machine's clock is ahead, null where nobody knows; and what is wrong with it."""
    return {
        "ahead": None if clock.ahead is None else round(clock.ahead.total_seconds()),
        "compared_with": list(clock.compared_with),
        "level": clock.health,
        "warnings": list(clock.problems),
        "hint": clock.cure,
    }


def lines(
    answers: Sequence[Checked],
    templates: Mapping[str, list[str]],
    *,
    outside: Sequence[Checked] = (),
    clock: Clock | None = None,
    notes: bool = True,
    head: bool = False,
) -> list[str]:
    """A row each: channel, answer, account; below it what to do, what to expect, and what was seen.

    ``head``: with the columns' names, or that there is nothing to show.
    """
    from publisher.cli.terminal.output import folded, hints

    every = [*((one, _cells(one)) for one in answers), *((one, _public(one)) for one in outside)]
    if not every and (head or clock is None):
        return ["no channels are enabled"] * head
    shared, broken = _shared(templates)
    timed = broken if clock is None else [*broken, _told(clock)]
    rows = [HEAD] * head + [cells for _, cells in every] + timed
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    shown = [_line(HEAD, widths)] * head
    for answer, cells in every:
        shown.append(folded(_line(cells, widths), min(sum(widths) + 4, 32)))
        shown += [folded(line, line.index(": ") + 2) for line in _below(answer, cells, notes=notes)]
        shown += hints(answer.error.cure if answer.error else None, 4)
        own = [fault for fault in templates.get(answer.channel, []) if fault not in shared]
        shown += [folded(f"    template: {fault}", 14) for fault in own]
    for cells in timed:
        shown.append(folded(_line(cells, widths), min(sum(widths) + 4, 32)))
        shown += [folded(f"    template: {fault}", 14) for fault in shared if cells in broken]
    return shown + _below_clock(clock)


def _shared(templates: Mapping[str, list[str]]) -> tuple[list[str], list[Cells]]:
    """What is wrong with files that are no single channel's, each said once, and the row that it stands under."""
    users: dict[str, list[str]] = {}
    for name, faults in templates.items():
        for fault in faults:
            users.setdefault(fault, []).append(name)
    shared = [fault for fault, names in users.items() if len(names) > 1 or names == [HTML]]
    named = dict.fromkeys(name for fault in shared for name in users[fault])
    return shared, [("templates", "broken", f"used by {', '.join(named)}")] if shared else []


Cells = tuple[str, str, str]


def _line(cells: Cells, widths: Sequence[int]) -> str:
    return f"{cells[0]:<{widths[0]}}  {cells[1]:<{widths[1]}}  {cells[2]}"


def _cells(answer: Checked) -> Cells:
    """Of a channel."""
    found = answer.identity
    if found is None:
        said = {2: "no secret", 4: "refused"}.get(answer.exit_code, "no answer")
        return answer.channel, said, str(answer.error)
    return answer.channel, MAY_PUBLISH[found.may_publish] if found.asked else "not asked", found.account


def _public(answer: Checked) -> Cells:
    """Of a public place."""
    found = answer.identity
    if found is None:
        return answer.channel, "no answer", str(answer.error)
    return answer.channel, "not seen" if found.warnings else "is there", found.account


def _told(clock: Clock) -> Cells:
    """Of this machine's clock."""
    if clock.ahead is None:
        return "clock", "not told", clock.standing
    return "clock", "wrong" if clock.cure else "right", clock.standing


def _below_clock(clock: Clock | None) -> list[str]:
    from publisher.cli.terminal.output import folded, hints

    if clock is None:
        return []
    label = "error" if clock.health == "fault" else "warning"
    said = [folded(f"    {label}: {problem}", len(label) + 6) for problem in clock.problems]
    return [*said, *hints(clock.cure, 4)]


def _below(answer: Checked, cells: Cells, *, notes: bool) -> Iterator[str]:
    if answer.identity is None:
        return
    yield from (f"    warning: {warning}" for warning in answer.identity.warnings)
    if notes and cells[1] == MAY_PUBLISH["unknown"]:
        yield f"    note: {UNASKED}"
    yield from (f"    note: {note}" for note in answer.identity.notes if notes)
