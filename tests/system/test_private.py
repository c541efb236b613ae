"""What is nobody else's: a preview as a file, a program that hangs, the memory of a dead process, the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from announce_sandbox import Sandbox
from publisher.settings.secrets import Secret, SecretFault, resolve
from publisher.settings.urls import is_internal

WORDS = ("urgent", "--service", "vps", "--start", "+2h", "--duration", "1h", "--dry-run", "--html")


def test_a_preview_in_a_file_is_for_nobody_else_to_read(announce: Any, tmp_path: Path) -> None:
    """What it announces has not been said yet; a file that was there before may have been open to others."""
    old = tmp_path / "old.html"
    old.write_text("x" * 1_000_000)
    old.chmod(0o644)
    for page in (tmp_path / "new.html", old):
        assert announce(*WORDS, str(page)).code == 0
        assert page.stat().st_mode & 0o777 == 0o600
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")


@pytest.mark.parametrize("kind", ["link", "second name", "pipe", "folder"])
def test_a_preview_is_written_through_no_link(announce: Any, tmp_path: Path, kind: str) -> None:
    victim, page = tmp_path / "victim", tmp_path / "page.html"
    victim.write_text("precious")
    make: dict[str, Any] = {
        "link": lambda: page.symlink_to(victim),
        "second name": lambda: page.hardlink_to(victim),
        "pipe": lambda: os.mkfifo(page),
        "folder": page.mkdir,
    }
    make[kind]()

    ran = announce(*WORDS, str(page))

    assert ran.code == 2
    assert str(page) in ran.stderr
    assert "hint: name a new file" in ran.stderr
    assert victim.read_text() == "precious"


def test_what_a_secrets_program_has_started_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.settings.secrets.COMMAND_SECONDS", 1.0)
    child = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(300)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    secret = Secret.model_validate({"command": [sys.executable, "-c", parent]})

    for _ in range(10):  # a busy machine may not have started it in time
        with pytest.raises(SecretFault, match="took longer"):
            resolve(secret, root=tmp_path, environ=os.environ)
        if (tmp_path / "pid").exists():
            break
    started = int((tmp_path / "pid").read_text())
    for _ in range(200):
        if not _runs(started):
            return
        time.sleep(0.05)
    raise AssertionError("the grandchild goes on")


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_process_with_secrets_leaves_no_core_file() -> None:
    program = (
        "import os, resource\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "most = resource.RLIM_INFINITY if os.geteuid() == 0 else hard\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"  # else there may be no core file anyhow
        "from pathlib import Path\n"
        "from publisher.settings.secrets import Secret, resolve\n"
        "resolve(Secret.model_validate({'env': 'TOKEN'}), root=Path('.'), environ={'TOKEN': 'hunter2hunter2'})\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
    )
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ)
    assert ran.stdout == "0\n", ran.stderr


@pytest.mark.parametrize(
    "address", ["64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::1", "64:ff9b:1::a00:1"]
)
def test_an_internal_address_behind_a_gateway_is_internal(address: str) -> None:
    assert is_internal(address)


def test_a_public_address_behind_a_gateway_is_public() -> None:
    assert not is_internal("64:ff9b::808:808")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8425"])
def test_the_sandbox_answers_to_no_name_of_somebody_elses(sandbox: Sandbox, host: str) -> None:
    """A page elsewhere may have its name lead to 127.0.0.1, and read what the answer says."""
    answer = requests.get(f"{sandbox.url}/", headers={"Host": host}, timeout=10)

    assert answer.status_code == 421
    assert "CMO" not in answer.text


def test_the_sandbox_answers_to_its_own_names(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2].strip("/")
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "127.0.0.1"):
        assert requests.get(f"{sandbox.url}/", headers={"Host": host}, timeout=10).status_code == 200
