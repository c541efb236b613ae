"""What stands in a ledger's folder is taken for what it should be only if it is: a plain file, by one name.

A team's folder is writable for all of the team. A link there would have us write over a file of our own somewhere
else, a pipe would hold us for ever, and a ledger with two names would have two sets of locks.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from publisher.model.errors import LedgerFault
from publisher.settings.trust import ROOT, user_name

_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class NotPlain(OSError):
    """A link, a pipe, a device, a folder, or a file that has another name as well."""


def opened(path: Path, flags: int) -> int:
    """The descriptor of a plain file; made for its owner alone where ``flags`` say so. Raises OSError, NotPlain."""
    try:
        handle = os.open(path, flags | _SAFELY, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
            raise NotPlain(error.errno, _what(path.lstat()) or str(error.strerror), str(path)) from None
        raise
    if problem := _what(os.fstat(handle)):
        os.close(handle)
        raise NotPlain(errno.EEXIST, problem, str(path))
    return handle


def appear(path: Path, mode: int, group: int) -> None:
    """Let an empty file of that mode and group appear at once, where nothing is; best effort.

    A process killed between making a file and opening it to its colleagues would leave one that keeps them out. Where
    this cannot be (no Linux, NFS, no /proc), nothing is made, and whoever opens it makes it in two steps.
    """
    if os.path.lexists(path):
        return
    with suppress(OSError, AttributeError):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            handle = os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                os.fchown(handle, -1, group)
                os.fchmod(handle, mode)
                os.link(f"/proc/self/fd/{handle}", path.name, dst_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(handle)
        finally:
            os.close(folder)


def refuse_strange(ledger: Path) -> None:
    """Raises LedgerFault where the ledger, what belongs to it, or the folder is not what it should be."""
    from publisher.ledger.sqlite.mark import beside  # it opens its own file with what stands here

    _refuse_folder(ledger)
    for path in (ledger, ledger.with_name(f"{ledger.name}-journal"), beside(ledger)):
        with suppress(OSError):
            status = path.lstat()
            if problem := _what(status):
                raise not_plain(ledger, path, problem)
            if path == ledger and not _is_ours(status) and os.access(path, os.R_OK):
                raise LedgerFault(
                    f"the ledger {ledger} belongs to another user ({user_name(status.st_uid)})",
                    hint="see whose it is: a team shares one through a group, and nobody writes a stranger's",
                )


def not_plain(ledger: Path, path: Path, problem: str) -> LedgerFault:
    """What the engineer reads of something that is no plain file."""
    if path != ledger:
        return LedgerFault(
            f"{path}, beside the ledger, {problem}", hint=f"see who put it there, then remove it: rm {path}"
        )
    cure = "[publisher] ledger must name a plain file by its only name"
    if ledger.is_symlink():
        cure = f'name the file itself: [publisher] ledger = "sqlite:///{ledger.resolve()}"'
    return LedgerFault(f"the ledger {ledger} {problem}", hint=cure)


def _refuse_folder(ledger: Path) -> None:
    """Whoever may write the folder may put another ledger there."""
    with suppress(OSError):
        folder = ledger.parent.stat()
        if folder.st_mode & stat.S_IWOTH:
            raise LedgerFault(
                f"the ledger {ledger} cannot be trusted: everybody on this machine may write in {ledger.parent}",
                hint=f"chmod o-w {ledger.parent}; a team shares one ledger by [publisher] group",
            )
        if not _is_ours(folder) and os.access(ledger.parent, os.W_OK):
            raise LedgerFault(
                f"the ledger {ledger} cannot be trusted: {ledger.parent} belongs to another user"
                f" ({user_name(folder.st_uid)})",
                hint=f"run announce as {user_name(folder.st_uid)}; a team shares one ledger by [publisher] group",
            )


def _is_ours(status: os.stat_result) -> bool:
    """Whether it is this user's, root's, or shared with a group that this user is in, as root is in all."""
    if not hasattr(os, "geteuid") or status.st_uid in {ROOT, os.geteuid()}:
        return True
    is_in = os.geteuid() == ROOT or status.st_gid in {os.getegid(), *os.getgroups()}
    return is_in and bool(status.st_mode & stat.S_IRGRP)


def _what(status: os.stat_result) -> str | None:
    """What something is that is no plain file, as words that follow its name; None where it is one."""
    if stat.S_ISREG(status.st_mode):
        return "has another name as well (a hard link)" if status.st_nlink > 1 else None
    kinds = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFDIR: "folder", stat.S_IFSOCK: "socket"}
    return f"is a {kinds.get(stat.S_IFMT(status.st_mode), 'device')}, not a plain file"
