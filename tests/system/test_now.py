"""``announce`` without a verb: what is open, what is due, and commands that can be pasted as printed."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

from announce_sandbox import Fault, Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--duration", "1h", "--yes")


def commands(shown: str) -> list[str]:
    return [line.strip() for line in shown.splitlines() if line.startswith("    announce ")]


def test_a_ledger_that_is_not_there_is_no_all_clear(announce: Any) -> None:
    ran = announce()
    assert ran.code == 2
    assert "no ledger at" in ran.stderr
    assert "nothing is due" not in ran.stdout


def test_what_is_open_has_its_time_its_channels_and_the_next_commands(announce: Any) -> None:
    ref = announce(*URGENT, "--start", "+2h", "--json").json["ref"]
    shown = announce().stdout
    assert f"{ref}  Kernel-Lücke" in shown
    assert "scheduled, from " in shown
    assert re.search(r", in (1 h 59 min|2 h)", shown)
    assert "told 5 of 5 channels" in shown
    printed = commands(shown)
    assert len(printed) == 4
    assert all(len(line) <= 80 for line in shown.splitlines() if "--config" not in line)
    for command in printed:
        words = shlex.split(command)[1:]
        if "show" not in words:
            words.append("--dry-run")
        assert announce(*words).code == 0, command


def test_a_running_one_is_extended_and_completed_as_printed(announce: Any) -> None:
    announce(*URGENT, "--start", "now", "--json")
    shown = announce().stdout
    assert "in progress, until " in shown
    done = next(command for command in commands(shown) if " complete " in command)
    assert announce(*shlex.split(done)[1:], "--yes").code == 0
    shown = announce().stdout
    assert "no announcement is open, and nothing is due" in shown
    assert any(" urgent" in command for command in commands(shown))
    assert re.search(r"the commands are listed by: announce -h --config \S+$", shown)


def test_what_is_due_stands_with_its_command(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("403"))
    ref = announce(*URGENT, "--start", "+2h", "--json").json["ref"]
    shown = announce().stdout
    assert "told 4 of 5 channels" in shown
    assert "  due: facebook refused update 1" in shown
    assert f"announce resume {ref} --failed" in shown


def test_a_configuration_that_was_named_and_is_not_there_is_said(announce: Any) -> None:
    announce.config.unlink()
    ran = announce()
    assert ran.code == 2
    assert "no such file" in ran.stderr


def test_where_none_was_named_and_none_found_the_help_is_shown(announce: Any, tmp_path: Path) -> None:
    program = announce.line()[:3]
    ran = subprocess.run(program, cwd=tmp_path, env=announce.environ, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "Until it is over" in ran.stdout
    assert "no configuration file" in ran.stderr
    assert "a first one is written by: announce init" in ran.stderr
