"""The commands of docs/life-cycle.md, typed as they stand there."""

from __future__ import annotations

import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.system.test_preview_page import ENGLISH

PAGE = (Path(__file__).parents[2] / "docs/life-cycle.md").read_text("utf-8")


def typed(heading: str) -> list[list[str]]:
    """The words of each command that stands under a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [shlex.split(line) for line in re.findall(r"^    \$ announce (.+)$", section, re.MULTILINE)]


def test_texts_in_several_languages(announce: Any) -> None:
    announce.edit(lambda text: text + ENGLISH)
    commands = typed("Texts in several languages")
    assert [words[0] for words in commands] == ["urgent", "update", "correct"]
    said = [announce(*words, "--yes", "--json") for words in commands]
    assert [one.code for one in said] == [0, 0, 0], [one.stderr for one in said]
    english = (announce.config.parent / "public-en/index.html").read_text("utf-8")
    assert "Kernel vulnerability" in english


def test_work_that_has_begun_is_called_what_it_is(announce: Any) -> None:
    first, last = typed("Work that has begun, and what it is called")
    began = datetime.now(ZoneInfo("Europe/Berlin")) - timedelta(minutes=10)
    first[first.index("20:02")] = f"{began:%H:%M}"
    late = [word for word in first if word != "--already-started"]
    assert announce(*late, "--yes").code == 2, "without the option a start that has passed is none"

    said = announce(*first, "--yes", "--json")
    assert said.code == 0, said.stderr
    feed = announce.config.parent / "public/rss.xml"
    assert "[Störung, Arbeiten seit " in feed.read_text("utf-8")
    done = announce(*last, "--yes", "--json")
    assert done.code == 0, done.stderr
    assert re.search(r"\[Behoben (?:um|am) ", feed.read_text("utf-8"))
    assert "Wartung ist" not in feed.read_text("utf-8")
