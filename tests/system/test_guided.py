"""Guided mode on a terminal of 80×24: an answer is checked where it is given, and a time is read back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pexpect
import pytest

from announce_sandbox import Sandbox

TIME = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d\d:\d\d CES?T"


@pytest.fixture
def typing(announce: Any) -> Iterator[Callable[..., pexpect.spawn]]:
    """Start the command, with one channel and no presets."""
    started: list[pexpect.spawn] = []

    def start(*words: str) -> pexpect.spawn:
        program, *arguments = announce.line(*words)
        environ = announce.environ | {"TERM": "xterm"}
        child = pexpect.spawn(
            program,
            arguments,
            env=environ,
            encoding="utf-8",
            codec_errors="replace",
            timeout=60,
            dimensions=(24, 80),
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def says(child: pexpect.spawn, *exchange: tuple[str, str]) -> None:
    """What is expected, and what is answered."""
    for expected, answer in exchange:
        child.expect(expected)
        child.sendline(answer)


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def test_every_fact_is_asked_for_and_checked_there(typing: Any, sandbox: Sandbox) -> None:
    child = typing("urgent", "--only", "blog")
    says(child, ("Preset", "none of them"), ("Services", "vsp, mail"))
    child.expect("unknown service 'vsp'; did you mean vps")
    says(child, ("Services", "vps, mail"), ("Title", "CMO-7K3M"))
    child.expect("'CMO-7K3M' is a reference, not a title")
    says(child, ("Title", "Plattenverbund defekt"), (r"Start \[\+30m\]", "soon"))
    child.expect("not a time: 'soon'")
    says(child, ("Start", "31.12.2031 23:30"))
    child.expect("more than 30 days")
    says(child, ("Start", "+45m"))
    child.expect(rf"  {TIME}, in 4[4-9] min")
    says(child, ("Duration or end", "2"))
    child.expect("not a time: '2'")
    says(child, ("Duration or end", "2h"))
    child.expect(rf"  until {TIME}, in 2 h 4[4-9] min, 2 h of work")
    says(child, ("3  outage", ""), ("Why it cannot wait", "javascript:alert(1)"))
    child.expect("reason: has a javascript: link")
    says(child, ("Why it cannot wait", "Zwei Platten sind ausgefallen."))
    says(child, ("What the reader should do", "Bitte nichts umziehen."), ("Send to 1 channel now", "ja"))
    assert ended(child) == 0
    post = sandbox.posts("wordpress")[0]
    assert "Plattenverbund defekt" in post.title
    assert "Zwei Platten sind ausgefallen." in post.body
    assert "Bitte nichts umziehen." in post.body


def test_the_defaults_announce_work_in_half_an_hour(typing: Any, sandbox: Sandbox) -> None:
    child = typing("urgent", "--only", "blog")
    says(child, ("Preset", "none of them"), ("Services", ""), ("Title", ""), ("Start", ""))
    child.expect(r", in (29|3[0-4]) min")
    says(child, ("Duration", ""), ("Impact", ""), ("Why", ""), ("What the", ""), ("Send to", "n"))
    assert ended(child) == 130
    assert sandbox.posts() == []


def test_every_language_of_the_channels_that_are_told_is_asked_for(
    typing: Any, announce: Any, sandbox: Sandbox
) -> None:
    announce.edit(lambda text: text.replace('type = "whmcs"', 'type = "whmcs"\nlocale = "en"'))
    child = typing("urgent", "--only", "blog,customer-center")
    says(child, ("Preset", "none of them"), ("Services", "vps"), ("Title", "Plattenverbund defekt"))
    says(child, (r"Title, in English \(empty: the services' names\)", "x" * 201))
    child.expect(r"title \(en\): is 201 characters")
    says(child, ("Title, in English", "Storage array failed"), ("Start", "+2h"), ("Duration", "1h"))
    says(child, ("Impact", ""), ("Why it cannot wait", "Zwei Platten."))
    says(child, ("Why it cannot wait, in English", ""), ("What the reader", ""))
    child.expect("customer-center: the reason is not there in en; it is left out")
    says(child, ("Send to 2 channels now", "ja"))
    assert ended(child) == 0
    german, english = (sandbox.posts(kind)[0] for kind in ("wordpress", "whmcs"))
    assert "Plattenverbund defekt" in german.title
    assert "Zwei Platten." in german.body
    assert "Storage array failed" in english.title
    assert "Platten" not in english.title + english.body


def test_a_preset_asks_what_only_the_engineer_knows(typing: Any, announce: Any, sandbox: Sandbox) -> None:
    """In every language in use; a statement that nobody confirms is not made, and none without a terminal."""
    announce.edit(lambda text: text.replace('type = "whmcs"', 'type = "whmcs"\nlocale = "en"'))
    child = typing("urgent", "--only", "blog,customer-center", "--start", "+2h")
    child.expect("1  kernel +Kritische Sicherheitslücke im Betriebssystem")
    says(child, ("Preset", "kernel"), ("How long each server is away", "bald"))
    child.expect("not a duration: 'bald'")
    says(child, ("How long each server is away", "15m"), ("What keeps running", "E-Mail läuft weiter."))
    says(child, ("What keeps running, in English", "E-mail keeps running."))
    child.expect("  Hinweise auf einen Missbrauch")
    child.expect("  We have no sign that")
    says(child, ("Is that true, and to be said", "ja"), ("Is that true, and to be said", ""))
    says(child, ("Send to 2 channels now", "ja"))
    assert ended(child) == 0
    german, english = (
        sandbox.posts(kind)[0].body.replace("\N{NO-BREAK SPACE}", " ") for kind in ("wordpress", "whmcs")
    )
    for said in ("etwa 15 Minuten nicht erreichbar", "E-Mail läuft weiter.", "Hinweise auf einen Missbrauch"):
        assert said in german
    for said in ("about 15 minutes", "E-mail keeps running.", "We have no sign that"):
        assert said in english
    assert "Ihre Daten" not in german
    assert "Your data" not in english
    ran = announce("urgent", "--preset", "kernel", "--start", "+3h", "--dry-run", "--again", "so", "--json")
    assert ran.code == 0
    assert not [word for word in ("Missbrauch", "Ihre Daten", "Minuten nicht") if word in ran.stdout]


def test_an_end_may_be_a_time(typing: Any) -> None:
    child = typing("urgent", "--only", "blog", "--preset", "dns", "--start", "now", "--until", "+3h")
    says(child, ("What keeps running", ""), ("Is that true", ""))
    child.expect("3 h")
    child.expect("Send to")


@pytest.mark.parametrize(("answer", "code"), [("n", 6), ("", 6), ("ja", 0)])
def test_inside_a_window_it_is_asked_whether_anything_is_to_be_said(
    typing: Any, announce: Any, sandbox: Sandbox, answer: str, code: int
) -> None:
    """Before the questions that are of no use then; `no` ends with the code of work that needs no notice."""
    here = datetime.now(ZoneInfo("Europe/Berlin"))
    begins, ends = (f"{at:%a %H:%M}" for at in (here - timedelta(hours=1), here + timedelta(hours=6)))
    window = f'windows = [{{ from = "{begins}", to = "{ends}" }}]\n'
    announce.edit(lambda text: text.replace("windows = []\n", window))
    child = typing("urgent", "--only", "blog", "--service", "vps")
    says(child, ("Title", "Plattenverbund"), ("Start", "+1h"), ("Duration", "1h"))
    says(child, (r"inside a maintenance window: no notice is due. Announce all the same\?", answer))
    if code == 0:
        says(child, ("Impact", ""), ("Why", ""), ("What the", ""))
        child.expect("inside a maintenance window: no notice is due, published all the same")
        says(child, ("Send to 1 channel now", "y"))
    assert ended(child) == code
    assert len(sandbox.posts()) == (code == 0)


def test_a_start_that_has_passed_is_asked_about(typing: Any) -> None:
    child = typing("urgent", "--only", "blog", "--preset", "kernel")
    says(child, ("Start", "2001-01-01T00:00"), (r"Has the work begun\? \[y/N\]", "n"))
    child.expect("then it has another start")
    child.expect("Start")


def test_what_was_typed_is_refused_before_any_question(typing: Any) -> None:
    child = typing("urgent", "--service", "vsp")
    child.expect("unknown service 'vsp'; did you mean vps")
    assert ended(child) == 2
    assert "Title" not in str(child.before)


def test_a_printed_reference_is_accepted(typing: Any, announce: Any) -> None:
    words = ("urgent", "--service", "vps", "--start", "+2h", "--duration", "1h", "--only", "blog", "--yes")
    refs = [announce(*words, "--again", "other", title, "--json").json["ref"] for title in ("Eins", "Zwei")]
    for typed in (refs[0], refs[0].lower(), refs[0][4:]):
        child = typing("show")
        child.expect(f"{refs[0]}  Eins")
        says(child, ("Announcement", typed))
        child.expect(f"{refs[0]}  Eins")
        assert ended(child) == 0


def test_what_is_not_in_the_list_is_named_with_its_neighbour(typing: Any) -> None:
    child = typing("urgent")
    says(child, ("Preset", "kernal"))
    child.expect("not in the list: 'kernal'; did you mean kernel")


def test_a_terminal_in_latin_1_is_told_so(typing: Any) -> None:
    child = typing("urgent", "--service", "vps")
    child.expect("Title")
    os.write(child.child_fd, b"L\xfccke\n")
    child.expect(r"the terminal does not\s+send UTF-8")
    child.expect("Title")
