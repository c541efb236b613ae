"""SECURITY.md promises only what a test proves: every promise names one, and every one that is named is there."""

from __future__ import annotations

import re

import pytest

from tests.naming import ROOT, is_there

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = PAGE.partition("\n## What is promised")[2].partition("\n## ")[0]
ROWS = [line for line in PROMISES.splitlines() if line.startswith("| ")][2:]
PROOF = re.compile(r"\| `(tests/[\w/]+\.py)::(test_\w+)` \|$")


def test_there_are_promises() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS)
def test_every_promise_names_a_test_that_is_there(row: str) -> None:
    proof = PROOF.search(row)
    assert proof, "no test is named"
    assert is_there(proof[1], proof[2])


def test_every_test_that_is_named_is_named_in_a_row() -> None:
    assert PAGE.count("::test_") == len(ROWS)
