"""`announce config show` names what is obeyed and whose it is; the documented units are as closed as they can be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import Accounts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
UNITS = dict(re.findall(r"```ini\n# /etc/systemd/system/(\S+\.service).*?\n(.*?)```", PAGE, re.DOTALL))


def test_every_place_is_named_with_its_owner_and_mode(announce: Any) -> None:
    announce.config.chmod(0o640)

    found = {row["what"]: row for row in announce("config", "show", "--json").json["places"]}

    assert list(found) == ["configuration", "ledger", "packaged templates", "cache"]
    assert found["configuration"]["path"] == str(announce.config)
    assert found["configuration"]["mode"] == "0640"
    assert found["configuration"]["note"] is None
    assert found["ledger"]["owner"] is None
    shown = announce("config", "show").stdout.splitlines()
    assert [line.split("  ")[0] for line in shown] == list(found)


def test_what_others_may_write_is_said(announce: Any) -> None:
    templates = announce.config.with_name("own")
    templates.mkdir()
    templates.chmod(0o777)
    announce.edit(lambda text: text.replace("[publisher]", '[publisher]\ntemplates = "own"'))

    assert "everybody on this machine may write" in announce("config", "show").stdout


def test_a_home_of_somebody_else_gives_no_cache(announce: Any, accounts: Accounts) -> None:
    ran = announce("config", "show", environ={"HOME": str(accounts.ana.home)})

    assert re.search(r"^cache +–: none", ran.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", UNITS)
def test_a_documented_unit_is_closed(name: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is missing, and CI=true asks for it (apt-get install systemd)")
        pytest.skip("systemd-analyze is missing")
    unit = tmp_path / name
    unit.write_text(UNITS[name], encoding="utf-8")

    asked = [program, "security", "--offline=yes", "--threshold=20", "--no-pager", str(unit)]
    ran = subprocess.run(asked, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr


def test_the_documented_timer_and_its_service_are_understood(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is missing, and CI=true asks for it (apt-get install systemd)")
        pytest.skip("systemd-analyze is missing")
    [timer] = re.findall(r"```ini\n# /etc/systemd/system/announce-build\.timer\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "announce-build.timer").write_text(timer, encoding="utf-8")
    service = UNITS["announce-build.service"].replace("/usr/local/bin/announce", sys.executable)
    (tmp_path / "announce-build.service").write_text(service, encoding="utf-8")

    units = [str(path) for path in tmp_path.iterdir()]
    ran = subprocess.run([program, "verify", "--man=no", *units], capture_output=True, text=True)

    ours = [line for line in ran.stderr.splitlines() if "announce-build" in line]
    assert (ran.returncode, ours) == (0, [])


def test_there_are_units() -> None:
    assert set(UNITS) == {"announce-feed.service", "announce-due.service", "announce-build.service"}
