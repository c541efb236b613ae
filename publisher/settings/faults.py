"""Faults in what a person wrote: one value, or a whole file with all of its faults at once.

::

    Refused                  publisher.model.errors: nothing was sent, exit 2
    ├── InputFault           one value cannot be used; also a ValueError, so that validators may raise it
    │   ├── TextFault        publisher.settings.text_rules
    │   ├── UrlFault         publisher.settings.urls
    │   ├── SecretFault      publisher.settings.secrets
    │   └── TypeFault        publisher.adapter.registry: UnknownType, EmailRefused, BrokenType
    └── ConfigFault          everything that is wrong with a configuration file
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from publisher.model.errors import Refused
from publisher.settings.masking import one_line
from publisher.settings.nearest import nearest

_BARE_KEY = r"[A-Za-z0-9_-]{1,60}"


class InputFault(Refused, ValueError):
    """One value that a person wrote cannot be used.

    ``problem`` says why, ``cure`` what to do about it. ``place`` names the value where its reader knows it
    (``title``, ``--again``); the message then begins with it.
    """

    def __init__(self, problem: str, *, cure: str | None = None, place: str | None = None) -> None:
        super().__init__(f"{place}: {problem}" if place else problem, hint=cure)
        self.problem = problem
        self.cure = cure
        self.place = place


class Fault(NamedTuple):
    """One fault of a file: the key path (or the line) it is at, what is wrong, and the cure.

    No `Record`: a shell that asks for words reads files, too, and waits for no library.
    """

    place: str
    problem: str
    cure: str | None = None

    def __str__(self) -> str:
        return f"{self._said}; {self.cure}" if self.cure else self._said

    @property
    def _said(self) -> str:
        return f"{self.place}: {self.problem}" if self.place else self.problem


class ConfigFault(Refused):
    """A configuration file that cannot be used, with every fault, in the order of the file's parts.

    ``path`` is None where no file was found. A single fault makes a message of one line, with its cure in
    ``hint``; several make one line for the file and one for each of them.
    """

    def __init__(self, faults: Sequence[Fault], *, path: Path | None = None) -> None:
        self.faults = tuple(faults)
        self.path = path
        file = f"{one_line(str(path))}: " if path else ""
        if len(self.faults) == 1:
            only = self.faults[0]
            super().__init__(f"{file}{only._replace(cure=None)}", hint=only.cure)
        else:
            lines = [f"{file}{len(self.faults)} faults", *(f"  {fault}" for fault in self.faults)]
            super().__init__("\n".join(lines), hint=None)


def quoted(text: str) -> str:
    """A value that a person wrote, between quotes and fit for a terminal. Never for a secret."""
    return f'"{one_line(text, 60)}"'


def key_path(parts: Iterable[str | int]) -> str:
    """Where a key stands in the file: ``channels.blog.password``, ``windows[0].from``, ``services."a b"``."""
    path = ""
    for part in parts:
        match part:
            case int():
                path += f"[{part}]"
            case _:
                path += f".{_key(part)}" if path else _key(part)
    return path


def fault_at(path: Sequence[str | int], error: ValueError) -> Fault:
    """The fault of a value that was refused with ``error``, with the cure that an InputFault brings."""
    problem = error.problem if isinstance(error, InputFault) else str(error)
    return Fault(key_path(path), one_line(problem) or "is not valid here", getattr(error, "cure", None))


def unknown_key(path: Sequence[str | int], known: Iterable[str]) -> Fault:
    """The fault of a key that nobody reads, with the nearest one of those that are."""
    names = sorted(known)
    meant = nearest(str(path[-1]), names)
    cure = f"did you mean {meant}?" if meant else f"known here: {', '.join(names)}"
    return Fault(key_path(path), "unknown key", cure if names else None)


def _key(part: str) -> str:
    return part if re.fullmatch(_BARE_KEY, part) else json.dumps(one_line(part, 60), ensure_ascii=False)
