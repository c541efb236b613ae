"""Completion as it is used: the scripts in real shells, and what they ask for at every Tab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from publisher.cli.shells import SCRIPTS, script
from publisher.cli.verbs import VERBS
from publisher.ledger import open_ledger
from tests.accounts import Accounts
from tests.terminals import no_terminal


@pytest.fixture
def shell(request: pytest.FixtureRequest) -> str:
    missing = no_terminal() or (
        f"{request.param} is missing" if shutil.which(request.param) is None else None
    )
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{missing}, and CI=true asks for it")
    if missing:
        pytest.skip(missing)
    return str(request.param)


@pytest.fixture
def environ(announce: Any, tmp_path: Path) -> dict[str, str]:
    """With ``announce`` on the path, as an installation has it."""
    program = tmp_path / "bin" / "announce"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m publisher "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {
        **announce.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "ANNOUNCE_CONFIG": str(announce.config),
        "TERM": "dumb",
    }


BEGIN = {
    "bash": "bind 'set bell-style none'",
    "zsh": "zstyle ':completion:*' insert-tab false; autoload -Uz compinit; compinit -u -D",
}
TYPED = """announce() { echo "$@" >>typed.txt; echo do''ne; }"""


def lines(ref: str, config: Path) -> dict[str, str]:
    """What is typed before Tab, and what it then is."""
    return {
        "announce upd": "update",
        "announce feed bui": "feed build",
        "announce urgent --already": "urgent --already-started",
        "announce urgent --service web": "urgent --service webspace",
        "announce urgent --impact deg": "urgent --impact degraded",
        "announce urgent --preset kern": "urgent --preset kernel",
        f"announce update {ref[:6]}": f"update {ref}",
        f"announce resolve {ref} cust": f"resolve {ref} customer-center",
        f"announce --config {config} update --only twi": f"--config {config} update --only twitter",
        f"announce check --config {config.parent}/announce.t": f"check --config {config}",
    }


@pytest.mark.parametrize("shell", ["bash", "zsh"], indirect=True)
def test_tab_completes_in_a_real_shell(
    shell: str, announce: Any, environ: dict[str, str], tmp_path: Path, begun: Callable[..., str]
) -> None:
    ref = begun()
    (tmp_path / "script").write_text(script(shell), encoding="utf-8")
    quiet = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}
    at = pexpect.spawn(shell, quiet[shell], env=environ, cwd=str(tmp_path), encoding="utf-8", timeout=30)
    at.setwinsize(24, 300)
    at.sendline(f"{BEGIN[shell]}; source ./script; {TYPED}; echo do''ne")
    at.expect("done")
    for line in (wanted := lines(ref, announce.config)):
        at.send(f"{line}\t\n")
        at.expect("done")
    at.close(force=True)

    typed = tmp_path / "typed.txt"
    assert typed.read_text(encoding="utf-8").splitlines() == list(wanted.values())


@pytest.mark.parametrize("shell", ["fish"], indirect=True)
def test_fish_offers_what_fits(
    shell: str, announce: Any, environ: dict[str, str], tmp_path: Path, begun: Callable[..., str]
) -> None:
    wanted = lines(begun(), announce.config)
    (tmp_path / "script").write_text(script(shell), encoding="utf-8")
    asked = f"source {tmp_path}/script\n" + "".join(f"complete -C '{line}'\n" for line in wanted)
    ran = subprocess.run(
        [shell, "--no-config"], input=asked, env=environ, capture_output=True, text=True, timeout=60
    )

    assert ran.stderr == ""
    offered = [line.split("\t")[0] for line in ran.stdout.splitlines()]
    assert offered == [line.split()[-1] for line in wanted.values()]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_verb_and_option_stands_in_the_script(shell: str) -> None:
    made = script(shell)
    assert [name for name in VERBS if name not in made] == []
    assert "new-date-follows" in made


def test_another_shell_is_refused_with_those_that_are_known(announce: Any) -> None:
    ran = announce("completion", "tcsh")
    assert (ran.code, ran.stdout) == (2, "")
    assert "hint: known: bash, zsh, fish" in ran.stderr


KINDS = ("services", "presets", "channels", "refs")


def test_names_and_references_are_asked_for(announce: Any, begun: Callable[..., str]) -> None:
    done, still = begun(), begun("--again", "another one")
    assert announce("complete", done, "--yes").code == 0

    def asked(kind: str) -> list[str]:
        ran = words(kind, "--config", str(announce.config), environ=announce.environ)
        assert ran.stderr == ""
        return ran.stdout.split()

    announce.edit(lambda text: text.replace("[channels.twitter]", "[channels.twitter]\nenabled = false"))
    assert asked("services")[:2] == ["vps", "webspace"]
    assert "kernel" in asked("presets")
    assert set(asked("channels")) == {"blog", "customer-center", "facebook", "feed"}
    assert asked("refs") == [still]


def words(*asked: str, environ: dict[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "publisher", "--words", *asked]
    return subprocess.run(line, env=environ, cwd=cwd, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    "content",
    [
        "[publisher",
        'services = "vps"\nchannels = 3\n[publisher]\nledger = 7\n',
        '[services."$(touch here)"]\n[presets."a b"]\n[channels."`id`"]\n',
        '[publisher]\nledger = "sqlite:///no-ledger.txt"\n',
        "\0\0",
    ],
)
def test_what_is_broken_completes_to_nothing_and_says_nothing(
    content: str, announce: Any, tmp_path: Path
) -> None:
    (tmp_path / "no-ledger.txt").write_text("no ledger", encoding="utf-8")
    (tmp_path / "announce.toml").write_text(content, encoding="utf-8")

    ran = words(*KINDS, environ=announce.environ, cwd=tmp_path)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_strangers_files_complete_to_nothing(
    announce: Any, accounts: Accounts, begun: Callable[..., str]
) -> None:
    """Neither his configuration in a folder that we are in, nor his ledger that ours names."""
    ref, own = begun(), announce.config
    ledger = own.with_name("ledger.db")
    environ = announce.environ
    assert ref in words("refs", "services", environ=environ, cwd=own.parent).stdout.split()
    os.chown(ledger, accounts.ben.uid, -1)
    ledger.chmod(0o666)
    assert words("refs", environ=environ, cwd=own.parent).stdout == ""
    os.chown(own, accounts.ben.uid, -1)
    assert words("services", environ=environ, cwd=own.parent).stdout == ""


def test_a_ledger_that_is_being_written_holds_nobody(announce: Any, begun: Callable[..., str]) -> None:
    import sqlite3
    from contextlib import closing

    begun()
    with closing(sqlite3.connect(announce.config.with_name("ledger.db"), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        ran = words("refs", "presets", "--config", str(announce.config), environ=announce.environ)
    assert "kernel" in ran.stdout.split()
    assert "CMO-" not in ran.stdout


def test_a_look_changes_nothing(announce: Any, tmp_path: Path) -> None:
    open_ledger(announce.config.with_name("ledger.db"), write=True).close()
    before = {path: path.stat().st_mtime_ns for path in announce.config.parent.rglob("*")}
    words(*KINDS, "--config", str(announce.config), environ=announce.environ)
    assert {path: path.stat().st_mtime_ns for path in announce.config.parent.rglob("*")} == before
