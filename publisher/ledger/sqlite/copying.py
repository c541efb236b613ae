"""A copy of the ledger while it is in use: whole, private, and with a mark that has it doubted wherever it is put back.

SQLite's own backup takes the pages under its lock, so a copy never holds half a commit, as one of ``cp`` may.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.plain import uri
from publisher.model.errors import LedgerFault

PAGES = 1024
"""Pages in a step. Between two steps others may write; then it begins again."""


def copy(ledger: Path, place: Path) -> int:
    """Write a copy of the file ``ledger`` to ``place`` in one step; returns how far it has come.

    An earlier version's stays one, so that the version it was made by can still use it. The file that was there is
    replaced. Readable for its owner, and for the ledger's group where that reads the ledger. Beside it a mark that is
    one step ahead of it: put back anywhere with it, the copy is known as one. Raises LedgerFault.
    """
    new = place.with_name(f".{place.name}.{os.getpid()}.new")
    new_mark = mark.beside(new)
    try:
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        reached = _copied(ledger, new)
        _share_as(ledger, new)
        mark.write(new, mark.Mark(reached + 1))
        if new_mark.exists():
            new_mark.replace(mark.beside(place))
        new.replace(place)
        _force(place.parent)
    except (OSError, sqlite3.Error) as error:
        raise LedgerFault(
            f"the copy {place} cannot be written: {error}",
            hint="free the disk, or name a file in a folder that you may write",
        ) from None
    finally:
        for left in (new, new_mark):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return reached


def _copied(ledger: Path, new: Path) -> int:
    with (
        closing(sqlite3.connect(uri(ledger, "ro"), uri=True)) as source,
        closing(sqlite3.connect(new, isolation_level=None)) as target,
    ):
        target.execute("PRAGMA journal_mode = OFF")  # nobody reads it before it has its name
        source.backup(target, pages=PAGES, sleep=0.05)
        found = target.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"what was copied is damaged: {found}")
        reached = int(target.execute(mark.GENERATION).fetchone()[0])
    _force(new)
    return reached


def _share_as(ledger: Path, new: Path) -> None:
    """Who may read the ledger may read its copy; nobody else, and not even they where the group cannot be given."""
    kept = ledger.stat()
    mode = stat.S_IMODE(kept.st_mode) & 0o660
    if mode & stat.S_IRWXG and new.stat().st_gid != kept.st_gid:
        try:
            os.chown(new, -1, kept.st_gid)
        except OSError:
            mode = 0o600
    new.chmod(mode | 0o600)


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
