"""One owner at a time: an OS lock per announcement, which the kernel drops when its holder dies."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import Refused


@contextmanager
def owning(ledger: Path, ref: str) -> Iterator[None]:
    """Hold one announcement. Raises Refused, naming the holder, where another process is sending it.

    Not a time lease: a suspended laptop outlives any lease, and a killed process leaves none of this behind.
    """
    path = ledger.with_name(f"{ledger.name}.{ref}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle):
            raise Refused(
                f"{ref} is being sent by {os.pread(handle, 200, 0).decode(errors='replace').strip()}",
                hint=f"wait for it, then: announce resume {ref}",
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        yield
        path.unlink(missing_ok=True)
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _locked(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
