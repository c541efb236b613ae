"""Judges that are no part of ours. Where one cannot be had the tests say so, and under ``CI=true`` they fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: this makes `judging` one

from judging.histories import HARD, LAID, History, at_random, life
from judging.programs import missing
from judging.site import HUB, Site

UNTESTED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def unavailable(pytestconfig: pytest.Config) -> Callable[[str], NoReturn]:
    """Called with the reason why a judge cannot be asked: skips loudly, or fails where it must be asked."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI=true asks for it")
        pytestconfig.stash.setdefault(UNTESTED, []).append(reason)
        pytest.skip(reason)

    return give_up


@pytest.fixture(scope="session")
def judge(unavailable: Callable[[str], NoReturn]) -> Callable[[str], None]:
    """Asks for a program by its name."""

    def ask(name: str) -> None:
        if reason := missing(name):
            unavailable(reason)

    return ask


def pytest_terminal_summary(terminalreporter, config) -> None:
    for reason in dict.fromkeys(config.stash.get(UNTESTED, [])):
        terminalreporter.write_line(f"NOT JUDGED: {reason}", red=True, bold=True)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def _of_texts(texts: Mapping[str, str]) -> History:
    """An announcement a text, which stands wherever a text can."""
    history = History()
    for number, text in enumerate(texts.values()):
        history.say(f"CMO-{number:04d}", after=number, title=text, reason=text, details=text, action=text)
    return history


def _of_one_life() -> History:
    history = History()
    for _ in life(history):
        pass
    return history


HISTORIES: Mapping[str, Callable[[], History]] = {
    "one-life": _of_one_life,
    "hard-texts": partial(_of_texts, HARD),
    "laid-texts": partial(_of_texts, LAID),
    "three-hundred": partial(at_random, 300),
}


@pytest.fixture(scope="session", params=HISTORIES)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that every judge must pass; the last one has lives of all kinds."""
    made = Site(tmp_path_factory.mktemp(request.param), HISTORIES[request.param]())
    made.write(hub=HUB)
    return made
