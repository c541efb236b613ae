"""The whole life of an announcement, as a person types it, against the sandbox."""

from __future__ import annotations

import re
from typing import Any

import pytest

from announce_sandbox import Sandbox
from announce_sandbox.faults import Fault, Kind
from tests.system.passing import hours_pass
from tests.system.reading import bodies, titles


def test_from_the_first_word_to_the_last(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    assert announce("update", "Halb fertig.", "--next-update", "+30m", "--yes").code == 0
    extended = announce("extend", ref, "--by", "1h", "Es dauert.", "--yes", "--json")
    assert extended.code == 0
    assert (extended.json["kind"], extended.json["phase"], extended.json["update"]) == (
        "rescheduled",
        "in_progress",
        3,
    )
    done = announce("complete", "Alles wieder da.", "--yes", "--json")
    assert (done.code, done.json["phase"]) == (0, "completed")
    assert set(done.states.values()) == {"delivered"}

    for platform in ("wordpress", "whmcs"):
        (title,), (body,) = titles(sandbox, platform), bodies(sandbox, platform)
        assert str(title).startswith("[Abgeschlossen ")
        order = [body.index(text) for text in ("Alles wieder da.", "Es dauert.", "Halb fertig.")]
        assert order == sorted(order), "the newest update stands on top"
    first, extension, end = bodies(sandbox, "facebook")
    assert first.startswith("[Abgeschlossen ")
    assert "aktualisiert" in first
    assert extension.startswith("[Verlängert bis ")
    assert end.startswith("[Abgeschlossen ")
    posts = bodies(sandbox, "twitter")
    assert len(posts) == 4
    assert all(ref in post for post in posts)
    assert announce("list", "--open").stdout == "no announcement is open\n"
    assert announce("due").code == 0


def test_the_preview_says_what_each_channel_does(announce: Any, begun: Any) -> None:
    begun()
    shown = announce("extend", "--by", "1h", "--dry-run").stdout
    assert re.search(r"--- blog \(wordpress, de\): edits the post at http", shown)
    assert re.search(r"--- facebook \(facebook, de\): edits the post at http", shown)
    assert "--- facebook (facebook, de): a new post" in shown
    assert "--- twitter (twitter, de): a new post" in shown
    silent = announce("correct", "--reason", "Etwas anderes", "--dry-run").stdout
    assert "twitter: does nothing: its platform edits no post" in silent
    found = announce("extend", "--by", "1h", "--dry-run", "--json").json
    facebook = next(row for row in found["deliveries"] if row["channel"] == "facebook")
    assert [part["operation"] for part in facebook["actions"]] == ["amend", "publish"]


def test_a_dry_run_sends_and_records_nothing(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    before = len(sandbox.calls)
    assert announce("complete", "--dry-run").code == 0
    assert announce("withdraw", ref, "--dry-run").code == 0
    assert len(sandbox.calls) == before
    assert announce("show", ref, "--json").json["update"] == 1


def test_a_channel_that_was_down_at_the_start_hears_the_end(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    address = sandbox.base_url("facebook")
    announce.edit(lambda text: text.replace(address, sandbox.closed_url))
    ref = begun()
    assert not bodies(sandbox, "facebook")
    announce.edit(lambda text: text.replace(sandbox.closed_url, address))
    ran = announce("complete", "--yes", "--json")
    assert ran.code == 0, ran.stdout
    (post,) = bodies(sandbox, "facebook")
    assert post.startswith("[Abgeschlossen "), "the announcement that it starts is never sent after the end"
    assert "superseded by update 2" in announce("show", ref, "--full").stdout


@pytest.mark.parametrize("platform", ["wordpress", "whmcs", "facebook"])
def test_an_edit_that_was_lost_is_made_again_and_once(
    announce: Any, sandbox: Sandbox, begun: Any, platform: str
) -> None:
    begun()
    sandbox.fault(platform, Fault(Kind.LOST, verb="update", times=1))
    ran = announce("update", "Weiter.", "--yes", "--json")
    assert ran.code == 0, ran.stdout
    (body,) = bodies(sandbox, platform)
    assert body.count("Weiter.") == 1
    assert max(row["attempts"] for row in ran.json["deliveries"]) == 2


def test_the_reference_may_be_left_out_only_while_one_is_open(announce: Any, begun: Any) -> None:
    assert announce("update", "Text", "--yes").code == 2
    first = begun()
    second = announce.urgent("--again", "zwei").json["ref"]
    ran = announce("update", "Text", "--yes", "--json")
    assert ran.code == 2
    assert first in ran.json["error"]
    assert second in ran.json["error"]
    assert announce("update", first, "Text", "--yes").code == 0


@pytest.mark.parametrize("word", ["CMO-ZZZZ", "cmo-zz", "7K3X"])
def test_a_first_word_that_looks_like_a_reference_is_one(announce: Any, begun: Any, word: str) -> None:
    begun()
    ran = announce("update", word, "--yes", "--json")
    assert ran.code == 2
    assert "unknown reference" in ran.json["error"]


def test_a_word_that_looks_like_none_is_the_text(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    begun()
    assert announce("update", "Done", "--yes").code == 0
    assert "Done" in bodies(sandbox, "wordpress")[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("extend",), "no new time"),
        (("extend", "--by", "1h", "--until", "+3h"), "exclude"),
        (("extend", "--until", "+0m"), "no time at all"),
        (("extend", "--by", "9d"), "7 days"),
        (("complete", "--at", "+10m"), "lies ahead"),
        (("update", "x", "--next-update", "2026-01-01T00:00"), "passed"),
        (("correct",), "nothing is corrected"),
        (("correct", "--impact", "total"), "unknown impact"),
        (("update", "a\x1bb"), "control character"),
        (("update", "Text", "--only", "blgo"), "did you mean blog"),
    ],
)
def test_bad_input_is_refused_and_nothing_sent(
    announce: Any, sandbox: Sandbox, begun: Any, words: tuple[str, ...], why: str
) -> None:
    begun()
    before = len(sandbox.calls)
    ran = announce(*words, "--yes", "--json")
    assert ran.code == 2
    assert why in ran.json["error"]
    assert len(sandbox.calls) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("update",), "nothing to say"),
        (("correct", "Text", "--impact", "none"), "--loud"),
        (("update", "Alles", "gut"), "one argument"),
    ],
)
def test_words_that_would_be_lost_are_refused(
    announce: Any, begun: Any, words: tuple[str, ...], why: str
) -> None:
    begun()
    ran = announce(*words, "--yes", "--json")
    assert ran.code == 2
    assert why in ran.json["error"]


def test_closed_work_is_reopened_only_for_a_reason(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--yes").code == 0
    refused = announce("update", ref, "Doch nicht.", "--yes", "--json")
    assert refused.code == 2
    assert "--reopen" in refused.json["hint"]
    again = announce("extend", ref, "--by", "1h", "--reopen", "Es kam wieder", "--yes", "--json")
    assert (again.code, again.json["phase"]) == (0, "in_progress")
    assert announce("list", "--open").stdout.startswith(ref)


def test_why_work_was_taken_up_again_is_on_record(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--yes").code == 0
    assert announce("extend", ref, "--by", "1h", "--reopen", "Kam wieder", "--yes").code == 0
    assert "taken up again: Kam wieder" in announce("show", ref, "--full").stdout


def test_overruns_and_broken_promises_are_due(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("update", "Text", "--next-update", "+5m", "--yes").code == 0
    hours_pass(announce, 3)
    due = announce("due")
    assert due.code == 10
    assert f"{ref}  the planned end was " in due.stdout
    assert "the next update was due" in due.stdout
    assert f"announce complete {ref}" in due.stdout
    open_ones = announce("list", "--open").stdout
    assert "the planned end was" in open_ones


def test_the_second_verb_is_told_who_holds_the_announcement(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    import subprocess
    import time

    begun()
    sandbox.fault("facebook", Fault(Kind.HANG))
    before = len(sandbox.calls)
    words = announce.line("update", "Eins.", "--yes")
    with subprocess.Popen(words, env=announce.environ, stdout=subprocess.DEVNULL) as first:
        while not any("facebook" in call.path for call in sandbox.calls[before:]):
            time.sleep(0.02)
        second = announce("update", "Zwei.", "--yes", "--json")
        first.kill()
    assert second.code == 2
    assert "is being sent by" in second.json["error"]


def test_a_language_of_its_own_hears_the_whole_story(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace('type = "wordpress"', 'type = "wordpress"\nlocale = "en"'))
    begun()
    assert announce("extend", "--by", "30m", "--yes").code == 0
    assert str(titles(sandbox, "wordpress")[0]).startswith("[Extended to ")
    assert announce("cancel", "--yes").code == 0
    assert str(titles(sandbox, "wordpress")[0]).startswith("[Stopped ")
    assert "Previous updates" in bodies(sandbox, "wordpress")[0]


def test_what_each_channel_does_can_be_set(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nupdates = "edit"'))
    announce.edit(lambda text: text.replace('type = "wordpress"', 'type = "wordpress"\nupdates = "both"'))
    begun()
    assert announce("complete", "--yes").code == 0
    assert len(bodies(sandbox, "facebook")) == 1
    assert len(bodies(sandbox, "wordpress")) == 2
    announce.edit(lambda text: text.replace('type = "twitter"', 'type = "twitter"\nupdates = "edit"'))
    begun("--again", "noch einmal")
    refused = announce("complete", "--yes", "--json")
    assert refused.code == 2
    assert "channels.twitter.updates" in refused.json["error"]


@pytest.mark.parametrize("words", [("extend", "--by", "1h"), ("update", "Halb fertig.")])
def test_the_same_typed_again_is_refused_unless_there_is_a_reason(
    announce: Any, begun: Any, words: tuple[str, ...]
) -> None:
    ref = begun()
    assert announce(*words, "--yes").code == 0
    again = announce(*words, "--yes", "--json")
    assert again.code == 2
    assert "was said as update 2" in again.json["error"]
    assert f"resume {ref}" in again.json["hint"]
    assert announce("show", ref, "--json").json["update"] == 2
    assert announce(*words, "--again", "Noch einmal", "--yes", "--skip", "twitter").code == 0
