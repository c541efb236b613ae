"""The site that ``make demo`` leaves behind, before every judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import atoma
import feedparser
import jsonschema
import pytest
import vobject
from judging.programs import DATA, ROOT, events_of, looks_at, maintenances, page_faults, schema_faults

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demo's web server shows."""
    work = tmp_path_factory.mktemp("demo")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "channels")])}
    words = [sys.executable, "-m", "announce_sandbox.demo"]
    subprocess.run(words, cwd=work, env=environ, check=True, capture_output=True, timeout=60)
    return work / "demo" / "public"


def test_readers_of_feeds_take_it(demo: Path) -> None:
    for name in ("rss.xml", "atom.xml"):
        read = feedparser.parse((demo / name).read_bytes())
        assert (read.bozo, len(read.entries)) == (False, 1)
    assert len(atoma.parse_rss_bytes((demo / "rss.xml").read_bytes()).items) == 1
    assert len(atoma.parse_atom_bytes((demo / "atom.xml").read_bytes()).entries) == 1
    schema = json.loads((DATA / "json-feed.schema.json").read_text())
    jsonschema.validate(json.loads((demo / "feed.json").read_text()), schema)


def test_the_grammar_takes_it(judge: Callable[[str], None], demo: Path) -> None:
    judge("jing")
    assert schema_faults(demo / "atom.xml") == ""


def test_calendars_take_it(judge: Callable[[str], None], demo: Path) -> None:
    judge("ical.js")
    judge("circuit-maintenance-parser")
    calendar = vobject.readOne((demo / "calendar.ics").read_text())
    assert len(calendar.vevent_list) == 3  # two windows and the announcement
    assert len(events_of(demo / "calendar.ics", "2026-01-20")) >= 4
    assert [found["status"] for found in maintenances(demo / "maintnote.ics")] == ["CONFIRMED"]


def test_the_pages_are_valid_and_keep_nobody_out(
    judge: Callable[[str], None], demo: Path, serve: Callable[[Path], str]
) -> None:
    judge("vnu")
    judge("axe")
    pages = sorted(demo.rglob("index.html"))
    assert len(pages) == 3  # the front page, the announcement's, and the archive's of its month
    assert page_faults(*pages) == ""
    address = serve(demo)
    looks = looks_at(*(f"{address}{page.parent.relative_to(demo)}/".replace("./", "") for page in pages))
    assert [look["violations"] for look in looks["found"]] == [[]] * 12
    # The demo's own addresses are those of its sandbox: nothing of them is loaded.
    assert (looks["foreign"], looks["complaints"]) == ([], [])
