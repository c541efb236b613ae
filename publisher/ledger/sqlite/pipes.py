"""A pipe that takes the place of a file of SQLite's while we look: nobody is held by it for longer than a second.

SQLite opens ledger and journal by their paths, each time anew, and opening a pipe waits for somebody at its other end:
no signal ends that, for SQLite begins again. What stands there was looked at before (`plain`); in a folder that
colleagues may write, a pipe may come afterwards. So there the places are looked at again and again, and a pipe is
opened from its other end: then SQLite goes on, cannot use it, and `files.fault` says by name what it was.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

from publisher.ledger.sqlite.plain import not_plain
from publisher.model.errors import LedgerFault

_SECONDS = 0.2
_LOOKS = 4
"""So often a pipe that cannot be opened from its other end may be seen before it is taken for good."""

_watched: set[tuple[int, Path]] = set()


def watch(ledger: Path) -> None:
    """From now on, as long as this process lives, let go of pipes in the places of ledger and journal."""
    key = os.getpid(), ledger  # a thread does not go with a fork
    if key not in _watched:
        _watched.add(key)
        threading.Thread(target=_let_go, args=(ledger,), name="pipes beside the ledger", daemon=True).start()


def _let_go(ledger: Path) -> None:
    barred = dict.fromkeys((ledger, ledger.with_name(f"{ledger.name}-journal")), 0)
    pause = threading.Event()
    while ledger.parent.is_dir():
        for place in barred:
            barred[place] = 0 if _opened(place) else barred[place] + 1
            if barred[place] >= _LOOKS:
                _end(not_plain(ledger, place, "is a pipe, not a plain file"))
        pause.wait(_SECONDS)


def _opened(place: Path) -> bool:
    """Open a pipe from its other end, so that whoever waits there goes on; False where that is not allowed."""
    with suppress(OSError):  # nothing is there, or nobody waits
        if stat.S_ISFIFO(place.lstat().st_mode):
            try:
                os.close(os.open(place, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC))
            except PermissionError:
                return False
    return True


def _end(fault: LedgerFault) -> None:
    """End the process as if it had been killed, which loses nothing: nothing else lets go of such a pipe."""
    os.write(2, f"error: {fault}\nhint: {fault.hint}\n".encode())
    os._exit(fault.exit_code)
