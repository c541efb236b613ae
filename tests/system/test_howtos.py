"""The how-tos' commands, typed as they say, by somebody who has a blog and a status site: each answers as it shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from announce_sandbox import Sandbox
from tests.forking import ENVIRON
from tests.walking import masked, transcripts, walked

DOCS = Path(__file__).parents[2] / "docs"

CONFIG = """\
windows = []

[publisher]
brand = "Example Hosting"
reference_prefix = "EX"
provider = "example.net"
locale = "en"
timezone = "Europe/Berlin"
permalink = "https://status.example.net/{{ref}}/"
contact = "+49 30 1234567"
links = {{ Imprint = "https://example.net/imprint" }}
deadline = 3

[services.vps]
name = "VPS Hosting"

[channels.blog]
type = "wordpress"
base_url = "{blog}"
username = "announce"
password = {{ file = "blog-password" }}

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""
ANA = "/home/ana"
"""Whose home the pages show."""
URGENT = "announce urgent Kernel --service vps --start +2h --duration 1h --yes"
UPDATE = "announce update Prepared --yes"
PAGES = {
    "backup.md": ("well", {"announce ledger backup": [URGENT], "mv": [UPDATE]}),
    "dead-platform.md": ("dead", {}),
    "network.md": ("far", {}),
}
"""How the blog is, and what else has been typed before a command that begins so."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_answers_as_it_shows(page: str, tmp_path: Path, sandbox: Sandbox) -> None:
    blog, before = PAGES[page]
    addresses = {
        "well": sandbox.base_url("wordpress"),
        "dead": sandbox.closed_url,
        "far": "https://blog.example.net",
    }
    environ = house(tmp_path, addresses[blog], sandbox.credentials["wordpress"]["password"])
    typed = 0
    for command, shown in transcripts(DOCS / page):
        for beginning, others in before.items():
            for other in others if command.startswith(beginning) else ():
                walked(other, ["…"], environ=environ, folder=tmp_path)
        code, screen = walked(command, shown, environ=environ, folder=tmp_path)
        there = [line.replace(masked(str(tmp_path)), ANA) for line in screen]
        assert code in {0, 5}, (command, there)
        assert absent(shown, there) is None, (command, there)
        typed += 1
    assert typed == len(re.findall(r"(?m)^\$ ", (DOCS / page).read_text(encoding="utf-8")))


def house(home: Path, blog: str, password: str) -> dict[str, str]:
    """A configuration where it is looked for; returns the environment."""
    folder, programs = home / ".config" / "announce", home / "bin"
    folder.mkdir(parents=True)
    programs.mkdir()
    (folder / "announce.toml").write_text(CONFIG.format(blog=blog), encoding="utf-8")
    (folder / "blog-password").touch(mode=0o600)
    (folder / "blog-password").write_text(password, encoding="utf-8")
    announce = programs / "announce"
    announce.write_text(f'#!/bin/sh\nexec {sys.executable} -m publisher "$@"\n', encoding="utf-8")
    announce.chmod(0o755)
    rest = {name: text for name, text in ENVIRON.items() if name != "NO_PROXY"}
    return rest | {"HOME": str(home), "TERM": "xterm", "PATH": f"{programs}:/usr/bin:/bin"}


def absent(shown: list[str], screen: list[str]) -> str | None:
    """What of the page did not come where it stands, None where all came; lines are folded as paths are long."""
    there = " ".join(" ".join(screen).split())
    parts = [" ".join(masked(part).split()) for part in re.split(r"(?m)^…$", "\n".join(shown))]
    if not there.startswith(parts[0]):
        return parts[0]
    if not there.endswith(parts[-1]):
        return parts[-1]
    at = 0
    for part in parts:
        found = there.find(part, at)
        if found < 0:
            return part
        at = found + len(part)
    return None if len(parts) > 1 or there == parts[0] else f"the end of {there}"
