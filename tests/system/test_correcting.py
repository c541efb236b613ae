"""Corrections, silent and loud: what they repair, and what they leave."""

from __future__ import annotations

import re
from typing import Any

from announce_sandbox import Sandbox
from tests.system.reading import bodies, titles


def test_a_silent_correction_repairs_in_place(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    begun("--reason", "Falscher Grund")
    ran = announce("correct", "--reason", "Richtiger Grund", "--yes", "--json")
    assert ran.code == 0
    assert "twitter" not in ran.states
    (body,) = bodies(sandbox, "wordpress")
    assert "Richtiger Grund" in body
    assert "Falscher Grund" not in body
    assert titles(sandbox, "wordpress")[0] == titles(sandbox, "whmcs")[0]
    assert "Berichtigt" not in str(titles(sandbox, "wordpress")[0])
    assert len(bodies(sandbox, "facebook")) == 1
    assert len(bodies(sandbox, "twitter")) == 1
    feed = (announce.config.parent / "public/rss.xml").read_text(encoding="utf-8")
    assert feed.count("<item>") == 1
    assert "Richtiger Grund" in feed
    assert "/1</guid>" in feed


def test_a_loud_correction_is_posted_anew(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    begun("--impact", "outage")
    assert announce("correct", "--impact", "degraded", "--loud", "--yes").code == 0
    assert len(bodies(sandbox, "twitter")) == 2
    assert bodies(sandbox, "twitter")[1].startswith("Berichtigt, läuft: ")
    assert len(bodies(sandbox, "facebook")) == 2


def test_what_a_silent_correction_repairs_does_not_say_that_it_was_edited(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun("--reason", "Falsch")
    assert announce("correct", "--reason", "Richtig", "--yes").code == 0
    (first,) = bodies(sandbox, "facebook")
    assert "Richtig" in first
    assert "aktualisiert" not in first


def test_the_preview_names_every_post_that_keeps_the_mistake(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun("--reason", "Falsch")
    assert announce("extend", "--by", "1h", "--yes").code == 0
    words = ("correct", "--reason", "Richtig")
    numbers = [str(post.remote_id) for post in sandbox.posts("facebook")]
    shown = announce(*words, "--dry-run").stdout
    assert re.findall(r"note: facebook: (update \d) at .*/(\S+) keeps the mistake\n", shown) == [
        ("update 2", numbers[1])
    ]
    found = announce(*words, "--dry-run", "--json").json["uncorrected"]
    assert [(row["channel"], row["update"]) for row in found] == [
        *(("facebook", 2), ("twitter", 1), ("twitter", 2)),
        ("feed", 1),
    ]

    assert announce(*words, "--yes").code == 0
    assert [("Falsch" in body) for body in bodies(sandbox, "facebook")] == [False, True]
    feed = (announce.config.parent / "public/rss.xml").read_text(encoding="utf-8")
    items = feed.split("<item>")[1:]
    assert [("Falsch" in item) for item in items] == [False, True], (
        "the newest item is the one that is corrected"
    )


def test_a_loud_correction_keeps_no_mistake_silent(announce: Any, begun: Any) -> None:
    begun("--reason", "Falsch")
    found = announce("correct", "--reason", "Richtig", "--loud", "--dry-run", "--json").json
    assert found["uncorrected"] == []
