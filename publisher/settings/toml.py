"""Reads TOML, from a file or as bytes: size, encoding and syntax, each fault with its line and column."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from publisher.settings.faults import ConfigFault, Fault

MOST_BYTES = 1_000_000
"""The largest file that is read."""


def read(path: Path, trusted: Callable[[os.stat_result, dict[str, Any]], Fault | None]) -> dict[str, Any]:
    """The file's content. Raises ConfigFault, with the line and column where TOML itself is broken.

    ``trusted`` says what speaks against obeying the file; of one that is not to be obeyed nothing else is said.
    """
    document: dict[str, Any] = {}
    try:
        content, status = _content(path)
        try:
            document = parsed(decoded(content))
        finally:
            if stranger := trusted(status, document):
                raise ConfigFault([stranger], path=path) from None
    except Unreadable as unreadable:
        raise ConfigFault([unreadable.fault], path=path) from None
    return document


class Unreadable(Exception):
    """What was written is no TOML; ``fault`` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.problem)
        self.fault = fault


def _unreadable(problem: str, cure: str | None = None, *, place: str = "") -> Unreadable:
    return Unreadable(Fault(place, problem, cure))


def _content(path: Path) -> tuple[bytes, os.stat_result]:
    try:
        # Without O_NONBLOCK a named pipe that nobody writes to would keep us here for ever.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _unreadable("is not a regular file", "name a file with --config FILE")
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable("no such file", "check its name") from None
    except IsADirectoryError:
        raise _unreadable("is a folder", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise _unreadable(f"cannot be read: {reason}", "check its name and rights") from None
    if len(content) > MOST_BYTES:
        raise _unreadable(f"has more than {MOST_BYTES} bytes", "this is hardly a configuration file")
    return content, status


def decoded(content: bytes) -> str:
    """The text of a file. Raises Unreadable where it is not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:100]:
        raise _unreadable("is UTF-16 or binary, not UTF-8 text", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable("is not UTF-8 text here", "save the file as UTF-8", place=f"line {line}") from None


def parsed(text: str) -> dict[str, Any]:
    """The document in a text. Raises Unreadable where it is not TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _unreadable("is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        from publisher.settings import syntax

        raise Unreadable(syntax.of_toml(str(error), text)) from None
    except ValueError:  # Python refuses to read an integer of more than 4,300 digits
        raise _unreadable("has a number that is too long") from None
