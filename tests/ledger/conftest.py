"""Every kind of store that a ledger can be kept in: the tests of this folder are run on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from publisher.ledger import Ledger, open_ledger

STORES: Mapping[str, Callable[[Path], Path]] = {"sqlite": lambda folder: folder / "state" / "ledger.db"}
"""The address of a ledger that is not there yet, made from a test's own folder."""


@pytest.fixture(params=sorted(STORES))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a ledger can be made."""
    return STORES[request.param](tmp_path)


@pytest.fixture
def ledger(address: Path) -> Iterator[Ledger]:
    """A new ledger, opened to write."""
    with open_ledger(address, write=True) as opened:
        yield opened
