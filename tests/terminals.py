"""Pseudo-terminals: half of what a person sees is only there where there is one."""

from __future__ import annotations

import os


def no_terminal() -> str | None:
    """The reason why no pseudo-terminal is to be had here, or None."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        return f"no pseudo-terminal is to be had ({error.strerror}): mount /dev/pts"
    return None
