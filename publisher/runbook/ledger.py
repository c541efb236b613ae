"""The ledger itself: found or missed, looked at, copied. An empty one in its place would be a false all-clear."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from publisher.ledger import Ledger, is_kept, migrate, move, open_ledger, was_kept
from publisher.ledger.protocol import Backup, Diagnosis, Health, Unreachable
from publisher.model.commands import command
from publisher.model.errors import LedgerFault, Refused
from publisher.model.record import Record
from publisher.model.times import in_words
from publisher.settings.config import Config
from publisher.settings.paths import is_database, ledger_file

if TYPE_CHECKING:
    from publisher.settings.database import Database

LONG_AGO = timedelta(days=7)
"""A backup that is older is complained of, where something has been said since."""


def is_there(config: Config) -> bool:
    """Whether there is a ledger where it is configured. Raises LedgerFault where that cannot be seen."""
    return is_kept(config.ledger)


def existing(config: Config, *, write: bool) -> Ledger:
    """The ledger of what has been announced; none is made.

    Where nothing was ever configured or written, it is an empty one to read. Raises LedgerFault where one should be
    there: its path is configured, or the mark of one that was written there is left.
    """
    missing = absence(config)
    if missing:
        raise missing
    return open_ledger(config.ledger, write=write and is_kept(config.ledger), group=config.group)


def begun(config: Config, *, again: str | None) -> Ledger:
    """The ledger, to announce something: made where there is none.

    Raises LedgerFault where one was written there and is gone, unless ``again`` says why that does not matter.
    """
    missing = absence(config)
    if missing and was_kept(config.ledger) and not again:
        raise missing
    try:
        return open_ledger(config.ledger, write=True, group=config.group)
    except Unreachable as down:
        hint = f"{down.hint}\nwhere that cannot be waited for: {command('urgent', '--offline')}"
        raise Unreachable(str(down), hint=hint) from None


def absence(config: Config) -> LedgerFault | None:
    """What is to be said where the ledger is not where it should be; None where it is, or nothing was ever there."""
    if is_kept(config.ledger):
        return None
    said = no_ledger(config)
    if was_kept(config.ledger):
        return LedgerFault(
            f"{said}, though one was written there",
            hint="mount its disk, or put its backup back\nwhere it is lost for good, a new one is begun by: "
            + command("urgent", "--again", "the ledger is lost"),
        )
    if config.publisher.ledger is None:
        return None
    return LedgerFault(
        f"{said}, which [publisher] ledger of {config.path} names",
        hint="mount its disk or mend the path"
        f"\nwhere nothing has been announced yet, it is made by: {command('urgent')}",
    )


def no_ledger(config: Config) -> str:
    """``no ledger at /var/lib/announce/ledger.db``."""
    return f"no ledger at {config.ledger}"


def novelty(config: Config, ledger: Ledger) -> str | None:
    """What whoever announces has to know of a ledger in which nothing is; None where something is."""
    if ledger.count():
        return None
    return f"a new ledger at {config.ledger}: what was announced before, if anything, is not in it"


# --- looked at ----------------------------------------------------------------------------------------------------


class Condition(Record, frozen=True, kw_only=True):
    """How the ledger of a configuration is."""

    path: str
    is_there: bool
    announcements: int | None
    """None where they cannot be counted."""
    id: str | None = None
    """For ever the ledger's own, as a site that was written from it publishes it; None where none can be read."""
    last_backup: Backup | None
    diagnoses: tuple[Diagnosis, ...]

    @property
    def exit_code(self) -> int:
        """2 where something is wrong, which a warning is not."""
        return 2 if any(one.health is Health.FAULT for one in self.diagnoses) else 0


def condition(config: Config, *, whole: bool) -> Condition:
    """How the ledger is; ``whole``: every page of it is read. What cannot be opened as a ledger is a finding, too."""
    path = str(config.ledger)
    try:
        if is_kept(config.ledger):
            return _opened(config, whole=whole)
        missing = tuple(_missing(config))
        return Condition(path=path, is_there=False, announcements=0, last_backup=None, diagnoses=missing)
    except LedgerFault as fault:
        found = (Diagnosis("content", Health.FAULT, str(fault), fault.hint),)
        return Condition(path=path, is_there=True, announcements=None, last_backup=None, diagnoses=found)


def _opened(config: Config, *, whole: bool) -> Condition:
    with open_ledger(config.ledger, write=False, group=config.group) as ledger:
        found = ledger.examine(whole=whole)
        try:
            found += _backups(ledger, now=datetime.now(UTC)) if config.state else ()
            count, last = ledger.count(), ledger.last_backup()
            identity = ledger.snapshot(limit=1).origin.id
        except LedgerFault as fault:
            count, last, identity = None, None, None
            found.append(Diagnosis("content", Health.FAULT, str(fault), fault.hint))
    return Condition(
        path=str(config.ledger),
        is_there=True,
        announcements=count,
        id=identity,
        last_backup=last,
        diagnoses=tuple(found),
    )


def _missing(config: Config) -> Iterator[Diagnosis]:
    fault = absence(config)
    if fault is None:
        yield Diagnosis("missing", Health.WELL, f"{no_ledger(config)} yet: the first announcement makes it")
    else:
        health = Health.FAULT if was_kept(config.ledger) else Health.WARNING
        yield Diagnosis("missing", health, str(fault), fault.hint)
    if config.state is None:
        return
    folder = next(one for one in (config.state, *config.state.parents) if one.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        cure = f"make {config.state} for whoever announces"
        yield Diagnosis("writable", Health.FAULT, f"none can be made: {folder} is not writable for you", cure)


def _backups(ledger: Ledger, *, now: datetime) -> Iterator[Diagnosis]:
    last, beside = ledger.last_backup(), Path(ledger.name).with_suffix(".backup.db")
    cure = f"best from a timer, onto another disk\nonto this one, for now: {command('ledger', 'backup', str(beside))}"
    if last is None:
        if ledger.count():
            yield Diagnosis("backup", Health.WARNING, "no backup has been taken", cure)
        return
    text = f"last backup {in_words(max(now - last.taken_at, timedelta()))} ago: {last.place}"
    if now - last.taken_at > LONG_AGO and ledger.reached() > last.reached:
        yield Diagnosis("backup", Health.WARNING, f"{text}; much has been said since", cure)
    else:
        yield Diagnosis("backup", Health.WELL, text)


class Migrated(NamedTuple):
    """What a migration has come to, in words, and where the ledger is from now on."""

    said: str
    place: str
    """As ``[publisher] ledger`` names it."""
    moved: int | None = None
    """How many announcements were moved."""


def brought_up(config: Config) -> Migrated:
    """Make the ledger in its database, or bring its schema up, and home what was announced without it.

    Raises Refused, LedgerFault.
    """
    if isinstance(config.ledger, Path):
        raise Refused(
            f"the ledger {config.ledger} is a file: whatever writes it next brings it up, after a copy of it",
            hint='a database is named by: [publisher] ledger = "postgresql://…"',
        )
    from publisher.runbook import offline  # a file is never away

    earlier, newest = migrate(config.ledger)
    said = offline.brought_home(config)
    if said is None and earlier == newest:
        said = f"the ledger {config.ledger} has schema {newest} already"
    elif said is None:
        done = "made" if earlier == 0 else f"brought up from schema {earlier}"
        said = f"the ledger {config.ledger}: {done}, schema {newest}"
    return Migrated(said, str(config.ledger))


def moved(config: Config, wanted: str) -> Migrated:
    """Let the ledger go on at the address ``wanted``; where it is there, it is brought up.

    Raises Refused, LedgerFault: then it goes on where it is, or a word says how the move is finished.
    """
    target = _addressed(config, wanted)
    if str(target) == str(config.ledger):
        return brought_up(config)
    if not is_kept(config.ledger):
        raise LedgerFault(f"{no_ledger(config)}: nothing can be moved")
    count, place = move(config.ledger, target, group=config.group), _place(target)
    return Migrated(f"the ledger goes on at {place}: announcements moved: {count}", place, count)


def _place(address: Path | Database) -> str:
    return f"sqlite:///{address}" if isinstance(address, Path) else address.url


def _addressed(config: Config, wanted: str) -> Path | Database:
    """An address as `[publisher] ledger` takes it; a path counts from the current folder. Raises InputFault."""
    if not is_database(wanted):
        return ledger_file(wanted, Path.cwd())
    from publisher.settings.database import Database, checked_database  # only a move pays for it

    publisher = config.publisher
    pooled = publisher.pooler is not None
    url, secret = checked_database(wanted), publisher.ledger_password
    return Database(url=url, secret=secret, root=config.root, group=config.group, pooled=pooled)


# --- copied -------------------------------------------------------------------------------------------------------


def backed_up(config: Config, place: Path, *, replace: bool) -> tuple[Backup, str | None]:
    """Copy the ledger to a file; returns what was done, and why it could not be recorded where it could not.

    Raises Refused where the file is anything but an earlier copy and ``replace`` does not say that it may go, and
    LedgerFault where the copy cannot be made.
    """
    with existing(config, write=False) as ledger:
        if not is_kept(config.ledger):
            raise LedgerFault(f"{no_ledger(config)}: nothing can be copied")
        if isinstance(config.ledger, Path):
            _refuse_what_stands_there(ledger, config.ledger, place, replace=replace)
        backup = ledger.copy_to(place)
    try:
        with open_ledger(config.ledger, write=True, group=config.group) as ledger:
            ledger.remember(backup)
    except LedgerFault as fault:
        return backup, f"the copy is whole; that it was taken cannot be recorded: {fault}"
    return backup, None


def _refuse_what_stands_there(ledger: Ledger, address: Path, place: Path, *, replace: bool) -> None:
    if not place.parent.is_dir():
        raise Refused(f"there is no folder {place.parent}", hint="make it, for nobody but you to read")
    try:
        there = place.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(there.st_mode):
        raise Refused(f"{place} is a folder", hint=f"name a file in it: {place / address.name}")
    if os.path.samestat(there, address.stat()):
        raise Refused(f"{place} is the ledger itself", hint="name another file, best on another disk")
    if not replace and not (stat.S_ISREG(there.st_mode) and _is_earlier(ledger, place)):
        raise Refused(
            f"{place} is there, and is no earlier copy of this ledger",
            hint="name another file; --replace writes over it",
        )


def _is_earlier(ledger: Ledger, place: Path) -> bool:
    """A copy with its mark, of this very ledger as far as that is known, without an announcement unknown to it."""
    try:
        with open_ledger(place, write=False) as copy:
            same = copy.snapshot(limit=1).origin.id in {None, ledger.snapshot(limit=1).origin.id}
            return was_kept(place) and same and set(copy.refs()) <= set(ledger.refs())
    except LedgerFault:
        return False
