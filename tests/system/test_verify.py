"""``announce verify``: what a customer can see, looked at as a customer would."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox, start

URGENT = (
    "urgent",
    "Kernel-Lücke",
    "--service",
    "vps",
    "--start",
    "+2h",
    "--duration",
    "1h",
    "--yes",
    "--json",
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """One that serves the status site, too."""
    with start() as running:
        running.serve(tmp_path / "etc" / "public")
        yield running


def test_every_channel_is_seen_with_what_was_said_last(announce: Any) -> None:
    ref = announce(*URGENT).json["ref"]
    for more in ((), ("extend", "--by", "30m"), ("correct", "--title", "Kernel"), ("cancel",)):
        assert not more or announce(*more, ref, "--yes").code == 0
        seen = announce("verify", ref, "--json")
        assert (seen.code, seen.json["exit_code"], seen.json["visible"]) == (0, 0, True), seen
        rows = seen.json["channels"]
        assert {row["channel"] for row in rows} == {"blog", "customer-center", "facebook", "twitter", "feed"}
        assert all(row["visible"] and row["url"] and row["why"] is None for row in rows)
        assert all(set(row) == {"channel", "visible", "seconds", "url", "why"} for row in rows)


def test_what_one_channel_lacks_is_named(announce: Any, sandbox: Sandbox) -> None:
    ref = announce(*URGENT).json["ref"]
    sandbox.fault("facebook", Fault("403", times=9))
    announce("extend", "--by", "30m", "--yes")
    unseen = announce("verify")
    assert unseen.code == 7
    assert unseen.stdout.startswith(f"{ref}\n  blog             visible after ")
    assert "facebook         its readers have not been told what is so now" in unseen.stdout


def test_a_page_that_is_gone_is_missed(announce: Any) -> None:
    ref = announce(*URGENT).json["ref"]
    shutil.rmtree(announce.config.parent / "public" / ref)
    unseen = announce("verify", "--json")
    assert (unseen.code, unseen.json["visible"]) == (7, False)
    [lacking] = [row for row in unseen.json["channels"] if not row["visible"]]
    assert (lacking["channel"], lacking["why"]) == ("feed", "strangers find nothing there (404)")


@pytest.mark.parametrize(
    "file", ["rss.xml", "atom.xml", "feed.json", "calendar.ics", "announcements.ics", "maintnote.ics"]
)
def test_every_feed_and_calendar_is_looked_at_and_one_that_lags_is_named(announce: Any, file: str) -> None:
    ref = announce(*URGENT).json["ref"]
    kept = announce.config.parent / "public" / file
    before = kept.read_bytes()
    announce("cancel", ref, "--yes")
    assert announce("verify", ref).code == 0
    kept.write_bytes(before)
    unseen = announce("verify", ref, "--json")
    [lacking] = [row for row in unseen.json["channels"] if not row["visible"]]
    assert (unseen.code, lacking["channel"]) == (7, "feed")
    assert lacking["url"].endswith(f"/{file}")
    assert lacking["why"] == "strangers read an earlier text there"


def test_a_channel_that_is_not_configured_any_more_is_left_to_a_person(announce: Any) -> None:
    announce(*URGENT)
    announce.edit(lambda text: text.replace("[channels.facebook]", "[channels.another]"))
    unseen = announce("verify")
    assert (unseen.code, unseen.stderr) == (7, "")
    assert "facebook         it is not configured any more: look yourself" in unseen.stdout


def test_where_nothing_is_public_there_is_nothing_to_see(announce: Any) -> None:
    ref = announce(*URGENT).json["ref"]
    announce("withdraw", ref, "--yes")
    refused = announce("verify", ref)
    assert refused.code == 7
    assert "nothing of it is public" in refused.stderr
    assert announce("verify", ref, "--wait", "soon").code == 2


def test_what_was_just_said_is_looked_at_with_verify(announce: Any, sandbox: Sandbox) -> None:
    told = announce(*URGENT, "--verify")
    assert (told.code, told.json["exit_code"], told.json["verified"]["visible"]) == (0, 0, True), told
    assert len(told.json["verified"]["channels"]) == len(told.json["deliveries"]) == 5
    later = announce("update", "Halb fertig.", "--verify", "--yes")
    assert later.code == 0
    assert later.stdout.endswith("seen by a stranger: 5 of 5 channels\n")
    assert later.stdout.index("told: 5 of 5 channels") < later.stdout.index("\nas a stranger:\n  blog ")

    sandbox.fault("facebook", Fault("403", times=9))
    refused = announce("extend", "--by", "30m", "--yes", "--verify", "--json")
    assert (refused.code, refused.json["exit_code"]) == (4, 4), "what a channel refused is more urgent"
    assert not refused.json["verified"]["visible"]


def test_what_was_sent_and_cannot_be_seen_is_exit_7(announce: Any) -> None:
    announce.edit(lambda text: text.replace("/site/", "/elsewhere/"))
    unseen = announce(*URGENT[:-1], "--verify")
    assert unseen.code == 7
    *_, before, last = unseen.stdout.splitlines()
    assert "  feed             strangers find nothing there (404)" in unseen.stdout
    assert "told: 5 of 5 channels" in unseen.stdout
    shown = f"{before}{last}"
    assert "seen by a stranger: 4 of 5 channels · next: announce verify CMO-" in shown
    assert "--wait 2m" in shown


def test_the_status_page_says_so_once_a_stranger_has_looked_where_that_is_wanted(announce: Any) -> None:
    announce.edit(
        lambda text: text.replace('\ndirectory = "public"', '\ndirectory = "public"\nshow_seen = true')
    )
    ref = announce(*URGENT).json["ref"]
    page = announce.config.parent / "public" / ref / "index.html"
    assert "Von außen geprüft um " not in page.read_text(encoding="utf-8")
    assert announce("verify").code == 0
    shown = page.read_text(encoding="utf-8")
    assert shown.count("Von außen geprüft um ") == 1
    announce("update", "Halb fertig.", "--verify", "--yes")
    assert page.read_text(encoding="utf-8").count("Von außen geprüft um ") == 2
    assert announce("verify").code == 0, "and a page that says it is still the newest text"


def test_a_network_that_shows_strangers_nothing_is_neither_seen_nor_missing(
    announce: Any, sandbox: Sandbox
) -> None:
    announce.edit(lambda text: f"{text}\n[gate]\nverified = true\n")
    ref = announce(*URGENT, "--start", "now").json["ref"]
    sandbox.fault("facebook", Fault("403", times=99))
    walled = "it shows nothing to strangers (strangers may not open it (403))"
    seen = announce("verify", "--json")
    assert (seen.code, seen.json["visible"]) == (0, True), "nobody can say, and the others were seen"
    [row] = [row for row in seen.json["channels"] if row["channel"] == "facebook"]
    assert (row["visible"], row["why"]) == (False, f"not counted: {walled}; log in and look")
    refused = announce("gate", "--need", "facebook", "--", "true")
    assert refused.code == 7
    assert f"no stranger has seen it on facebook (not counted: {walled}; log in and look)" in refused.stderr
    assert announce("gate", ref, "--need", "any-social,feed", "--", "true").code == 0, "X was seen"
