"""``announce feed build`` and ``announce feed serve``: the static site, made anew and shown."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.runbook.feed import Built

feed = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
)


ChannelOption = Annotated[str | None, typer.Option(help="Where there are several.", show_default=False)]


@feed.callback()
def collect_garbage() -> None:
    """The status site: build it anew from the ledger, or serve it."""
    gc.enable()  # other commands do without: these make thousands of pages, or run for months
    sys.setswitchinterval(0.005)  # Python's own: pages are written while others are made


@feed.command()
def build(
    context: typer.Context,
    *,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="Take over a site that was written from another ledger.", show_default=False
        ),
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Make every file anew from the ledger: what was deleted or edited by hand comes back."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook import feed as procedure

    assembly = assemble(context, config)
    built = procedure.build(assembly, TerminalDesk(assembly.config, as_json=json), adopt=adopt)
    if json:
        rows = [
            {"channel": name, "files": one.files, "written": one.written, "faults": list(one.faults)}
            for name, one in built.items()
        ]
        output.data_json({"exit_code": _code(built), "channels": rows})
    else:
        for name, one in built.items():
            output.data(f"{name}: {one.files} files, {one.written} written")
            for fault in one.faults:
                output.log(f"warning: {fault}")
    return _code(built)


@feed.command()
def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    channel: ChannelOption = None,
    config: ConfigOption = None,
) -> int:
    """Serve the folder of the feed channel: for a small installation, behind a proxy that does TLS, and for drills."""
    from contextlib import suppress

    from publisher.cli.session import load
    from publisher.cli.signals import Stopped
    from publisher.cli.terminal import output
    from publisher.runbook.feed import served

    site, folder = served(load(context, config), channel)
    try:
        from publisher.web.server import run
    except ImportError as error:
        from publisher.model.errors import Refused

        hint = "in a checkout: pipx install --force '.[serve]'; from a wheel: pipx install --force 'FILE.whl[serve]'"
        raise Refused(
            f"to serve the site, {error.name} is needed, which is not installed", hint=hint
        ) from None
    with suppress(Stopped):
        run(folder, links=site.links, host=host, port=port, say=output.data)
    return 0


@feed.command()
def nginx(context: typer.Context, *, channel: ChannelOption = None, config: ConfigOption = None) -> int:
    """Print nginx's settings for the site: media types, caches, and the hub's links."""
    return _printed("nginx", context, channel, config)


@feed.command()
def caddy(context: typer.Context, *, channel: ChannelOption = None, config: ConfigOption = None) -> int:
    """Print Caddy's settings for the site: media types, caches, and the hub's links."""
    return _printed("caddy", context, channel, config)


def _printed(server: str, context: typer.Context, channel: str | None, config: Path | None) -> int:
    from publisher.cli.session import load
    from publisher.cli.terminal import output
    from publisher.runbook.feed import served
    from publisher.web import settings

    site, folder = served(load(context, config), channel)
    make = {"nginx": settings.nginx, "caddy": settings.caddy}[server]
    output.data(make(site, str(folder)).rstrip())
    return 0


def _code(built: dict[str, Built]) -> int:
    return 2 if any(one.faults for one in built.values()) else 0
