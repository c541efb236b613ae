"""The other users of the tests are real: they run the command, share what a group shares, and read nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from tests.accounts import Accounts


def test_a_user_runs_the_real_command(accounts: Accounts) -> None:
    ran = accounts.eve.announce("--version")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert accounts.eve.run("id", "-un").stdout.strip() == accounts.eve.name


def test_colleagues_share_a_group_and_a_stranger_does_not(accounts: Accounts, common: Path) -> None:
    accounts.ana.writes(common / "ours", "text", 0o640)
    os.chown(common / "ours", -1, accounts.gid)

    read = {who.name: who.run("cat", str(common / "ours")).stdout for who in (accounts.ben, accounts.eve)}

    assert read == {accounts.ben.name: "text", accounts.eve.name: ""}


def test_a_home_is_its_owners(accounts: Accounts) -> None:
    accounts.ana.writes(accounts.ana.home / "note", "mine", 0o644)

    assert accounts.eve.run("cat", str(accounts.ana.home / "note")).returncode != 0
    assert accounts.ana.run("cat", "note").stdout == "mine"
