"""``announce sandbox`` and ``make demo``: what a newcomer meets first."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from announce_sandbox import Sandbox


def test_the_sandbox_is_ready_to_be_announced_to(announce: Any, tmp_path: Path) -> None:
    folder = tmp_path / "try"
    words = [sys.executable, "-u", "-m", "publisher", "sandbox", "--port", "0", "--dir", str(folder)]
    with subprocess.Popen(words, env=announce.environ, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("sandbox: ").strip()
        config = process.stdout.readline().removeprefix("configuration: ").strip()
        announce.config = Path(config)
        ran = announce.urgent("--anyway")
        assert ran.code == 0, ran.stdout
        assert requests.get(ran.json["permalink"], timeout=5).text.count(ran.json["ref"]) > 1
        shown = requests.get(url, timeout=5).text
        assert shown.count(ran.json["ref"]) >= 4
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_a_taken_port_is_said_with_its_cure(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    port = sandbox.url.rpartition(":")[2]
    ran = announce("sandbox", "--port", port, "--dir", str(tmp_path / "try"))
    assert ran.code == 2
    assert "--port 0" in ran.stderr


def test_a_port_that_there_is_not_is_said_without_a_traceback(announce: Any, tmp_path: Path) -> None:
    ran = announce("sandbox", "--port", "99999", "--dir", str(tmp_path / "try"))
    assert ran.code == 2
    assert "Traceback" not in ran.stderr
    assert "65535" in ran.stderr
    assert not (tmp_path / "try").exists()


def test_what_was_edited_is_named_and_where_a_fresh_one_goes(announce: Any, tmp_path: Path) -> None:
    folder = tmp_path / "try"
    folder.mkdir()
    (folder / "announce.toml").write_text(announce.config.read_text(encoding="utf-8"), encoding="utf-8")
    words = [sys.executable, "-u", "-m", "publisher", "sandbox", "--port", "0", "--dir", str(folder)]
    with subprocess.Popen(words, env=announce.environ, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
    assert "announce.toml is kept as it was edited, in lines" in said[0]
    assert "leads to http://127.0.0.1:" in said[1]
    assert "a fresh example, elsewhere: announce sandbox --dir " in said[2]
    assert "windows = []" in (folder / "announce.toml").read_text(encoding="utf-8")


def test_the_demo_tells_all_five_channels(announce: Any, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "announce_sandbox.demo"]
    ran = subprocess.run(
        words, cwd=tmp_path, env=announce.environ, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "told: 5 of 5 channels" in ran.stdout
    assert re.search(r"twitter +Dringend: VPS-Hosting", ran.stdout)
    assert (tmp_path / "demo" / "public" / "rss.xml").exists()
