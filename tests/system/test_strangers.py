"""Other people on the same machine: what they leave lying about is named, and never obeyed."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import Account, Accounts

WORDS = ("urgent", "--service", "vps", "--start", "+2h", "--duration", "1h", "--dry-run")
CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
ledger = "sqlite:///ledger.db"
[services.vps]
name = "VPS"
[channels.blog]
type = "wordpress"
base_url = "https://blog.example.net"
username = "announce"
password = { command = ["touch", "%s"] }
"""
VERBS: tuple[tuple[str, ...], ...] = (WORDS, ("list",), ("due",), ("check",), ("channels",), ("windows",))


@pytest.fixture
def proof(common: Path) -> Path:
    """A file that is there once a stranger's program has run."""
    folder = common / "proof"
    folder.mkdir()
    folder.chmod(0o777)
    return folder / "it-ran"


@pytest.fixture
def shared(common: Path) -> Path:
    """A folder that everybody may write, as /tmp is."""
    folder = common / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_strangers_file_in_a_shared_folder_is_named_and_not_obeyed(
    accounts: Accounts, shared: Path, proof: Path, verb: tuple[str, ...]
) -> None:
    accounts.eve.writes(shared / "announce.toml", CONFIG % proof)

    ran = accounts.ana.announce(*verb, cwd=shared)

    assert ran.returncode == 2, ran.stderr
    assert f"{shared / 'announce.toml'}: belongs to another user ({accounts.eve.name})" in ran.stderr
    assert "hint: name yours with --config FILE" in ran.stderr
    assert not proof.exists()
    assert sorted(entry.name for entry in shared.iterdir()) == ["announce.toml"]


def test_nothing_of_what_stands_in_a_strangers_file_is_repeated(accounts: Accounts, shared: Path) -> None:
    accounts.eve.writes(shared / "announce.toml", 'canary = "unterminated')

    ran = accounts.ana.announce("list", cwd=shared)

    assert ran.returncode == 2
    assert "belongs to another user" in ran.stderr
    assert "quote" not in ran.stderr


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775])
def test_a_file_of_ones_own_in_a_folder_of_others_has_to_be_named(
    accounts: Accounts, common: Path, mode: int
) -> None:
    folder = common / "folder"
    folder.mkdir()
    os.chown(folder, 0, accounts.gid)
    folder.chmod(mode)
    accounts.ana.writes(folder / "announce.toml", CONFIG % "x")

    found = accounts.ana.announce("list", cwd=folder)
    named = accounts.ana.announce("--config", "./announce.toml", "list", cwd=folder)

    assert found.returncode == 2
    assert f"was found in {folder}, which" in found.stderr
    assert "--config ./announce.toml" in found.stderr
    assert "may write" not in named.stderr
    assert "belongs to" not in named.stderr


@pytest.mark.parametrize("mode", [0o646, 0o664])
@pytest.mark.parametrize("how", ["found", "--config", "ANNOUNCE_CONFIG", "home"])
def test_a_file_that_others_may_write_is_refused_however_it_is_found(
    accounts: Accounts, common: Path, how: str, mode: int
) -> None:
    ana = accounts.ana
    folder = common / "own"
    if how == "home":
        folder = ana.home / ".config" / "announce"
        ana.run("mkdir", "-p", str(folder))
    else:
        folder.mkdir()
        ana.owns(folder)
    ana.writes(folder / "announce.toml", CONFIG % "x", mode)
    os.chown(folder / "announce.toml", -1, accounts.gid)

    named: dict[str, Any] = {
        "ANNOUNCE_CONFIG": {"environ": {"ANNOUNCE_CONFIG": str(folder / "announce.toml")}}
    }
    words = ["--config", "announce.toml"] if how == "--config" else []
    ran = ana.announce(*words, "list", cwd=common if how == "home" else folder, **named.get(how, {}))
    (folder / "announce.toml").unlink()

    assert ran.returncode == 2
    assert "may write" in ran.stderr
    assert "chmod go-w" in ran.stderr


def test_a_named_file_of_somebody_else_is_refused_for_root_too(accounts: Accounts, common: Path) -> None:
    root = Account("root", 0, 0, common, accounts.ana.program, accounts.ana.path)
    accounts.eve.writes(common / "announce.toml", CONFIG % "x")

    cures = (f"chown root {common / 'announce.toml'}", "copy it into a folder of yours")  # what each may type
    asked = ((["list"], root), (["--config", "announce.toml", "list"], accounts.ana))
    for (words, reader), cure in zip(asked, cures, strict=True):
        ran = reader.announce(*words, cwd=common)
        assert ran.returncode == 2, ran.stderr
        assert f"belongs to another user ({accounts.eve.name})" in ran.stderr
        assert [one for one in cures if one in ran.stderr] == [cure]


def test_a_strangers_link_does_not_choose_among_ones_files(accounts: Accounts, common: Path) -> None:
    folder = common / "folder"
    folder.mkdir()
    folder.chmod(0o777)
    accounts.ana.writes(common / "other.toml", CONFIG % "x")
    (folder / "announce.toml").symlink_to(common / "other.toml")
    accounts.eve.owns(folder / "announce.toml")

    ran = accounts.ana.announce("--config", str(folder / "announce.toml"), "list")

    assert ran.returncode == 2
    assert f"is a link of another user ({accounts.eve.name})" in ran.stderr


@pytest.mark.parametrize("private", [False, True])
def test_a_file_of_ones_own_is_obeyed_and_said(accounts: Accounts, common: Path, private: bool) -> None:
    """Some systems give everybody a group of their own, and files that it may write: that is nobody else."""
    folder = common / "own"
    folder.mkdir()
    accounts.ana.owns(folder, 0o775 if private else 0o755)
    config = (CONFIG % "x").replace('ledger = "sqlite:///ledger.db"\n', "")
    accounts.ana.writes(folder / "announce.toml", config, 0o664 if private else 0o600)

    for verb in (("list",), WORDS):
        ran = accounts.ana.announce(*verb, cwd=folder)
        assert ran.returncode == 0, ran.stderr
        assert f"configuration: {folder / 'announce.toml'}\n" in ran.stdout + ran.stderr


def test_a_file_of_roots_is_obeyed_by_everybody(accounts: Accounts, common: Path) -> None:
    (common / "announce.toml").write_text(CONFIG % "x")

    assert stat.S_IMODE((common / "announce.toml").stat().st_mode) & 0o022 == 0
    assert accounts.eve.announce(*WORDS, cwd=common).returncode == 0


def test_a_colleagues_file_of_the_group_is_obeyed_where_it_is_named_and_said(
    accounts: Accounts, common: Path
) -> None:
    """Who is of the group may write it; who is not obeys nothing of it, whoever names it."""
    config = CONFIG.replace("[publisher]\n", f'[publisher]\ngroup = "{accounts.group}"\n') % "x"
    file = accounts.ben.writes(
        common / "announce.toml", config.replace("sqlite:///", f"sqlite:///{common}/"), 0o664
    )
    os.chown(file, -1, accounts.gid)

    ran = accounts.ana.announce("--config", str(file), *WORDS)
    assert ran.returncode == 0, ran.stderr
    assert f"configuration: {file}\n" in ran.stdout + ran.stderr
    shown = accounts.ana.announce("--config", str(file), "config", "show").stdout
    assert f"{file} ({accounts.ben.name}, mode 0664)" in shown.splitlines()[0]

    refused = accounts.eve.announce("--config", str(file), "list")
    assert refused.returncode == 2
    assert f"belongs to another user ({accounts.ben.name})" in refused.stderr


# --- compiled templates, which are run as code


def test_in_a_home_of_somebody_else_no_compiled_template_is_used(accounts: Accounts, common: Path) -> None:
    """As ``sudo`` leaves HOME: what lies there could be anybody's code, whoever owns the files."""
    root = Account("root", 0, 0, accounts.eve.home, accounts.eve.program, accounts.eve.path)
    (common / "announce.toml").write_text(CONFIG % "x")
    shutil.rmtree(accounts.eve.home / ".cache", ignore_errors=True)  # what she has made herself

    ran = root.announce(*WORDS, cwd=common)

    assert ran.returncode == 0, ran.stderr
    assert not (accounts.eve.home / ".cache").exists()


def test_a_template_that_is_no_plain_file_is_named_and_holds_nobody(accounts: Accounts, common: Path) -> None:
    ana, folder = accounts.ana, common / "own"
    (folder / "mine" / "de").mkdir(parents=True)
    ana.owns(folder)
    config = (CONFIG % "x").replace("[services", 'templates = "mine"\n[services', 1)
    ana.writes(folder / "announce.toml", config, 0o600)
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        place = folder / "mine" / "de" / "html.html"
        make(place)
        ran = ana.announce(*WORDS, cwd=folder)
        place.unlink()
        assert ran.returncode == 2, ran.stderr
        assert str(place) in ran.stderr
