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

from publisher.model.commands import command, shell
from publisher.model.errors import LedgerFault
from publisher.settings.trust import ROOT, removal, user_name

_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)

_TELLING = {errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.EACCES}
"""Faults of opening of which the cause may be what stands there; a pipe may be closed to us besides."""


class NotPlain(OSError):
    """A link, a pipe, a device, a folder, a file that has another name as well, or a stranger's."""


def opened(path: Path, flags: int) -> int:
    """The descriptor of a plain file; made for its owner alone where ``flags`` say so. Raises OSError, NotPlain."""
    try:
        handle = os.open(path, flags | _SAFELY, 0o600)
    except OSError as error:
        if error.errno in _TELLING and (problem := _what(path.lstat())):
            raise NotPlain(error.errno, problem, str(path)) from None
        raise
    if problem := _what(os.fstat(handle)):
        os.close(handle)
        raise NotPlain(errno.EEXIST, problem, str(path))
    return handle


def uri(path: Path, mode: str) -> str:
    """How SQLite is told to open a file only to read it (``ro``), or only where it is there (``rw``)."""
    return f"{path.absolute().as_uri()}?mode={mode}"


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
    """Raises LedgerFault where the ledger, what belongs to it, or the folder is not what it should be.

    A mark of a stranger's would have a good ledger doubted, and a journal of one would rewrite it.
    """
    from publisher.ledger.sqlite.mark import beside  # it opens its own file with what stands here

    _refuse_folder(ledger)
    _refuse_above(ledger)
    for path in (ledger, ledger.with_name(f"{ledger.name}-journal"), beside(ledger)):
        with suppress(OSError):
            status = path.lstat()
            if problem := _what(status) or (whose(status, ledger) if os.access(path, os.R_OK) else None):
                raise not_plain(ledger, path, problem)
            if status.st_mode & stat.S_IWOTH:
                raise LedgerFault(
                    f"{path} cannot be trusted: everybody on this machine may write it",
                    hint=f"{shell('chmod', 'o-w', path)}\n"
                    f"then, to see whether the ledger is whole: {command('ledger', 'check')}",
                )


def refuse_exchanged(ledger: Path, before: os.stat_result, came_to: Path) -> None:
    """Raises LedgerFault unless it is the file ``before`` that SQLite has opened, by the path that it ``came_to``.

    SQLite takes a path, and follows links even out of ``/proc/self/fd``: no descriptor can be handed to it. So what it
    has opened is held against what was looked at: the path without its links, the file that stands there, and what this
    process has open.
    """
    with suppress(OSError):
        is_its_own = _without_links(came_to) == _without_links(ledger)
        if is_its_own and os.path.samestat(before, ledger.lstat()) and _is_open(before):
            return
    raise LedgerFault(
        f"the ledger {ledger} was exchanged for something else while it was opened",
        hint=f"see who writes in {ledger.parent}; then type the command again",
    )


def _without_links(path: Path) -> Path:
    """The path with no link in its folders; its last name stays what it is."""
    return path.parent.resolve() / path.name


def _is_open(file: os.stat_result) -> bool:
    """Whether this process has that file open; True where the system does not tell."""
    try:
        listed = list(_OPEN.iterdir())
    except OSError:
        return True
    for one in listed:
        with suppress(OSError):  # the folder itself was open while it was listed
            if os.path.samestat(file, one.stat()):
                return True
    return False


_OPEN = Path("/proc/self/fd")
"""Linux lists there what this process has open."""


def not_plain(ledger: Path, path: Path, problem: str) -> LedgerFault:
    """What the engineer reads of something that is no plain file."""
    if path != ledger:
        return LedgerFault(
            f"{path}, beside the ledger, {problem}",
            hint=f"see who put it there, then remove it: {removal(path)}",
        )
    cure = "[publisher] ledger must name a plain file of yours by its only name; a team shares one by a group"
    if ledger.is_symlink():
        cure = f'name the file itself: [publisher] ledger = "sqlite:///{ledger.resolve()}"'
    return LedgerFault(f"the ledger {ledger} {problem}", hint=cure)


def _refuse_folder(ledger: Path) -> None:
    """Whoever may write the folder may put another ledger there."""
    if os.path.lexists(ledger.parent) and not ledger.parent.is_dir():
        raise LedgerFault(
            f"the ledger {ledger} cannot be used: {ledger.parent} is no folder",
            hint=f"see what it is, then remove it: {removal(ledger.parent)}",
        )
    with suppress(OSError):
        folder = ledger.parent.stat()
        if folder.st_mode & stat.S_IWOTH:
            raise LedgerFault(
                f"the ledger {ledger} cannot be trusted: everybody on this machine may write in {ledger.parent}",
                hint=f"a team shares one ledger by [publisher] group; else: {shell('chmod', 'o-w', ledger.parent)}",
            )
        if not _is_ours(folder) and os.access(ledger.parent, os.W_OK):
            raise LedgerFault(
                f"the ledger {ledger} cannot be trusted: {ledger.parent} belongs to another user"
                f" ({user_name(folder.st_uid)})",
                hint=f"run announce as {user_name(folder.st_uid)}; a team shares one ledger by [publisher] group",
            )


def _refuse_above(ledger: Path) -> None:
    """Whoever may rename a folder above it may put another ledger in its place, journal included."""
    for folder in ledger.parent.resolve().parents:
        with suppress(OSError):
            if folder.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
                raise LedgerFault(
                    f"the ledger {ledger} cannot be trusted: everybody on this machine may rename what is in {folder}",
                    hint=shell("chmod", "o-w", folder),
                )


def _is_ours(status: os.stat_result) -> bool:
    """Whether it is this user's, root's, or shared with a group that this user is in, as root is in all."""
    if not hasattr(os, "geteuid") or status.st_uid in {ROOT, os.geteuid()}:
        return True
    is_in = os.geteuid() == ROOT or status.st_gid in {os.getegid(), *os.getgroups()}
    return is_in and bool(status.st_mode & stat.S_IRGRP)


def whose(status: os.stat_result, ledger: Path) -> str | None:
    """The same for a stranger's file. Whose the ledger is, is none: it is asked of the ledger itself."""
    kept = ledger.lstat()
    if _is_ours(status) or (status.st_uid == kept.st_uid and not os.path.samestat(status, kept)):
        return None
    return f"belongs to another user ({user_name(status.st_uid)})"


def _what(status: os.stat_result) -> str | None:
    """What something is that is no plain file, as words that follow its name; None where it is one."""
    if stat.S_ISREG(status.st_mode):
        return "has another name as well (a hard link)" if status.st_nlink > 1 else None
    kinds = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFDIR: "folder", stat.S_IFSOCK: "socket"}
    return f"is a {kinds.get(stat.S_IFMT(status.st_mode), 'device')}, not a plain file"
