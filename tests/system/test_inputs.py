"""Bad inputs of our own side, I01 to I30: texts, configuration, templates, files, environment.

A row is one input typed for real. What may be announced arrives to the letter; what may not is refused with a cure,
with exit code 2 and before anything is sent or recorded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Sandbox
from tests.system.inputs import files, settings, texts
from tests.system.inputs.desk import Desk, Play

ROWS = sorted((*texts.ROWS, *files.ROWS, *settings.ROWS), key=lambda row: row[0])


@pytest.mark.parametrize("play", [pytest.param(play, id=f"{number}-{name}") for number, name, play in ROWS])
def test_input(play: Play, announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    play(Desk(announce, sandbox, tmp_path))


def test_every_kind_of_input_has_a_row() -> None:
    assert {number for number, _, _ in ROWS} == {f"I{number:02}" for number in range(1, 31)}
