"""Whether somebody else could have written what is about to be obeyed: owner and mode of files and folders.

A configuration names programs to run and hosts that get passwords, so whoever writes it acts as whoever runs it.
Permissions say nothing on Windows, and nothing is refused there.
"""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path
from typing import Any

from publisher.model.commands import shell
from publisher.settings.faults import Fault
from publisher.settings.masking import one_line

ROOT = 0
"""The number of the user root, and of its group."""


class Trust:
    """What is asked of a configuration file: its owner, who else may write it, and where it was merely found."""

    def __init__(self, path: Path, *, chosen: bool) -> None:
        """``chosen``: somebody named the file; else it was found in the current folder, which is asked too."""
        self._path = path
        self._chosen = chosen

    def fault(self, status: os.stat_result, document: dict[str, Any]) -> Fault | None:
        """What speaks against the opened file, with the cure; ``document`` is what stands in it."""
        if not hasattr(os, "geteuid"):
            return None
        group = _group_in(document)
        owners = _colleague(status, group) if self._chosen else frozenset()
        return (
            _of_file(status, self._path, group, owners)
            or self._of_link({status.st_uid, *owners})
            or (None if self._chosen else self._of_folders(group))
        )

    def _of_link(self, owners: set[int]) -> Fault | None:
        """A link that somebody else has put there chooses among our own files."""
        link = self._path.lstat()
        if not stat.S_ISLNK(link.st_mode) or link.st_uid in {ROOT, os.geteuid(), *owners}:
            return None
        cure = f"name the file itself: --config {one_line(str(self._path.resolve()))}"
        return Fault("", f"is a link of another user ({user_name(link.st_uid)})", cure)

    def _of_folders(self, group: int | None) -> Fault | None:
        """Where the file was found, and where a link to it leads: who may write there may replace it."""
        for folder in dict.fromkeys((self._path.parent, self._path.resolve().parent)):
            problem = who_else(folder.stat(), group)
            if problem:
                cure = f"if this file is yours, name it: --config ./{one_line(self._path.name)}"
                return Fault("", f"was found in {one_line(str(folder))}, which {problem}", cure)
        return None


def who_else(
    status: os.stat_result, group: int | None = None, owners: frozenset[int] = frozenset()
) -> str | None:
    """Who may write a file or folder beside this user and root, as words that follow its name; None for nobody.

    ``group`` and ``owners`` are trusted too, by number. A group of this user alone is no one else.
    """
    if status.st_uid not in {ROOT, os.geteuid(), *owners}:
        return f"belongs to another user ({user_name(status.st_uid)})"
    if status.st_mode & stat.S_IWOTH:
        return "everybody on this machine may write"
    if (
        status.st_mode & stat.S_IWGRP
        and status.st_gid not in {ROOT, group}
        and not _is_private(status.st_gid)
    ):
        return f"the group {group_name(status.st_gid)} may write"
    return None


def removal(path: Path) -> str:
    """The command that takes away what stands there, a folder too."""
    return shell("rm", *(["-r"] if path.is_dir() and not path.is_symlink() else []), path)


def user_name(number: int) -> str:
    """A user's name, else the number."""
    import pwd  # not on Windows, and needed on the way to an error only

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def group_name(number: int) -> str:
    """A group's name, else the number."""
    import grp  # as above

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _of_file(
    status: os.stat_result, path: Path, group: int | None, owners: frozenset[int] = frozenset()
) -> Fault | None:
    problem = who_else(status, group, owners)
    if problem is None:
        return None
    file = one_line(str(path))
    if status.st_uid not in {ROOT, os.geteuid(), *owners}:
        return Fault("", problem, f"name yours with --config FILE; {_made_own(file)}")
    return Fault("", f"is a file that {problem}", f"see what is in it, then: {shell('chmod', 'go-w', file)}")


def _made_own(file: str) -> str:
    """How to have what somebody else's file says: root may take it, everybody else a copy."""
    if os.geteuid() == ROOT:
        return f"this one, once you have read it: {shell('chown', 'root', file)}"
    return "or read this one, and copy it into a folder of yours"


def _group_in(document: dict[str, Any]) -> int | None:
    """The number of ``[publisher] group``; None where it names none. Whether it may is asked elsewhere."""
    publisher = document.get("publisher")
    name = publisher.get("group") if isinstance(publisher, dict) else None
    if not isinstance(name, str):
        return None
    import grp  # as above

    try:
        return grp.getgrnam(name).gr_gid
    except (KeyError, ValueError):
        return None


def _colleague(status: os.stat_result, group: int | None) -> frozenset[int]:
    """The file's owner, where file and user are of the group that shares it."""
    shared = group is not None and status.st_gid == group
    return frozenset({status.st_uid}) if shared and group in {os.getegid(), *os.getgroups()} else frozenset()


@cache
def _is_private(group: int) -> bool:
    """Whether a group has no other member than this user: some systems give everybody one of their own."""
    import grp  # as above
    import pwd

    try:
        me, it = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return me.pw_gid == group and it.gr_name == me.pw_name and set(it.gr_mem) <= {me.pw_name}
