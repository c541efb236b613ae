"""What pages say is shown by tests is: each row of what proves a verb done, each example of an `http` channel."""

from __future__ import annotations

import re

import pytest

from tests.naming import ROOT, is_there, named

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
PROOFS, TESTS = PAGE.split("## What proves it")[1].split("## What each channel")[0].split("### The test of")
ROW = re.compile(r"^\| (\w+) \| `(\w+)` \| .*$", re.MULTILINE)
SHOWN = {found.groups(): found[0] for found in ROW.finditer(TESTS)}


def test_every_row_has_its_tests() -> None:
    assert [found.groups() for found in ROW.finditer(PROOFS)] == list(SHOWN)
    assert {adapter for verb, adapter in SHOWN if verb == "withdraw"} == {
        "facebook", "twitter", "wordpress", "whmcs", "http", "feed",
    }  # fmt: skip


@pytest.mark.parametrize("row", SHOWN.values(), ids=map(" ".join, SHOWN))
def test_they_are_there(row: str) -> None:
    proofs = named(row)
    assert proofs, "no test is named"
    assert [f"{file}::{name}" for file, name in proofs if not is_there(file, name)] == []


def test_those_of_the_worked_examples_are_there() -> None:
    proofs = named((ROOT / "docs" / "channels" / "http.md").read_text(encoding="utf-8"))
    assert len(proofs) == 4
    assert all(is_there(*proof) for proof in proofs)
