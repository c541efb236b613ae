"""``announce sandbox``: the platforms' loopback doubles, and a page that shows what was posted."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from publisher.cli.signals import Stopped


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes any free one.")
    ] = 8425,
    folder: Annotated[Path, typer.Option("--dir", help="Where the example configuration is written.")] = Path(
        "announce-sandbox"
    ),
) -> int:
    """Serve doubles of WordPress, WHMCS, Facebook and X on loopback until interrupted."""
    from publisher.cli.terminal import output
    from publisher.model.commands import command, keep
    from publisher.model.errors import Refused

    doubles: Any = importlib.import_module("announce_sandbox")
    try:
        running = doubles.start(port=port)
    except OSError as error:
        raise Refused(f"the sandbox cannot start: {error}", hint="--port 0 takes any free port") from None
    try:
        config, kept = doubles.write_example(folder, running), doubles.differences(folder, running)
    except OSError as error:
        raise Refused(f"no example can be written: {error}", hint="--dir names another folder") from None
    with running:
        running.serve(
            folder / "public"
        )  # where the example's feed channel writes: the links in the posts work
        output.data(f"sandbox: {running.url}/")
        output.data(f"configuration: {config}")
        for difference in kept:
            output.log(output.folded(f"note: {difference}", 6))
        if kept:
            fresh = str(folder.with_name(f"{folder.name}-fresh"))
            output.log(*output.hints(f"a fresh example, elsewhere: {command('sandbox', '--dir', fresh)}"))
        keep(str(config))
        output.data(f"try: {command('urgent', '--preset', 'kernel', '--start', '+30m')}")
        _wait()
    return 0


def _wait() -> None:
    try:
        threading.Event().wait()
    except Stopped:
        return
