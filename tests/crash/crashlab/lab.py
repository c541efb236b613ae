"""One announcement in a folder of its own: the real command as a process, and a sandbox that counts."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crashlab.stages import Stage, holding

from announce_sandbox import Sandbox, start
from tests.forking import ENVIRON, forks

URGENT = (
    "urgent",
    "Kernel-Lücke",
    *["--service", "vps", "--start", "+2h", "--duration", "1h", "--yes", "--json"],
)
PROGRAM = ("-m", "publisher")
"""What Python runs; a control puts a broken one in its place."""

SETTLE = 0.4
"""Seconds: short, so that a resume is; long against the milliseconds that the sandbox needs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process came to."""

    code: int
    """As `subprocess` gives it: -9 for one that was killed."""
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


@dataclass
class Lab:
    """A sandbox, a configuration, a ledger: everything that one trial may spoil."""

    stage: Stage
    folder: Path
    sandbox: Sandbox
    config: Path
    program: Sequence[str] = PROGRAM
    typed: Sequence[str] = URGENT
    environ: dict[str, str] = field(default_factory=dict)
    asked: Callable[[str], list[Any]] | None = None
    """Asks the database that keeps the ledger, where one does."""
    unheard: set[str] = field(default_factory=set)
    """Channels whose platform, by a fault, did nothing about the first request: it may be sent once more."""

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.config.with_name("ledger.db")

    # --- the command ----------------------------------------------------------------------------------------

    def line(self, *words: str, config: Path | None = None) -> list[str]:
        """The command line of one call."""
        return [sys.executable, *self.program, "--config", str(config or self.config), *words]

    def begin(
        self, *words: str, under: Sequence[str] = (), config: Path | None = None
    ) -> subprocess.Popen[str]:
        """Start one call; ``under`` is what runs it, such as strace with its options."""
        return subprocess.Popen(
            [*under, *self.line(*words, config=config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=self.environ,
        )

    def run(self, *words: str, under: Sequence[str] = (), config: Path | None = None) -> Ran:
        """One call to its end; forked where what is done to the process begins after its start."""
        traced = under[:1] == ["strace"]
        if (not under or traced) and tuple(self.program) == PROGRAM and forks().may(self.environ, ""):
            own = ["--config", str(config or self.config), *words]
            return Ran(*forks().run(own, stdin="", environ=self.environ, timeout=120, tracer=under))
        return ended(self.begin(*words, under=under, config=config))

    def urgent(self, **options: Any) -> Ran:
        """What the engineer types."""
        return self.run(*self.typed, **options)

    def resume(self, *words: str, **options: Any) -> Ran:
        """What is typed after any stop."""
        return self.run("resume", "--json", *words, **options)

    def held(self, first: str) -> Path:
        """A second configuration in which every channel but one is slow to start: its secret takes a while."""
        target = self.config.with_name(f"{first}-first.toml")
        target.write_text(holding(self.config.read_text(encoding="utf-8"), first), encoding="utf-8")
        return target

    def until_arrived(self, channels: Iterable[str], process: subprocess.Popen[str]) -> None:
        """Wait until the platforms of these channels have received a request of a running process."""
        while not set(channels) <= self.arrived():
            assert process.poll() is None, ended(process)
            time.sleep(0.01)

    def edit(self, old: str, new: str) -> None:
        """Rewrite the configuration."""
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    # --- what became of it ----------------------------------------------------------------------------------

    def recorded(self) -> list[dict[str, str]]:
        """The state of each channel as the ledger has it, an announcement each; call it after a command."""
        told: dict[str, dict[str, str]] = {}
        if self.asked:
            for ref, channel, state in self.asked("SELECT ref, channel, state FROM announce.delivery"):
                told.setdefault(ref, {})[channel] = state
            return list(told.values())
        if not self.ledger.exists():  # killed before it was made, and only the command typed again makes it
            return []
        connection = sqlite3.connect(self.ledger)
        try:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone():
                return []
            for ref, channel, state in connection.execute("SELECT ref, channel, state FROM delivery"):
                told.setdefault(ref, {})[channel] = state
        finally:
            connection.close()
        return list(told.values())

    def visible(self) -> dict[str, int]:
        """How many posts customers see on each channel."""
        seen = {
            channel: sum(post.visible and f"/{begins}" in f"{post.url}/" for post in self.sandbox.posts())
            for channel, begins in self.stage.platforms.items()
        }
        return seen | ({"feed": self._items()} if self.stage.feed else {})

    def sent(self) -> dict[str, int]:
        """How many publishing requests the platform received whole, where a second one would publish again.

        Sharper than what is visible: some platforms refuse the second one by themselves.
        """
        return {
            channel: self._creations(self.stage.platforms[channel]) - (channel in self.unheard)
            for channel in self.stage.once
        }

    def arrived(self) -> set[str]:
        """The channels whose platform has received a request."""
        paths = [f"{call.path}/" for call in self.sandbox.calls]
        return {
            channel
            for channel, begins in self.stage.platforms.items()
            if any(path.startswith(f"/{begins}") for path in paths)
        }

    def _creations(self, begins: str) -> int:
        return sum(
            call.verb == "create" and f"{call.path}/".startswith(f"/{begins}") for call in self.sandbox.calls
        )

    def _items(self) -> int:
        file = self.config.with_name("public") / "rss.xml"
        if not file.exists():
            return 0
        return len(ET.parse(file).findall("channel/item"))  # noqa: S314  our own file


@contextmanager
def lab(
    stage: Stage,
    folder: Path,
    *,
    settle: float = SETTLE,
    program: Sequence[str] = PROGRAM,
    typed: Sequence[str] = URGENT,
) -> Iterator[Lab]:
    """A lab for one trial."""
    with start() as sandbox:
        config = stage.write(folder / "etc", sandbox, settle)
        yield Lab(stage, folder, sandbox, config, program, typed, _environ(folder))


def ended(process: subprocess.Popen[str], *, timeout: float = 120) -> Ran:
    """Wait for a process that `Lab.begin` started."""
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return Ran(process.returncode, stdout, stderr)


def _environ(folder: Path) -> dict[str, str]:
    return ENVIRON | {"HOME": str(folder / "home")}
