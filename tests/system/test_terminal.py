"""The same command with a person at a terminal: questions, preview, confirmation, live lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pexpect
import pytest

from announce_sandbox import Sandbox


@pytest.fixture
def typing(announce: Any) -> Iterator[Callable[..., pexpect.spawn]]:
    """Start the command at a terminal of 80 columns."""
    started: list[pexpect.spawn] = []

    def start(*words: str, term: str = "xterm") -> pexpect.spawn:
        program, *arguments = announce.line(*words)
        environ = announce.environ | {"TERM": term}
        child = pexpect.spawn(
            program, arguments, env=environ, encoding="utf-8", timeout=20, dimensions=(50, 80)
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def leave_unanswered(child: pexpect.spawn) -> None:
    """What the preset asks of the engineer besides: nothing of it need be said."""
    for question in ("How long each server", "What keeps running", "Is that true", "Is that true"):
        child.expect(question)
        child.sendline("")


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def test_what_is_missing_is_asked_for(typing: Any, sandbox: Sandbox) -> None:
    child = typing("urgent")
    child.expect("1  kernel")
    child.expect("Preset")
    child.sendline("1")
    child.expect("Start")
    child.sendline("+2h")
    leave_unanswered(child)
    child.expect("--- twitter")
    child.expect("Send to 5 channels now")
    assert sandbox.posts() == []
    child.sendline("y")
    child.expect("told: 5 of 5 channels")
    assert ended(child) == 0
    assert len(sandbox.posts("facebook")) == 1


def test_without_a_preset_every_fact_is_asked_for(typing: Any, sandbox: Sandbox) -> None:
    child = typing("urgent")
    child.expect("Preset")
    child.sendline("none of them")
    child.expect("2  webspace  Webhosting")
    child.expect("Services")
    child.sendline("9")
    child.expect("unknown service '9'; known: vps, webspace, mail")
    child.expect("Services")
    child.sendline("2,mail")
    child.expect("Title")
    child.sendline("Plattenverbund defekt")
    child.expect("Start")
    child.sendline("+1h")
    child.expect("Duration")
    child.sendline("")
    child.expect("Impact")
    child.sendline("")
    child.expect("Why it cannot wait")
    child.sendline("")
    child.expect("What the reader should do")
    child.sendline("")
    child.expect("Webhosting, E-Mail-Postf")
    child.expect("Send to")
    child.sendline("y")
    assert ended(child) == 0
    assert "Plattenverbund defekt" in sandbox.posts("wordpress")[0].title


@pytest.mark.parametrize("answer", ["n", "", "\x03"])
def test_anything_but_yes_sends_nothing(typing: Any, sandbox: Sandbox, announce: Any, answer: str) -> None:
    child = typing("urgent", "--preset", "kernel", "--start", "+2h")
    leave_unanswered(child)
    child.expect("Send to 5 channels now")
    if answer == "\x03":
        child.sendintr()
    else:
        child.sendline(answer)
    assert ended(child) == 130
    assert sandbox.posts() == []
    assert announce("list").stdout.strip() == "no announcements"


def test_now_is_the_minute_of_the_confirmation(typing: Any, announce: Any) -> None:
    child = typing("urgent", "--preset", "kernel", "--start", "now")
    leave_unanswered(child)
    child.expect("reference +(CMO-....)")
    previewed = child.match[1]
    child.expect("the work has begun")
    child.expect("Send to")
    child.sendline("y")
    assert ended(child) == 0
    shown = announce("show", previewed, "--json").json
    assert (shown["ref"], shown["phase"]) == (previewed, "in_progress")


def test_each_channel_has_a_live_line(typing: Any) -> None:
    child = typing("urgent", "--preset", "kernel", "--start", "+2h", "--yes")
    child.expect("sending|delivered")
    child.expect("told: 5 of 5 channels")
    assert ended(child) == 0


def test_a_dumb_terminal_works_too(typing: Any) -> None:
    child = typing("urgent", "--preset", "kernel", "--start", "+2h", "--yes", term="dumb")
    child.expect("told: 5 of 5 channels")
    assert ended(child) == 0
