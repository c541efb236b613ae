"""Help is one screen of 80×24 for all commands, and for each of them options in words, examples that parse, a page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from publisher.cli.app import app
from publisher.cli.verbs import VERBS

ROOT = Path(__file__).parents[2]
PARTS = {
    "config": ("show", "schema"),
    "templates": ("list", "show", "eject"),
    "feed": ("build", "serve"),
    "ledger": ("path", "check", "backup", "migrate"),
}
CALLED = [
    *([name] for name in VERBS),
    *([name, part] for name, parts in PARTS.items() for part in parts),
]


def said(*words: str) -> str:
    ran = CliRunner().invoke(app(words), list(words), prog_name="announce", terminal_width=80)
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_all_commands_stand_in_four_groups_on_one_screen() -> None:
    lines = said("-h").splitlines()
    assert said("--help").splitlines() == lines
    assert len(lines) == len(VERBS) + 3, "a line each, and nothing between them"
    assert max(map(len, lines)) <= 80
    groups = [line[:18].strip() for line in lines if line[18:]]
    assert [group for group in groups[1:-2] if group] == ["Tell", "Until it is over", "Look", "Set up"]
    assert [line[18:].split()[0] for line in lines[1:-2]] == list(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_a_summary_is_not_cut_and_its_page_exists(name: str) -> None:
    verb = VERBS[name]
    assert len(verb.summary) <= 50
    assert (ROOT / verb.page).is_file()


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_each_command_has_options_in_words_and_examples(words: list[str]) -> None:
    shown = said(*words, "-h")
    assert said(*words, "--help") == shown
    assert shown.startswith(f"Usage: announce {' '.join(words)}")
    assert max(map(len, shown.splitlines())) <= 80
    assert not re.search(r"<[a-z]|\[\[|\.\.\.|…$", shown)
    assert f"Examples:\n  announce {' '.join(words)}" in shown
    assert f"More: {VERBS[words[0]].page}" in shown


@pytest.mark.parametrize("example", [one for verb in VERBS.values() for one in verb.examples])
def test_an_example_can_be_typed(example: str) -> None:
    program, *words = shlex.split(example)
    assert program == "announce"
    assert parsed(typer.main.get_command(app(words)), words)


def parsed(command: Any, words: list[str], parent: Any = None) -> bool:
    """Whether a command takes these words; raises typer's UsageError where it does not."""
    context = command.make_context("announce", list(words), parent=parent)
    if not hasattr(command, "commands"):
        return True
    name, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
    assert name in words
    return parsed(inner, rest, context)


def test_a_command_that_is_named_has_its_options() -> None:
    assert "--already-started" in said("urgent", "--help")
    assert "-s, --service NAME" in said("urgent", "--help")
    assert "build  Make every file anew" in said("feed", "--help")
