"""Who types: as colleagues know them, and on which machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from publisher.settings.masking import one_line
from publisher.settings.trust import user_name

_MOST = 64
"""Characters of a name that are kept."""


def user(environ: Mapping[str, str] = os.environ) -> str:
    """The person's account: before ``sudo``, where that was used; its number where it has no name."""
    name = environ.get("SUDO_USER") or _own_name()
    return one_line(name)[:_MOST]


def who(environ: Mapping[str, str] = os.environ) -> str:
    """``anna@jump1``."""
    return f"{user(environ)}@{socket.gethostname()}"


def _own_name() -> str:
    if hasattr(os, "getuid"):
        return user_name(os.getuid())
    import getpass

    return getpass.getuser()
