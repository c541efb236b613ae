"""``make demo``: the main job for real, against the doubles. Run as ``python -m announce_sandbox.demo [--keep]``.

Starts the sandbox on loopback, writes the example configuration, and runs ``announce urgent`` as a person would.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from announce_sandbox import Sandbox, start, write_example

FOLDER = Path("demo")
"""Where the example configuration, its ledger and the feed go; made anew each time."""

COMMAND = ("urgent", "--preset", "kernel", "--start", "+2h", "--anyway", "--yes")
"""``--anyway``, so that the demo works inside a maintenance window too."""


def main(arguments: list[str]) -> int:
    """Run the demo; returns the exit code of ``announce urgent``."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with start() as sandbox:
        config = write_example(FOLDER, sandbox)
        sandbox.serve(FOLDER / "public")
        code = _announce(config)
        _show(sandbox)
        if "--keep" in arguments:
            _wait(sandbox)
    return code


def _announce(config: Path) -> int:
    words = ["announce", "--config", str(config), *COMMAND]
    print("$", " ".join(words), flush=True)
    return subprocess.run([sys.executable, "-m", "publisher", *words[1:]], check=False).returncode


def _show(sandbox: Sandbox) -> None:
    print()
    print("What the platforms show:")
    for post in sandbox.posts():
        print(f"  {post.platform:<10} {post.title or post.body.splitlines()[0]}")
    print(f"The page with every post: {sandbox.url}/ (make demo KEEP=1 leaves it running)")
    print(f"The status site: {FOLDER / 'public' / 'index.html'}, its feed {FOLDER / 'public' / 'rss.xml'}")


def _wait(sandbox: Sandbox) -> None:
    print(f"The sandbox runs at {sandbox.url}/ until Ctrl-C.", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
