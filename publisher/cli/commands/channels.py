"""``announce channels``: what is configured, and what can be promised for each."""

from __future__ import annotations

from typing import Any

import typer

from publisher.cli.options import ConfigOption, JsonOption


def channels(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """List the configured channels and what happens to a post whose answer is lost."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output

    assembly = assemble(context, config)
    rows = [_row(assembly, name) for name in assembly.config.channels]
    if json:
        output.data_json({"exit_code": 0, "channels": rows})
        return 0
    for row in rows:
        off = "" if row["enabled"] else ", switched off"
        output.data(f"{row['channel']} ({row['type']}, {row['locale']}, {row['format']}{off})")
        output.data(output.folded(f"    {row['guarantee']}", 4))
    return 0


def _row(assembly: Any, name: str) -> dict[str, Any]:
    settings, capabilities = assembly.config.channels[name], assembly.channels.capabilities(name)
    return {
        "channel": name,
        "type": settings.type,
        "enabled": settings.enabled,
        "locale": ", ".join(settings.locales(assembly.config.publisher.locale)),
        "format": capabilities.format,
        "limit": capabilities.max_length,
        "guarantee": assembly.promise(name),
    }
