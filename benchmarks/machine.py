"""Where and with what was measured."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.cases import Results
from benchmarks.programs import apprise_environment

OURS = (
    "announce-publisher",
    "typer",
    "pydantic",
    "jinja2",
    "babel",
    "requests",
    "tweepy",
    "facebook-sdk",
    "feedgen",
)


def machine(results: Results, rounds: int) -> str:
    """The facts as a Markdown list."""
    taken = sum(len(samples) for samples in results.samples.values())
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}",
        "disturbed by other programs": f"{results.disturbed} of {taken} runs",
        "Python": platform.python_version(),
        "announce": ", ".join(f"{name} {version(name)}" for name in OURS),
        "Apprise": _apprise_versions(),
        "rounds": f"{rounds}, after a warm-up of every program; Apprise with 500 targets at most 3",
    }
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def _apprise_versions() -> str:
    python = apprise_environment() / "bin/python"
    asked = "from importlib.metadata import version as v; print('apprise', v('apprise') + ', requests', v('requests'))"
    return subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
