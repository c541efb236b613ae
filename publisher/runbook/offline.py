"""The night in which the team's database is down: a ledger on this machine alone, until it is brought home."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.ledger import bring_home, is_kept, open_ledger
from publisher.ledger.protocol import Moved, Unreachable
from publisher.model.commands import command
from publisher.model.errors import LedgerFault, Refused
from publisher.runbook.desk import agree
from publisher.settings.paths import state_folder

if TYPE_CHECKING:
    from publisher.runbook.desk import Desk
    from publisher.settings.config import Config
    from publisher.settings.database import Database


def place(database: Database) -> Path:
    """The file that stands in for a database on this machine, for this person. Raises Refused without a home folder."""
    digest, folder = sha256(str(database).encode()).hexdigest()[:8], state_folder()
    if folder is None:
        raise Refused("there is no home folder to keep a ledger in meanwhile", hint="set HOME")
    return folder / f"offline-{digest}.db"


def is_offline(config: Config) -> bool:
    """Whether something was begun here that has not been brought home. Raises LedgerFault where that is not seen."""
    if isinstance(config.ledger, Path) or state_folder() is None:
        return False
    return is_kept(place(config.ledger))


def stood_in(config: Config) -> Config:
    """The same with the file for its database."""
    if isinstance(config.ledger, Path):
        return config
    changed = {"ledger": f"sqlite:///{place(config.ledger)}", "ledger_password": None, "pooler": None}
    return replace(config, publisher=config.publisher.model_copy(update=changed))


def said(config: Config) -> tuple[str, str]:
    """What whoever types a command is told while it lasts, and what ends it."""
    return (
        f"offline: of {config.ledger} nothing is seen here, only what was announced on this machine since",
        f"once it answers again: {command('ledger', 'migrate')}",
    )


def begin(config: Config, desk: Desk, *, dry_run: bool) -> Config:
    """The configuration to announce by, once a person has agreed to what that means.

    Raises Refused where there is no need for it, or nobody agrees.
    """
    if isinstance(config.ledger, Path):
        raise Refused(
            f"--offline is for a ledger in a database; this one is a file: {config.ledger}",
            hint="do without --offline",
        )
    down = _why_down(config.ledger)
    if not is_offline(config) and not dry_run:
        desk.note(str(down))
        for line in _MEANS:
            desk.note(line.format(place=place(config.ledger)))
        alone = Refused(f"{down}", hint="--yes announces offline, on this machine alone")
        agree(desk, "Announce offline?", alone=alone)
    return stood_in(config)


_MEANS = (
    "offline, it is recorded on this machine alone: {place}",
    "a colleague who announces the same meanwhile tells customers twice: tell them first",
    "what is open in the database can not be updated from here",
    "a feed's site is left as it is, for what the database has would be missing in it",
)


def _why_down(database: Database) -> Unreachable:
    """Raises Refused where it answers."""
    try:
        open_ledger(database, write=False).close()
    except Unreachable as down:
        return down
    raise Refused(
        f"the ledger {database} answers: nothing needs to be announced offline",
        hint="do without --offline\nwhere something was announced offline, it is brought home by: "
        + command("ledger", "migrate"),
    )


def refuse_a_second_beginning(config: Config) -> None:
    """Whoever announces without a word while this machine is offline may not know it. Raises Refused."""
    if is_offline(config):
        raise Refused(
            f"this machine announces offline, until that is brought home to {config.ledger}",
            hint=f"bring it home: {command('ledger', 'migrate')}\nwhile the database is down, add --offline",
        )


def brought_home(config: Config) -> str | None:
    """Add what was announced offline here to the database; in words what was done. Raises Refused, LedgerFault."""
    if isinstance(config.ledger, Path) or not is_offline(config):
        return None
    file, said = place(config.ledger), "is whole"
    try:
        home = bring_home(file, config.ledger, group=config.group)
        said = f"has what was announced offline here: {', '.join(home.refs) or 'nothing'}"
        for ref, twin in home.twins.items():
            said += f"\n{ref} says what {twin} says; one of them is taken down by: {command('withdraw', ref)}"
    except Moved as moved:
        if moved.place != config.ledger.url:
            raise
    _put_away(file)
    return f"the ledger {config.ledger} {said}"


def _put_away(file: Path) -> None:
    """It has arrived: kept, where nobody takes it for something that has not."""
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    try:
        file.rename(file.with_suffix(f".home-{when}.db"))
    except OSError as error:
        raise LedgerFault(
            f"what was announced offline is in the database now, but {file} cannot be put away: {error}",
            hint="move that file elsewhere by hand",
        ) from None
    with suppress(OSError):
        file.with_name(f"{file.name}.mark").unlink()
