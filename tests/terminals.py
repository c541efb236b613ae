"""Pseudo-terminals: half of what a person sees is only there where there is one."""

from __future__ import annotations

import os
import re


def no_terminal() -> str | None:
    """The reason why no pseudo-terminal is to be had here, or None."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        return f"no pseudo-terminal is to be had ({error.strerror}): mount /dev/pts"
    return None


def too_wide(shown: str) -> list[str]:
    """The lines that 80 columns break, but for a command, a setting, or one address or path: these are taken whole."""
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))
    whole = re.compile(
        r"\s*((or|hint|next|texts): )?announce |[\w-]+ = |\s*(\w+:?\s+)?\S+$|[\w-]+: \w+: \S+$"
    )
    return [line for line in lines if len(line) > 80 and not whole.match(line)]
