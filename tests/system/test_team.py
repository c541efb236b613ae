"""Two people on one host with one ledger: whoever is awake goes on with what the other has begun."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import Sandbox, start, write_example
from tests.accounts import Account, Accounts
from tests.system.conftest import without_windows

URGENT = ("urgent", "--preset", "kernel", "--start", "now", "--yes", "--json")


class Host:
    """A jump host as docs/configuration.md has root set it up."""

    def __init__(self, folder: Path, sandbox: Sandbox, accounts: Accounts) -> None:
        self._accounts = accounts
        self.config = write_example(folder, sandbox)
        self.state, self.public = folder / "state", folder / "public"
        self.ledger = self.state / "ledger.db"
        text = without_windows(self.config.read_text(encoding="utf-8"))
        text = text.replace("sqlite:///ledger.db", f"sqlite:///{self.ledger}")
        self.config.write_text(text, encoding="utf-8")

    def share(self) -> None:
        """As the documentation says; without it every file is its maker's."""
        text = self.config.read_text(encoding="utf-8")
        group = f'[publisher]\ngroup = "{self._accounts.group}"\n'
        self.config.write_text(text.replace("[publisher]\n", group), encoding="utf-8")
        for path in (self.config, *self.config.parent.glob("secrets/*")):
            self._give(path, 0o640)
        self._give(self.config.parent / "secrets", 0o750)
        for path, mode in ((self.state, 0o2770), (self.public, 0o2775)):
            path.mkdir()
            self._give(path, mode)

    def types(self, account: Account, *words: str) -> Any:
        """A command with ``--json``; its object, which names the exit code."""
        ran = account.announce("--config", str(self.config), *words, timeout=120)
        assert ran.stdout, ran.stderr
        told = json.loads(ran.stdout)
        assert told["exit_code"] == ran.returncode, ran.stderr
        return told

    def at_terminal(self, account: Account, *words: str) -> pexpect.spawn:
        program, *line = account.line(*account.program, "--config", str(self.config), *words)
        environ = account.environ | {"TERM": "xterm"}
        size = (24, 80)
        return pexpect.spawn(
            program, line, env=environ, encoding="utf-8", timeout=60, dimensions=size, cwd=account.home
        )

    def _give(self, path: Path, mode: int) -> None:
        import os

        os.chown(path, -1, self._accounts.gid)
        path.chmod(mode)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def host(common: Path, sandbox: Sandbox, accounts: Accounts) -> Host:
    return Host(common / "etc", sandbox, accounts)


def test_one_begins_and_the_other_goes_on(host: Host, accounts: Accounts, sandbox: Sandbox) -> None:
    """Urgent, an update declined at the question, extend by the other, complete; the feed is published by both."""
    ana, ben = accounts.ana, accounts.ben
    host.share()

    begun = host.types(ana, *URGENT)
    ref = begun["ref"]
    assert (begun["exit_code"], begun["by"].split("@")[0]) == (0, ana.name)
    assert {row["state"] for row in begun["deliveries"]} == {"delivered"}

    child = host.at_terminal(ben, "update", "Halb fertig")
    child.expect("Send to . channels? now")
    assert host.types(ana, "list", "--open", "--json")["announcements"][0]["ref"] == ref
    child.sendline("n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130

    extended = host.types(ben, "extend", "--by", "30m", "--yes", "--json")
    assert (extended["exit_code"], extended["update"]) == (0, 2)
    assert extended["by"].split("@")[0] == ben.name
    assert "channel" in json.dumps(host.types(ben, "feed", "build", "--json"))

    completed = host.types(ana, "complete", "--yes", "--json")
    assert (completed["exit_code"], completed["phase"]) == (0, "completed")

    assert host.types(ben, "due", "--json")["due"] == []
    shown = ben.announce("--config", str(host.config), "show", ref).stdout
    assert f"by {ana.name}@" in shown
    assert f"by {ben.name}@" in shown
    assert (host.public / ref / "index.html").stat().st_gid == accounts.gid
    assert sorted(path.name for path in host.state.iterdir()) == ["ledger.db", "ledger.db.mark"]
    assert len(sandbox.posts("wordpress")) == 1

    report = host.types(ben, "ledger", "check", "--json")
    assert report["exit_code"] == 0
    assert f"shared with the group {accounts.group}" in json.dumps(report)
    copied = host.types(ben, "ledger", "backup", str(ben.home / "copy.db"), "--json")
    assert copied["exit_code"] == 0
    assert (ben.home / "copy.db").stat().st_mode & 0o777 == 0o660


def test_a_channel_that_refuses_one_is_cured_by_the_other(
    host: Host, accounts: Accounts, sandbox: Sandbox
) -> None:
    """What ana could not send for want of a secret, ben sends; who told and who decided does not matter to readers."""
    host.share()
    secret = host.config.parent / "secrets" / "blog-password"
    good = secret.read_text(encoding="utf-8")
    secret.write_text("wrong wrong wrong\n".replace(" ", "-"), encoding="utf-8")
    begun = host.types(accounts.ana, *URGENT)
    assert begun["exit_code"] == 4
    secret.write_text(good, encoding="utf-8")
    cured = host.types(accounts.ben, "resume", "--yes", "--json")
    assert cured["exit_code"] == 0
    assert {row["state"] for row in cured["deliveries"]} == {"delivered"}


def test_without_the_group_the_other_reads_whose_it_is_and_nothing_is_left_behind(
    host: Host, accounts: Accounts, sandbox: Sandbox
) -> None:
    """The control: it is the group that lets ben in."""
    ana, ben = accounts.ana, accounts.ben
    for path in (host.config, *host.config.parent.glob("secrets/*"), host.config.parent / "secrets"):
        ana.owns(path)
    ana.owns(host.config.parent)
    assert host.types(ana, *URGENT)["exit_code"] == 0
    copy = ben.home / "announce.toml"
    ben.writes(copy, host.config.read_text(encoding="utf-8"))
    ran = ben.announce("--config", str(copy), "extend", "--by", "30m", "--yes", "--json")
    refused = json.loads(ran.stdout)
    assert ran.returncode == refused["exit_code"] == 2
    assert ana.name in refused["error"]
    assert "another" not in (refused["hint"] or "")
    assert sorted(path.name for path in host.state.iterdir()) == ["ledger.db", "ledger.db.mark"]
