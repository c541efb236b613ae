"""Who types: as colleagues know them, and on which machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from publisher.settings.masking import one_line

_MOST = 64
"""Characters of a name that are kept."""


def user(environ: Mapping[str, str] = os.environ) -> str:
    """The person's account: before ``sudo``, where that was used; ``user 4711`` where it has no name."""
    name = environ.get("SUDO_USER") or _own_name()
    return one_line(name)[:_MOST]


def who(environ: Mapping[str, str] = os.environ) -> str:
    """``anna@jump1``."""
    return f"{user(environ)}@{socket.gethostname()}"


def name_of(uid: int) -> str:
    """The name of an account; ``user 4711`` where it has none."""
    try:
        import pwd
    except ImportError:  # not on Windows
        return f"user {uid}"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _own_name() -> str:
    if hasattr(os, "geteuid"):
        return name_of(os.getuid())
    import getpass

    return getpass.getuser()
