"""What another user of this machine leaves where ours belongs, as the whole command meets it: real users, one walk.

`test_bad_places` has the table, in process; here links, pipes and a device without an end are put there by a colleague
who may write in the shared folders, and by a stranger, and it is the command that has to be done with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from announce_sandbox import Sandbox, start
from tests.accounts import Account, Accounts
from tests.system.test_team import URGENT, Host

PRECIOUS = "ssh-ed25519 AAAA the key that lets me in\n"
PATIENCE = 30
"""Seconds a command may take, of which it needs one: whoever reads a pipe or a device without an end takes them all."""

LIST = ("list",)
UPDATE = ("update", "Halb fertig", "--yes")
PREVIEW = ("urgent", "--preset", "kernel", "--start", "+2h", "--again", "a trial", "--dry-run")


class Spot(NamedTuple):
    """Where something is put, by whom, and which command of ana's meets it there."""

    place: Path
    by: Account
    words: tuple[str, ...]
    environ: dict[str, str] = {}
    cwd: Path | None = None
    code: int = 2
    """Its exit code; 0 where it is passed over."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def host(common: Path, sandbox: Sandbox, accounts: Accounts) -> Host:
    made = Host(common / "etc", sandbox, accounts)
    made.share()
    return made


def link(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place, 0o666)


def endless(place: Path, _: Path) -> None:
    place.symlink_to("/dev/zero")


KINDS = (link, pipe, endless)


def spots(host: Host, accounts: Accounts, common: Path, ref: str) -> dict[str, Spot]:
    ben, eve = accounts.ben, accounts.eve
    open_to_all, own = common / "tmp", common / "mine"
    for folder, mode in ((open_to_all, 0o1777), (own, 0o2775), (own / "de", 0o2775)):
        folder.mkdir()
        os.chown(folder, -1, accounts.gid)
        folder.chmod(mode)
    templates = host.config.with_name("own-templates.toml")
    text = host.config.read_text(encoding="utf-8")
    templates.write_text(
        text.replace("[publisher]\n", f'[publisher]\ntemplates = "{own}"\n'), encoding="utf-8"
    )
    named, with_own = ("--config", str(host.config)), ("--config", str(templates))
    return {
        "lock": Spot(host.state / f"ledger.db.{ref}.lock", ben, (*named, *UPDATE)),
        "mark": Spot(host.state / "ledger.db.mark", ben, (*named, *UPDATE)),
        "configuration": Spot(open_to_all / "announce.toml", eve, LIST, cwd=open_to_all),
        "template": Spot(own / "de" / "html.html", ben, (*with_own, *PREVIEW)),
        "cache": Spot(
            open_to_all / "announce", eve, (*named, *PREVIEW), {"XDG_CACHE_HOME": str(open_to_all)}, code=0
        ),
        "feed": Spot(host.public / "rss.xml", ben, (*named, "feed", "build")),
        "page": Spot(host.public / ref / "index.html", ben, (*named, "feed", "build")),
    }


def test_what_others_put_there_is_refused_by_name_and_nobody_is_harmed_or_held(
    host: Host, accounts: Accounts, common: Path
) -> None:
    ana = accounts.ana
    ref = host.types(ana, *URGENT)["ref"]
    victim = ana.home / ".ssh" / "authorized_keys"
    ana.run("mkdir", "-m", "700", str(victim.parent))
    ana.writes(victim, PRECIOUS, 0o600)
    wrong = []
    for name, spot in spots(host, accounts, common, ref).items():
        for put in KINDS:
            aside = common / "aside"
            if was_there := os.path.lexists(spot.place):
                spot.place.rename(aside)
            spot.by.does(lambda put=put, place=spot.place: put(place, victim), umask=0)

            wrong += [f"{name}, {put.__name__}: {fault}" for fault in faults(ana, spot, victim)]

            assert os.path.lexists(spot.place), "who put it there takes it away again"
            spot.place.unlink()
            if was_there:
                aside.rename(spot.place)
    assert wrong == [], "\n".join(wrong)
    assert host.types(ana, "update", "Halb fertig", "--yes", "--json")["exit_code"] == 0, "the control"


def faults(ana: Account, spot: Spot, victim: Path) -> Iterator[str]:
    """What is wrong with how the command is done with it; subprocess.TimeoutExpired where it is not."""
    ran = ana.announce(*spot.words, cwd=spot.cwd, environ=spot.environ, timeout=PATIENCE)
    if (ran.returncode == 0) != (spot.code == 0):
        yield f"exit code {ran.returncode}: {ran.stderr or ran.stdout}"
    if spot.code and spot.place.name not in ran.stderr:
        yield f"not named: {ran.stderr}"
    if spot.code and "hint: " not in ran.stderr:
        yield f"no cure: {ran.stderr}"
    if "Traceback" in ran.stderr:
        yield ran.stderr
    if victim.read_text(encoding="utf-8") != PRECIOUS or victim.stat().st_mode & 0o777 != 0o600:
        yield "the victim's file is not what it was"
