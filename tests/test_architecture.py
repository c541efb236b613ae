"""The rules of docs/architecture.md: who imports whom, what a package is, how long a file may be, and no mail."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("publisher", "channels") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
COMMANDS = sorted((ROOT / "publisher/cli/commands").glob("*.py"))
PACKAGES = sorted(path.parent for path in (ROOT / "publisher").glob("*/__init__.py"))
DOCUMENTS = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        *(ROOT / ".github").glob("*.md"),
    ]
)
MAIL = {"smtplib", "smtpd", "imaplib", "poplib", "aiosmtplib", "sendgrid", "mailchimp"}

MOST_LINES, MOST_TEST_LINES = 350, 500
LONG: frozenset[str] = frozenset()
"""Files that are longer than they should be. One that has become short enough leaves this list."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_import_rules_hold() -> None:
    """In a process of its own: import-linter sets up logging, which would silence the loggers of later tests."""
    words = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
        "--no-cache",
    ]
    roots = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "channels")))}
    linted = subprocess.run(words, cwd=ROOT, env=roots, capture_output=True, encoding="utf-8", check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", linted.stdout), linted.stdout


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_module_imports_a_mail_library(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    assert not found & MAIL


CALLED = ("cli", "web", "runbook", "settings", "model")
"""The packages that a command may import."""

RECORDS = {
    "publisher.planning.initial_request": {"InitialTyped"},
    "publisher.planning.later_request": {"LaterTyped"},
    "publisher.planning.request_file": {"LATER_KEYS", "read_file"},
    "publisher.planning.withdrawal": {"Withdrawals"},
    "publisher.ledger.protocol": {"Health", "Ledger"},
}
"""And what it hands over or prints: words as they were typed, a plan to look at, what a ledger that is read says."""

PROCEDURES_OWN = {"opened", "begun_or_opened", "begun", "existing", "open_ledger", "owning", "deliver"}
"""A ledger opened to write, an announcement owned, something sent: for procedures only."""


@pytest.mark.parametrize("path", COMMANDS, ids=_name)
def test_a_command_parses_calls_and_prints(path: Path) -> None:
    """It opens no ledger to write, owns, recovers, plans and sends nothing: `runbook` does that for every door."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = [(node.module or "", alias.name) for node in froms for alias in node.names]
    imported += [
        (alias.name, "") for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    ]
    ours = [(module, name) for module, name in imported if module.partition(".")[0] == "publisher"]
    beyond = [
        (module, name)
        for module, name in ours
        if module.split(".")[1] not in CALLED and name not in RECORDS.get(module, ())
    ]
    assert not beyond
    used = {name for _, name in ours}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & PROCEDURES_OWN


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert len(COMMANDS) > 12
    assert len(PACKAGES) == 11


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_every_package_has_a_face_which_the_map_shows(package: Path) -> None:
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    assert said
    face = said.split("\n")[0]
    assert face.endswith(".")
    assert f"| `publisher/{package.name}/` | {face} |" in (ROOT / "docs/architecture.md").read_text("utf-8")


MOST_STEPS = 30
"""Lines of a function below its signature and docstring. Shorter is better; what a list or a table needs, it has."""


def _steps(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[1:2] if ast.get_docstring(function) else function.body[:1]
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in COMMANDS], ids=_name)
def test_functions_are_short(path: Path) -> None:
    """Those of commands hand over every option by its name, as typer wants it."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert not {one.name: _steps(one) for one in functions if _steps(one) > MOST_STEPS}


CLOSED = {"COMPLETED", "CANCELLED"}


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_which_phases_are_closed_is_said_once(path: Path) -> None:
    """By `Phase.is_closed`: a list of them beside it would drift."""
    lists = [
        {one.attr for one in node.elts if isinstance(one, ast.Attribute)}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Set | ast.Tuple | ast.List)
    ]
    assert CLOSED not in lists or _name(path) == "publisher/model/announcement.py"


def test_files_are_short() -> None:
    """A file has one subject. The list of exceptions may only shrink."""
    most = dict.fromkeys(SOURCES, MOST_LINES) | dict.fromkeys(TESTS, MOST_TEST_LINES)
    long = {_name(path) for path, lines in most.items() if len(path.read_text("utf-8").splitlines()) > lines}
    assert long == LONG


@pytest.mark.parametrize("page", DOCUMENTS, ids=_name)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:publisher|channels|templates|tests|docs)/[\w./-]+)`", text)
    assert not [path for path in named if not (ROOT / path).exists()]
    linked = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text)]
    assert not [link for link in linked if link and not (page.parent / link).exists()]


GIVEN_UP = {
    "FollowUp": "Plan, which a first and a later update share",
    "follow_plan": "planning/later.py",
    "follow_preview": "planning/preview.py",
    "follow_request": "planning/later_request.py",
    "follow_up": "a later update",
    "templating": "rendering/engine.py",
    "template_folders": "rendering/folders.py",
    "template_cache": "rendering/cache.py",
    "guarantees": "delivery/promises.py",
    "checking": "delivery/probes.py",
    "retry": "delivery/turns.py",
    "tomlfile": "settings/toml.py",
    "validation": "settings/explain.py",
    "tables": "settings/schema.py",
}
"""From a name that modules, classes or functions had to what it is called since."""

TWICE = frozenset({"Asked", "Bounded", "House", "Look", "Rule", "Stops", "Typed"})
"""Public classes of two packages with one name: no other may have two meanings."""


def _defined(path: Path) -> set[str]:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {path.stem, *(node.name for node in ast.walk(tree) if isinstance(node, kinds))}


def test_names_that_were_given_up_do_not_come_back() -> None:
    assert {(name, path) for path in SOURCES for name in _defined(path) & GIVEN_UP.keys()} == set()


def test_no_two_public_classes_of_the_program_share_a_name() -> None:
    """One meaning a word."""
    classes = [
        node.name
        for path in (ROOT / "publisher").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert {name for name in classes if classes.count(name) > 1} <= TWICE
