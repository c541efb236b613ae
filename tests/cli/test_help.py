"""``announce --help`` describes commands without their options, and still says what the whole application would."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from publisher.cli.app import COMMANDS, app


def _said(made: typer.Typer, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(made, list(words), prog_name="announce")
    return ran.exit_code, ran.output


def test_help_is_that_of_the_application_with_every_command() -> None:
    for words in ([], ["--help"], ["lst"], ["--confg"]):
        assert _said(app(words), *words) == _said(app(list(COMMANDS)), *words)
    assert all(f"  {name} " in _said(app(["--help"]), "--help")[1] for name in COMMANDS)


def test_a_command_that_is_named_has_its_options() -> None:
    assert "--already-started" in _said(app(["urgent"]), "urgent", "--help")[1]
    assert "build" in _said(app(["feed"]), "feed", "--help")[1]
