"""What pages say is shown by tests is: each row of what proves a verb done, each example of an `http` channel."""

from __future__ import annotations

import importlib
import math
import re
from itertools import chain

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


HTTP = [f"channels.{name}.test_contract" for name in ("facebook", "twitter", "wordpress", "whmcs", "http")]
FIGURES = {
    "faults × requests of the five adapters over HTTP": HTTP,
    "faults × files of the feed": ["channels.feed.test_contract"],
    "inputs of our own side": ["system.test_inputs"],
}


@pytest.mark.parametrize("what", FIGURES)
def test_so_many_are_tried_as_the_page_says(what: str) -> None:
    """At least so many, and not a tenth more: a figure from long ago is none."""
    found = re.search(rf"^\| {what} \| more than ([\d,]+) \|", PAGE, re.MULTILINE)
    assert found
    tried = sum(cases(f"tests.{module}") for module in FIGURES[what])
    assert int(found[1].replace(",", "")) < tried < int(found[1].replace(",", "")) * 1.1, tried


def cases(module: str) -> int:
    """How many tests pytest makes of a module."""
    inside = vars(importlib.import_module(module))
    classes = (
        vars(each) for name, each in inside.items() if name.startswith("Test") and isinstance(each, type)
    )
    tests = chain(inside.items(), *(each.items() for each in classes))
    return sum(_times(test) for name, test in tests if name.startswith("test_"))


def _times(test: object) -> int:
    marks = getattr(test, "pytestmark", [])
    return math.prod(len(list(mark.args[1])) for mark in marks if mark.name == "parametrize")
