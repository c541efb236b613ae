"""The command line: parse, call, print, exit code. No rules inside.

A command's module imports what it needs inside its functions: ``--help`` loads typer and nothing else.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave at once: no teardown stands between the last answer and the prompt."""
    from publisher.cli.app import run

    leave(run(sys.argv[1:]))


def leave(code: int) -> NoReturn:
    """Flush and end the process, whatever threads still hang in a name look-up."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # the reader is gone; the outcome is on disk all the same
            continue
    os._exit(code)
