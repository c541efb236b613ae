"""``announce completion``: what a shell needs to complete verbs, options, names and references."""

from __future__ import annotations

from typing import Annotated

import typer


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.", show_default=False)],
) -> int:
    """Print the script by which a shell completes verbs, options, services, channels and open references."""
    from publisher.cli.shells import SCRIPTS, script
    from publisher.cli.terminal import output
    from publisher.model.errors import Refused

    if shell not in SCRIPTS:
        from publisher.settings.faults import quoted

        raise Refused(f"no completion is known for {quoted(shell)}", hint=f"known: {', '.join(SCRIPTS)}")
    output.data(script(shell).rstrip())
    return 0
