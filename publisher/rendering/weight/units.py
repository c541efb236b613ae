"""UTF-16 units: what JavaScript, and so X's own counting, takes for characters while it looks for links."""

from __future__ import annotations

import re

_BEYOND = "[\U00010000-\U0010ffff]"
"""Characters of two units."""


def split(text: str) -> str:
    """The text with every character beyond U+FFFF as its two surrogates."""
    return re.sub(_BEYOND, _pair, text)


def join(units: str) -> str:
    """The reverse: pairs of surrogates become characters, lone ones stay."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _pair(character: re.Match[str]) -> str:
    beyond = ord(character[0]) - 0x10000
    return chr(0xD800 + (beyond >> 10)) + chr(0xDC00 + (beyond & 0x3FF))
