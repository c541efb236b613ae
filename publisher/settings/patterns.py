"""Regular expressions of the user's own: in the syntax of `re`, and bounded in time.

`re` may take for ever over ``(a|aa)+$``, and nothing in the process can stop it. The package `regex` reads the same
syntax, look-around included, and stops at a time limit; RE2, which needs none, would refuse look-around.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.settings.faults import InputFault

if TYPE_CHECKING:
    import regex

SECONDS = 0.3
"""Of CPU, for all patterns of a run together: a plan is looked at up to three times, and all of that takes a second."""


def checked_pattern(text: str) -> str:
    """The text as it is. Raises InputFault where it is no regular expression."""
    import regex  # 20 ms, for those who have patterns

    try:
        regex.compile(text)
    except regex.error as error:
        raise InputFault(f"is no regular expression: {error}", cure="correct it") from None
    return text


class BoundedPattern:
    """One of them, with the time that it has."""

    def __init__(self, text: str, until: float) -> None:
        """``until`` as `time.process_time` counts."""
        import regex

        self._compiled = regex.compile(text)
        self._until = until

    def finditer(self, text: str) -> Iterator[regex.Match[str]]:
        """What it finds, from left to right. Raises TimeoutError where its time is over."""
        yield from self._compiled.finditer(text, timeout=max(self._until - time.process_time(), 0.001))
