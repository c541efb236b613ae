"""Texts as files can carry them: one character that XML forbids would cost the whole feed."""

from __future__ import annotations

import re

_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
_BREAKS = "\r\n?|[\x85\u2028\u2029]"


def cleaned(text: str) -> str:
    """Without control characters and halves of characters, each line break a single ``\\n``."""
    return re.sub(_FORBIDDEN, "", re.sub(_BREAKS, "\n", text))


def on_one_line(text: str) -> str:
    """The same on one line, as titles have to be; without the white space around it that readers drop or keep."""
    return cleaned(text).replace("\n", " ").strip()
