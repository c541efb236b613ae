"""Whether other programs left the machine alone while one was measured. Linux tells; elsewhere nobody looks."""

from __future__ import annotations

import os
import time
from pathlib import Path

SHARE = 0.1
"""Of a core: others may take so much without spoiling a sample."""

LOOK_SECONDS = 0.25
_STAT = Path("/proc/stat")


class Others:
    """What the other programs of this machine compute, from now on."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._busy = _busy()
        self._ours = time.process_time()

    def disturb(self, measured: float = 0.0) -> bool:
        """Whether they took more than their share since then; ``measured`` seconds of CPU were not theirs."""
        passed = time.monotonic() - self._since
        theirs = _busy() - self._busy - (time.process_time() - self._ours) - measured
        return theirs > SHARE * passed + 2 / _ticks()


def wait(most: float) -> None:
    """Until they leave the machine alone for a moment, at most so many seconds."""
    ends = time.monotonic() + most
    while time.monotonic() < ends:
        others = Others()
        time.sleep(LOOK_SECONDS)
        if not others.disturb():
            return


def _busy() -> float:
    """Seconds that all cores together have computed since the start, other guests' share of them included."""
    if not _STAT.exists():
        return 0.0
    user, nice, system, _idle, _disk, irq, softirq, steal = map(int, _STAT.read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _ticks()


def _ticks() -> int:
    return os.sysconf("SC_CLK_TCK")
