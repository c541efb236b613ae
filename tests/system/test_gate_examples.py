"""The runbooks of docs/gate.md, each run as it stands there: before customers know of the work, and afterwards."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ANSIBLE = ROOT / ".venv" / "judges" / "ansible" / "bin" / "ansible-playbook"
URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--duration", "1h", "--yes", "--json")


def example(language: str) -> str:
    """The one block of docs/gate.md in a language."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```", (ROOT / "docs/gate.md").read_text(), re.MULTILINE | re.DOTALL
    )
    [block] = found
    return str(block)


@pytest.fixture
def worked(announce: Any, tmp_path: Path) -> Callable[[list[str]], tuple[int, bool]]:
    """Runs a runbook on a host where ``systemctl`` and ``upgrade`` note that they ran: its exit code, and whether."""
    tools, done = tmp_path / "bin", tmp_path / "done"
    tools.mkdir()
    for name in ("systemctl", "upgrade"):
        (tools / name).write_text(f"#!/bin/sh\ntouch {done}\n")
        (tools / name).chmod(0o755)
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = announce.environ | {"PATH": path, "ANNOUNCE_CONFIG": str(announce.config), "LC_ALL": "C.UTF-8"}

    def run(line: list[str]) -> tuple[int, bool]:
        ran = subprocess.run(
            line, env=environ, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120
        )
        return ran.returncode, done.exists()

    return run


def test_a_shell_script_ends_where_customers_do_not_know(announce: Any, worked: Any, tmp_path: Path) -> None:
    script = tmp_path / "runbook"
    script.write_text(example("sh"))
    assert worked(["sh", str(script)]) == (2, False), "nothing has been announced"
    ref = announce(*URGENT, "--start", "+2h").json["ref"]
    assert worked(["sh", str(script)]) == (7, False)
    assert announce("update", ref, "--begun", "--yes").code == 0
    assert worked(["sh", str(script)]) == (0, True)


def test_a_playbook_ends_where_customers_do_not_know(announce: Any, worked: Any, tmp_path: Path) -> None:
    if not ANSIBLE.exists():
        reason = "ansible-core is missing (make judges)"
        assert os.environ.get("CI") != "true", f"{reason}, and CI=true asks for it"
        pytest.skip(reason)
    (tmp_path / "play.yml").write_text(example("yaml"))
    host = f"node ansible_connection=local ansible_python_interpreter={sys.executable}"
    (tmp_path / "hosts").write_text(f"[databases]\n{host}\n")
    play = [str(ANSIBLE), "-i", "hosts", "play.yml"]
    ref = announce(*URGENT, "--start", "+2h").json["ref"]
    assert worked(play) == (2, False)
    assert announce("update", ref, "--begun", "--yes").code == 0
    assert worked(play) == (0, True)


def test_a_unit_is_one_and_its_upgrade_waits_for_customers_to_know(
    announce: Any, worked: Any, tmp_path: Path
) -> None:
    unit = example("ini")
    upgrade = tmp_path / "bin" / "upgrade"
    here = unit.replace("/usr/local/sbin/upgrade", str(upgrade))
    here = here.replace("/usr/local/bin/announce", str(Path(sys.executable).with_name("announce")))
    line = shlex.split(re.findall(r"^ExecStart=(.+)$", here, re.MULTILINE)[0])
    announce(*URGENT, "--start", "+2h")
    assert worked(line) == (7, False)
    if shutil.which("systemd-analyze"):
        (tmp_path / "upgrade.service").write_text(here)
        verify = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "upgrade.service")]
        ran = subprocess.run(verify, capture_output=True, encoding="utf-8", timeout=60)
        complaints = [told for told in ran.stderr.splitlines() if "upgrade.service" in told]
        assert (ran.returncode, complaints) == (0, []), ran.stderr
