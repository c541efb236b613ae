"""`announce templates`, and what becomes of a broken template of one's own: by night ours, by day a refusal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Sandbox


@pytest.fixture
def own(announce: Any) -> Path:
    folder: Path = announce.config.parent / "own"
    folder.mkdir()
    announce.edit(lambda text: text.replace("[publisher]\n", '[publisher]\ntemplates = "own"\n'))
    return folder


def test_a_template_is_listed_shown_ejected_and_changed(announce: Any, own: Path) -> None:
    assert announce("templates", "eject", "short.txt").stdout.startswith(f"{own / 'short.txt'}\n")
    again = announce("templates", "eject", "short.txt")
    assert again.code == 2
    assert "is there already" in again.stderr
    assert announce("templates", "eject", "de/text.txt").code == 0
    assert (own / "de/text.txt").read_text() == announce("templates", "show", "text.txt").stdout
    (own / "short.txt").write_text("mine")
    assert announce("templates", "show", "short.txt").stdout == "mine\n"
    rows = {row["name"]: row for row in announce("templates", "list", "--json").json["templates"]}
    assert rows["short.txt"] == {"name": "short.txt", "path": str(own / "short.txt"), "own": True}
    assert not rows["html.html"]["own"]
    wrong = announce("templates", "eject", "shrt.txt")
    assert wrong.code == 2
    assert "did you mean short.txt?" in wrong.stderr
    outside = announce("templates", "eject", "../short.txt")
    assert outside.code == 2


def test_without_a_folder_it_is_said_how_to_have_one(announce: Any) -> None:
    ran = announce("templates", "eject", "short.txt")
    assert ran.code == 2
    assert 'templates = "my-templates"' in ran.stderr


def test_a_check_tries_the_page_of_previews_too(announce: Any, own: Path) -> None:
    (own / "preview").mkdir()
    (own / "preview/page.html").write_text("<p>{{ title }}</p>\n{{ langauges }}\n")
    ran = announce("check", "--json", "--no-billed")
    (fault,) = ran.json["preview_page"]
    assert f"{own}/preview/page.html, line 2: 'langauges' is undefined" in fault
    assert ran.code == ran.json["exit_code"] == 2
    shown = " ".join(announce("check", "--no-billed").stdout.split())
    assert shown.count("'langauges' is undefined") == 1
    assert "templates broken used by --html template: " in shown


def test_a_check_finds_nothing_wrong_with_a_copy_of_ours(announce: Any, own: Path) -> None:
    assert announce("templates", "eject", "preview/page.html").code == 0
    assert announce("check", "--json", "--no-billed").json["preview_page"] == []


def test_what_several_channels_share_is_told_once(announce: Any, own: Path) -> None:
    (own / "de").mkdir()
    (own / "de/words.toml").write_text("[closing]\nanounced = 'Fragen? 030 1234567'\n")
    ran = announce("check", "--no-billed")
    assert ran.code == 2
    shown = " ".join(ran.stdout.split())
    assert shown.count("anounced") == 1, ran.stdout
    (names,) = re.findall(r"templates +broken +used by (.*?) template: ", shown)
    assert {"blog", "facebook", "twitter", "feed"} <= set(names.split(", "))


def test_at_night_ours_stands_in_for_a_broken_template_and_says_so(
    announce: Any, sandbox: Sandbox, own: Path
) -> None:
    (own / "de").mkdir()
    (own / "de/short.txt").write_text(
        "{% block title %}{% endblock %}{% block body %}\n{{ headlien }}{% endblock %}"
    )
    (own / "de/words.toml").write_text("[closing]\nannounced = 'Fragen? 030 1234567'\n")
    (own / "page.html").write_text("{{ nope }}")
    ran = announce.urgent()
    assert ran.code == 0, ran.stdout
    assert {row["state"] for row in ran.json["deliveries"]} == {"delivered"}
    (warning,) = [one for one in ran.json["warnings"] if one["code"] == "template"]
    assert (warning["channel"], "short.txt, line 2: 'headlien' is undefined" in warning["text"]) == (
        "twitter",
        True,
    )
    assert "yours is broken" in ran.stderr
    assert "page.html, line 1: 'nope' is undefined" in ran.stderr
    assert sandbox.posts("twitter")[0].body.startswith("Dringend: ")
    assert "Fragen? 030 1234567" in sandbox.posts("facebook")[0].body
    by_day = announce("check", "--json")
    assert by_day.code == 2
    faults = {row["channel"]: row["templates"] for row in by_day.json["channels"]}
    assert "headlien" in faults["twitter"][0]
    assert "nope" in " ".join(faults["feed"])


def test_a_broken_preview_page_stops_nothing(announce: Any, own: Path, tmp_path: Path) -> None:
    (own / "preview").mkdir()
    (own / "preview/page.html").write_text("{{ nope }}")
    page = tmp_path / "preview.html"
    ran = announce(
        *("urgent", "Kernel", "--service", "vps", "--start", "+2h", "--duration", "1h"),
        *("--only", "twitter", "--dry-run", "--anyway", "--html", str(page)),
    )
    assert ran.code == 0, ran.stderr
    assert "yours is broken" in ran.stderr
    assert "preview/page.html, line 1: 'nope' is undefined" in ran.stderr
    assert "Preview, not published" in page.read_text(encoding="utf-8")


def test_broken_words_silence_nobody(announce: Any, sandbox: Sandbox, own: Path) -> None:
    (own / "de").mkdir()
    (own / "de/words.toml").write_text("[closing\n")
    ran = announce.urgent()
    assert ran.code == 0, ran.stdout
    assert {row["state"] for row in ran.json["deliveries"]} == {"delivered"}
    assert "words.toml" in ran.stderr


def test_an_unknown_word_is_refused_by_day_with_the_nearest(announce: Any, own: Path) -> None:
    (own / "de").mkdir()
    (own / "de/words.toml").write_text("[closing]\nanounced = 'x'\n[mine]\nhotline = 'y'\n")
    (own / "de/whmcs.html").write_text(
        "{% extends 'html.html' %}{% block extra %}{{ words.mine.hotline }}{% endblock %}"
    )
    ran = announce("check", "--json")
    assert ran.code == 2
    faults = {row["channel"]: row["templates"] for row in ran.json["channels"]}
    assert (
        "de/words.toml: unknown key closing.anounced (did you mean closing.announced?)" in faults["blog"][0]
    )
    assert not any("hotline" in fault for fault in faults["blog"])
