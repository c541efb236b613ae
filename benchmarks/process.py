"""One program run once: how long, how much, and when its work was done."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is run, and what it must have brought about."""

    words: Sequence[str]
    environ: Mapping[str, str]
    posts: int = 0
    """How many posts the server must have received."""
    written: Path | None = None
    """A file that it must have written: a channel like the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run. Times in seconds."""

    wall: float
    cpu: float
    rss: float
    """Peak resident memory, MiB."""
    told: float | None
    """From the process's start until the last channel had received its post; None where nothing is sent."""
    tail: float | None
    """From the last answer to the process's end."""


class RunFailed(Exception):
    """A program did not do what is being measured."""


def measured(command: Command, server: Server, log: Path) -> Sample:
    """Run it to its end. Raises RunFailed where it did less than it should."""
    apart = time.time() - time.monotonic()
    with log.open("wb") as stream:
        started = time.monotonic()
        process = subprocess.Popen(
            command.words, env=command.environ, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
        _, status, usage = os.wait4(process.pid, 0)
        ended = time.monotonic()
    process.returncode = os.waitstatus_to_exitcode(status)
    moments = [call.received for call in server.calls if call.visible]
    if process.returncode or len(moments) != command.posts:
        told = f"exit code {process.returncode}, {len(moments)} of {command.posts} posts"
        raise RunFailed(f"{' '.join(command.words[:3])} …: {told}\n{log.read_text(errors='replace')}")
    answered = max((call.answered for call in server.calls), default=None)
    if command.written:
        moments.append(_written(command.written, apart, since=started))
    return Sample(
        wall=ended - started,
        cpu=usage.ru_utime + usage.ru_stime,
        rss=usage.ru_maxrss / 1024,
        told=max(moments) - started if moments else None,
        tail=ended - answered if answered else None,
    )


def _written(path: Path, apart: float, *, since: float) -> float:
    """When the file got its name, by the clock of `time.monotonic`; the kernel's is up to 4 ms behind."""
    moment = path.stat().st_ctime_ns / 1e9 - apart
    if moment < since - 0.02:
        raise RunFailed(f"{path} was not written")
    return moment
