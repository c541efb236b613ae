"""The main job: one command, five channels, the same facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from announce_sandbox import Sandbox

PLATFORMS = {"wordpress", "whmcs", "facebook", "twitter"}
CHANNELS = ["blog", "customer-center", "facebook", "twitter", "feed"]


def test_all_five_channels_carry_the_same_facts(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    ran = announce.urgent("--reason", "Angriffe laufen bereits.")
    assert ran.code == 0, ran.stderr
    assert ran.states == dict.fromkeys(CHANNELS, "delivered")

    ref = ran.json["ref"]
    visible = {post.platform: post for post in sandbox.posts() if post.visible}
    assert set(visible) == PLATFORMS
    feed = feedparser.parse(tmp_path / "etc" / "public" / "rss.xml")
    assert not feed.bozo
    texts = [post.title + post.body for post in visible.values()]
    texts += [feed.entries[0].title + feed.entries[0].description]
    for text in texts:
        assert ref in text
        assert "Kernel-Lücke" in text
        for moment in ("starts_at", "ends_at"):
            assert _berlin(ran.json[moment]) in text
    assert (tmp_path / "etc" / "public" / ref / "index.html").read_text().count(ref) > 1
    calendar = (tmp_path / "etc" / "public" / "calendar.ics").read_bytes().replace(b"\r\n ", b"")
    assert f"UID:{ref.lower()}@".encode() in calendar


def _berlin(utc: str) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(utc).astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")


def test_the_json_object_is_as_documented(announce: Any) -> None:
    found = announce.urgent().json
    assert re.fullmatch(r"CMO-[0-9A-HJKMNP-TV-Z]{4}", found["ref"])
    assert set(found) == {
        "ref", "update", "kind", "phase", "dry_run", "exit_code", "starts_at", "ends_at", "permalink", "by", "warnings",
        "deliveries",
    }  # fmt: skip
    assert (found["update"], found["kind"], found["phase"]) == (1, "initial", "scheduled")
    assert (found["dry_run"], found["exit_code"]) == (False, 0)
    assert found["permalink"].endswith(f"/site/{found['ref']}/")
    assert [row["channel"] for row in found["deliveries"]] == CHANNELS
    for row in found["deliveries"]:
        if row["type"] == "facebook":  # the first post of a Page has something to be looked at
            assert "look at it logged out" in row.pop("note")
        assert set(row) == {
            "channel", "type", "state", "remote_id", "url", "attempts", "seconds", "error",
        }  # fmt: skip
        assert row["url"].startswith(("http://", "https://"))
        assert row["error"] is None
        assert row["attempts"] == (2 if row["type"] in {"wordpress", "whmcs"} else 1)


def test_the_page_ends_up_listing_the_other_channels_posts(announce: Any, tmp_path: Path) -> None:
    found = announce.urgent().json
    page = (tmp_path / "etc" / "public" / found["ref"] / "index.html").read_text()
    for row in found["deliveries"]:
        if row["channel"] != "feed":
            assert row["url"] in page


def test_without_json_the_last_line_says_who_was_told(announce: Any) -> None:
    ran = announce("urgent", "--preset", "kernel", "--start", "+2h", "--yes")
    assert ran.code == 0
    assert ran.stdout.splitlines()[-1] == "told: 5 of 5 channels"
    assert "\x1b" not in ran.stdout + ran.stderr


def test_the_same_command_typed_again_is_refused(announce: Any, sandbox: Sandbox) -> None:
    first = announce.urgent()
    again = announce.urgent()
    assert again.code == 2
    assert again.json["exit_code"] == 2
    assert first.json["ref"] in again.json["error"]
    assert f"announce resume {first.json['ref']}" in again.json["hint"]
    assert "deliveries" not in again.json
    assert len(sandbox.posts("wordpress")) == 1

    wanted = announce.urgent("--again", "second kernel")
    assert wanted.code == 0
    assert wanted.json["ref"] != first.json["ref"]


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        (("--only", "blog,feed"), ["blog", "feed"]),
        (("--only", "feed", "--only", "blog"), ["blog", "feed"]),
        (("--skip", "twitter", "--skip", "facebook"), ["blog", "customer-center", "feed"]),
    ],
)
def test_channels_can_be_left_out(announce: Any, words: tuple[str, ...], channels: list[str]) -> None:
    assert [row["channel"] for row in announce.urgent(*words).json["deliveries"]] == channels


def test_facts_come_from_a_file_or_from_standard_input(announce: Any, sandbox: Sandbox) -> None:
    facts = (
        'title = { de = "Aus Datei" }\nservices = ["vps"]\nstart = "+3h"\nduration = "2h"\nreason = "Grund"\n'
    )
    assert announce("urgent", "--from-file", "-", "--yes", "--json", stdin=facts).code == 0
    assert "Aus Datei" in sandbox.posts("wordpress")[0].title
    as_json = '{"title": "Aus JSON", "services": ["vps"], "start": "+3h", "duration": "2h"}'
    ran = announce("urgent", "--from-file", "-", "--yes", "--json", "--title-is-no-option", stdin=as_json)
    assert ran.code == 2
    assert announce("urgent", "--from-file", "-", "--yes", "--json", stdin=as_json).code == 0


def test_the_configuration_is_found_before_and_after_the_verb(announce: Any) -> None:
    after = announce.line("channels")
    position = after.index("--config")
    flag, path = after[position : position + 2]
    words = [*after[:position], *after[position + 2 :], flag, path]
    import subprocess

    ran = subprocess.run(words, env=announce.environ, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr


AWKWARD = (
    "{{ 7*7 }} {% raw %}",
    "<script>alert(1)</script>",
    "[gallery] [caption]x[/caption]",
    "a ]]> b",
    "{$smarty.version} {php}",
    "Q & A &amp; \"R\" 'S'",
    "Größe – „ÄÖÜ“ 🙂",
)


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_arrive_literally_on_every_channel(
    announce: Any, sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    words = ("--service", "vps", "--start", "+2h", "--duration", "1h", "--yes", "--json")
    ran = announce("urgent", text, *words)
    assert ran.code == 0, ran.stderr
    posts = {post.platform: post for post in sandbox.posts()}
    for platform in ("facebook", "twitter"):
        assert text in posts[platform].body
    item = etree.parse(tmp_path / "etc" / "public" / "rss.xml").findtext("channel/item/title")
    for title in (posts["wordpress"].title, posts["whmcs"].title, item):
        assert text in title
    for platform in ("wordpress", "whmcs"):
        raw = posts[platform].body
        assert "<script" not in raw
        assert not re.search(r"[\[\]{}]", raw)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--service", "vsp"), "did you mean vps"),
        (("--preset", "kernal"), "did you mean kernel"),
        (("--only", "blogg"), "did you mean blog"),
        (("--skip", "twiter"), "did you mean twitter"),
        (("--impact", "outrage"), "did you mean outage"),
        (("--start", "yesterday"), "--start"),
        (("--duration", "0m"), "--duration"),
        (("--duration", "8d"), "more than 7 days"),
        (("--start", "+40d"), "more than 30 days"),
        (("--start", "2020-01-01T10:00"), "passed"),
        (("--until", "+3h"), "exclude"),
        (("--reason", "a\x07b"), "U+0007"),
        (("--reason", "a\u202eb"), "U+202E"),
        (("--reason", "see javascript:alert(1)"), "javascript"),
        (("--details", "x" * 20000), "characters"),
        (("--skip", "blog,customer-center,facebook,twitter,feed"), "no channel is left"),
    ],
)
def test_bad_input_is_refused_with_its_cure(
    announce: Any, sandbox: Sandbox, words: tuple[str, ...], says: str
) -> None:
    ran = announce.urgent(*words)
    assert ran.code == 2, ran.stdout
    assert says in ran.json["error"] + (ran.json["hint"] or "")
    assert sandbox.posts() == []


@pytest.mark.parametrize(
    ("title", "says"), [(" ", "empty"), ("x" * 201, "201"), ("a\nb", "line break"), ("a\ud800b", "surrogate")]
)
def test_a_bad_title_is_refused(announce: Any, title: str, says: str) -> None:
    facts = '{"title": %s, "services": ["vps"], "start": "+3h", "duration": "2h"}'
    import json

    ran = announce("urgent", "--from-file", "-", "--yes", "--json", stdin=facts % json.dumps(title))
    assert ran.code == 2
    assert says in ran.json["error"]


def test_all_faults_are_said_at_once(announce: Any) -> None:
    ran = announce("urgent", "--service", "vsp", "--preset", "kernal", "--start", "bald", "--yes", "--json")
    assert ran.code == 2
    for part in ("vps", "kernel", "--start"):
        assert part in ran.json["error"]


def test_an_unknown_key_in_the_file_names_the_nearest(announce: Any) -> None:
    ran = announce("urgent", "--from-file", "-", "--yes", "--json", stdin='titel = "x"')
    assert ran.code == 2
    assert "did you mean title" in ran.json["error"]


def test_a_template_whose_post_cannot_fit_is_replaced_by_ours(
    announce: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    templates = tmp_path / "etc" / "own" / "de"
    templates.mkdir(parents=True)
    (templates / "twitter.txt").write_text(
        "{% block variant_1 %}{{ ref }} {{ start.full }} {{ end.full }} " + "lang " * 60 + "{% endblock %}"
    )
    announce.edit(lambda text: text.replace('locale = "de" ', 'templates = "own"\nlocale = "de" '))
    ran = announce.urgent()
    assert ran.code == 0, ran.stdout
    (warning,) = [one for one in ran.json["warnings"] if one["code"] == "template"]
    assert warning["channel"] == "twitter"
    assert "280" in warning["text"]
    assert f"note: twitter: {warning['text']}" in ran.stderr
    assert sandbox.posts("twitter")[0].body.startswith("Dringend: ")


def test_a_ledger_that_cannot_be_written_sends_nothing(
    announce: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "etc" / "ledger.db").mkdir()
    ran = announce.urgent()
    assert ran.code == 2
    assert "ledger" in ran.json["error"]
    assert sandbox.posts() == []


def test_without_a_terminal_a_yes_is_needed(announce: Any, sandbox: Sandbox) -> None:
    ran = announce("urgent", "Titel", "--service", "vps", "--start", "+1h", "--duration", "1h")
    assert ran.code == 2
    assert "--yes" in ran.stderr
    assert sandbox.posts() == []


def test_a_missing_secret_stops_the_run_before_anything_is_sent(
    announce: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "etc" / "secrets" / "facebook-token").unlink()
    ran = announce.urgent()
    assert ran.code == 2
    assert "channels.facebook.access_token" in ran.json["error"]
    assert sandbox.posts() == []
    assert announce.urgent("--skip", "facebook").code == 0


def test_a_secret_others_can_read_is_refused(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "etc" / "secrets" / "facebook-token").chmod(0o644)
    ran = announce.urgent()
    assert ran.code == 2
    assert "channels.facebook.access_token" in ran.json["error"]
    assert sandbox.posts() == []


def test_the_blog_and_the_customer_center_offer_the_feed(announce: Any, sandbox: Sandbox) -> None:
    announce.urgent()
    public = announce.config.parent / "public"
    offered = '/site/rss.xml">Dringende Wartungen als Feed</a>'

    for platform in ("wordpress", "whmcs"):
        [post] = sandbox.posts(platform)
        assert offered in post.body
    assert "als Feed" not in (public / "rss.xml").read_text(), "whoever reads it has it"
    announce.edit(lambda text: text.replace("[channels.feed]\n", "[channels.feed]\nenabled = false\n"))
    assert announce.urgent("--again", "without").code == 0
    assert offered not in sandbox.posts("wordpress")[-1].body
