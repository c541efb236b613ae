"""``announce ledger``: where the record is, how it is, and a copy of it that can be put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.ledger import Condition

ledger = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@ledger.callback()
def described() -> None:
    """The ledger itself: where it is, how it is, and a copy of it."""


@ledger.command()
def path(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Print where the ledger is, or would be made."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.ledger import is_there

    configured = load(context, config)
    place, exists = configured.ledger, is_there(configured)
    if json:
        output.data_json({"exit_code": 0, "path": str(place), "exists": exists})
        return 0
    output.data(str(place))
    if not exists:
        output.log("note: no ledger is there")
    return 0


@ledger.command()
def check(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Read every page, and look at version, mark, permissions, journal, locks and the last backup. Changes nothing."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.ledger import condition

    found = condition(load(context, config), whole=True)
    if json:
        output.data_json({"exit_code": found.exit_code} | row(found))
    else:
        output.data("\n".join(lines(found)))
    return found.exit_code


@ledger.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", show_default=False)],
    *,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Write over FILE, whatever it is; an earlier copy needs no word."),
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Copy the ledger to FILE while it is in use, with a mark beside it, readable for nobody else."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.ledger import backed_up
    from publisher.runbook.results import utc
    from publisher.settings.paths import beneath

    place = beneath(Path.cwd(), str(file))
    taken, note = backed_up(load(context, config), place, replace=replace)
    if json:
        said = {
            "exit_code": 0,
            "place": taken.place,
            "taken_at": utc(taken.taken_at),
            "reached": taken.reached,
        }
        output.data_json(said)
    else:
        output.data(f"copied to {taken.place}")
    if note:
        output.log(f"note: {note}")
    return 0


@ledger.command()
def migrate(
    context: typer.Context,
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Let it go on there: postgresql://… or sqlite:///…", show_default=False
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Make the ledger in its database, or bring it up to this announce; with --to, move it to another place."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.ledger import brought_up, moved

    configured = load(context, config)
    change = brought_up(configured) if to is None else moved(configured, to)
    if json:
        counted = {} if change.moved is None else {"moved": change.moved}
        output.data_json({"exit_code": 0, "path": change.place} | counted)
    else:
        output.data(change.said)
    if change.moved is not None:
        where = configured.path
        output.log(f'now in {where}, and on every machine, under [publisher]: ledger = "{change.place}"')
    return 0


def row(found: Condition) -> dict[str, Any]:
    """The ledger in JSON."""
    from publisher.runbook.results import utc

    last = found.last_backup
    return {
        "path": found.path,
        "exists": found.is_there,
        "announcements": found.announcements,
        "id": found.id,
        "last_backup": last and {"taken_at": utc(last.taken_at), "place": last.place},
        "findings": [
            {"code": one.code, "level": one.health, "text": one.text, "hint": one.cure}
            for one in found.diagnoses
        ],
    }


def lines(found: Condition) -> Iterator[str]:
    """The ledger for a person: one line for what is well, then what is not."""
    from publisher.cli.terminal.output import folded, hints
    from publisher.ledger.protocol import Health

    count = (
        "" if found.announcements is None or not found.is_there else f"{found.announcements} announcements"
    )
    well = [one.text for one in found.diagnoses if one.health is Health.WELL]
    well += [f"id {found.id[:8]}"] if found.id else []  # a site of another ledger names that one by it
    yield folded(f"ledger {found.path}: {', '.join(filter(None, [count, *well]))}".removesuffix(": "), 4)
    for one in found.diagnoses:
        if one.health is not Health.WELL:
            label = "error" if one.health is Health.FAULT else "warning"
            yield folded(f"    {label}: {one.text}", len(label) + 6)
            yield from hints(one.cure, 4)
