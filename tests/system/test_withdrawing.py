"""Posts that are taken down: what becomes of them, and what is said afterwards."""

from __future__ import annotations

import re
from typing import Any

from announce_sandbox import Sandbox
from announce_sandbox.faults import Fault, Kind
from tests.system.reading import bodies


def test_a_post_is_taken_down_and_the_record_kept(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    assert announce("withdraw", "--dry-run", "--json").json["ref"] == ref
    assert "one channel is needed" in announce("resolve", ref, "--abandon").stderr
    assert "facebook" in announce("resolve", "facebook", "--abandon").stderr, "nothing is open there"
    ran = announce("withdraw", "facebook", "twitter", "--yes", "--json")
    assert (ran.code, ran.json["ref"]) == (0, ref)
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


def test_a_withdrawal_that_was_refused_is_typed_again(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("withdraw", ref, "twitter", "--yes").code == 4
    assert f"twitter refused the withdrawal of update 1 · next: announce resume {ref} --failed" in (
        announce("due").stdout
    )
    asked = announce("withdraw", ref, "twitter", "--dry-run").stdout.splitlines()
    assert [line for line in asked if line.endswith("takes down")] == ["twitter (twitter): takes down"]
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
