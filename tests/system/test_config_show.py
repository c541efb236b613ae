"""`announce config show` names what is obeyed and whose it is; the documented units are as closed as they can be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import Accounts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PAGER = "from announce_channels.wordpress.adapter import WordPress\nclass Pager(WordPress): ...\n"
UNITS = dict(re.findall(r"```ini\n# /etc/systemd/system/(\S+\.service).*?\n(.*?)```", PAGE, re.DOTALL))
CLOSED = """
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
UMask=0077
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
"""
"""What closes every unit: the exposure that systemd-analyze reckons stays small where any one of them is missing."""


def test_every_place_is_named_with_its_owner_and_mode(announce: Any) -> None:
    announce.config.chmod(0o640)

    found = {row["what"]: row for row in announce("config", "show", "--json").json["places"]}

    assert list(found) == ["configuration", "ledger", "packaged templates", "cache"]
    assert found["configuration"]["path"] == str(announce.config)
    assert found["configuration"]["mode"] == "0640"
    assert found["configuration"]["note"] is None
    assert found["ledger"]["owner"] is None
    shown = announce("config", "show").stdout.partition("\n\n")[0].splitlines()
    assert [line.split("  ")[0] for line in shown] == list(found)


def test_every_value_is_shown_as_it_holds_and_no_secret(announce: Any) -> None:
    """What is shown can be read again, and says the same; a default says that it is one."""
    hidden = 'password = { command = ["pass", "show", "confidential-entry"] }'
    announce.edit(
        lambda text: re.sub(r'(?m)^password = \{ file = "secrets/blog-password" \}', hidden, text, count=1)
    )
    ran = announce("config", "show")
    told = announce("config", "show", "--json").json
    shown = ran.stdout.partition("\n\n")[2]
    assert tomllib.loads(shown) == {
        key: one for key, one in told["values"].items() if one or key == "windows"
    }
    values = told["values"]
    assert values["channels"]["blog"]["password"] == {"command": ["pass", "***"]}
    assert values["channels"]["facebook"]["access_token"] == {"file": "secrets/facebook-token"}
    assert values["services"]["vps"]["name"] == {"de": "VPS-Hosting", "en": "VPS hosting"}
    assert values["publisher"]["ledger"] == f"sqlite:///{announce.config.parent / 'ledger.db'}"
    assert (values["channels"]["blog"]["settle"], values["channels"]["blog"]["timeout"]) == (20.0, 15.0)
    assert {"channels.blog.settle", "channels.blog.timeout", "publisher.deadline"} <= set(told["defaults"])
    assert not {"publisher.brand", "publisher.ledger", "channels.blog.password"} & set(told["defaults"])
    assert "confidential-entry" not in ran.stdout + ran.stderr
    assert re.search(r"^deadline = 90\.0  # default$", shown, re.MULTILINE)
    announce.edit(lambda text: shown.replace(', "***"', ""))
    again = announce("config", "show", "--json").json
    kept = {
        name: {**one, "password": None} if name == "blog" else one for name, one in values["channels"].items()
    }
    assert {**again["values"]["channels"]["blog"], "password": None} == kept["blog"]
    assert {key: again["values"][key] for key in ("services", "presets", "gate")} == {
        key: values[key] for key in ("services", "presets", "gate")
    }


def test_what_others_may_write_is_said(announce: Any) -> None:
    templates = announce.config.with_name("own")
    templates.mkdir()
    templates.chmod(0o777)
    announce.edit(lambda text: text.replace("[publisher]", '[publisher]\ntemplates = "own"'))

    assert "everybody on this machine may write" in announce("config", "show").stdout


def test_a_home_of_somebody_else_gives_no_cache(announce: Any, accounts: Accounts) -> None:
    ran = announce("config", "show", environ={"HOME": str(accounts.ana.home)})

    assert re.search(r"^cache +–: none", ran.stdout, re.MULTILINE)


def test_a_package_that_brings_a_channel_type_is_named_with_its_file(announce: Any, tmp_path: Path) -> None:
    folder = tmp_path / "site-packages"
    metadata = folder / "pager-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pager-for-announce\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[announce.channels.v1]\npager = pager:Pager\n")
    (folder / "pager.py").write_text(PAGER)
    (folder / "pager.py").chmod(0o666)
    announce.edit(lambda text: text.replace('type = "wordpress"', 'type = "pager"'))
    paths = os.pathsep.join([str(folder), str(ROOT), str(ROOT / "channels")])

    [*_, row] = announce("config", "show", "--json", environ={"PYTHONPATH": paths}).json["places"]

    assert (row["what"], row["path"]) == ("adapter pager of pager-for-announce", str(folder / "pager.py"))
    assert row["note"] == "everybody on this machine may write"


def test_a_cache_that_is_not_used_says_why(announce: Any, tmp_path: Path) -> None:
    cache = tmp_path / "caches" / "announce"
    cache.mkdir(parents=True)

    def shown() -> str:
        ran = announce("config", "show", environ={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache.parent)})
        return next(line for line in ran.stdout.splitlines() if line.startswith("cache"))

    cache.chmod(0o700)
    assert shown().endswith("mode 0700)")
    cache.chmod(0o755)
    assert shown().endswith(f"mode 0755): not used, it is open to others: chmod 700 {cache}")
    if os.geteuid() == 0:
        os.chown(cache, 1, 1)
        assert "(daemon, mode 0755): not used, it belongs to another user (daemon): rm -r" in shown()
    cache.rename(cache.with_name("elsewhere"))
    cache.symlink_to(cache.with_name("elsewhere"))
    assert f"not used, it is a link: rm -r {cache}" in shown()


@pytest.mark.parametrize("name", UNITS)
def test_a_documented_unit_is_closed(name: str, tmp_path: Path) -> None:
    lines = UNITS[name].splitlines()
    assert set(CLOSED.splitlines()) - set(lines) == set()
    assert any(line.startswith("RestrictAddressFamilies=") for line in lines)
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
