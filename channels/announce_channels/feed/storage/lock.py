"""One writer at a time: a lock that no stranger can take, that says who holds it, and is not waited for for ever."""

from __future__ import annotations

import errno
import fcntl
import getpass
import os
import shlex
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from publisher.adapter import NotSent, Rejected

SECONDS = 30.0
"""How long another writer is waited for; a site of a thousand announcements is built in a few."""

_PAUSE = 0.05


@contextmanager
def held(handle: int, place: str, *, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock file with this descriptor, at ``place``. Raises NotSent, naming who keeps it, and Rejected.

    Who holds it writes a name into it: so it must be a plain file, and have no other name somewhere else.
    """
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise Rejected(f"{place}, the site's lock, is no plain file with one name", cure=_cure(place))
    ends = time.monotonic() + (SECONDS if seconds is None else seconds)
    while not _taken(handle):
        if time.monotonic() >= ends:
            raise NotSent(
                f"another process writes the site: {place} is held by {_holder(handle)}",
                cure="wait for it; where it hangs, end it",
            )
        time.sleep(_PAUSE)
    with suppress(OSError):  # a full disk: the lock holds without a name in it
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} ({_me()})".encode(), 0)
    yield


@contextmanager
def held_beside(state: Path, name: str, group: int | None = None) -> Iterator[None]:
    """The same for what has no folder of its own: a lock file in the folder of the ledger, which ``group`` may take.

    Raises OSError, NotSent, Rejected.
    """
    path = state / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
            raise Rejected(f"{path}, the site's lock: {error.strerror}", cure=_cure(str(path))) from error
        raise
    try:
        _share(handle, group)
        with held(handle, str(path)):
            yield
    finally:
        os.close(handle)


def _share(handle: int, group: int | None) -> None:
    """Let a colleague take the lock after us, and nobody else."""
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:  # refused as soon as it is to be held
        return
    with suppress(PermissionError):  # a colleague's
        if group is not None:
            os.fchown(handle, -1, group)
        os.fchmod(handle, 0o600 if group is None else 0o660)


def _cure(place: str) -> str:
    return f"see who put it there, then remove it: {removal(Path(place))}"


def removal(place: Path) -> str:
    """The command that takes away what stands there, a folder too."""
    return shlex.join(["rm", *(["-r"] if place.is_dir() and not place.is_symlink() else []), str(place)])


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> str:
    with suppress(OSError):
        return os.pread(handle, 200, 0).decode(errors="replace").strip() or "a process without a name"
    return "a process without a name"


def _me() -> str:
    with suppress(KeyError, OSError):
        return getpass.getuser()
    return f"user {os.getuid()}"
