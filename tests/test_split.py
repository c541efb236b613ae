"""No test is lost between `make test` and `make test-thorough`, and every promise keeps one before each commit."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import split
from tests.test_security_page import PROOF, ROWS

ROOT = Path(__file__).parents[1]
MARKS = re.findall(r"\$\(PYTEST\) -m (.+)", (ROOT / "Makefile").read_text(encoding="utf-8"))


def test_both_together_are_all_tests_and_ci_runs_both() -> None:
    assert MARKS == ["'not thorough'", "thorough"]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make .*?(test\S*)", ci, re.MULTILINE) == ["test", "test-thorough"]


def test_the_mark_is_given_by_the_table_alone() -> None:
    named = "mark." + "thorough"
    assert [
        path for path in (ROOT / "tests").rglob("*.py") if named in path.read_text(encoding="utf-8")
    ] == []


def test_no_name_stands_in_the_table_twice() -> None:
    assert [name for name, times in Counter(split.rows()).items() if times > 1] == []


@pytest.mark.parametrize("row", list(split.rows()))
def test_every_name_in_the_table_is_that_of_a_test(row: str) -> None:
    file, _, test = row.partition("::")
    text = (split.TESTS / file).read_text(encoding="utf-8")
    assert re.search(rf"^(def {test}\(|{test} = )", text, re.MULTILINE) if test else text


@pytest.mark.parametrize("row", ROWS)
def test_a_promise_to_customers_and_engineers_is_kept_before_each_commit(row: str) -> None:
    proof = PROOF.search(row)
    assert proof
    file = proof[1].removeprefix("tests/")
    assert not {file, f"{file}::{proof[2]}"} & set(split.TABLE["whole"])


def test_what_of_a_test_stays() -> None:
    cases = ["a.x", "b.x", "a.y", "b.y", "z"]
    assert split.some(cases, 2) == {"a.x", "a.y"}
    assert split.named(cases, ["z", "other"]) == {"z"}
    assert split.once(cases, [r"\.(.)$"]) == {"a.x", "b.y", "z"}


def test_what_a_run_leaves_out_is_said() -> None:
    words = ("-n", "1", "-q", "-m", "not thorough", "tests/test_package.py")
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, capture_output=True, text=True)
    said = r"LEFT OUT: [1-9]\d* thorough tests; `make test-thorough` runs them"
    assert re.search(said, done.stdout), done.stdout
