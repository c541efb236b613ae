"""The manual page and docs/commands.md say what the command line takes: `make reference` writes both anew."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publisher.cli.outline import commands

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "make.py"))


@pytest.mark.parametrize(("kind", "file"), [("manual", "announce.1"), ("page", "commands.md")])
def test_what_is_there_is_what_would_be_made(made: dict[str, Any], kind: str, file: str) -> None:
    assert made[kind]() == (ROOT / "docs" / file).read_text(encoding="utf-8"), "make reference"


def test_every_command_and_exit_code_is_in_both(made: dict[str, Any]) -> None:
    assert len(commands()) > 25
    assert list(made["exit_codes"]()) == ["0", "1", "2", "3", "4", "5", "6", "7", "10", "130"]
    page, manual = made["page"](), made["manual"]()
    assert [one.name for one in commands() if f"### `announce {one.name} " not in page] == []
    assert [one.name for one in commands() if f"\n.SS announce {one.name} " not in manual] == []


def test_the_manual_is_read_without_a_complaint(give_up: Callable[[str], None]) -> None:
    groff = shutil.which("groff")
    if groff is None:
        give_up("groff is missing (apt-get install groff-base)")
    shown = subprocess.run(
        [str(groff), "-ww", "-man", "-Tutf8", "-P-cbou", str(ROOT / "docs" / "announce.1")],
        capture_output=True,
        encoding="utf-8",
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "inside a maintenance window" in shown.stdout
    assert "en=… in English" in shown.stdout
