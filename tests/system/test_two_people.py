"""A whole night of two people on one host: what is due is cured by what is printed, by whoever is awake."""

from __future__ import annotations

import shlex
from typing import Any

import pexpect

from announce_sandbox import Fault, Sandbox
from announce_sandbox.faults import Kind
from tests.accounts import Account, Accounts
from tests.system.test_pasted import PROMPTS
from tests.system.test_team import URGENT, Host, host, sandbox
from tests.terminals import too_wide

__all__ = ["host", "sandbox"]


class Night:
    """What the two type, and what is due to either of them."""

    def __init__(self, host: Host) -> None:
        host.share()
        self.host = host

    def due(self, account: Account) -> list[dict[str, Any]]:
        """The same for both, in words and in JSON; every command of it names the configuration that was typed."""
        told = self.host.types(account, "due", "--json")
        assert told["exit_code"] == (10 if told["due"] else 0)
        for item in told["due"]:
            for one in (item["command"], *item["otherwise"]):
                assert one.endswith(f"--config {self.host.config}")
        found: list[dict[str, Any]] = told["due"]
        return found

    def only_due(self, account: Account, kind: str, channel: str) -> list[str]:
        """The commands for the one thing that is due."""
        (item,) = self.due(account)
        assert (item["kind"], item["channels"]) == (kind, [channel])
        return [item["command"], *item["otherwise"]]

    def pastes(self, account: Account, line: str) -> int:
        """The line, its words as a shell takes them, at a terminal; every question is answered with yes."""
        name, *words = shlex.split(line)
        assert name == "announce"
        program, *words = account.line(*account.program, *words)
        child = pexpect.spawn(
            program,
            words,
            env=account.environ | {"TERM": "xterm"},
            encoding="utf-8",
            timeout=90,
            dimensions=(24, 80),
            cwd=account.home,
        )
        shown = ""
        while child.expect([PROMPTS, pexpect.EOF]) == 0:
            shown += child.before + child.match[0]
            child.sendline("y")
        child.close()
        assert too_wide(shown + child.before) == []
        return int(child.exitstatus)


def test_a_night_of_two_people_ends_with_nothing_due(
    host: Host, accounts: Accounts, sandbox: Sandbox
) -> None:
    """Declined, extended by the other, refused, given up, cured; then the end, refused, given up, and cured as well."""
    ana, ben, night = accounts.ana, accounts.ben, Night(host)
    ref = host.types(ana, *URGENT)["ref"]
    assert night.due(ben) == []

    child = host.at_terminal(ben, "update", "Halb fertig")
    child.expect("Send to . channels? now")
    child.sendline("n")
    child.expect(pexpect.EOF)
    assert host.types(ana, "show", ref, "--json")["update"] == 1

    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert host.types(ben, "extend", "--by", "30m", "--yes", "--json")["exit_code"] == 4
    again, _ = night.only_due(ana, "refused", "twitter")
    assert night.pastes(ana, again) == 4, "it still refuses"
    given_up = host.types(ana, "resolve", ref, "twitter", "--abandon", "--json")
    assert given_up["exit_code"] == 5, "its readers still see the old time"
    sandbox.heal()
    anew, _ = night.only_due(ben, "untold", "twitter")
    assert night.pastes(ben, anew) == 0
    assert night.due(ana) == []

    sandbox.fault("wordpress", Fault(Kind.FORBIDDEN))
    assert host.types(ana, "complete", "--yes", "--json")["exit_code"] == 4
    night.only_due(ben, "refused", "blog")
    assert host.types(ben, "resolve", ref, "blog", "--abandon", "--json")["exit_code"] == 5
    sandbox.heal()
    anew, _ = night.only_due(ana, "untold", "blog")
    for look in ("", "due", "list --open", f"show {ref}", "config show", "check"):
        assert night.pastes(ben, f"announce {look} --config {host.config}") in {0, 10}
    assert night.pastes(ana, anew) == 0

    assert night.due(ana) == night.due(ben) == []
    assert len(sandbox.posts("wordpress")) == 1, "edited, never made again"
    assert "abgeschlossen" in sandbox.posts("wordpress")[0].body
    assert host.types(ben, "list", "--open", "--json")["announcements"] == []


def test_what_one_announced_and_the_other_took_down_is_closed(
    host: Host, accounts: Accounts, sandbox: Sandbox
) -> None:
    """In part it is due, everywhere it is closed, for both."""
    ana, ben, night = accounts.ana, accounts.ben, Night(host)
    ref = host.types(ana, *URGENT)["ref"]
    assert host.types(ben, "withdraw", ref, "facebook", "--yes", "--json")["exit_code"] == 0
    rest, _ = night.only_due(ana, "untold", "facebook")
    assert night.pastes(ana, rest) == 0
    assert night.due(ana) == night.due(ben) == []
    assert host.types(ana, "list", "--open", "--json")["announcements"] == []
    (row,) = host.types(ben, "list", "--json")["announcements"]
    assert row["withdrawn"] == "everywhere"
    assert not any(post.visible for post in sandbox.posts())
