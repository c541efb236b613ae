"""``announce config``: which files a run obeys and writes, whose they are, and every value that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.places import Place

config = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@config.callback()
def described() -> None:
    """The configuration: where it is, what it leads to, whose that is, and what it says."""


@config.command()
def show(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Name the files that are obeyed and whose each is; then every value that holds, defaults too. Shows no secret."""
    from msgspec import structs

    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.effective import effective, lines
    from publisher.runbook.places import places

    read = load(context, config)
    found, obeyed = places(read), effective(read)
    if json:
        rows = [structs.asdict(place) for place in found]
        output.data_json({"exit_code": 0, "places": rows} | structs.asdict(obeyed))
    else:
        output.data("\n".join([*map(_line, found), *lines(obeyed)]))
    return 0


def _line(place: Place) -> str:
    from publisher.cli.terminal.output import folded

    owned = f" ({place.owner}, mode {place.mode})" if place.owner else ""
    note = f": {place.note}" if place.note else ""
    return folded(f"{place.what:<19} {place.path or '–'}{owned}{note}", 20)


@config.command()
def schema() -> int:
    """Print the JSON Schema of announce.toml, with which editors complete and check it."""
    from publisher.cli.terminal import output
    from publisher.runbook.schema import schema as made

    output.data_json(made())
    return 0
