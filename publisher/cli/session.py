"""What a command begins with: the configuration found and read, and the parts of a run made from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly
    from publisher.settings.config import Config


def load(context: typer.Context, config: Path | None) -> Config:
    """The configuration, from ``--config`` before or after the verb or from where it is looked for."""
    from publisher.adapter import registry
    from publisher.model import commands
    from publisher.settings import config as configuration

    named, here = config or context.obj, Path.cwd()
    commands.keep(str(named) if named else None)
    path = configuration.find(named, os.environ, here)
    chosen = configuration.is_chosen(path, named, os.environ, here)
    return configuration.load(path, registry.settings_for, chosen=chosen)


def assemble(context: typer.Context, config: Path | None, *, billed: bool = True) -> Assembly:
    """The configuration with everything that a run needs; ``billed`` as in `Context`."""
    from publisher.cli.terminal import output
    from publisher.runbook.assembly import Assembly

    assembly = Assembly(load(context, config), billed=billed)
    output.mask_with(assembly.masker.mask)
    return assembly
