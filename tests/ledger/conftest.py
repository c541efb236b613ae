"""Every kind of store that a ledger can be kept in: the tests of this folder are run on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher.ledger import Ledger, open_ledger
from tests.postgres import server

if TYPE_CHECKING:
    from publisher.settings.database import Database

    Address = Path | Database

__all__ = ["server"]

STORES: Mapping[str, Callable[[pytest.FixtureRequest, Path], Address]] = {
    "sqlite": lambda request, folder: folder / "state" / "ledger.db",
    "postgres": lambda request, folder: request.getfixturevalue("server").emptied(),
}
"""The address of a ledger of each kind: a file that is not there yet, a database in which nothing has been said."""


@pytest.fixture(params=sorted(STORES))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """Where a ledger can be made."""
    return STORES[request.param](request, tmp_path)


@pytest.fixture
def ledger(address: Address) -> Iterator[Ledger]:
    """A new ledger, opened to write."""
    with open_ledger(address, write=True) as opened:
        yield opened
