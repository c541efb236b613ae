"""``announce templates``: which texts are taken, what they say, and a copy of one to change."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption

templates = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `list` has it: short.txt.")]


@templates.callback()
def described() -> None:
    """The texts that customers read, as files: ours, and your own instead of them."""


@templates.command("list")
def listed(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Name every template, and whose file is taken."""
    from msgspec import structs

    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.templates import templates as every

    found = every(load(context, config))
    if json:
        output.data_json({"exit_code": 0, "templates": [structs.asdict(one) for one in found]})
    else:
        output.data("\n".join(f"{one.name:<18} {one.path if one.own else 'packaged'}" for one in found))
    return 0


@templates.command()
def show(context: typer.Context, name: Name, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Print the template that is taken."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.templates import text_of

    text = text_of(load(context, config), name)
    if json:
        output.data_json({"exit_code": 0, "name": name, "text": text})
    else:
        output.data(text.rstrip("\n"))
    return 0


@templates.command()
def eject(
    context: typer.Context, name: Name, *, json: JsonOption = False, config: ConfigOption = None
) -> int:
    """Copy a packaged template into your folder, to be changed there; `de/short.txt` is for German alone."""
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.model.commands import command
    from publisher.runbook.templates import eject as ejected

    path = ejected(load(context, config), name)
    if json:
        output.data_json({"exit_code": 0, "path": str(path)})
    else:
        output.data(f"{path}\nchange it there, then: {command('check')}")
    return 0
