"""The whole life of an announcement, as a person types it, against the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from announce_sandbox import Sandbox
from announce_sandbox.faults import Fault, Kind

DOWN = "[channels.facebook]\n"


@pytest.fixture
def begun(announce: Any) -> Callable[..., str]:
    """Announces work that has begun; returns the reference."""

    def urgent(*words: str) -> str:
        words = ("--start", "now", *words)
        ran = announce("urgent", "Kernel", "--service", "vps", "--duration", "2h", "--yes", "--json", *words)
        return str(ran.json["ref"])

    return urgent


def bodies(sandbox: Sandbox, type_name: str) -> list[str]:
    return [post.body for post in sandbox.posts(type_name) if post.state == "visible"]


def titles(sandbox: Sandbox, type_name: str) -> list[str | None]:
    return [post.title for post in sandbox.posts(type_name) if post.state == "visible"]


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
        assert str(title).startswith("[Abgeschlossen] ")
        order = [body.index(text) for text in ("Alles wieder da.", "Es dauert.", "Halb fertig.")]
        assert order == sorted(order), "the newest update stands on top"
    first, extension, end = bodies(sandbox, "facebook")
    assert first.startswith("[Abgeschlossen]")
    assert "aktualisiert" in first
    assert extension.startswith("[Neue Zeit]")
    assert end.startswith("[Abgeschlossen]")
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
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))
    announce.edit(lambda text: text.replace(address, sandbox.closed_url))
    ref = begun()
    assert not bodies(sandbox, "facebook")
    announce.edit(lambda text: text.replace(sandbox.closed_url, address).replace("deadline = 2", ""))
    ran = announce("complete", "--yes", "--json")
    assert ran.code == 0, ran.stdout
    (post,) = bodies(sandbox, "facebook")
    assert post.startswith("[Abgeschlossen]"), "the announcement that it starts is never sent after the end"
    assert "superseded by update 2" in announce("show", ref, "--full").stdout


def test_the_end_is_not_over_while_a_channel_lacks_it(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    first = announce("complete", "--yes", "--only", "blog")
    assert first.code == 5
    assert f"next: announce complete {ref}" in first.stdout
    due = announce("due", "--json")
    assert due.code == 10
    (untold,) = due.json["due"]
    assert untold["what"] == "readers of customer-center, facebook, twitter, feed still see: in progress"
    assert untold["channels"] == ["customer-center", "facebook", "twitter", "feed"]
    assert ref in announce("list", "--open").stdout
    again = announce("complete", ref, "--yes", "--json")
    assert (again.code, again.json["update"]) == (0, 2)
    assert len(bodies(sandbox, "wordpress")) == 1
    assert announce("due").code == 0
    assert announce("complete", ref, "--yes").code == 2


def test_an_end_that_was_refused_is_tried_again(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("complete", "--yes").code == 4
    assert "twitter refused update 2; its readers still see: in progress" in announce("due").stdout
    sandbox.heal()
    assert announce("resume", ref, "--failed", "--yes").code == 0
    assert announce("due").code == 0


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


def change_by_hand(sandbox: Sandbox, announce: Any, text: str) -> None:
    """As a person would in WordPress's own editor."""
    import requests

    credentials = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    answer = requests.post(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        json={"content": text},
        auth=(credentials["username"], credentials["password"]),
        timeout=5,
    )
    assert answer.status_code == 200


def test_what_was_changed_by_hand_is_not_written_over(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    ran = announce("update", "Weiter.", "--yes", "--json")
    assert ran.code == 4
    blog = next(row for row in ran.json["deliveries"] if row["channel"] == "blog")
    assert "changed by hand" in blog["error"]
    assert "--force" in blog["error"]
    (body,) = bodies(sandbox, "wordpress")
    assert "Von Hand." in body
    assert announce("resume", ref, "--failed", "--yes").code == 4
    assert announce("resume", ref, "--force", "--yes").code == 0
    assert "Weiter." in bodies(sandbox, "wordpress")[0]


def test_what_was_deleted_by_hand_is_said_and_made_anew_only_by_force(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    import requests

    begun()
    credentials = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    requests.delete(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        auth=(credentials["username"], credentials["password"]),
        timeout=5,
    )
    assert announce("update", "Weiter.", "--yes").code == 4
    assert not bodies(sandbox, "wordpress")
    assert announce("update", "Noch weiter.", "--yes", "--force").code == 0
    (body,) = bodies(sandbox, "wordpress")
    assert "Noch weiter." in body


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
    begun()
    assert announce("correct", "--impact", "degraded", "--loud", "--yes").code == 0
    assert len(bodies(sandbox, "twitter")) == 2
    assert bodies(sandbox, "twitter")[1].startswith("Berichtigt, läuft: ")
    assert len(bodies(sandbox, "facebook")) == 2


def test_a_post_is_taken_down_and_the_record_kept(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    ran = announce("withdraw", ref, "facebook", "twitter", "--yes", "--json")
    assert ran.code == 0
    assert not bodies(sandbox, "facebook")
    assert not bodies(sandbox, "twitter")
    assert bodies(sandbox, "wordpress")
    story = announce("show", ref, "--full").stdout
    assert "withdraw, delivered" in story
    assert announce("withdraw", ref, "facebook", "--yes").code == 2
    # What is said next stands on its own there.
    assert announce("update", "Weiter.", "--yes").code == 0
    assert len(bodies(sandbox, "facebook")) == 1


def test_the_feed_takes_down_what_it_said(announce: Any, begun: Any) -> None:
    ref, other = begun(), begun("--again", "another")
    announce("extend", ref, "--by", "1h", "Es dauert.", "--yes")
    public = announce.config.parent / "public"
    events = (public / "calendar.ics").read_text()
    assert "SEQUENCE:1\n" in events

    assert announce("withdraw", ref, "feed", "--silent", "--yes").code == 0

    for name in ("rss.xml", "atom.xml", "feed.json", "index.html"):
        text = (public / name).read_text()
        assert f">{ref}" not in text, name
        assert f"({ref})" not in text, name
        assert other in text, name
    page = (public / ref / "index.html").read_text()
    assert "Diese Meldung wurde zurückgezogen." in page
    assert "Kernel" not in page
    event = next(
        part
        for part in (public / "calendar.ics").read_text().split("BEGIN:VEVENT")
        if f"UID:{ref.lower()}@" in part
    )
    assert "STATUS:CANCELLED" in event
    assert "SEQUENCE:3\n" in event, "a withdrawal is a change of its own, and raises it"
    assert "Kernel" not in event
    assert announce("feed", "build").code == 0
    assert (public / ref / "index.html").read_text() == page
    # What is said next stands on its own there.
    assert announce("update", ref, "Weiter.", "--yes").code == 0
    assert f"{ref}/3" in (public / "rss.xml").read_text()
    assert f"{ref}/1" not in (public / "rss.xml").read_text()
    sequences = re.findall(r"SEQUENCE:(\d+)", (public / "calendar.ics").read_text())
    assert max(map(int, sequences)) > 3


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


def test_closed_work_is_reopened_only_for_a_reason(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--yes").code == 0
    refused = announce("update", ref, "Doch nicht.", "--yes", "--json")
    assert refused.code == 2
    assert "--reopen" in refused.json["hint"]
    again = announce("extend", ref, "--by", "1h", "--reopen", "Es kam wieder", "--yes", "--json")
    assert (again.code, again.json["phase"]) == (0, "in_progress")
    assert announce("list", "--open").stdout.startswith(ref)


def test_overruns_and_broken_promises_are_due(announce: Any, tmp_path: Any) -> None:
    import sqlite3

    ref = announce(
        *("urgent", "Kernel", "--service", "vps", "--start", "now", "--duration", "2h", "--yes", "--json")
    ).json["ref"]
    assert announce("update", "Text", "--next-update", "+5m", "--yes").code == 0
    ledger = next(tmp_path.rglob("ledger.db"))
    with sqlite3.connect(ledger) as connection:  # three hours pass
        rows = connection.execute("SELECT number, said FROM announcement_update").fetchall()
        for number, said in rows:
            for moment in set(re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+Z", said)):
                earlier = datetime.fromisoformat(moment) - timedelta(hours=3)
                said = said.replace(moment, earlier.strftime("%Y-%m-%dT%H:%M:%SZ"))  # noqa: PLW2901
            connection.execute("UPDATE announcement_update SET said = ? WHERE number = ?", (said, number))
        connection.execute(
            "UPDATE announcement_update SET ends_at = strftime('%Y-%m-%dT%H:%M:%S.000000Z', ends_at, '-3 hours')"
        )
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
    sandbox.fault("facebook", Fault(Kind.SLOW, seconds=3))
    words = announce.line("update", "Eins.", "--yes")
    with subprocess.Popen(words, env=announce.environ, stdout=subprocess.DEVNULL) as first:
        time.sleep(1.5)
        second = announce("update", "Zwei.", "--yes", "--json")
        assert first.wait(30) == 0
    assert second.code == 2
    assert "is being sent by" in second.json["error"]


def test_a_language_of_its_own_hears_the_whole_story(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace('type = "wordpress"', 'type = "wordpress"\nlocale = "en"'))
    begun()
    assert announce("extend", "--by", "30m", "--yes").code == 0
    assert str(titles(sandbox, "wordpress")[0]).startswith("[New time] ")
    assert announce("cancel", "--yes").code == 0
    assert str(titles(sandbox, "wordpress")[0]).startswith("[Cancelled] ")
    assert "Earlier messages" in bodies(sandbox, "wordpress")[0]


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


# --- what must never be read after the end ------------------------------------------------------------------------


@pytest.fixture
def dead(announce: Any, sandbox: Sandbox) -> Callable[[str], Callable[[], None]]:
    """Lets a platform answer nobody; returns what brings it back."""
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))

    def down(platform: str) -> Callable[[], None]:
        address = sandbox.base_url(platform)
        announce.edit(lambda text: text.replace(f'"{address}', f'"{sandbox.closed_url}'))
        return lambda: announce.edit(lambda text: text.replace(f'"{sandbox.closed_url}', f'"{address}'))

    return down


def test_a_channel_that_was_down_in_the_middle_hears_the_end(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    ref = begun()
    back = dead("wordpress")
    assert announce("update", "Mittendrin.", "--yes").code == 5
    assert announce("complete", "--yes").code == 5
    back()
    assert announce("resume", ref, "--yes").code == 0
    (body,), (title,) = bodies(sandbox, "wordpress"), titles(sandbox, "wordpress")
    assert str(title).startswith("[Abgeschlossen]")
    assert body.index("abgeschlossen") < body.index("Mittendrin.")


def test_what_was_left_out_of_the_end_hears_only_the_end(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    ref = begun()
    back = dead("twitter")
    assert announce("update", "Mittendrin.", "--yes").code == 5
    assert announce("complete", "--skip", "twitter", "--yes").code == 5
    back()
    assert announce("complete", ref, "--yes").code == 0
    assert [post.split("\n")[0].split(":")[0] for post in bodies(sandbox, "twitter")] == [
        "Läuft bereits",
        "Abgeschlossen",
    ]


def test_what_turns_out_never_to_have_been_public_is_not_published_after_the_end(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    announce.edit(lambda text: text.replace('type = "twitter"', 'type = "twitter"\nsettle = 1\ntimeout = 1'))
    sandbox.fault("twitter", Fault(Kind.HANG, verb="create", times=1))
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))
    begun()
    sandbox.heal()
    announce.edit(lambda text: text.replace("deadline = 2", "deadline = 20"))
    assert announce("complete", "--yes").code == 0
    (only,) = bodies(sandbox, "twitter")
    assert only.startswith("Abgeschlossen: ")


def test_what_was_refused_is_not_sent_after_something_newer(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("update", "Zwei", "--yes").code == 4
    sandbox.heal()
    assert announce("extend", "--by", "1h", "--yes").code == 0
    assert announce("resume", ref, "--failed", "--yes").code == 0
    assert bodies(sandbox, "twitter")[-1].startswith("Neue Zeit: ")
    assert not any("Zwei" in post for post in bodies(sandbox, "twitter"))


def test_a_post_that_was_made_anew_is_the_one_that_is_edited(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    import requests

    begun()
    known = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    requests.delete(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        auth=(known["username"], known["password"]),
        timeout=5,
    )
    assert announce("update", "Zwei", "--force", "--yes").code == 0
    assert announce("update", "Drei", "--yes").code == 0
    (body,) = bodies(sandbox, "wordpress")
    assert body.index("Drei") < body.index("Zwei")


def test_a_withdrawn_channel_is_not_owed_the_end(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("update", "Zwei", "--yes").code == 0
    assert announce("withdraw", ref, "blog", "--yes").code == 0
    assert announce("complete", "--skip", "blog", "--yes").code == 0
    assert announce("due").code == 0


def test_a_withdrawn_channel_gets_nothing_that_was_waiting(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    ref = begun()
    back = dead("facebook")
    assert announce("extend", "--by", "1h", "--yes").code == 5
    back()
    assert announce("withdraw", ref, "facebook", "--yes").code == 0
    assert announce("resume", ref, "--yes").code == 0
    assert not bodies(sandbox, "facebook")


def test_a_channel_that_was_switched_off_is_still_owed_the_end(announce: Any, begun: Any) -> None:
    begun()
    announce.edit(lambda text: text.replace('type = "twitter"', 'type = "twitter"\nenabled = false'))
    assert announce("complete", "--yes").code == 5
    assert "switch twitter on" in announce("due").stdout


def test_the_end_can_be_told_after_a_correction_of_it(announce: Any, begun: Any) -> None:
    ref = begun("--reason", "Falsch")
    assert announce("complete", "--only", "blog", "--yes").code == 5
    assert announce("correct", ref, "--reason", "Richtig", "--only", "blog", "--yes").code == 5
    assert announce("complete", ref, "--yes").code == 0
    assert announce("due").code == 0


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


# --- typed again, told again --------------------------------------------------------------------------------------


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


def test_other_words_for_the_end_are_not_dropped(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--only", "blog", "--yes").code == 5
    refused = announce("complete", ref, "Andere Worte.", "--yes", "--json")
    assert refused.code == 2
    assert "other words" in refused.json["error"]


def test_why_work_was_taken_up_again_is_on_record(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--yes").code == 0
    assert announce("extend", ref, "--by", "1h", "--reopen", "Kam wieder", "--yes").code == 0
    assert "taken up again: Kam wieder" in announce("show", ref, "--full").stdout


def test_the_preview_says_where_there_is_no_room_for_the_text(announce: Any, begun: Any) -> None:
    begun()
    shown = announce("update", "Sehr viel zu sagen. " * 14, "--dry-run").stdout
    assert "twitter: there is no room for the text" in shown
    assert "facebook: there is no room" not in shown


def test_the_next_command_after_a_change_by_hand_is_the_one_that_helps(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    assert f"next: announce resume {ref} --force" in announce("update", "Weiter.", "--yes").stdout


def test_what_a_silent_correction_repairs_does_not_say_that_it_was_edited(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun("--reason", "Falsch")
    assert announce("correct", "--reason", "Richtig", "--yes").code == 0
    (first,) = bodies(sandbox, "facebook")
    assert "Richtig" in first
    assert "aktualisiert" not in first


# --- what the preview says of what came before --------------------------------------------------------------------


def test_the_preview_names_what_is_still_open_before(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))
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


# --- what customers of one channel heard last ---------------------------------------------------------------------


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


def test_a_missed_new_time_leaves_the_end_beside_what_was_heard(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    begun()
    (first,) = bodies(sandbox, "twitter")
    back = dead("twitter")
    assert announce("extend", "--by", "1h", "--yes").code == 5
    back()
    assert announce("complete", "--yes").code == 0
    newest = bodies(sandbox, "twitter")[-1]
    (line,) = [line for line in newest.split("\n") if line.startswith("Angekündigt war: ")]
    assert times(line) == times(first)[:2]


def test_the_old_time_is_said_however_long_the_title(announce: Any, sandbox: Sandbox) -> None:
    words = ("urgent", "Kernel " * 28, "--service", "vps", "--start", "now", "--duration", "2h", "--yes")
    assert announce(*words).code == 0
    assert announce("extend", "--by", "1h", "--yes").code == 0
    assert "(statt " in bodies(sandbox, "twitter")[-1]


# --- the end of what may be public --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "beginnings"),
    [
        (Kind.LOST, ["[Abgeschlossen]", "[Abgeschlossen]"]),
        (Kind.HANG, ["[Abgeschlossen]"]),
    ],
    ids=["there", "not there"],
)
def test_the_end_of_what_may_be_public_is_posted_anew(
    announce: Any, sandbox: Sandbox, begun: Any, kind: Kind, beginnings: list[str]
) -> None:
    quick = 'type = "facebook"\nsettle = 1\ntimeout = 1'
    announce.edit(lambda text: text.replace('type = "facebook"', quick))
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 1.5"))
    sandbox.fault("facebook", Fault(kind, verb="create", times=1))
    sandbox.fault("facebook", Fault(Kind.BROKEN, verb="list"))
    ref = begun()
    sandbox.heal()
    announce.edit(lambda text: text.replace("deadline = 1.5", "deadline = 30"))
    shown = announce("complete", "--dry-run").stdout
    assert "--- facebook (facebook, de): edits the post there once it is known, " in shown
    assert "--- facebook (facebook, de): a new post, " in shown
    done = announce("complete", "--yes", "--json")
    assert (done.code, done.states["facebook"]) == (0, "delivered"), done.stdout
    posts = bodies(sandbox, "facebook")
    assert [post.split(" ")[0] for post in posts] == beginnings
    assert "aktualisiert" not in posts[-1], "the new post is no edit"
    (row,) = announce("list", "--json").json["announcements"]
    assert row["told"] == row["channels"] == 5
    assert announce("due").stdout == "nothing is due\n", ref


@pytest.mark.parametrize("platform", ["wordpress", "whmcs"])
@pytest.mark.parametrize("kind", [Kind.LOST, Kind.BROKEN], ids=["there", "not there"])
def test_a_release_that_was_lost_and_then_refused_is_looked_for(
    announce: Any, sandbox: Sandbox, begun: Any, platform: str, kind: Kind
) -> None:
    announce.edit(lambda text: text.replace(f'type = "{platform}"', f'type = "{platform}"\nsettle = 0.5'))
    sandbox.fault(platform, Fault(kind, verb="update", times=1))
    sandbox.fault(platform, Fault(Kind.FORBIDDEN, verb="update"))
    ref = begun()
    states = announce("show", ref, "--json").json["deliveries"]
    (state,) = [row["state"] for row in states if row["type"] == platform]
    assert state == ("delivered" if kind is Kind.LOST else "failed")
    sandbox.heal()
    assert announce("complete", "--yes").code == 0
    (title,) = titles(sandbox, platform)
    assert str(title).startswith("[Abgeschlossen]"), "one post, whichever it was"


# --- what was refused ---------------------------------------------------------------------------------------------


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


def test_after_the_end_only_the_missing_end_is_due(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("extend", "--by", "1h", "--yes").code == 4
    assert announce("complete", "--yes").code == 4
    (only,) = announce("due", "--json").json["due"]
    assert only["what"] == "twitter refused update 3; its readers still see: in progress"


def test_a_post_that_a_person_changed_is_due_with_the_way_to_write_over_it(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    assert announce("update", "Weiter.", "--yes").code == 4
    assert f"blog refused update 2 · next: announce resume {ref} --force" in announce("due").stdout


# --- what a silent correction leaves ------------------------------------------------------------------------------


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
    assert [(row["channel"], row["update"]) for row in found] == [("facebook", 2), ("feed", 1)]
    found = announce("correct", "--title", "Richtig", "--dry-run", "--json").json["uncorrected"]
    assert [row["update"] for row in found if row["channel"] == "twitter"] == [1, 2], (
        "it has no room for reasons"
    )

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


def test_a_withdrawal_that_was_refused_is_typed_again(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("withdraw", ref, "twitter", "--yes").code == 4
    assert f"twitter refused the withdrawal of update 1 · next: announce resume {ref} --failed" in (
        announce("due").stdout
    )
    assert len(announce("withdraw", ref, "twitter", "--dry-run").stdout.splitlines()) == 1
    assert announce("withdraw", ref, "twitter", "--yes").code == 4
    sandbox.heal()
    again = announce("withdraw", ref, "twitter", "facebook", "--yes", "--json")
    assert (again.code, again.states) == (0, {"facebook": "delivered", "twitter": "delivered"})
    assert not bodies(sandbox, "twitter")
    assert (
        "taken down on facebook, twitter, still there on blog, customer-center, feed"
        in announce("due").stdout
    )
    assert announce("withdraw", ref, "twitter", "--yes").code == 2


@pytest.mark.parametrize("platform", ["wordpress", "whmcs", "facebook"])
@pytest.mark.parametrize("heals", ["before the end", "after it"])
def test_an_edit_of_ours_whose_answer_was_lost_is_not_taken_for_one_by_hand(
    announce: Any, sandbox: Sandbox, begun: Any, platform: str, heals: str
) -> None:
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))
    ref = begun()
    sandbox.fault(platform, Fault(Kind.LOST, verb="update"))
    assert announce("update", "Halb fertig.", "--yes").code == 5
    if heals == "before the end":
        sandbox.heal()
    ended = announce("complete", "--yes")
    sandbox.heal()
    announce.edit(lambda text: text.replace("deadline = 2", "deadline = 20"))
    assert (ended if heals == "before the end" else announce("resume", ref, "--yes")).code == 0
    first = bodies(sandbox, platform)[0]
    assert first.index("abgeschlossen") < first.index("Halb fertig.")
    assert announce("due").code == 0


def test_what_was_deleted_by_hand_is_not_made_anew_beside_a_new_post(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    import requests

    ref = begun("--reason", "Falsch")
    (post,) = sandbox.posts("facebook")
    requests.delete(
        f"{sandbox.base_url('facebook')}/v26.0/{post.remote_id}",
        params={"access_token": sandbox.credentials["facebook"]["access_token"]},
        timeout=5,
    ).raise_for_status()
    assert not bodies(sandbox, "facebook")
    assert announce("complete", "--force", "--yes").code == 0
    (body,) = bodies(sandbox, "facebook")
    assert "aktualisiert" not in body
    assert announce("correct", ref, "--reason", "Richtig", "--yes").code == 0
    (body,) = bodies(sandbox, "facebook")
    assert "Richtig" in body, "what is edited from now on is the new one"
