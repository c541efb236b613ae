"""The channels that trials are staged with: the shipped example's five, and two that take anything twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crashlab.pace import pace

from announce_sandbox import Sandbox, write_example


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

    def __str__(self) -> str:
        return self.name

    def only(self, channel: str) -> Stage:
        """The same with one of its channels alone, as with ``--only``."""
        return replace(
            self,
            platforms={channel: self.platforms[channel]},
            once=self.once & {channel},
            blind=self.blind & {channel},
            feed=False,
        )

    @property
    def channels(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self.platforms) | ({"feed"} if self.feed else set())


_HELD_SECONDS = 1.0


def holding(config: str, first: str) -> str:
    """The configuration with every channel but one slow to start: its secret takes a while to come."""
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


def _write_five(folder: Path, sandbox: Sandbox, settle: float) -> Path:
    """The shipped example, with no maintenance windows, so that no test depends on the day."""
    config = write_example(folder, sandbox)
    head, *windows = config.read_text(encoding="utf-8").split("[[windows]]")
    text = "windows = []\n" + head + windows[-1].split("\n\n", 1)[1]
    text = text.replace("[publisher]", "[publisher]\ndeadline = 40", 1)
    text = re.sub(
        r'^(type = "(?!feed).*")$', rf"\1\nsettle = {settle}\ntimeout = {5 * pace():.1f}", text, flags=re.M
    )
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
timeout = {timeout}
id = "id"
url = "url"
auth = {{ kind = "bearer", token = {{ file = "secrets/token" }} }}
publish.path = "/center"
publish.json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}", mark = "{{{{ key }}}}" }}
lookup.path = "/center?q={{{{ key }}}}"
lookup.items = "items"
lookup.match = "mark"
lookup.equals = "{{{{ key }}}}"
lookup.id = "id"
lookup.url = "url"
[channels.board]
type = "http"
base_url = "{url}"
settle = {settle}
timeout = {timeout}
id = "id"
url = "url"
auth = {{ kind = "bearer", token = {{ file = "secrets/token" }} }}
publish.path = "/board"
publish.json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}" }}
"""


def _write_bare(folder: Path, sandbox: Sandbox, settle: float) -> Path:
    """Two customer centers of one's own: one that can be asked, one that cannot. Both take anything twice."""
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, parents=True)
    token = secrets / "token"
    token.write_text(sandbox.credentials["http"]["token"])
    token.chmod(0o600)
    config = folder / "announce.toml"
    config.write_text(
        _BARE.format(url=sandbox.base_url("http"), settle=settle, timeout=round(5 * pace(), 1)),
        encoding="utf-8",
    )
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
