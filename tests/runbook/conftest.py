"""The parts of a run, configured for the sandbox: real adapters over real sockets, and no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from announce_sandbox import Sandbox, start, write_example
from publisher.adapter import registry
from publisher.ledger import Ledger, open_ledger
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def configured(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A configuration without maintenance windows, so that no test depends on the day."""
    path = write_example(tmp_path / "etc", sandbox)
    head, *tables = path.read_text().split("[[windows]]")
    path.write_text("windows = []\n" + head + tables[-1].split("\n\n", 1)[1])
    return path


@pytest.fixture
def assembly(configured: Path) -> Assembly:
    return Assembly(load(configured, registry.settings_for), {"NO_PROXY": "*"})


@pytest.fixture
def ledger(assembly: Assembly) -> Iterator[Ledger]:
    """The same ledger as the procedures', opened beside them."""
    with open_ledger(assembly.ledger_path, write=True) as opened:
        yield opened
