"""Controls: what must not be done at a place where others put things is found by `nobody_waits`."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.waiting import nobody_waits


def locks(place: Path) -> None:
    handle = os.open(place, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def reads_for_ever(_: Path) -> None:
    with Path("/dev/zero").open("rb") as endless:
        began = time.process_time()
        while time.process_time() - began < 1.1:
            endless.read(1 << 20)


@pytest.mark.parametrize(
    "wait",
    [
        lambda place: os.open(place, os.O_RDONLY),
        Path.read_text,
        lambda place: place.open("rb"),
        lambda place: sqlite3.connect(place, timeout=1),
        lambda _: time.sleep(0.1),
        locks,
        reads_for_ever,
    ],
)
def test_what_could_wait_is_found(tmp_path: Path, wait: Callable[[Path], object]) -> None:
    place = tmp_path / "place"
    os.mkfifo(place)
    with pytest.raises(AssertionError), nobody_waits(tmp_path), suppress(AssertionError):
        wait(place)


def test_what_comes_back_at_once_is_let_pass(tmp_path: Path) -> None:
    place = tmp_path / "place"
    os.mkfifo(place)
    with nobody_waits(tmp_path):
        os.close(os.open(place, os.O_RDONLY | os.O_NONBLOCK))
