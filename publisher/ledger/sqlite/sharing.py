"""Who may write the ledger: its owner alone, or a group that shares one host. All that lies beside it follows it."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from publisher.ledger.sqlite.plain import appear, opened
from publisher.model.commands import command, shell
from publisher.model.errors import LedgerFault
from publisher.settings.trust import group_name, user_name

FILE, FOLDER = 0o660, 0o2770
"""What a group needs. In a folder with the setgid bit the group of a journal is right from its first moment on."""


def keep(path: Path, group: int | None) -> os.stat_result:
    """Make the ledger's file, if need be; for nobody but its owner, or for a group. Raises OSError.

    Returns which file that is.

    A folder that is made for it is shared, too; one that was there is left as it is: others may use it.
    """
    is_new = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_new and group is not None:
        os.chown(path.parent, -1, group)
        path.parent.chmod(FOLDER)
    if group is not None:
        appear(path, FILE, group)
    handle = opened(path, os.O_RDWR | os.O_CREAT)
    try:
        _keep(handle, group)
        return os.fstat(handle)
    finally:
        os.close(handle)


def _keep(handle: int, group: int | None) -> None:
    status = os.fstat(handle)
    with suppress(PermissionError):  # a colleague's file
        if group is not None:
            if (status.st_gid, stat.S_IMODE(status.st_mode)) != (group, FILE):
                os.fchown(handle, -1, group)
                os.fchmod(handle, FILE)
        elif status.st_mode & stat.S_IRWXO:
            os.fchmod(handle, stat.S_IMODE(status.st_mode) & ~stat.S_IRWXO)


def opened_alike(path: Path, flags: int, ledger: Path) -> int:
    """The descriptor of a file beside the ledger, made if need be, for everybody who may write the ledger.

    Raises OSError, NotPlain.
    """
    kept = ledger.lstat()
    appear(path, kept.st_mode & FILE, kept.st_gid)
    handle = opened(path, flags | os.O_CREAT)
    with suppress(OSError):  # a colleague's file
        status = os.fstat(handle)
        if status.st_gid != kept.st_gid:
            os.fchown(handle, -1, kept.st_gid)
        if stat.S_IMODE(status.st_mode) != kept.st_mode & FILE:
            os.fchmod(handle, kept.st_mode & FILE)
    return handle


MOUNT_IT = "mount it for writing; one that turned read-only by itself is failing: see dmesg"
"""The cure of a disk."""


def disk_is_read_only(ledger: Path, error: Exception) -> bool:
    """Whether what failed did so because nothing can be written on the ledger's disk."""
    is_sqlite = isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in _BARRED
    if getattr(error, "errno", None) == errno.EROFS:
        return True
    if not is_sqlite or not hasattr(os, "statvfs"):  # a path that is too long cannot even be asked about
        return False
    nearest = next(folder for folder in ledger.parents if folder.exists())
    return bool(os.statvfs(nearest).f_flag & os.ST_RDONLY)


def barred(ledger: Path, error: Exception) -> LedgerFault | None:
    """What the engineer reads where permissions are in the way: of which file, and whose it is; None where not."""
    is_sqlite = isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in _BARRED
    if not hasattr(os, "geteuid") or not (is_sqlite or isinstance(error, PermissionError)):
        return None
    named = [Path(error.filename)] if isinstance(error, PermissionError) and error.filename else []
    place = _closed(ledger, named)
    if place is None:
        return None
    status = place.stat()
    mode, owner = f"{stat.S_IMODE(status.st_mode):04o}", user_name(status.st_uid)
    return LedgerFault(
        f"the ledger {ledger} cannot be used: {place} belongs to {owner}"
        f" (group {group_name(status.st_gid)}, mode {mode}), and {user_name(os.geteuid())} may not read and write it",
        hint="a team shares one ledger by [publisher] group"
        f"\ntyped by {owner}, this says what is missing: {command('ledger', 'check')}",
    )


_BARRED = frozenset({sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


def _closed(ledger: Path, named: Sequence[Path]) -> Path | None:
    """The first of the ledger's places, from outside to inside, that this user may not use."""
    entered = next((one for one in reversed(ledger.parents) if _lacks(one, os.X_OK)), None)
    if entered:
        return entered
    journal = ledger.with_name(f"{ledger.name}-journal")
    nearest = next(folder for folder in ledger.parents if folder.exists())
    return next((one for one in (*named, ledger, journal, nearest) if _lacks(one, os.R_OK | os.W_OK)), None)


def _lacks(path: Path, right: int) -> bool:
    """Whether something is there, and this user has not that right to it."""
    return path.exists() and not os.access(path, right, effective_ids=True)


def closed_to(group: int, path: Path) -> str | None:
    """The command that lets a group write a file or a folder as it must; None where it may."""
    status = path.stat()
    wanted = FOLDER if stat.S_ISDIR(status.st_mode) else FILE
    if status.st_gid == group and status.st_mode & wanted & ~0o700 == wanted & ~0o700:
        return None
    return f"{shell('chgrp', group_name(group), path)}; {shell('chmod', f'{wanted:o}', path)}"
