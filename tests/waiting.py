"""Who would have to wait: every opening, lock and pause is looked at, however quick or busy the machine is."""

from __future__ import annotations

import builtins
import fcntl
import io
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

_HOLDS_NOBODY = os.O_NONBLOCK | os.O_DIRECTORY | os.O_EXCL
"""With any of these an opening comes back at once, whatever stands there."""

MOST_SECONDS = 1.0
"""Of this process's own work; a look takes a twentieth, and who reads a device without an end never comes to one."""


@contextmanager
def nobody_waits(root: Path) -> Iterator[None]:
    """Raises AssertionError for whatever could wait beneath ``root``, also where the caller passes over faults."""
    watch, began = _Watch(root), time.process_time()
    with (
        patch.object(os, "open", watch.opens),
        patch.object(io, "open", watch.reads),
        patch.object(builtins, "open", watch.reads),
        patch.object(fcntl, "flock", watch.locks),
        patch.object(sqlite3, "connect", watch.connects),
        patch.object(time, "sleep", watch.sleeps),
    ):
        yield
    assert watch.waited == []
    assert time.process_time() - began < MOST_SECONDS


class _Watch:
    """Stands before what may wait, and does it only where it does not."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._opening, self._reading, self._connecting = os.open, io.open, sqlite3.connect
        self._locking = fcntl.flock
        self.waited: list[str] = []

    def opens(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        is_ours = more.get("dir_fd") is not None or self._is_ours(path)
        if is_ours and not flags & _HOLDS_NOBODY:
            self._hold(f"{path} is opened as if nobody could have put a pipe there")
        return self._opening(path, flags, *rest, **more)

    def reads(self, file: Any, *rest: Any, **more: Any) -> Any:
        if not isinstance(file, int) and not more.get("opener") and self._is_ours(file):
            self._hold(f"{file} is opened as if nobody could have put a pipe there")
        return self._reading(file, *rest, **more)

    def locks(self, handle: Any, operation: int) -> None:
        if not operation & (fcntl.LOCK_NB | fcntl.LOCK_UN):
            self._hold("a lock is waited for")
        self._locking(handle, operation)

    def connects(self, path: Any, *rest: Any, **more: Any) -> Any:
        """SQLite opens what stands there, whatever it is."""
        ledger = Path(str(path).removeprefix("file://").partition("?")[0])
        for one in (ledger, ledger.with_name(f"{ledger.name}-journal")):
            if os.path.lexists(one) and not stat.S_ISREG(one.lstat().st_mode):
                self._hold(f"SQLite opens {one}")
        return self._connecting(path, *rest, **more)

    def sleeps(self, seconds: float) -> None:
        self._hold(f"a pause of {seconds} s")

    def _is_ours(self, path: Any) -> bool:
        return Path(os.fsdecode(path)).is_relative_to(self._root)

    def _hold(self, what: str) -> None:
        self.waited.append(what)
        raise AssertionError(what)
