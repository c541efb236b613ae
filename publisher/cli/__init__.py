"""The command line: parse, call, print, exit code. No rules inside.

A command's module imports what it needs inside its functions: ``--help`` loads typer and nothing else.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

SWITCH_SECONDS = 0.1
"""How long a thread may compute before others insist on their turn.

Each of 500 threads that wait for theirs would else wake up every 5 ms, which costs more than what they do. They
give it up by themselves whenever they wait for the network, the disk or a lock.
"""


def main() -> NoReturn:
    """Run the command line and leave at once: no teardown stands between the last answer and the prompt."""
    gc.disable()  # a run lasts seconds, and what it imports is no garbage: a tenth of the start-up time
    sys.setswitchinterval(SWITCH_SECONDS)

    if sys.argv[1:] == ["--version"]:
        leave(_version())
    if sys.argv[1:2] == ["--words"]:
        leave(_words())
    from publisher.cli.app import run

    leave(run(sys.argv[1:]))


def _version() -> int:
    """What ``app`` prints for it as well, beside other options; without typer, which takes three times as long."""
    from publisher.cli.terminal import output
    from publisher.cli.version import versions

    output.prepare()
    output.data(versions())
    return 0


def _words() -> int:
    """What the scripts of ``completion`` ask for at every Tab; no option of the command line, and in no help."""
    from publisher.cli.terminal import output
    from publisher.cli.words import words

    output.prepare()
    for word in words(sys.argv[2:]):
        output.data(word)
    return 0


def leave(code: int) -> NoReturn:
    """Flush and end the process, whatever threads still hang in a name look-up; 1 where the answer did not get out."""
    from publisher.cli.terminal import output

    if lost := output.flush():
        output.log(f"error: the answer cannot be printed: {lost.strerror}")
        from publisher.model.commands import command

        output.log(*output.hints(f"what was recorded stands, and is shown by: {command('list')}"))
        code = code or 1
    os._exit(code)
