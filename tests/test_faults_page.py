"""docs/faults.md names a test for each fault that was found, and every one that is named is there."""

from __future__ import annotations

import re

import pytest

from tests.naming import ROOT, is_there, named

PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
FAULTS = [row for row in ROWS if row != "| fault | test |"]


@pytest.mark.parametrize("row", FAULTS)
def test_every_fault_names_tests_that_are_there(row: str) -> None:
    proofs = named(row)
    assert proofs, "no test is named"
    assert [f"{file}::{name}" for file, name in proofs if not is_there(file, name)] == []


@pytest.mark.parametrize(("part", "last"), [("P", 19), ("L", 9), ("C", 13), ("S", 9), ("F", 9)])
def test_no_number_is_left_out(part: str, last: int) -> None:
    assert re.findall(rf"^\| {part}(\d+): ", PAGE, re.MULTILINE) == [str(n) for n in range(1, last + 1)]
