"""What a check may put right by itself: permissions that are too wide, and a folder that is missing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from publisher.runbook.assembly import secrets_in
from publisher.settings.config import Config
from publisher.settings.paths import beneath


def mend(config: Config) -> list[str]:
    """Close secret files of ours to others, and make the ledger's folder; says each thing that was done.

    Nothing of anybody else's is touched, and nothing that has another name as well. What cannot be done is left, for
    the check that follows to name.
    """
    return [*_secrets(config), *_folder(config)]


def _secrets(config: Config) -> Iterator[str]:
    places = (secret.file for _, secret in secrets_in(config.channels, "channels"))
    for place in dict.fromkeys(beneath(config.root, file) for file in places if file):
        try:
            done = _closed(place, config.group)
        except OSError:
            continue
        if done:
            yield done


def _closed(path: Path, group: int | None) -> str | None:
    """Close one file to whom it is not meant for; through its descriptor, so that nobody exchanges it meanwhile."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        ours = status.st_uid == os.geteuid() and status.st_nlink == 1 and stat.S_ISREG(status.st_mode)
        mode = stat.S_IMODE(status.st_mode)
        shared = stat.S_IRGRP if status.st_gid == group else 0
        if not ours or not mode & 0o077 & ~shared:
            return None
        os.fchmod(handle, mode & (0o700 | shared))
        return f"{path}: mode {mode:04o} is {mode & (0o700 | shared):04o} now"
    finally:
        os.close(handle)


def _folder(config: Config) -> Iterator[str]:
    """The ledger's, for its owner alone, or for the group, whose files in it are then the group's as well."""
    folder, group = config.state, config.group
    if folder is None or folder.exists():
        return
    try:
        folder.mkdir(mode=0o700, parents=True)
        if group is not None:
            os.chown(folder, -1, group)
            folder.chmod(0o2770)
    except OSError:
        return
    yield f"{folder}: made"
