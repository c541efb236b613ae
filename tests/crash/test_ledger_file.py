"""A ledger that cannot be used: nothing is sent, the file stays as it is, and the cure is named."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from crashlab.lab import URGENT, Lab, Ran, ended, lab
from crashlab.points import OPEN, Point
from crashlab.stages import FIVE
from crashlab.trials import judged, recovered


@pytest.fixture
def open_one(tmp_path: Path) -> Iterator[Lab]:
    """A lab with an announcement of which one channel is still open, so that `resume` has something to do."""
    with lab(FIVE, tmp_path) as own:
        token = own.config.parent / "secrets" / "facebook-token"
        good = token.read_text()
        token.write_text("expired-token")
        assert own.urgent().states["facebook"] == "blocked_auth"
        token.write_text(good)
        own.unheard = {"facebook"}
        yield own


@pytest.fixture(scope="session")
def humble(unavailable: Callable[[str], NoReturn]) -> Sequence[str]:
    """What runs a program for which permissions count: root's do not, unless it gives up its privilege."""
    if os.geteuid() != 0:
        return ()
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    if shutil.which("setpriv") is None or subprocess.run([*without, "true"], capture_output=True).returncode:
        unavailable("root cannot give up its privilege here (setpriv)")
    return without


ANOTHER = (*URGENT, "--reason", "Etwas anderes")


def refused(own: Lab, ran: Ran, *, calls: int) -> None:
    """It was refused with a cure, once on stdout, and nothing has left since there were so many calls."""
    assert ran.code == 2, ran
    assert set(ran.json) == {"exit_code", "error", "hint"}
    assert "ledger" in ran.json["error"]
    assert ran.json["hint"]
    assert "Traceback" not in ran.stderr
    assert len(own.sandbox.calls) == calls


def spoil_with_text(ledger: Path) -> None:
    ledger.write_text("this is no database, but somebody's notes\n" * 100)


def spoil_its_pages(ledger: Path) -> None:
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


def cut_it_off(ledger: Path) -> None:
    os.truncate(ledger, 3 * 4096)


def take_it_for_a_newer_one(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    "spoil", [spoil_with_text, spoil_its_pages, cut_it_off, take_it_for_a_newer_one], ids=lambda f: f.__name__
)
def test_a_spoiled_ledger_is_refused_and_left_as_it_is(open_one: Lab, spoil: Callable[[Path], None]) -> None:
    calls = len(open_one.sandbox.calls)
    spoil(open_one.ledger)
    before = open_one.ledger.read_bytes()
    for words in (ANOTHER, ("resume", "--json"), ("list", "--json")):
        refused(open_one, open_one.run(*words), calls=calls)
    assert open_one.ledger.read_bytes() == before


def forbid_writing(ledger: Path) -> None:
    ledger.chmod(0o400)


def forbid_the_folder(ledger: Path) -> None:
    """The journal beside it cannot be made."""
    ledger.parent.chmod(0o500)


def give_it_away(ledger: Path) -> None:
    ledger.chmod(0o600)
    os.chown(ledger, 65534, 65534)


@pytest.mark.parametrize(
    "forbid", [forbid_writing, forbid_the_folder, give_it_away], ids=lambda f: f.__name__
)
def test_a_ledger_that_may_not_be_written_stops_everything(
    open_one: Lab, humble: Sequence[str], forbid: Callable[[Path], None]
) -> None:
    if forbid is give_it_away and os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    calls = len(open_one.sandbox.calls)
    before = open_one.ledger.read_bytes()
    forbid(open_one.ledger)
    try:
        for words in (ANOTHER, ("resume", "--json")):
            refused(open_one, open_one.run(*words, under=humble), calls=calls)
    finally:
        open_one.ledger.parent.chmod(0o700)
        open_one.ledger.chmod(0o600)
        os.chown(open_one.ledger, os.geteuid(), -1)
    assert open_one.ledger.read_bytes() == before
    verdict = judged(open_one, "mended", recovered(open_one), hit=True)
    assert verdict.is_good, verdict


def test_a_ledger_that_others_may_read_is_closed_to_them_and_used(five: Lab) -> None:
    assert five.urgent().code == 0
    for mode, after in ((0o644, 0o640), (0o664, 0o660), (0o660, 0o660)):
        five.ledger.chmod(mode)
        assert five.resume().code == 0
        assert five.ledger.stat().st_mode & 0o777 == after


def test_a_disk_that_is_full_before_the_start_sends_nothing(five: Lab, strace: None) -> None:
    refused(five, five.urgent(under=Point("pwrite64", 1).failing(five, "ENOSPC", for_good=True)), calls=0)
    refused(five, five.urgent(under=Point(OPEN, 1).failing(five, "EDQUOT", for_good=True)), calls=0)
    assert five.urgent().code == 0


@pytest.mark.parametrize("most", [0, 6_000, 40_000])
def test_a_file_that_may_not_grow_costs_no_post(five: Lab, most: int) -> None:
    """A real limit instead of an injected one: it strikes the feed's files and the lock as well."""
    process = subprocess.Popen(
        five.line(*URGENT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=five.environ,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),  # noqa: PLW1509  no threads yet
    )
    ran = ended(process)
    assert ran.code in {1, 2}, ran
    assert "Traceback" not in ran.stderr
    verdict = judged(five, f"files up to {most} bytes", recovered(five), hit=True)
    assert verdict.is_good, verdict


@pytest.mark.parametrize("nth", [2, 4])
def test_after_a_kill_in_the_middle_of_a_commit_it_can_be_looked_at(
    five: Lab, strace: None, nth: int
) -> None:
    """The journal is still there, and only somebody who may write can undo what it holds."""
    assert five.urgent(under=Point("unlink", nth).killing(five)).code == -9
    assert five.ledger.with_name("ledger.db-journal").exists()
    listed = five.run("list", "--json")
    assert listed.code == 0, listed
    for announcement in listed.json["announcements"]:
        shown = five.run("show", announcement["ref"], "--json")
        assert len(shown.json["deliveries"]) == 5
    assert five.run(*URGENT, "--dry-run").code == (2 if listed.json["announcements"] else 0)
    verdict = judged(five, "looked at", recovered(five), hit=True)
    assert verdict.is_good, verdict
