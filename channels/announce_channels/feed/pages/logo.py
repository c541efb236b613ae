"""The hoster's logo, which everybody may read once it is on the site: so it is one before it is put there."""

from __future__ import annotations

import os
import re
import shlex
import stat
from pathlib import Path

from publisher.adapter import InputFault

MOST_BYTES = 200 * 1024

_PICTURES = {
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".svg": rb"(?s:[^\x00]{0,4000}?<svg[\s>])",
}
"""How a file begins that is one, by its suffix."""


def picture(path: str) -> bytes:
    """What stands in the file. Raises OSError, and InputFault for whatever is no plain picture that only we may change.

    A link that somebody put there since the configuration was written would publish what it leads to.
    """
    with open(path, "rb", opener=_at_once) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise InputFault(f"{path} is no plain file")
        if status.st_mode & stat.S_IWOTH:
            raise InputFault(
                f"everybody on this machine may write {path}", cure=shlex.join(["chmod", "o-w", path])
            )
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InputFault(f"{path} is larger than {MOST_BYTES // 1024} kB")
    if not re.match(_PICTURES[Path(path).suffix.lower()], content):
        raise InputFault(f"{path} is no picture")
    return content


def _at_once(name: str, flags: int) -> int:
    """A pipe that nobody writes to would hold us for ever."""
    return os.open(name, flags | os.O_NONBLOCK | os.O_CLOEXEC)
