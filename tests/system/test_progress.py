"""While something is sent a person sees what becomes of each channel, and afterwards what this run did and what not."""

from __future__ import annotations

import re
from typing import Any

import pexpect
import pytest

from announce_sandbox import Fault, Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes")
WAITING = (
    r"waiting for facebook, until \d\d:\d\d:\d\d at the\s+latest; Ctrl-C is safe, then:\s+announce\s+resume"
)


def at_a_terminal(announce: Any, term: str, *words: str) -> pexpect.spawn:
    program, *arguments = announce.line(*words)
    environ = announce.environ | {"TERM": term}
    return pexpect.spawn(program, arguments, env=environ, encoding="utf-8", timeout=60, dimensions=(24, 80))


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_without_a_terminal_there_is_a_line_for_each_change(announce: Any, more: tuple[str, ...]) -> None:
    ran = announce(*URGENT, *more)
    for name in ("blog", "customer-center", "facebook", "twitter", "feed"):
        assert f"{name}: sending\n" in ran.stderr
        assert re.search(rf"^{name}: delivered: http\S+$", ran.stderr, re.MULTILINE)
    assert "blog: draft is there" in ran.stderr
    assert "waiting for" not in ran.stderr


def test_a_refusal_stands_there_in_its_words(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("403"))
    assert "facebook: refused: " in announce(*URGENT).stderr


def test_a_dumb_terminal_has_the_same_lines(announce: Any) -> None:
    child = at_a_terminal(announce, "dumb", *URGENT)
    child.expect("blog: sending")
    child.expect("told: 5 of 5 channels")
    child.close(force=True)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_while_one_channel_hangs_the_links_of_the_others_stand_there(
    announce: Any, sandbox: Sandbox, term: str
) -> None:
    sandbox.fault("facebook", Fault("slow", times=1, seconds=8))
    child = at_a_terminal(announce, term, *URGENT)
    child.expect(WAITING)
    for name in ("blog", "twitter"):
        assert re.search(rf"{name}:? +delivered:?\s+http://127\S+\r\n", str(child.before))
    child.expect("told: ")
    child.close(force=True)


def test_it_is_said_without_a_terminal_too(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("slow", times=1, seconds=8))
    assert len(re.findall(WAITING, announce(*URGENT).stderr)) == 1


def test_what_an_earlier_run_did_is_not_shown_as_done_now(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("403", times=1))
    first = announce(*URGENT).stdout
    assert " earlier " not in first
    rows = receipts(announce("resume", "--failed").stdout)
    assert {name for name, row in rows.items() if " earlier" in row} == set(rows) - {"facebook"}
    assert re.search(r"delivered +\d+\.\d\d s", rows["facebook"])


def test_two_posts_of_one_channel_are_told_apart_and_no_column_breaks(announce: Any) -> None:
    announce(*URGENT)
    shown = announce("extend", "--by", "1h", "--yes").stdout
    rows = receipts(shown)
    assert {"facebook, edit", "facebook, new post"} <= set(rows)
    long = [line for line in shown.splitlines()[1:] if len(line) > 80]
    assert not [line for line in long if not re.fullmatch(r" +http\S+", line)]


def receipts(shown: str) -> dict[str, str]:
    """By what stands in front."""
    rows = re.findall(r"^  (\S.*?)  +(.*)$", shown, re.MULTILINE)
    return dict(rows)
