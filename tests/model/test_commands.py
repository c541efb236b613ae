"""Commands are printed so that they can be pasted."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from publisher.model import commands


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    commands.keep(None)


@pytest.fixture(autouse=True)
def of_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever configuration a command of an earlier test in this process was given."""
    monkeypatch.setattr(commands, "_kept", [])


def test_a_command_is_its_words() -> None:
    assert commands.command("resume", "CMO-7K3M", "--failed") == "announce resume CMO-7K3M --failed"


@pytest.mark.parametrize("word", ["left as it is", "it's over", "$HOME; rm -rf /", "Lücke", ""])
def test_every_word_survives_the_shell(word: str) -> None:
    assert shlex.split(commands.command("update", "CMO-7K3M", word))[-1] == word


@pytest.mark.parametrize("path", ["/etc/announce.toml", "our config/announce.toml"])
def test_the_configuration_of_this_run_is_that_of_the_next(path: str) -> None:
    commands.keep(path)
    assert shlex.split(commands.command("due"))[-2:] == ["--config", path]
    commands.keep(None)
    assert commands.command("due") == "announce due"


SOURCES = Path(commands.__file__).parents[1]
BUILDERS = {SOURCES / "model" / "commands.py", SOURCES / "cli" / "verbs.py"}
"""Where commands are made of words; and the examples of the help, which nobody's configuration belongs to."""


def test_nobody_else_puts_a_command_together() -> None:
    """One that is written out in a sentence lacks ``--config``, and its words are not quoted."""
    from publisher.cli.verbs import VERBS

    typed = re.compile(rf"\bannounce (--config|{'|'.join(name.partition(' ')[0] for name in VERBS)})\b")
    found = [
        f"{path.relative_to(SOURCES)}:{line}: {text}"
        for path in SOURCES.rglob("*.py")
        if path not in BUILDERS
        for line, text in _texts(ast.parse(path.read_text(encoding="utf-8")))
        if typed.search(text)
    ]
    assert found == []


def test_a_command_ends_its_line() -> None:
    """What stands behind it would be pasted with it."""
    found = [
        f"{path.relative_to(SOURCES)}:{node.lineno}: {ast.unparse(node)}"
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for part, following in pairwise(node.values)
        if _is_a_command(part) and not _begins_a_line(following)
    ]
    assert found == []


def _is_a_command(part: ast.expr) -> bool:
    called = (
        part.value.func if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Call) else None
    )
    return isinstance(called, ast.Name) and called.id in {"command", "way_on", "for_good"}


def _begins_a_line(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and str(part.value).startswith("\n")


def _texts(module: ast.Module) -> Iterator[tuple[int, str]]:
    """All that is said, docstrings aside."""
    alone = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value
