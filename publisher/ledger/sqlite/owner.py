"""One owner at a time: an OS lock per announcement, which the kernel drops when its holder dies."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from publisher.ledger.sqlite.files import fault
from publisher.ledger.sqlite.plain import NotPlain, not_plain, whose
from publisher.ledger.sqlite.sharing import opened_alike
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.settings.person import user


@contextmanager
def owning(ledger: Path, ref: str) -> Iterator[None]:
    """Hold one announcement. Raises Refused, naming the holder, where another process is sending it; LedgerFault.

    Not a time lease: a suspended laptop outlives any lease, and a killed process leaves none of this behind.
    """
    path = ledger.with_name(f"{ledger.name}.{ref}.lock")
    try:
        handle = _held(path, ref, ledger)
    except NotPlain as error:
        raise not_plain(ledger, path, str(error.strerror)) from None
    except OSError as error:
        raise fault(ledger, error) from None
    try:
        with suppress(OSError):  # a full disk: the lock holds without a name in it
            os.ftruncate(handle, 0)
            os.pwrite(handle, _holder().encode(), 0)
        yield
    finally:
        with suppress(OSError):  # whatever ended the command: a colleague must not find it
            path.unlink(missing_ok=True)
        os.close(handle)


def _holder() -> str:
    """``process 4711 on jump1 (anna)``: whom a colleague has to ask."""
    return f"process {os.getpid()} on {socket.gethostname()} ({user()})"


def _held(path: Path, ref: str, ledger: Path) -> int:
    """The file at ``path``, locked. Raises Refused.

    A holder takes the file away when it is done. Whoever had opened it by then would lock what nobody else can
    find, so such a lock is given up for the file that stands there now.
    """
    while True:
        handle = opened_alike(path, os.O_RDWR, ledger)  # whoever may write the ledger may take its locks
        if stranger := whose(os.fstat(handle), ledger):
            os.close(handle)
            raise NotPlain(errno.EEXIST, stranger, str(path))
        if not _locked(handle):
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise Refused(
                f"{ref} is being sent by {holder}",
                hint=f"wait for it, then type the command again\nto go on with what it left: {command('resume', ref)}",
            )
        if _stands_at(path, handle):
            return handle
        os.close(handle)


def _stands_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


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
