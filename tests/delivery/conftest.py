"""A ledger for a run, and no waiting between its attempts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.delivery import turns
from publisher.ledger.sqlite.store import Store


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "ledger.db") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_FIRST_BACKOFF", 0.001)
