"""How much of the time that imports take goes to our own modules: ``python -X importtime``, added up."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from benchmarks.process import Command, RunFailed
from benchmarks.programs import announce_environment

OURS = ("publisher", "announce_channels")

_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def share(command: Command) -> float:
    """Between 0 and 1: the time that our modules took by themselves, making their classes included, of all modules'.

    Raises RunFailed where the command does.
    """
    python = str(announce_environment() / "bin/python")
    words = [python, "-X", "importtime", *command.words]
    done = subprocess.run(
        words, env=command.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RunFailed(f"exit code {done.returncode}\n{done.stderr}")
    return share_of(done.stderr)


def share_of(report: str) -> float:
    """The same from what Python has reported."""
    times = list(_times(report))
    own = sum(microseconds for name, microseconds in times if name.partition(".")[0] in OURS)
    return own / sum(microseconds for _, microseconds in times)


def _times(report: str) -> Iterator[tuple[str, int]]:
    for microseconds, name in _LINE.findall(report):
        yield name, int(microseconds)
