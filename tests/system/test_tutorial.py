"""The tutorial's commands, typed as it says by somebody who has nothing yet: each answers as it shows."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.forking import ENVIRON
from tests.walking import missing, transcripts, walked

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_the_tutorial_leads_from_nothing_to_a_finished_drill(tmp_path: Path) -> None:
    """Installing is tried by tests/test_package.py; from there on it is one walk."""
    home, programs = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()
    announce = programs / "announce"
    announce.write_text(f'#!/bin/sh\nexec {sys.executable} -m publisher "$@"\n', encoding="utf-8")
    announce.chmod(0o755)
    environ = ENVIRON | {"HOME": str(home), "TERM": "xterm", "PATH": f"{programs}:/usr/bin:/bin"}
    verbs = []
    for command, shown in transcripts(PAGE):
        if not command.startswith("announce "):
            continue
        verbs.append(command.split()[1])
        code, screen = walked(command, shown, environ=environ, folder=home)
        assert (code, missing(shown, screen)) == (0, None), "\n".join(screen)
    assert verbs == ["init", "urgent", "drill"]
    assert (home / ".config" / "announce" / "announce.toml").is_file()
