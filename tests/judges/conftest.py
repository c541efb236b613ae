"""The judges of pages: the Nu Html Checker, and axe-core in Chromium. Under ``CI=true`` none may be missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: this makes `judged_site` a module

from judged_site import write_site

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
NPM = "npm install --prefix tests/judges --ignore-scripts"
UNTESTED = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter, config) -> None:
    for reason in dict.fromkeys(config.stash.get(UNTESTED, [])):
        terminalreporter.write_line(f"NOT JUDGED: {reason}", red=True, bold=True)


def _need(config: pytest.Config, there: object, what: str, how: str) -> None:
    if not there:
        _give_up(config, f"{what} is missing ({how})")


def _give_up(config: pytest.Config, reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true asks for it")
    config.stash.setdefault(UNTESTED, []).append(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def vnu(pytestconfig: pytest.Config) -> list[str]:
    """The command that checks HTML."""
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    _need(pytestconfig, shutil.which("java"), "java", "apt-get install default-jre-headless")
    _need(pytestconfig, jar.exists(), "vnu-jar", NPM)
    return ["java", "-Xmx512m", "-jar", str(jar)]


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> list[str]:
    """The command that looks at pages in a browser."""
    program = shutil.which("chromium")
    _need(pytestconfig, program, "chromium", "apt-get install chromium")
    _need(pytestconfig, shutil.which("node"), "node", "apt-get install nodejs npm")
    _need(pytestconfig, (MODULES / "axe-core").exists(), "axe-core", NPM)
    return ["node", str(HERE / "axe.mjs"), str(program)]


@pytest.fixture(scope="session", params=["de", "en"])
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole site."""
    folder = tmp_path_factory.mktemp(request.param) / "public"
    built = write_site(folder, request.param)
    assert built.faults == ()
    return folder


@pytest.fixture(scope="session")
def served(judged: Path) -> Iterator[str]:
    """Its address, by the real server."""
    code = (
        "import sys; from pathlib import Path; from publisher.cli.serving import run;"
        "run(Path(sys.argv[1]), host='127.0.0.1', port=0, say=lambda text: print(text, flush=True))"
    )
    root = HERE.parents[1]
    words = [sys.executable, "-c", code, str(judged)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
