"""What came before on a channel: open, refused or never heard, in the preview, in the post and in what is due."""

from __future__ import annotations

import re
from typing import Any

import pytest

from announce_sandbox import Sandbox
from announce_sandbox.faults import Fault, Kind
from tests.system.reading import bodies


def test_the_preview_says_where_there_is_no_room_for_the_text(announce: Any, begun: Any) -> None:
    begun()
    shown = announce("update", "Sehr viel zu sagen. " * 14, "--dry-run").stdout
    assert "note: twitter: the text is cut for want of room" in shown
    assert "note: facebook: the text" not in shown


def test_the_preview_names_what_is_still_open_before(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nsettle = 100'))
    sandbox.fault("facebook", Fault(Kind.LOST, verb="create"))
    ref = begun()
    shown = announce("update", "Weiter.", "--dry-run").stdout
    assert "note: facebook: update 1 is still unknown; this goes after it\n" in shown
    left_out = announce("update", "Weiter.", "--skip", "facebook", "--dry-run").stdout
    assert (
        f"facebook: update 1 is still unknown; to go on with it: announce resume {ref} --config " in left_out
    )
    (row,) = announce("update", "Weiter.", "--dry-run", "--json").json["open_before"]
    assert row == {
        "channel": "facebook",
        "update": 1,
        "operation": "publish",
        "state": "unknown",
        "next": f"announce resume {ref} --config {announce.config}",
    }


def test_the_preview_says_that_it_waits_for_a_decision(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nsettle = 0'))
    sandbox.fault("facebook", Fault(Kind.LOST, verb="create"))
    sandbox.fault("facebook", Fault(Kind.FORBIDDEN, verb="list"))
    ref = begun()
    shown = announce("update", "Weiter.", "--dry-run").stdout
    assert (
        f"facebook: update 1 still needs a decision, and this waits for it: announce resolve {ref}" in shown
    )


def test_the_preview_names_nothing_where_all_is_settled(announce: Any, begun: Any) -> None:
    begun()
    assert announce("update", "Weiter.", "--dry-run", "--json").json["open_before"] == []


def times(post: str) -> list[str]:
    return re.findall(r"\d\d:\d\d", post)


@pytest.mark.parametrize("words", [("update", "Weiter."), ("extend", "--by", "15m"), ("correct", "--loud")])
def test_a_new_time_that_was_missed_is_said_as_a_change(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any, words: tuple[str, ...]
) -> None:
    begun()
    (first,) = bodies(sandbox, "twitter")
    old = times(first)[:2]
    back = dead("twitter")
    assert announce("extend", "--by", "1h", "--yes").code == 5
    back()
    words = (*words, "--impact", "degraded") if words[0] == "correct" else words
    shown = announce(*words, "--dry-run").stdout
    assert re.search(r"note: twitter: customers there last heard .*; the post says the change\n", shown)
    assert announce(*words, "--yes").code == 0
    newest = bodies(sandbox, "twitter")[-1]
    assert len(bodies(sandbox, "twitter")) == 2, "the extension itself was given up"
    said = newest.split("\n")[1]
    assert "(statt " in said
    assert (times(said)[0], times(said)[2]) == (old[0], old[1])
    assert times(said)[1] != old[1]


def test_a_time_that_was_heard_is_not_said_as_a_change_again(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun()
    assert announce("extend", "--by", "1h", "--yes").code == 0
    assert announce("update", "Weiter.", "--yes").code == 0
    assert not any("(statt " in post for post in bodies(sandbox, "twitter")[2:])


def test_the_end_is_held_against_the_first_promise_where_a_new_one_was_missed(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    begun()
    back = dead("twitter")
    assert announce("extend", "--by", "1h", "--yes").code == 5
    back()
    assert announce("complete", "--yes").code == 0
    assert "früher als zuerst angekündigt" in bodies(sandbox, "twitter")[-1]


def test_the_old_time_is_said_however_long_the_title(announce: Any, sandbox: Sandbox) -> None:
    words = ("urgent", "Kernel " * 28, "--service", "vps", "--start", "now", "--duration", "2h", "--yes")
    assert announce(*words).code == 0
    assert announce("extend", "--by", "1h", "--yes").code == 0
    assert "(statt " in bodies(sandbox, "twitter")[-1]


@pytest.mark.parametrize(
    ("kind", "what", "how"),
    [
        (Kind.FORBIDDEN, "twitter refused update 2", "announce resume {} --failed"),
        (Kind.UNAUTHORIZED, "not finished: twitter", "announce resume {}"),
    ],
    ids=["failed", "blocked"],
)
def test_a_refused_new_time_is_due_until_it_is_told(
    announce: Any, sandbox: Sandbox, begun: Any, kind: Kind, what: str, how: str
) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(kind))
    assert announce("extend", "--by", "1h", "--yes").code == 4
    due = announce("due")
    assert due.code == 10
    for shown in (due.stdout, announce("list", "--open").stdout):
        assert what in shown
        assert how.format(ref) in shown
    sandbox.heal()
    assert announce(*how.format(ref).split()[1:], "--yes").code == 0
    assert announce("due").code == 0


def test_what_was_refused_is_due_no_more_once_it_is_overtaken_or_given_up(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("update", "Zwei.", "--yes").code == 4
    assert announce("extend", "--by", "1h", "--yes").code == 4
    (only,) = announce("due", "--json").json["due"]
    assert only["what"].startswith("twitter refused update 3; its readers still see: until ")
    announce("resolve", ref, "twitter", "--abandon")
    (only,) = announce("due", "--json").json["due"]
    assert only["what"].startswith("readers of twitter still see: until ")
