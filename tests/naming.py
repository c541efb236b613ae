"""Tests by the names that pages give them: `tests/…/test_x.py::test_y`."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def named(text: str) -> list[tuple[str, str]]:
    """Every test that is named there: its file and its function."""
    return NODE.findall(text)


def is_there(file: str, function: str) -> bool:
    """Whether that file has that test. Raises OSError where there is no such file."""
    return function in _tests(file)


@functools.cache
def _tests(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
