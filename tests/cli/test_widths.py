"""What looking prints has room on a terminal of 80 columns."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from announce_sandbox import start
from publisher.cli import app
from publisher.cli.terminal import output
from publisher.cli.terminal.desk import TerminalDesk

CONFIG = """
windows = []

[publisher]
brand = "CMO"
reference_prefix = "CMO"
timezone = "Europe/Berlin"
ledger = "sqlite:///{folder}/a-ledger-that-is-not-there/ledger.db"

[channels.feed]
type = "feed"
directory = "{folder}/public"
url = "https://status.example.net"

[channels.page]
type = "facebook"
page_id = "1234567890"
base_url = "{url}"
access_token = {{ file = "token" }}
"""


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """Of two channels, and of a ledger that is not there."""
    with start() as sandbox:
        known = sandbox.credentials["facebook"]
        text = CONFIG.format(folder=tmp_path, url=sandbox.base_url("facebook"))
        place = tmp_path / "announce.toml"
        place.write_text(text.replace("1234567890", known["page_id"]), encoding="utf-8")
        (tmp_path / "token").write_text(known["access_token"], encoding="utf-8")
        (tmp_path / "token").chmod(0o600)
        yield place


@pytest.mark.parametrize("verb", [("check",), ("channels",), ("ledger", "check")])
def test_no_line_is_longer_than_a_terminal(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    """But for a hint, which may end in a command, and for a path that has no room."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(output, "_masks", [])
    app.run([*verb, "--config", str(config)])
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    long = [line for line in lines if len(line) > output.COLUMNS]
    assert len(lines) > 2, printed.err
    assert [line for line in long if not re.match(r" *(hint: |.*/\S{40})", line)] == []


def test_nor_is_a_note(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    TerminalDesk(None).note(
        "a new ledger at /var/lib/announce/ledger.db: what was announced before, if anything, is not in it"
    )
    assert capsys.readouterr().err.splitlines()[1].startswith("      ")
