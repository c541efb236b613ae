"""The question before something is sent, on a terminal of 80×24: what a yes is said to is still on the screen."""

from __future__ import annotations

import re
from typing import Any

import pexpect
import pytest

from announce_sandbox import Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "+30m", "--duration", "1h")


@pytest.fixture
def asked(announce: Any) -> Any:
    """The command at the question, with what stands before it."""
    started: list[pexpect.spawn] = []

    def start(*words: str, question: str = "Send to . channels? now. .y/N.:") -> pexpect.spawn:
        program, *arguments = announce.line(*words)
        environ = announce.environ | {"TERM": "xterm"}
        child = pexpect.spawn(
            program, arguments, env=environ, encoding="utf-8", timeout=60, dimensions=(24, 80)
        )
        started.append(child)
        child.expect(question)
        return child

    yield start
    for child in started:
        child.close(force=True)


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def lines_before(child: pexpect.spawn) -> list[str]:
    return [line for line in str(child.before).replace("\r", "").split("\n") if line]


def test_the_last_three_lines_are_what_when_and_where(asked: Any) -> None:
    child = asked(*URGENT)
    title, when, channels = lines_before(child)[-3:]
    assert re.fullmatch(r"CMO-....  Kernel-Lücke", title)
    day = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d\d:\d\d( CES?T)?"
    assert re.fullmatch(
        rf"VPS-Hosting: {day} ?– ?.*, in (29|3[0-4]) min|VPS-Hosting: {day}–.*, in .. min", when
    )
    assert channels == "blog, customer-center, facebook, twitter, feed"
    assert max(len(line) for line in (title, when, channels)) <= 80
    # A path is never broken: it is there to be copied.
    assert [line for line in lines_before(child) if len(line) > 80 and "/" not in line] == []


def test_what_is_long_leaves_the_time_readable(asked: Any) -> None:
    long = ("urgent", "Kernel" * 30, "--service", "vps,webspace,mail", *URGENT[4:])
    title, when, _ = lines_before(asked(*long))[-3:]
    assert len(title) <= 80
    assert len(when) <= 80
    assert when.endswith(" min")


def test_html_is_read_not_shown_and_the_same_words_stand_once(asked: Any) -> None:
    child = asked(*URGENT)
    before = str(child.before)
    assert not re.search(r"</?(p|dl|dt|dd|a)\b", before)
    assert before.count("Wir müssen kurzfristig") == 2, "for the pages, and for Facebook"
    assert before.index("--- blog") < before.index("--- customer-center") < before.index("Wir müssen")
    assert "the text of blog, but" in before


LATER = {
    ("extend", "--by", "30m"): "rescheduled",
    ("complete",): "completed",
    ("update", "Weiter."): "progress",
}


@pytest.mark.parametrize("follow_up", LATER)
def test_a_later_update_asks_the_same_way(announce: Any, asked: Any, follow_up: tuple[str, ...]) -> None:
    ref = announce(*URGENT[:4], "--start", "now", "--duration", "1h", "--yes", "--json").json["ref"]
    child = asked(*follow_up)
    title, when, channels = lines_before(child)[-3:]
    assert title == f"{ref}  update 2, {LATER[follow_up]}: Kernel-Lücke"
    assert when.startswith("VPS-Hosting: ")
    assert channels.startswith("blog, ")
    before = str(child.before)
    assert not re.search(r"</?(p|dl|dt|dd|a)\b", before)
    assert before.count("Ihr Team von CMO") == 2, (
        "for the pages, and for Facebook, whose edit is told by what differs"
    )


def test_what_ends_is_not_said_to_go_on_and_no_word_of_it_is_broken(announce: Any, asked: Any) -> None:
    said = announce(*URGENT[:4], "--start", "now", "--duration", "1h", "--yes", "--json").json
    child = asked("complete", "Alle Server sind wieder da, " * 5)
    assert lines_before(child)[-2].endswith(", completed")
    shown = lines_before(child)
    assert max(len(line) for line in shown if line.startswith(("note: ", "      ", "Alle "))) <= 80
    assert f"{said['ref']}" in " ".join(shown)


def test_a_withdrawal_asks_the_same_way(announce: Any, asked: Any) -> None:
    """What is taken down of what, and where: the last that stands above the question."""
    words = (*URGENT, "--only", "blog,feed", "--yes", "--json")
    ref = announce(*words).json["ref"]
    child = asked("withdraw", ref, question="Take down 2 posts now. .y/N.:")
    title, when, channels = lines_before(child)[-3:]
    assert title == f"{ref}  Kernel-Lücke"
    assert re.fullmatch(r"VPS-Hosting: .*, in \d\d min", when)
    assert channels == "blog, feed"
    assert "blog (wordpress): takes down  http" in str(child.before)


@pytest.mark.parametrize("answer", ["j", "ja", "J", "y", "yes"])
def test_a_yes_is_a_yes(asked: Any, sandbox: Sandbox, answer: str) -> None:
    child = asked(*URGENT, "--only", "blog")
    child.sendline(answer)
    assert ended(child) == 0
    assert len(sandbox.posts("wordpress")) == 1


def test_what_is_neither_is_asked_again(asked: Any, sandbox: Sandbox) -> None:
    child = asked(*URGENT, "--only", "blog")
    child.sendline("jo")
    child.expect("y, yes, j and ja are a yes")
    child.expect("Send to 1 channel now")
    child.sendline("nein")
    assert ended(child) == 130
    assert sandbox.posts() == []
