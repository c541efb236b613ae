"""Whatever somebody puts where ledger, mark, lock or journal belong: it is named, and nothing is written through it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher.ledger import open_ledger
from publisher.ledger.sqlite import mark
from publisher.model.errors import LedgerFault

REF = "CMO-7K3M"
PRECIOUS = "ssh-ed25519 AAAA the key that lets me in\n"


def a_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def a_link_to_nowhere(place: Path, victim: Path) -> None:
    place.symlink_to(victim.with_name("made"))


def a_second_name(place: Path, victim: Path) -> None:
    place.hardlink_to(victim)


def a_pipe(place: Path, victim: Path) -> None:
    os.mkfifo(place)


def a_device(place: Path, victim: Path) -> None:
    place.symlink_to("/dev/zero")


def a_folder(place: Path, victim: Path) -> None:
    place.mkdir()


KINDS = (a_link, a_link_to_nowhere, a_second_name, a_pipe, a_device, a_folder)


@pytest.fixture(autouse=True)
def within_seconds() -> Iterator[None]:
    """A pipe that nobody writes to, or a device without an end, would hold the test for ever."""

    def give_up(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = folder / "ledger.db"
    open_ledger(path, write=True).close()
    return path


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "authorized_keys"
    path.write_text(PRECIOUS)
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("put", KINDS, ids=lambda put: put.__name__)
@pytest.mark.parametrize(
    "name", ["ledger.db", "ledger.db-journal", "ledger.db.mark", f"ledger.db.{REF}.lock"]
)
def test_it_is_refused_by_name_and_nothing_is_written_through_it(
    ledger: Path, victim: Path, name: str, put: Callable[[Path, Path], None]
) -> None:
    place = ledger.with_name(name)
    place.unlink(missing_ok=True)
    kept = open_ledger(ledger, write=True) if name.endswith(".lock") else None
    put(place, victim)

    def use() -> Any:
        with (kept or open_ledger(ledger, write=True)).owning(REF):
            pass

    with pytest.raises(LedgerFault, match=name) as refused:
        use()

    assert refused.value.hint
    assert victim.read_text() == PRECIOUS
    assert victim.stat().st_mode & 0o777 == 0o644
    assert sorted(entry.name for entry in victim.parent.iterdir()) == ["authorized_keys", "shared"]
    assert os.path.lexists(place)
    if kept:
        kept.close()


@pytest.mark.parametrize("put", KINDS, ids=lambda put: put.__name__)
@pytest.mark.parametrize("name", ["ledger.db", "ledger.db.mark"])
def test_it_is_not_read_either(
    ledger: Path, victim: Path, name: str, put: Callable[[Path, Path], None]
) -> None:
    place = ledger.with_name(name)
    place.unlink(missing_ok=True)
    put(place, victim)

    with pytest.raises(LedgerFault, match=name):
        open_ledger(ledger, write=False)


@pytest.mark.parametrize("put", KINDS, ids=lambda put: put.__name__)
def test_a_mark_that_is_put_there_later_is_not_written_through(
    ledger: Path, victim: Path, put: Callable[[Path, Path], None]
) -> None:
    mark.beside(ledger).unlink(missing_ok=True)
    put(mark.beside(ledger), victim)

    mark.write(ledger, mark.Mark(7))

    assert mark.read(ledger) == mark.Mark()
    assert victim.read_text() == PRECIOUS


def test_a_folder_that_everybody_may_write_is_refused(ledger: Path) -> None:
    ledger.parent.chmod(0o1777)

    for write in (True, False):
        with pytest.raises(LedgerFault, match="everybody on this machine may write in") as refused:
            open_ledger(ledger, write=write)
        assert f"chmod o-w {ledger.parent}" in str(refused.value.hint)


@pytest.mark.parametrize("holder", [f"process {'9' * 40} on {socket.gethostname()}", "\x00\xff" * 300, ""])
def test_whatever_stands_in_a_lock_a_look_at_the_ledger_says_so_and_goes_on(
    ledger: Path, holder: str
) -> None:
    """No number of a process is as long; the operating system cannot even be asked for it."""
    ledger.with_name(f"{ledger.name}.{REF}.lock").write_text(holder, encoding="latin-1")

    with open_ledger(ledger, write=False) as opened:
        said = [one.text for one in opened.examine(whole=False) if one.code == "locks"]

    assert len(said) == 1
    assert REF in said[0]


def test_a_folder_above_in_which_everybody_may_rename_is_refused(ledger: Path) -> None:
    """Another folder could be put in the place of the ledger's; as in /tmp, nobody renames what is another's."""
    ledger.parent.parent.chmod(0o777)
    for write in (True, False):
        with pytest.raises(LedgerFault, match="everybody on this machine may rename what is in") as refused:
            open_ledger(ledger, write=write)
        assert f"chmod o-w {ledger.parent.parent}" in str(refused.value.hint)

    ledger.parent.parent.chmod(0o1777)
    open_ledger(ledger, write=True).close()
