"""Judges that are programs of their own. Each says how it is had; none runs unless it is there."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
DATA = Path(__file__).parents[1] / "data"
HOME = ROOT / ".venv" / "judges"
INSTALL = "make judges"
PACKAGES = ("newsboat", "jing", "nodejs", "npm", "default-jre-headless", "chromium")
"""Debian's."""

NOTES = HOME / "maintnote" / "bin" / "python"
SUBSCRIBERS = HOME / "subscribers" / "bin"
MODULES = HOME / "npm" / "node_modules"
ICAL_JS = MODULES / "ical.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"


def missing(name: str) -> str | None:
    """Why a judge cannot be asked, with the command that changes it; None where it can."""
    there = {
        "circuit-maintenance-parser": any(
            HOME.glob("maintnote/lib/*/site-packages/circuit_maintenance_parser")
        ),
        "khal": (SUBSCRIBERS / "khal").exists() and (SUBSCRIBERS / "vdirsyncer").exists(),
        "rss2email": (SUBSCRIBERS / "r2e").exists(),
        "Flask-WebSub": any(HOME.glob("subscribers/lib/*/site-packages/flask_websub")),
        "ical.js": ICAL_JS.exists() and shutil.which("node"),
        "vnu": VNU.exists() and shutil.which("java"),
        "axe": (MODULES / "axe-core").exists() and shutil.which("node") and shutil.which("chromium"),
    }
    if there.get(name, shutil.which(name)):
        return None
    return f"{name} is missing ({INSTALL}; apt-get install {' '.join(PACKAGES)})"


def schema_faults(file: Path) -> str:
    """What jing finds in an Atom feed by RFC 4287's grammar; empty where nothing is."""
    run = subprocess.run(["jing", "-c", DATA / "atom.rnc", file], capture_output=True, encoding="utf-8")
    return run.stdout + ("" if run.returncode in (0, 1) else run.stderr)


def maintenances(file: Path) -> list[dict[str, Any]]:
    """What circuit-maintenance-parser reads; raises where it rejects the file."""
    return maintenances_of([file])[0]


def maintenances_of(files: Sequence[Path]) -> list[list[dict[str, Any]]]:
    """The same of several files."""
    run = subprocess.run(
        [NOTES, DATA / "read_maintnote.py", *files], capture_output=True, encoding="utf-8", check=True
    )
    read: list[list[dict[str, Any]]] = json.loads(run.stdout)
    return read


def events_of(file: Path, until: str) -> list[dict[str, Any]]:
    """Every occurrence that ical.js makes of a calendar's events up to a day, in UTC, with its fields."""
    return events_of_all([file], until)[0]


def events_of_all(files: Sequence[Path], until: str) -> list[list[dict[str, Any]]]:
    """The same of several files."""
    words = ["node", DATA / "expand.mjs", ICAL_JS, until, *files]
    run = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    read: list[list[dict[str, Any]]] = json.loads(run.stdout)
    return read


_BRIEF = ("-Xmx512m", "-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java for a program of seconds: what it compiles thoroughly is never run often enough."""


def page_faults(*arguments: Path | str) -> str:
    """What the Nu Html Checker finds in files; empty where nothing is.

    Not what it says of a policy: a file has no 'self', and none concerns data in a script element. The browser
    enforces it.
    """
    unasked = ("--filterpattern", ".*Content Security Policy.*")
    command = ["java", *_BRIEF, "-jar", VNU, "--stdout", "--Werror", *unasked, *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8")
    return run.stdout + (run.stderr if run.returncode and not run.stdout else "")


def looks_at(*addresses: str) -> dict[str, Any]:
    """What axe-core finds on pages in Chromium, four looks a page, and what the browser complains of."""
    command = ["node", DATA / "axe.mjs", MODULES, shutil.which("chromium"), *addresses]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=300)
    read: dict[str, Any] = json.loads(run.stdout)
    return read


def pressed(address: str) -> dict[str, str]:
    """What a page of texts to be pasted does on a phone: its first button pressed, an address typed."""
    command = ["node", DATA / "press.mjs", MODULES, shutil.which("chromium"), address]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=300)
    read: dict[str, str] = json.loads(run.stdout)
    return read


class Newsboat:
    """A subscriber with a cache of its own."""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir()
        self._home = home
        (home / "urls").write_text(f"{url}\n")
        (home / "config").write_text("")

    def reload(self) -> None:
        """Fetch the feed."""
        self._run("-x", "reload")

    def read_everything(self) -> None:
        """As a person does who has seen all items."""
        read = self._home / "read"
        read.write_text("".join(f"{guid}\n" for guid in self.items()))
        self._run("-I", str(read))

    def unread(self) -> list[str]:
        """The ids of the items that are shown as new."""
        return [guid for guid, item in self.items().items() if item["unread"]]

    def items(self) -> dict[str, sqlite3.Row]:
        """Every item it keeps, by id."""
        with closing(sqlite3.connect(self._home / "cache")) as cache:
            cache.row_factory = sqlite3.Row
            return {row["guid"]: row for row in cache.execute("SELECT * FROM rss_item WHERE NOT deleted")}

    def _run(self, *arguments: str) -> None:
        places = ["-u", self._home / "urls", "-c", self._home / "cache", "-C", self._home / "config"]
        environ = {**os.environ, "HOME": str(self._home), "LC_ALL": "C.UTF-8"}
        subprocess.run(
            ["newsboat", *places, *arguments], env=environ, check=True, capture_output=True, timeout=60
        )
