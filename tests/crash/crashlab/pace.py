"""How slow the machine is just now: waits that must outlast a command are multiples of it."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import cache

_QUIET = 0.25
"""Seconds that the imports of a command take on a quiet machine, generously."""
_MOST = 8.0
_IMPORTS = "import publisher.cli.app, requests, tweepy, jinja2, babel"


@cache
def pace() -> float:
    """1.0 on a quiet machine, up to eight on a busy one; measured once a session."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
    return min(_MOST, max(1.0, (time.monotonic() - began) / _QUIET))
