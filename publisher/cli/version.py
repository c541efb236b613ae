"""Which versions run here: what a bug report begins with. Reads the names of folders, and loads nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from publisher import __version__

LIBRARIES = [
    "babel",
    "facebook-sdk",
    "feedgen",
    "icalendar",
    "idna",
    "jinja2",
    "jmespath",
    "markdown-it-py",
    "msgspec",
    "platformdirs",
    "pydantic",
    "regex",
    "requests",
    "tweepy",
    "typer",
    "tzdata",
    "urllib3",
]
"""Those that every installation has; a test compares them with pyproject.toml."""


def versions() -> str:
    """``announce 0.1.0``, Python below it, then a library a line; one that is not found is left out."""
    python = ".".join(map(str, sys.version_info[:3]))
    found = dict(_installed())
    known = [f"{name} {found[name]}" for name in LIBRARIES if name in found]
    return "\n".join([f"announce {__version__}", f"Python {python} on {sys.platform}", *known])


def _installed() -> Iterator[tuple[str, str]]:
    """Names and versions along ``sys.path``, the first place last; importlib.metadata takes 30 ms to say the same."""
    for place in reversed(sys.path):
        try:
            entries = os.listdir(place)  # noqa: PTH208  pathlib is not loaded yet
        except OSError:
            continue
        for entry in entries:
            name, dash, version = entry.removesuffix(".dist-info").partition("-")
            if dash and entry.endswith(".dist-info"):
                yield name.lower().replace("_", "-").replace(".", "-"), version
