"""One owner at a time: a second process waits its turn or says who is at it, whatever the first one is doing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crashlab.lab import URGENT, Lab, Ran, ended, lab
from crashlab.pace import pace
from crashlab.stages import FIVE
from crashlab.trials import judged, recovered

from announce_sandbox import Fault, Kind
from publisher.ledger.sqlite.files import fault
from publisher.ledger.sqlite.owner import owning
from publisher.ledger.sqlite.store import Store
from publisher.model.errors import LedgerFault, Refused


def told_once(own: Lab, last: Ran) -> None:
    verdict = judged(own, "two processes", [last], hit=True)
    assert verdict.is_good, verdict


def test_a_second_process_names_the_one_that_is_sending(five: Lab) -> None:
    five.sandbox.fault("facebook", Fault(Kind.SLOW, seconds=2.5 * pace(), times=1))
    process = five.begin(*URGENT)
    five.until_arrived({"facebook"}, process)

    refused = five.resume()
    assert refused.code == 2
    assert f"is being sent by process {process.pid} on " in refused.json["error"]
    assert "announce resume CMO-" in refused.json["hint"]
    told_once(five, ended(process))


@pytest.fixture
def asleep(tmp_path: Path) -> Iterator[tuple[Lab, subprocess.Popen[str]]]:
    """A run that is suspended while its one request is being answered."""
    with lab(FIVE.only("facebook"), tmp_path, typed=(*URGENT, "--only", "facebook")) as own:
        own.edit(f"timeout = {5 * pace():.1f}", "timeout = 1")
        own.sandbox.fault("facebook", Fault(Kind.SLOW, seconds=0.3, times=1))
        process = own.begin(*own.typed)
        own.until_arrived({"facebook"}, process)
        process.send_signal(signal.SIGSTOP)
        yield own, process


def test_a_suspended_laptop_keeps_its_announcement_and_sends_nothing_again(
    asleep: tuple[Lab, subprocess.Popen[str]],
) -> None:
    """Asleep for longer than the request may take: the answer that came meanwhile is too late, so it is looked for."""
    own, process = asleep
    time.sleep(1.5)
    assert f"process {process.pid} on " in own.resume().json["error"]
    process.send_signal(signal.SIGCONT)
    told_once(own, ended(process))


def test_a_laptop_that_dies_asleep_leaves_its_announcement_to_the_next_run(
    asleep: tuple[Lab, subprocess.Popen[str]],
) -> None:
    own, process = asleep
    assert own.resume().code == 2
    process.kill()
    ended(process)
    told_once(own, recovered(own)[-1])


def test_the_same_command_typed_by_three_people_at_once_is_announced_once(five: Lab) -> None:
    runs = [ended(process) for process in [five.begin(*URGENT) for _ in range(3)]]
    sent = [ran for ran in runs if ran.code != 2]
    assert [ran.code for ran in sent] == [0], runs
    for ran in runs:
        if ran.code == 2:
            assert sent[0].json["ref"] in ran.json["error"]
    told_once(five, sent[0])


def test_two_people_resume_at_once(bare: Lab) -> None:
    bare.sandbox.fault("http", Fault(Kind.SLOW, seconds=0.3, times=2))
    process = bare.begin(*URGENT)
    bare.until_arrived({"center", "board"}, process)
    process.kill()
    ended(process)

    runs = [ended(process) for process in [bare.begin("resume", "--json") for _ in range(3)]]
    assert sorted({ran.code for ran in runs} - {2}) == [3], runs
    for ran in runs:
        if ran.code == 2:
            assert "is being sent by " in ran.json["error"]
    told_once(bare, bare.resume())


def test_a_lock_whose_file_its_holder_has_taken_away_is_no_lock(tmp_path: Path) -> None:
    """Opened just before the holder was done, locked just after: the file is nobody's any more."""
    (tmp_path / "ledger.db").touch(mode=0o600)  # whose the lock may be, is whose the ledger is
    count, inside, together = threading.Lock(), set[int](), list[int]()

    def take_turns(number: int) -> None:
        for _ in range(400):
            try:
                with owning(tmp_path / "ledger.db", "CMO-7K3M"):
                    with count:
                        inside.add(number)
                        together.append(len(inside))
                    time.sleep(0)
                    with count:
                        inside.discard(number)
            except Refused:
                continue

    threads = [threading.Thread(target=take_turns, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together
    assert max(together) == 1


def test_a_ledger_that_somebody_is_writing_is_not_called_broken(tmp_path: Path) -> None:
    """As it is while the other process is suspended in the middle of a commit."""
    with (
        Store.open(tmp_path / "ledger.db"),
        closing(sqlite3.connect(tmp_path / "ledger.db", timeout=0)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with (
            pytest.raises(sqlite3.OperationalError) as locked,
            closing(sqlite3.connect(tmp_path / "ledger.db", timeout=0)) as second,
        ):
            second.execute("BEGIN EXCLUSIVE")
    told = fault(tmp_path / "ledger.db", locked.value)
    assert "being written by another announce" in str(told)
    assert "permissions" not in (told.hint or "")


def test_a_lock_that_cannot_be_made_is_a_fault_of_the_ledger(tmp_path: Path) -> None:
    with (
        pytest.raises(LedgerFault, match="cannot be used"),
        owning(tmp_path / "none" / "ledger.db", "CMO-7K3M"),
    ):
        pass
