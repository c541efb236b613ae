"""One announcement in a folder of its own: the real command as a process, and a sandbox that counts."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from announce_sandbox import Sandbox, start, write_example

ROOT = Path(__file__).parents[3]
URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes", "--json")
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


@dataclass(frozen=True)
class Stage:
    """Which channels an announcement goes to, and how each is watched."""

    name: str
    write: Callable[[Path, Sandbox, float], Path]
    """Writes a configuration with this settle time into a folder."""
    platforms: Mapping[str, str]
    """Channel to what its requests begin with, after the slash."""
    once: frozenset[str]
    """Channels where one request publishes, and a second one would publish again."""
    blind: frozenset[str] = frozenset()
    """Channels that can neither be asked nor sent to twice."""
    feed: bool = False

    @property
    def channels(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self.platforms) | ({"feed"} if self.feed else set())


@dataclass
class Lab:
    """A sandbox, a configuration, a ledger: everything that one trial may spoil."""

    stage: Stage
    folder: Path
    sandbox: Sandbox
    config: Path
    program: Sequence[str] = PROGRAM
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.config.with_name("ledger.db")

    # --- the command ----------------------------------------------------------------------------------------

    def line(self, *words: str, config: Path | None = None) -> list[str]:
        """The command line of one call."""
        return [sys.executable, *self.program, "--config", str(config or self.config), *words]

    def begin(self, *words: str, under: Sequence[str] = (), config: Path | None = None) -> subprocess.Popen[str]:
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
        """One call to its end."""
        return ended(self.begin(*words, under=under, config=config))

    def urgent(self, **options: Any) -> Ran:
        """What the engineer types."""
        return self.run(*URGENT, **options)

    def resume(self, *words: str, **options: Any) -> Ran:
        """What is typed after any stop."""
        return self.run("resume", "--json", *words, **options)

    def held(self, first: str) -> Path:
        """A second configuration in which every channel but one is slow to start: its secret takes a while."""
        target = self.config.with_name(f"{first}-first.toml")
        target.write_text(_holding(self.config.read_text(encoding="utf-8"), first), encoding="utf-8")
        return target

    # --- what became of it ----------------------------------------------------------------------------------

    def recorded(self) -> list[dict[str, str]]:
        """The state of each channel as the ledger has it, an announcement each; call it after a command."""
        told: dict[str, dict[str, str]] = {}
        connection = sqlite3.connect(self.ledger)
        try:
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
        return {channel: self._creations(self.stage.platforms[channel]) for channel in self.stage.once}

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
        return len(ElementTree.parse(file).findall("channel/item"))  # noqa: S314  our own file


@contextmanager
def lab(
    stage: Stage, folder: Path, *, settle: float = SETTLE, program: Sequence[str] = PROGRAM
) -> Iterator[Lab]:
    """A lab for one trial."""
    with start() as sandbox:
        config = stage.write(folder / "etc", sandbox, settle)
        yield Lab(stage, folder, sandbox, config, program, _environ(folder))


def ended(process: subprocess.Popen[str], *, timeout: float = 120) -> Ran:
    """Wait for a process that `Lab.begin` started."""
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return Ran(process.returncode, stdout, stderr)


# --- the two stages -----------------------------------------------------------------------------------------


def _write_five(folder: Path, sandbox: Sandbox, settle: float) -> Path:
    """The shipped example, with no maintenance windows, so that no test depends on the day."""
    config = write_example(folder, sandbox)
    head, *windows = config.read_text(encoding="utf-8").split("[[windows]]")
    text = "windows = []\n" + head + windows[-1].split("\n\n", 1)[1]
    text = text.replace("[publisher]", "[publisher]\ndeadline = 40", 1)
    text = re.sub(r'^(type = "(?!feed).*")$', rf"\1\nsettle = {settle}\ntimeout = 5", text, flags=re.M)
    config.write_text(text, encoding="utf-8")
    return config


_BARE = """
windows = []
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
locale = "de"
timezone = "Europe/Berlin"
ledger = "sqlite:///ledger.db"
deadline = 40
[services.vps]
name = {{ de = "VPS-Hosting" }}
[channels.center]
type = "http"
base_url = "{url}"
settle = {settle}
timeout = 5
id = "id"
url = "url"
auth = {{ kind = "bearer", token = {{ file = "secrets/token" }} }}
publish = {{ path = "/center", json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}", mark = "{{{{ key }}}}" }} }}
lookup = {{ path = "/center?q={{{{ key }}}}", items = "items", match = "mark", equals = "{{{{ key }}}}", id = "id", url = "url" }}
[channels.board]
type = "http"
base_url = "{url}"
settle = {settle}
timeout = 5
id = "id"
url = "url"
auth = {{ kind = "bearer", token = {{ file = "secrets/token" }} }}
publish = {{ path = "/board", json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}" }} }}
"""


def _write_bare(folder: Path, sandbox: Sandbox, settle: float) -> Path:
    """Two customer centers of one's own: one that can be asked, one that cannot. Both take anything twice."""
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, parents=True)
    token = secrets / "token"
    token.write_text(sandbox.credentials["http"]["token"])
    token.chmod(0o600)
    config = folder / "announce.toml"
    config.write_text(_BARE.format(url=sandbox.base_url("http"), settle=settle), encoding="utf-8")
    return config


FIVE = Stage(
    name="five channels",
    write=_write_five,
    platforms={
        "blog": "wordpress/",
        "customer-center": "whmcs/",
        "facebook": "facebook/",
        "twitter": "twitter/",
    },
    once=frozenset({"facebook", "twitter"}),
    feed=True,
)

BARE = Stage(
    name="bare channels",
    write=_write_bare,
    platforms={"center": "http/center/", "board": "http/board/"},
    once=frozenset({"center", "board"}),
    blind=frozenset({"board"}),
)


_HELD_SECONDS = 1.5


def _holding(config: str, first: str) -> str:
    lines, channel, held = [], "", set[str]()
    for line in config.splitlines():
        if found := re.match(r"\[channels\.([a-z-]+)", line):
            channel = found[1]
        if channel and channel != first and channel not in held:
            slow = f'{{ command = ["sh", "-c", "sleep {_HELD_SECONDS}; cat \\1"] }}'
            line, times = re.subn(r'\{ file = "([^"]+)" \}', slow, line)  # noqa: PLW2901  one line, rewritten
            held |= {channel} if times else set()
        lines.append(line)
    return "\n".join(lines)


def _environ(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "channels")]),
        "LC_ALL": "C",
        "NO_PROXY": "*",
    }
