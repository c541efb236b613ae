"""How far a ledger has come, written beside it: a copy that is put back from a backup has not come so far.

The file is raised after each commit and before anything is sent on the strength of it, so it is never ahead of a
ledger that only its own processes have written. It helps, and nothing depends on it: where it cannot be written, or
is put back together with the ledger, a restored ledger goes unnoticed.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from publisher.ledger.sqlite import sharing
from publisher.ledger.sqlite.plain import opened

GENERATION = "SELECT (SELECT count(*) FROM announcement_update) + (SELECT count(*) FROM attempt)"
"""Rises with everything that is planned, and with every attempt before it sends."""

_NEVER = "-"
_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
_MOST_BYTES = 100
_LINE = rb"([0-9]{20}) (\S{1,27}) *\n"


class Mark(NamedTuple):
    """The furthest that a ledger at this place has come, and when it was last found to be a restored one."""

    reached: int = 0
    restored_at: datetime | None = None


def read(ledger: Path) -> Mark:
    """The mark beside a ledger; the lowest one where there is none that can be read."""
    try:
        handle = opened(beside(ledger), os.O_RDONLY)
        try:
            line = re.fullmatch(_LINE, os.read(handle, _MOST_BYTES))
        finally:
            os.close(handle)
        if line is None:
            return Mark()
        at = line[2].decode()
        return Mark(int(line[1]), None if at == _NEVER else datetime.fromisoformat(at))
    except (OSError, ValueError):
        return Mark()


def reach(ledger: Path, generation: int) -> None:
    """Raise the mark, if it is lower."""
    known = read(ledger)
    if generation > known.reached:
        write(ledger, known._replace(reached=generation))


def write(ledger: Path, mark: Mark) -> None:
    """Set the mark: one write of a fixed length, so that no kill leaves half of it."""
    at = mark.restored_at.astimezone(UTC).strftime(_STAMP) if mark.restored_at else _NEVER
    with suppress(OSError):
        handle = sharing.opened_alike(beside(ledger), os.O_WRONLY, ledger)  # colleagues raise it, too
        try:
            os.write(handle, f"{mark.reached:020d} {at:<27}\n".encode())
        finally:
            os.close(handle)


def beside(ledger: Path) -> Path:
    """Where the mark of a ledger is."""
    return ledger.with_name(f"{ledger.name}.mark")
