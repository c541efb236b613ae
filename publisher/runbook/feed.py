"""The status sites: made anew from the ledger, where what was deleted or edited by hand comes back; and served."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.adapter.contract import Adopting, Building, Built, Served, Shown
from publisher.adapter.registry import adapter_for
from publisher.model.errors import Refused
from publisher.model.outcome import ChannelError
from publisher.runbook.opening import looked_into

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.history import Origin
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk
    from publisher.settings.config import Config

__all__ = ["Built", "build", "served"]


def build(assembly: Assembly, desk: Desk, *, adopt: bool) -> dict[str, Built]:
    """Every file of every channel that has a site, by channel; ``adopt`` takes over what another ledger wrote.

    Raises Refused where there is no such channel, or one's files cannot be written; LedgerFault.
    """
    sites = _sites(assembly)
    with looked_into(assembly, desk) as ledger:
        return {
            name: _built(name, channel, ledger, assembly, desk, adopt=adopt)
            for name, channel in sites.items()
        }


def served(config: Config, channel: str | None) -> tuple[Served, Path]:
    """What a channel shows, and the folder it lies in. Raises Refused where there is none, or more than one."""
    adapters = {
        name: (adapter, settings)
        for name, settings in config.channels.items()
        if channel in (None, name) and issubclass(adapter := adapter_for(settings.type), Shown)
    }
    if len(adapters) != 1:
        known = ", ".join(adapters) or "none"
        raise Refused(f"which folder is to be served? Channels with one: {known}", hint="--channel NAME")
    [(adapter, settings)] = adapters.values()
    site = adapter.site(settings)
    if "://" in site.directory:
        raise Refused(f"{site.directory} is no local folder: whoever keeps it serves it")
    return site, config.root / site.directory


def _sites(assembly: Assembly) -> dict[str, Building]:
    opened = {
        name: assembly.channels.adapter(name)
        for name in assembly.config.channels
        if assembly.channels.is_open(name)
    }
    sites: dict[str, Building] = {
        name: channel for name, channel in opened.items() if isinstance(channel, Building)
    }
    if not sites:
        raise Refused("no channel that can be built is configured", hint='add one with type = "feed"')
    return sites


def _named(origin: Origin) -> str:
    return origin.name or f"the ledger with the id {(origin.id or '')[:8]}"


def _built(
    name: str, channel: Building, ledger: Ledger, assembly: Assembly, desk: Desk, *, adopt: bool
) -> Built:
    try:
        before = channel.adopt() if adopt and isinstance(channel, Adopting) else None
        if before:
            desk.note(f"{name} was written from {_named(before)} and belongs to {ledger.name} now")
        read = partial(assembly.channels.as_read, name)
        return channel.build((ref, read(ledger.history_of(ref))) for ref in ledger.refs())
    except ChannelError as error:
        raise Refused(f"{name}: {error}", hint=error.cure) from None
