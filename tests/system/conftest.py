"""The real command in a process of its own, against the sandbox: what a person types, and what comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Sandbox, start, write_example
from tests.forking import ENVIRON, forks


@dataclass(frozen=True)
class Ran:
    """What one call of the command came to."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; fails where there is more or less."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def states(self) -> dict[str, str]:
        """The state of each channel."""
        return {row["channel"]: row["state"] for row in self.json["deliveries"]}


class Command:
    """Runs ``announce`` with one configuration."""

    def __init__(self, config: Path, home: Path) -> None:
        self.config = config
        self.environ = ENVIRON | {"HOME": str(home)}

    def __call__(
        self,
        *words: str,
        stdin: str = "",
        environ: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Ran:
        """Run one command to its end; forked where Python would start in the same way, which saves time."""
        environ = self.environ | dict(environ or {})
        if forks().may(environ, stdin):
            own = self.words(*words)
            return Ran(*forks().run(own, stdin=stdin, environ=environ, timeout=timeout))
        done = subprocess.run(
            self.line(*words),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env=environ,
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def line(self, *words: str) -> list[str]:
        """The command line of a process that starts anew."""
        return [sys.executable, "-m", "publisher", *self.words(*words)]

    def words(self, *words: str) -> list[str]:
        """The command's own words."""
        return ["--config", str(self.config), *words]

    def urgent(self, *words: str, **options: Any) -> Ran:
        """A complete ``announce urgent`` in JSON, with more words behind."""
        return self("urgent", *URGENT, "--yes", "--json", *words, **options)

    def edit(self, change: Callable[[str], str]) -> None:
        """Rewrite the configuration."""
        self.config.write_text(change(self.config.read_text(encoding="utf-8")), encoding="utf-8")


URGENT = ("Kernel-Lücke", "--service", "vps", "--start", "+2h", "--duration", "1h")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def announce(tmp_path: Path, sandbox: Sandbox) -> Command:
    """The command, configured for the sandbox, with no maintenance windows so that no test depends on the day."""
    config = write_example(tmp_path / "etc", sandbox)
    command = Command(config, tmp_path / "home")
    command.edit(without_windows)
    return command


def without_windows(text: str) -> str:
    head, *tables = text.split("[[windows]]")
    rest = tables[-1].split("\n\n", 1)[1]
    return "windows = []\n" + head + rest


@pytest.fixture
def begun(announce: Any) -> Callable[..., str]:
    """Announces work that has begun; returns the reference."""

    def urgent(*words: str) -> str:
        words = ("--start", "now", *words)
        ran = announce("urgent", "Kernel", "--service", "vps", "--duration", "2h", "--yes", "--json", *words)
        return str(ran.json["ref"])

    return urgent


@pytest.fixture
def dead(announce: Any, sandbox: Sandbox) -> Callable[[str], Callable[[], None]]:
    """Lets a platform answer nobody; returns what brings it back."""

    def down(platform: str) -> Callable[[], None]:
        address = sandbox.base_url(platform)
        announce.edit(lambda text: text.replace(f'"{address}', f'"{sandbox.closed_url}'))
        return lambda: announce.edit(lambda text: text.replace(f'"{sandbox.closed_url}', f'"{address}'))

    return down
