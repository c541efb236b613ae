"""``announce --version``: every library that is depended on, with the version that runs."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from publisher.cli.version import LIBRARIES, versions

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_libraries_are_those_of_the_project() -> None:
    assert [re.split("[<>=]", one)[0] for one in PROJECT["project"]["dependencies"]] == LIBRARIES


def test_each_is_named_with_the_version_that_is_installed() -> None:
    first, python, *libraries = versions().splitlines()
    assert re.fullmatch(r"announce \d+\.\d+\.\d+\S*", first)
    assert re.match(r"Python 3\.\d+\.\d+ on ", python)
    assert libraries == [f"{name} {version(name)}" for name in LIBRARIES]
