"""Judges that are no part of ours. Where one cannot be had the tests say so, and under ``CI=true`` they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: this makes `judging` one

from judging.histories import HARD, LAID, History, at_random, life
from judging.programs import ROOT, missing
from judging.site import HUB, Site
from judging.status_site import write_site


@pytest.fixture(scope="session")
def unavailable() -> Callable[[str], NoReturn]:
    """Called with the reason why a judge cannot be asked: skips loudly, or fails where it must be asked."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI=true asks for it")
        pytest.skip(reason)

    return give_up


@pytest.fixture(scope="session")
def judge(unavailable: Callable[[str], NoReturn]) -> Callable[[str], None]:
    """Asks for a program by its name."""

    def ask(name: str) -> None:
        if reason := missing(name):
            unavailable(reason)

    return ask


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
    assert made.build(hub=HUB).faults == ()
    return made


@pytest.fixture(scope="session", params=["de", "en"])
def status_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site as a hoster may have it, in each language."""
    folder = tmp_path_factory.mktemp(request.param) / "public"
    assert write_site(folder, request.param).faults == ()
    return folder


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Called with a folder: the address at which the real server shows it."""
    code = (
        "import sys; from pathlib import Path; from publisher.web.server import run;"
        "run(Path(sys.argv[1]), host='127.0.0.1', port=0, say=lambda text: print(text, flush=True))"
    )
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> str:
        words = [sys.executable, "-c", code, str(folder)]
        running.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT))
        assert running[-1].stdout
        return running[-1].stdout.readline().split()[-1]

    yield start
    for process in running:
        process.terminate()
        process.communicate()
