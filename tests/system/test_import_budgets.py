"""What a command loads and makes before it does anything, counted: a time would tell of the machine and its mood.

Whoever needs more raises a number here, and says in the commit what it is worth.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from publisher.ledger import open_ledger

COUNTING = """
import builtins, json, os, re, sys
from re import _compiler

def is_ours(module):
    return module.partition(".")[0] in ("publisher", "announce_channels")

def counted(body, name, *bases, **options):
    counts["classes"] += is_ours(body.__globals__["__name__"])
    return make(body, name, *bases, **options)

def compiled(pattern, flags=0):
    asking = sys._getframe(1)
    while asking.f_globals["__name__"] in ("re", "functools"):
        asking = asking.f_back
    if is_ours(asking.f_globals["__name__"]) and asking.f_code.co_name == "<module>":
        counts["patterns"].append(str(pattern))
    return compile_pattern(pattern, flags)

def told(code):
    loaded = set(sys.modules) - before
    own = [name for name in loaded if is_ours(name)]
    made = {one for name in own for one in vars(sys.modules[name]).values() if isinstance(one, type)}
    counts["dataclasses"] = sorted(one.__qualname__ for one in made if is_ours(one.__module__)
                                   and isinstance(vars(one).get("__dataclass_fields__"), dict))
    counts.update(code=code, modules=len(loaded), ours=len(own), names=sorted(loaded))
    with open(os.environ["COUNTS"], "w") as file:
        json.dump(counts, file)
    leave(code)

before, counts = set(sys.modules), {"classes": 0, "patterns": []}
compile_pattern, _compiler.compile = _compiler.compile, compiled
make, builtins.__build_class__ = builtins.__build_class__, counted
leave, os._exit = os._exit, told
from publisher.cli import main
main()
"""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """At most so much; the figures of Python 3.11 and a tenth more, for other versions of Python and of libraries."""

    words: tuple[str, ...]
    modules: int
    """Of all, Python's own included."""
    ours: int
    classes: int
    """Of ours."""
    without: tuple[str, ...]
    """Libraries that it has no use for."""


PLATFORMS = ("requests", "urllib3", "tweepy", "oauthlib", "facebook", "feedgen", "lxml", "icalendar", "boto3")
"""A platform's library is loaded by the thread that sends."""

FORMS = ("pydantic", "msgspec", "sqlite3")
WORDS = ("jinja2", "babel")

DRY_RUN = ("urgent", "Kernel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--dry-run")

BUDGETS = {
    "version": Budget(words=("--version",), modules=23, ours=5, classes=0, without=("typer",)),
    "words": Budget(
        words=("--words", "services", "refs"),
        modules=65,
        ours=24,
        classes=16,
        without=("typer", "pydantic", "msgspec", "platformdirs") + PLATFORMS + WORDS,
    ),
    "help": Budget(words=("--help",), modules=116, ours=12, classes=11, without=PLATFORMS + FORMS + WORDS),
    "list": Budget(words=("list",), modules=355, ours=119, classes=166, without=PLATFORMS + WORDS),
    "dry run": Budget(words=DRY_RUN, modules=460, ours=168, classes=208, without=PLATFORMS),
}


@pytest.fixture(params=BUDGETS)
def budget(request: pytest.FixtureRequest) -> Budget:
    return BUDGETS[request.param]


@pytest.fixture
def counts(budget: Budget, announce: Any, tmp_path: Path) -> dict[str, Any]:
    config = () if "--version" in budget.words else ("--config", str(announce.config))
    open_ledger(announce.config.parent / "ledger.db", write=True).close()
    report = tmp_path / "counts.json"
    command = [sys.executable, "-c", COUNTING, *budget.words, *config]
    environ = {**announce.environ, "COUNTS": str(report)}
    ran = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def test_a_command_loads_and_makes_no_more_than_its_budget(budget: Budget, counts: dict[str, Any]) -> None:
    spent = {name: counts[name] for name in ("modules", "ours", "classes")}
    assert all(spent[name] <= getattr(budget, name) for name in spent), (spent, budget, counts["names"])


def test_a_command_loads_no_library_that_it_has_no_use_for(budget: Budget, counts: dict[str, Any]) -> None:
    assert {name.partition(".")[0] for name in counts["names"]}.isdisjoint(budget.without)


def test_no_record_is_a_dataclass(counts: dict[str, Any]) -> None:
    """One costs a run as much as forty msgspec Structs."""
    assert counts["dataclasses"] == []


def test_no_module_compiles_a_pattern_before_it_is_asked(counts: dict[str, Any]) -> None:
    """``re.search(PATTERN, text)`` compiles it once, when it is first needed: of 80 a run needs a half."""
    assert counts["patterns"] == []
