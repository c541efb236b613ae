"""Every command that is printed cures what it stands beside, pasted as it is into a shell at a terminal."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import Fault, Sandbox
from announce_sandbox.faults import Kind
from tests.system.test_decisions import OWN
from tests.system.test_hub import Hub, hub

__all__ = ["hub"]

PROMPTS = re.compile(r"\[y/N\]|Update \d on \w+|Its address")


class Night:
    """One announcement, and what goes wrong with it."""

    def __init__(self, announce: Any, sandbox: Sandbox, home: Path) -> None:
        self.announce = announce
        self.sandbox = sandbox
        self._home = home
        self.ref = ""

    def urgent(self, *words: str) -> None:
        words = ("urgent", "Kernel", "--service", "vps", "--start", "+1h", "--duration", "2h", *words)
        self.ref = self.announce(*words, "--yes", "--json").json["ref"]

    def says(self, *words: str) -> int:
        return int(self.announce(*words, "--yes").code)

    def refuses(self, platform: str, kind: Kind = Kind.FORBIDDEN) -> None:
        self.sandbox.fault(platform, Fault(kind))

    def closes(self, platform: str, *, again: bool = False) -> None:
        there, closed = f'"{self.sandbox.base_url(platform)}', f'"{self.sandbox.closed_url}'
        old, new = (closed, there) if again else (there, closed)
        self.announce.edit(lambda text: text.replace(old, new))

    def passes(self, hours: int) -> None:
        """The clock moves: everything that was said lies so much farther back."""
        back = timedelta(hours=hours)

        def earlier(found: re.Match[str]) -> str:
            return (datetime.fromisoformat(found[0]) - back).isoformat().replace("+00:00", "Z")

        with closing(sqlite3.connect(next(self._home.rglob("ledger.db")))) as connection, connection:
            rows = connection.execute("SELECT ref, number, said FROM announcement_update").fetchall()
            for ref, number, said in rows:
                moved = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", earlier, said)
                connection.execute(
                    "UPDATE announcement_update SET said = ?, starts_at = strftime('%Y-%m-%dT%H:%M:%S.000000Z',"
                    " starts_at, ?), ends_at = strftime('%Y-%m-%dT%H:%M:%S.000000Z', ends_at, ?)"
                    " WHERE ref = ? AND number = ?",
                    (moved, *[f"-{hours} hours"] * 2, ref, number),
                )

    def due(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.announce("due", "--json").json["due"]
        return found


# --- what can be due ------------------------------------------------------------------------------------------------


def start(night: Night) -> None:
    night.urgent()
    night.passes(2)


def end(night: Night) -> None:
    night.urgent()
    night.passes(4)


def promise(night: Night) -> None:
    night.urgent("--start", "now", "--duration", "6h")
    night.says("update", "Text", "--next-update", "+30m")
    night.passes(1)


def refused(night: Night) -> None:
    night.refuses("twitter")
    night.urgent()
    night.sandbox.heal()


def a_new_time_refused(night: Night) -> None:
    night.urgent()
    night.refuses("twitter")
    night.says("extend", "--by", "1h")
    night.sandbox.heal()


def blocked(night: Night) -> None:
    night.refuses("twitter", Kind.UNAUTHORIZED)
    night.urgent()
    night.sandbox.heal()


def unfinished(night: Night) -> None:
    night.announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 5"))
    night.closes("twitter")
    night.urgent()
    night.closes("twitter", again=True)


def the_end_given_up(night: Night) -> None:
    night.urgent("--start", "now")
    night.refuses("wordpress")
    assert night.says("complete") == 4
    gave_up = night.announce("resolve", night.ref, "blog", "--abandon")
    assert gave_up.code == 5
    assert "readers of blog still see: in progress · next: announce complete" in gave_up.stdout
    night.sandbox.heal()


def a_new_time_left_out(night: Night) -> None:
    night.urgent()
    assert night.says("extend", "--by", "1h", "--skip", "twitter") == 0


def taken_down_in_part(night: Night) -> None:
    night.urgent()
    assert night.says("withdraw", night.ref, "facebook") == 0


def a_withdrawal_refused(night: Night) -> None:
    night.urgent("--only", "twitter")
    night.refuses("twitter")
    assert night.says("withdraw", night.ref) == 4
    night.sandbox.heal()


def a_decision(night: Night, only: str = "own") -> None:
    token = night.announce.config.parent / "secrets" / "own-token"
    token.write_text(night.sandbox.credentials["http"]["token"])
    token.chmod(0o600)
    added = OWN.format(url=night.sandbox.base_url("http")).replace("facebook-token", "own-token")
    night.announce.edit(lambda text: text + added)
    night.sandbox.fault("http", Fault("502", times=1))
    night.urgent("--only", only)


STATES: dict[str, tuple[Callable[[Night], None], str, tuple[str, ...], int]] = {
    # What happens, the kind of what is due, the channels, and how many commands are printed for it.
    "start": (start, "start", (), 3),
    "end": (end, "end", (), 3),
    "promise": (promise, "promise", (), 1),
    "refused": (refused, "refused", ("twitter",), 2),
    "new time refused": (a_new_time_refused, "refused", ("twitter",), 2),
    "blocked": (blocked, "untold", ("twitter",), 1),
    "unfinished": (unfinished, "untold", ("twitter",), 1),
    "end given up": (the_end_given_up, "untold", ("blog",), 2),
    "new time left out": (a_new_time_left_out, "untold", ("twitter",), 2),
    "taken down in part": (taken_down_in_part, "untold", ("facebook",), 2),
    "withdrawal refused": (a_withdrawal_refused, "refused", ("twitter",), 2),
    "decision": (a_decision, "decision", ("own",), 3),
}
CASES = [(name, number) for name, (_, _, _, many) in STATES.items() for number in range(many)]


@pytest.fixture
def night(announce: Any, sandbox: Sandbox, tmp_path: Path) -> Night:
    return Night(announce, sandbox, tmp_path)


@pytest.fixture
def paste(announce: Any, tmp_path: Path) -> Callable[[str], int]:
    """Types a line into a shell at a terminal, says yes to what is asked, and returns the exit code."""
    program = tmp_path / "bin" / "announce"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m publisher "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{announce.environ['PATH']}"

    def pasted(line: str) -> int:
        shell = pexpect.spawn(
            "/bin/sh", ["-c", line], env=announce.environ | {"PATH": path}, encoding="utf-8", timeout=90
        )
        answers = {"[y/N]": "y", "Its address": "https://own.example.net/news/7"}
        while shell.expect([PROMPTS, pexpect.EOF]) == 0:
            shell.sendline(answers.get(shell.match[0], "1"))
        shell.close()
        return int(shell.exitstatus)

    return pasted


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name} {number}" for name, number in CASES])
def test_a_printed_command_cures_what_it_stands_beside(
    night: Night, paste: Any, name: str, number: int
) -> None:
    happens, kind, channels, many = STATES[name]
    happens(night)
    (item,) = night.due()
    assert (item["ref"], item["kind"], tuple(item["channels"])) == (night.ref, kind, channels)
    printed = [item["command"], *item["otherwise"]]
    assert len(printed) == many
    assert item["text"] == item["what"]
    assert paste(printed[number]) == 0, printed[number]
    assert night.due() == []


def test_a_hub_that_was_not_told_is_told_by_what_is_printed(night: Night, hub: Hub, paste: Any) -> None:
    hub.status = 503
    night.urgent("--only", "feed")
    (item,) = night.due()
    assert (item["kind"], item["channels"], item["otherwise"]) == ("pings", ["feed"], [])
    hub.status = 204
    assert paste(item["command"]) == 0
    assert night.due() == []


def test_what_is_printed_for_channels_that_were_switched_off_cures_without_them(
    night: Night, hub: Hub, paste: Any
) -> None:
    """Refused, unfinished, undecided, a hub not told, and readers of an earlier phase; then each of them is off."""
    hub.status = 503
    night.closes("facebook")
    night.refuses("twitter")
    a_decision(night, only="own,facebook,twitter,feed,blog")
    switches(night, "facebook", "twitter", "own", "feed")
    found = {item["channels"][0]: item for item in night.due()}
    kinds = {name: (item["kind"], len(item["otherwise"])) for name, item in found.items()}
    assert kinds == {
        "own": ("decision", 1),
        "facebook": ("untold", 0),
        "twitter": ("refused", 0),
    }
    for name, item in found.items():
        assert item["text"].endswith(f"; switch {name} on, or leave it")
        code = paste([item["command"], *item["otherwise"]][-1])
    assert (code, night.due()) == (0, []), "the last of them leaves nothing"

    night.refuses("wordpress")
    night.says("complete", "--only", "blog")
    switches(night, "blog")
    for item in night.due():
        assert (item["channels"] in (["blog"], ["feed"]), item["otherwise"]) == (True, [])
        assert paste(item["command"]) == 0
    assert night.due() == []


def switches(night: Night, *channels: str) -> None:
    """Off."""
    for name in channels:
        table = f"[channels.{name}]\n"
        night.announce.edit(lambda text, table=table: text.replace(table, f"{table}enabled = false\n"))


def test_a_withdrawn_announcement_is_closed(night: Night) -> None:
    night.refuses("twitter")
    night.urgent("--start", "now")
    night.sandbox.heal()
    assert night.says("withdraw", night.ref) == 0
    night.passes(4)
    assert night.due() == []
    assert night.announce("list", "--open").stdout == "no announcement is open\n"
    (row,) = night.announce("list", "--json").json["announcements"]
    assert row["withdrawn"] == "everywhere"
    assert "withdrawn" in night.announce("list").stdout
    assert "withdrawn: nothing of it is public any more" in night.announce("show", night.ref).stdout
    assert night.announce("show", night.ref, "--json").json["withdrawn"] == "everywhere"
    before = len(night.sandbox.posts())
    assert night.says("resume", night.ref, "--failed") == 0
    assert night.says("complete", night.ref) == 2
    assert len(night.sandbox.posts()) == before


def test_resume_without_a_reference_names_what_was_refused(night: Night, paste: Any) -> None:
    refused(night)
    ran = night.announce("resume")
    assert ran.code == 4
    assert "nothing to resume" in ran.stdout
    assert f"{night.ref}  twitter refused update 1 · next: announce resume {night.ref} --failed" in ran.stdout
    assert night.announce("resume", "--json").json["due"][0]["channels"] == ["twitter"]
    assert paste(ran.stdout.splitlines()[1].partition("next: ")[2]) == 0
    assert night.announce("resume").code == 0


def test_bundle_without_a_reference_takes_the_unfinished_one(night: Night) -> None:
    refused(night)
    older = night.ref
    night.urgent("--again", "another", "--only", "blog")
    shown = night.announce("bundle").stdout.splitlines()
    assert shown[0] == older
    assert shown[1].startswith("=== twitter (twitter); then: announce resolve ")


def test_who_is_left_for_good_has_a_reason_on_record(night: Night) -> None:
    the_end_given_up(night)
    words = ("resolve", night.ref, "blog", "--abandon", "--for-good", "the blog is being replaced")
    assert night.announce(*words).code == 0
    assert night.due() == []
    assert night.announce("list", "--open").stdout == "no announcement is open\n"
