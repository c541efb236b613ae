"""What a command begins with: the configuration found and read, the ledger opened, the reference understood."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.runbook.assembly import Assembly
    from publisher.settings.config import Config


def load(context: typer.Context, config: Path | None) -> Config:
    """The configuration, from ``--config`` before or after the verb or from where it is looked for."""
    from publisher.adapter import registry
    from publisher.settings import config as configuration

    named, here = config or context.obj, Path.cwd()
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


def opened(assembly: Assembly, *, write: bool) -> Ledger:
    """The ledger, said to be missing where it was never configured nor written. Raises LedgerFault where it was."""
    from publisher.cli.terminal import output
    from publisher.ledger import is_kept
    from publisher.runbook.ledger import existing, no_ledger

    ledger = existing(assembly.config, write=write)
    if not is_kept(assembly.ledger_path):
        output.log(f"note: {no_ledger(assembly.config)}: nothing has been announced from here")
    return ledger


def doubt_restored(assembly: Assembly, ledger: Ledger) -> None:
    """Say so where the ledger is an older copy that was put back, and trust nothing in it that is not delivered."""
    from publisher.cli.terminal import output
    from publisher.delivery.recovery import doubt_restored

    if doubt_restored(ledger, is_open=assembly.channels.is_open, terms=assembly.channels.terms):
        output.log(f"note: the ledger {ledger.name} is older than it was: an old copy has been put back")
        output.log("note: what is unsent in it is looked for first; what was announced since is not in it")


def refuse_after_restore(ledger: Ledger, *, again: str | None) -> None:
    """What was announced between the copy and its return is not known here, so for a day a person has to look.

    Raises Refused.
    """
    from datetime import UTC, datetime

    from publisher.model.errors import Refused
    from publisher.planning.initial import SAME_CONTENT

    restored = ledger.restored_at
    if restored and datetime.now(UTC) - restored < SAME_CONTENT and not again:
        raise Refused(
            "an old copy of the ledger has been put back, so this may have been announced before",
            hint='look at the channels; if it is not there, add --again "not announced yet"',
        )


def reference(ledger: Ledger, config: Config, typed: str) -> str:
    """The known reference a person meant. Raises Refused, naming the nearest."""
    from publisher.model import reference as references
    from publisher.model.errors import Refused
    from publisher.settings.nearest import nearest

    ref = references.understood(typed, config.publisher.reference_prefix)
    if ref and ledger.knows(ref):
        return ref
    close = nearest(ref or typed.upper(), ledger.refs())
    hint = f"did you mean {close}?" if close else "announce list shows the announcements"
    raise Refused(f"unknown reference {typed!r}", hint=hint)
