"""``announce show``: in short what readers find now, and with ``--full`` all that was said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "now", "--duration", "1h", "--yes")
WORDS = "Die Hälfte der Server ist zurück."


@pytest.fixture
def ref(announce: Any) -> str:
    """Begun and told of once more."""
    found: str = announce(*URGENT, "--json").json["ref"]
    assert announce("update", found, WORDS, "--yes").code == 0
    return found


def test_a_summary_says_what_readers_find_now(announce: Any, ref: str) -> None:
    for length in ("30m", "31m", "32m"):
        assert announce("extend", ref, "--by", length, "--yes").code == 0
    shown = announce("show", ref).stdout
    assert shown.startswith(f"{ref}  Kernel-Lücke\n  in progress, until ")
    assert "update 2  progress" in shown
    for row in announce("show", ref, "--json").json["deliveries"]:
        assert re.search(rf"^  {row['channel']:<15}  update 5\s+http\S+$", shown, re.MULTILINE)
    assert "told: 5 of 5 channels" in shown
    assert f"show {ref} --full" in shown
    assert WORDS not in shown
    assert len(shown.splitlines()) < 24, "one screen for five updates"


def test_what_is_lacking_stands_below_its_channel(announce: Any, sandbox: Sandbox, ref: str) -> None:
    sandbox.fault("facebook", Fault("403", times=9))
    announce("extend", ref, "--by", "30m", "--yes")
    announce("withdraw", ref, "twitter", "--yes")
    shown = announce("show", ref).stdout
    facebook = shown[shown.index("  facebook  ") :]
    first, link = facebook.split("\n")[:2]
    assert (first, link.strip()[:4]) == ("  facebook         update 2", "http"), (
        "the link is whole, on a line of its own"
    )
    assert "update 3: " in facebook
    assert "update 3: edit, refused" in facebook
    assert "\ndue: facebook refused update 3" in shown
    assert f"\n  announce resume {ref} --failed" in shown, "a command stands on a line of its own"
    assert "twitter          nothing, it was withdrawn" in shown


def test_one_update_and_one_channel(announce: Any, ref: str) -> None:
    first = announce("show", ref, "--update", "1").stdout
    assert first.count("--- ") == 5
    assert WORDS not in first
    blog = announce("show", ref, "--channel", "blog").stdout
    assert blog.count("--- ") == 1
    assert WORDS in blog
    both = announce("show", ref, "--channel", "blog", "--full").stdout
    assert both.count("--- blog") == 2
    assert announce("show", ref, "--update", "1", "--json").json["update"] == 1
    rows = announce("show", ref, "--channel", "blog", "--json").json["deliveries"]
    assert [row["channel"] for row in rows] == ["blog"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [(("--update", "3"), "its updates: 1, 2"), (("--channel", "blgo"), "planned: blog, ")],
)
def test_what_is_not_there_is_said(announce: Any, ref: str, words: tuple[str, ...], hint: str) -> None:
    ran = announce("show", ref, *words)
    assert ran.code == 2
    assert hint in ran.stderr


def test_the_reference_may_be_left_out(announce: Any, ref: str) -> None:
    assert announce("show").stdout == announce("show", ref).stdout


def test_an_auditor_reads_what_was_done_and_by_whom(announce: Any, sandbox: Sandbox, ref: str) -> None:
    sandbox.fault("facebook", Fault("403", times=9))
    announce("extend", ref, "--by", "30m", "--yes")
    lines = announce("show", ref, "--audit").stdout.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+  \S+@\S+  |    ", line) for line in lines), lines
    assert "update 1: said (initial)" in lines[0]
    assert any("facebook update 3: refused" in line for line in lines)
    only = announce("show", ref, "--audit", "--channel", "blog").stdout
    assert ("blog update 1: attempt begins" in only, "facebook" in only) == (True, False)
    events = announce("show", ref, "--audit", "--json").json["events"]
    assert (events[0]["what"], events[0]["detail"]) == ("said", "initial")
    assert "events" not in announce("show", ref, "--json").json
