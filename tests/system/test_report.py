"""``announce report``, from real announcements on doubles of the platforms to each of its four forms."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from announce_sandbox import Fault, Sandbox


def test_a_night_is_reported_in_every_form(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    assert announce("report").code == 2, "there is no ledger yet"
    sandbox.fault("facebook", Fault("403", times=9))
    ref = announce.urgent().json["ref"]
    told = announce("report", "--since", "1d").stdout
    assert f"{ref}  scheduled" in told
    assert "facebook         not told" in told
    assert "blog             told after " in told
    assert "not counted: no work had begun" in told
    found = announce("report", "--json").json
    assert (found["exit_code"], found["total"]["announced"], found["total"]["work"]) == (0, 1, 0)
    rows = list(csv.DictReader(io.StringIO(announce("report", "--csv").stdout)))
    assert {row["channel"] for row in rows if not row["told_at"]} == {"facebook"}
    assert announce("report", "--since", "2100-01-01").code == 2
    assert announce("report", "--csv", "--json").code == 2
    page = tmp_path / "report.html"
    assert announce("report", "--html", str(page)).code == 0
    assert ref in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    refused = announce("report", "--html", str(tmp_path))
    assert (refused.code, f"--html {tmp_path}: " in refused.stderr) == (2, True)
