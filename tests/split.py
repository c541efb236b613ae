"""Which tests `make test` leaves to `make test-thorough`: those of tests/thorough.toml get the mark of that name."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
TABLE: Mapping[str, Any] = tomllib.loads((TESTS / "thorough.toml").read_text(encoding="utf-8"))
"""``whole``: names; ``some``, ``named``, ``once``: from a name to what of it stays in `make test`."""


def mark(items: Sequence[pytest.Item]) -> None:
    """Mark what is thorough."""
    for test, cases in _by_test(items).items():
        if kept := _kept(test):
            staying = kept(list(cases))
            for case, item in cases.items():
                if case not in staying:
                    item.add_marker("thorough")


def unknown(items: Sequence[pytest.Item]) -> list[str]:
    """Cases that the table names and that are none of their test, where all of it was collected."""
    tests = _by_test(items)
    return [
        f"{test}[{name}]"
        for test, names in TABLE["named"].items()
        for name in names
        if test in tests and name not in tests[test]
    ]


def _by_test(items: Sequence[pytest.Item]) -> dict[str, dict[str, pytest.Item]]:
    """From tests, named from this folder on, to their cases: what stands in the brackets, or nothing."""
    found: dict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        test, _, case = item.nodeid.partition("[")
        found[test.removeprefix(f"{TESTS.name}/")][case.removesuffix("]")] = item
    return found


Keeper = Callable[[Sequence[str]], set[str]]
"""From a test's cases to those that `make test` tries."""


@cache
def _kept(test: str) -> Keeper | None:
    """None where all of it stays."""
    for name in (test, test.partition("::")[0]):
        if name in TABLE["whole"]:
            return lambda _: set()
        for way, keeper in KEEPERS.items():
            if name in TABLE[way]:
                return lambda cases, keeper=keeper, told=TABLE[way][name]: keeper(cases, told)  # type: ignore[misc]
    return None


def some(cases: Sequence[str], number: int) -> set[str]:
    """So many of them, drawn evenly."""
    return {cases[at * len(cases) // number] for at in range(number)}


def named(cases: Sequence[str], names: Sequence[str]) -> set[str]:
    """Those, as far as they were asked for."""
    return set(names) & set(cases)


def once(cases: Sequence[str], patterns: Sequence[str]) -> set[str]:
    """One case of each thing that a pattern finds, in turn the first, the second, …; and all in which none does."""
    staying = {case for case in cases if not any(re.search(pattern, case) for pattern in patterns)}
    for pattern in patterns:
        things = _by_thing(cases, pattern)
        staying |= {alike[turn % len(alike)] for turn, alike in enumerate(things.values())}
    return staying


KEEPERS: Mapping[str, Callable[[Sequence[str], Any], set[str]]] = {"some": some, "named": named, "once": once}


def _by_thing(cases: Sequence[str], pattern: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if match := re.search(pattern, case):
            found[match[1]].append(case)
    return found


def rows() -> Iterator[str]:
    """Every name in the table."""
    yield from TABLE["whole"]
    for way in KEEPERS:
        yield from TABLE[way]
