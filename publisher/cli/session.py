"""What a command begins with: the configuration found and read, and the parts of a run made from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from publisher.settings.paths import is_database

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly
    from publisher.settings.config import Config


_lent: list[Config] = []
"""What commands obey instead of a file, for as long as a drill lasts."""


@contextmanager
def lent(config: Config) -> Iterator[None]:
    """Every command obeys this configuration, whatever it names; no variable of the environment counts."""
    _lent.append(config)
    try:
        yield
    finally:
        _lent.pop()


def load(context: typer.Context, config: Path | None) -> Config:
    """The configuration, from ``--config`` before or after the verb or from where it is looked for."""
    if _lent:
        return _lent[-1]
    from publisher.adapter import registry
    from publisher.model import commands
    from publisher.settings import config as configuration

    named, here = config or context.obj, Path.cwd()
    commands.keep(str(named) if named else None)
    path = configuration.find(named, os.environ, here)
    chosen = configuration.is_chosen(path, named, os.environ, here)
    return configuration.load(path, registry.settings_for, chosen=chosen)


def assemble(
    context: typer.Context, config: Path | None, *, billed: bool = True, by: Config | None = None
) -> Assembly:
    """The configuration, or the one given by ``by``, with everything that a run needs; ``billed`` as in `Context`.

    While this machine is offline, the ledger is what was announced here since.
    """
    from publisher.cli.terminal import output
    from publisher.runbook.assembly import Assembly

    environ = {} if _lent else os.environ  # a proxy would lead elsewhere
    assembly = Assembly(
        by or _standing(load(context, config)), environ, billed=billed, ignored=_ignored(context)
    )
    output.mask_with(assembly.masker.mask)
    return assembly


def _standing(config: Config) -> Config:
    """The configuration, with what stands in for a database while this machine is offline; that is said."""
    if not config.publisher.ledger or not is_database(config.publisher.ledger):
        return config
    from publisher.runbook import offline  # only whoever has a database pays for it

    if not offline.is_offline(config):
        return config
    from publisher.cli.terminal import output

    note, hint = offline.said(config)
    output.log(output.folded(f"note: {note}", 6))
    for line in output.hints(hint):
        output.log(line)
    return offline.stood_in(config)


def _ignored(context: typer.Context) -> frozenset[str]:
    """The codes of ``--ignore``; raises Refused for one that there is not, naming the nearest."""
    codes = frozenset(context.meta.get("ignored", ()))
    if not codes:
        return codes
    from publisher.model.errors import Refused
    from publisher.model.lint import RULES
    from publisher.settings.nearest import nearest

    for code in sorted(codes - set(RULES)):
        near = nearest(code, RULES)
        raise Refused(
            f"--ignore {code}: there is no such rule", hint=f"did you mean {near}?" if near else _CODES
        )
    return codes


_CODES = "docs/configuration.md, under [lint], has the rules"
