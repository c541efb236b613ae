"""Texts are looked at before they are sent: errors refuse, warnings are said, `[lint]` and `--ignore` decide."""

from __future__ import annotations

from typing import Any

from announce_sandbox import Sandbox

WORDS = ("--service", "vps", "--start", "+1h", "--duration", "1h", "--json")


def test_a_text_that_must_not_be_read_is_refused_unless_it_is_ignored(
    announce: Any, sandbox: Sandbox
) -> None:
    words = ("urgent", "Kernel-Lücke", *WORDS, "--reason", "Heute auf db01.internal gefunden, siehe OPS-7")
    announce.edit(lambda text: text + '\n[lint]\npatterns = ["OPS-[0-9]+"]\noff = ["relative-day"]\n')
    ran = announce(*words, "--yes")
    assert ran.code == 2
    assert "'db01.internal' is the name of an internal host (internal-host)" in ran.json["error"]
    assert "'OPS-7' is found by the pattern" in ran.json["error"]
    assert "--ignore internal-host --ignore pattern" in ran.json["hint"]
    assert sandbox.posts() == []

    wrong = announce(*words, "--yes", "--ignore", "internal-hots")
    assert (wrong.code, wrong.json["hint"]) == (2, "did you mean internal-host?")

    assert announce(*words, "--yes", "--ignore", "internal-host,pattern").code == 0
    assert sandbox.posts()


def test_a_warning_is_said_in_the_preview_and_after_sending(announce: Any) -> None:
    words = ("urgent", "Kernel-Lücke", *WORDS, "--reason", "Heute auf srv1.example.net gefunden")
    ran = announce(*words, "--dry-run")
    assert ran.code == 0
    codes = [(one["code"], one["channel"]) for one in ran.json["warnings"]]
    assert ("relative-day", None) in codes
    assert ("bare-host", "twitter") in codes
    quiet = announce(*words, "--dry-run", "--ignore", "relative-day", "--ignore", "bare-host")
    assert {one["code"] for one in quiet.json["warnings"]}.isdisjoint({"relative-day", "bare-host"})
    sent = announce(*words, "--yes")
    assert sent.code == 0
    assert ("relative-day", None) in [(one["code"], one["channel"]) for one in sent.json["warnings"]]
    assert announce("update", "Nürnberg ist fertig, jetzt folgt Frankfurt.", "--yes", "--json").code == 0
    again = announce("update", "Nürnberg ist fertig; jetzt folgt Frankfurt!", "--dry-run", "--json")
    assert "similar" in [one["code"] for one in again.json["warnings"]]
