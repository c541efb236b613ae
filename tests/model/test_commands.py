"""Commands are printed so that they can be pasted."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from publisher.model import commands


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    commands.keep(None)


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
