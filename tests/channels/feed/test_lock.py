"""The site's lock: no stranger can take it, who holds it is named, and nobody waits for ever."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from announce_channels.feed.storage import folder, lock
from announce_channels.feed.storage.lock import held_beside
from publisher.adapter import ChannelError, NotSent
from tests.accounts import Accounts

HOLD = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX)"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS", 0.2)
    monkeypatch.setattr(folder, "_CHECK_SECONDS", 0.2)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A site whose lock another writer holds."""
    site = tmp_path / "public"
    with folder.locked(site):
        yield site


def test_whoever_waits_in_vain_is_told_which_lock_and_who_holds_it(kept: Path, impatient: None) -> None:
    with pytest.raises(NotSent) as refused, folder.locked(kept):
        pass

    assert f"{kept / folder.LOCK} is held by process {os.getpid()} (" in str(refused.value)
    assert refused.value.cure


def test_a_check_tries_the_lock(kept: Path, impatient: None) -> None:
    with pytest.raises(NotSent, match="is held by process"):
        folder.probe(kept)


def test_a_free_lock_is_no_fault_and_a_missing_one_is_not_made(tmp_path: Path) -> None:
    site = tmp_path / "public"
    site.mkdir()

    assert folder.probe(site)
    assert list(site.iterdir()) == []
    with folder.locked(site):
        pass
    assert folder.probe(site)


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_nobody_else_may_read_it(tmp_path: Path, before: int | None) -> None:
    site = tmp_path / "public"
    site.mkdir()
    if before:
        (site / folder.LOCK).touch()
        (site / folder.LOCK).chmod(before)

    with folder.locked(site):
        assert stat.S_IMODE((site / folder.LOCK).stat().st_mode) == (0o660 if before == 0o666 else 0o600)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_plain_file_is_no_lock(tmp_path: Path, kind: str) -> None:
    site, victim = tmp_path / "public", tmp_path / "victim"
    site.mkdir()
    victim.write_text("precious")
    place = site / folder.LOCK
    {"pipe": os.mkfifo, "link": lambda path: path.symlink_to(victim), "folder": os.mkdir}[kind](place)

    with pytest.raises(ChannelError, match=folder.LOCK), folder.locked(site):
        pass
    assert victim.read_text() == "precious"


def test_a_stranger_silences_no_feed(accounts: Accounts, common: Path, impatient: None) -> None:
    site = common / "public"
    with folder.locked(site):
        pass

    held = accounts.eve.run(sys.executable, "-c", HOLD, str(site / folder.LOCK), timeout=60)

    assert "PermissionError" in held.stderr
    with folder.locked(site):
        pass


def test_the_lock_of_a_bucket_is_no_folder_that_others_may_read(tmp_path: Path, impatient: None) -> None:
    with held_beside(tmp_path, "a.lock"):
        assert stat.S_IMODE((tmp_path / "a.lock").stat().st_mode) == 0o600
        with pytest.raises(NotSent, match=r"a\.lock is held by"), held_beside(tmp_path, "a.lock"):
            pass
    folder_of_all = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder_of_all, fcntl.LOCK_EX)
    with held_beside(tmp_path, "a.lock"):
        pass
    os.close(folder_of_all)
