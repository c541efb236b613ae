"""``announce config show``: which files a run obeys and writes, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.places import Place

config = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@config.callback()
def described() -> None:
    """The configuration: where it is, what it leads to, and whose that is."""


@config.command()
def show(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Name configuration, ledger, templates, cache and other packages' adapters, and who owns each."""
    from msgspec import structs

    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.places import places

    found = places(load(context, config))
    if json:
        output.data_json({"exit_code": 0, "places": [structs.asdict(place) for place in found]})
    else:
        output.data("\n".join(map(_line, found)))
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
