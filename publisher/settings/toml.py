"""Reads a TOML file: size, encoding and syntax, each fault with its line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from publisher.settings.faults import ConfigFault, Fault

MOST_BYTES = 1_000_000
"""The largest file that is read."""


def read(path: Path) -> dict[str, Any]:
    """The file's content. Raises ConfigFault, with the line and column where TOML itself is broken."""
    try:
        return _parsed(_text(_content(path)))
    except _Unreadable as fault:
        raise ConfigFault([fault.fault], path=path) from None


class _Unreadable(Exception):
    def __init__(self, problem: str, cure: str | None = None, *, place: str = "") -> None:
        super().__init__(problem)
        self.fault = Fault(place, problem, cure)


def _content(path: Path) -> bytes:
    try:
        # Without O_NONBLOCK a named pipe that nobody writes to would keep us here for ever.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _Unreadable("is not a regular file", "name a file with --config FILE")
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _Unreadable("no such file", "check its name") from None
    except IsADirectoryError:
        raise _Unreadable("is a folder", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise _Unreadable(f"cannot be read: {reason}", "check its name and rights") from None
    if len(content) > MOST_BYTES:
        raise _Unreadable(f"has more than {MOST_BYTES} bytes", "this is hardly a configuration file")
    return content


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:100]:
        raise _Unreadable("is UTF-16 or binary, not UTF-8 text", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable("is not UTF-8 text here", "save the file as UTF-8", place=f"line {line}") from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _Unreadable("is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise _broken(str(error), text) from None
    except ValueError:  # Python refuses to read an integer of more than 4,300 digits
        raise _Unreadable("has a number that is too long") from None


_WORDS = (
    (re.compile(r"Cannot overwrite a value|Duplicate inline table key"), "this key or table is given twice"),
    (re.compile(r"Cannot declare .* twice|Cannot redefine"), "this table is given twice"),
    (
        re.compile(r"Cannot mutate immutable namespace"),
        "this table was closed before: it cannot get more keys",
    ),
    (re.compile(r"Expected '=' after a key"), "a = is missing after the key"),
    (re.compile(r"Expected newline or end of document"), "the line goes on after its value"),
    (
        re.compile(r"Illegal character|Found invalid"),
        "a quote is not closed, or a control character stands here",
    ),
    (re.compile(r"Invalid value"), "this is no value: texts stand in quotes"),
    (re.compile(r"Unescaped|backslash", re.IGNORECASE), "a backslash that escapes nothing: write it twice"),
    (
        re.compile(r"Unterminated|Unclosed|Expected", re.IGNORECASE),
        "something is not closed: a quote, ] or }",
    ),
)
"""What the parser says, and the same in plain words. None of them quotes a value."""


def _broken(said: str, text: str) -> _Unreadable:
    words = next((words for pattern, words in _WORDS if pattern.search(said)), "this is not TOML")
    return _Unreadable(words, "see https://toml.io", place=_place(said, text))


def _place(said: str, text: str) -> str:
    if found := re.search(r"at line (\d+), column (\d+)", said):
        return f"line {found[1]}, column {found[2]}"
    return f"line {text.rstrip().count(chr(10)) + 1}"
