"""Every page, judged: by the Nu Html Checker, by axe-core in a real browser, and by what a machine reads out of it."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from judged_site import AWKWARD, URL
from lxml import etree

NOT_FROM_A_FILE = ("--filterpattern", ".*Content Security Policy.*")
"""A file has no 'self', and a policy does not concern data in a script element; the browser below enforces it."""


def pages(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("index.html"))
    assert len(found) == 6
    return found


def test_every_page_is_valid_html(vnu: list[str], judged: Path) -> None:
    ran = subprocess.run(
        [*vnu, "--stdout", "--Werror", *NOT_FROM_A_FILE, *map(str, pages(judged))],
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout[:3000]


def test_the_style_and_the_icon_are_valid(vnu: list[str]) -> None:
    root = Path(__file__).parents[2]
    style, icon = root / "templates" / "style.css", root / "channels/announce_channels/feed/static/icon.svg"
    for kind, file in (("--css", style), ("--svg", icon)):
        ran = subprocess.run([*vnu, "--stdout", kind, str(file)], capture_output=True, text=True)
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout[:3000]


def test_the_html_judge_finds_what_is_wrong(vnu: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!DOCTYPE html><html lang='en'><title>x</title><h1><li>x</h1>")
    assert subprocess.run([*vnu, "--stdout", str(wrong)], capture_output=True).returncode == 1


@pytest.mark.filterwarnings("default")
def test_nobody_is_kept_out_in_light_and_dark_on_a_desk_and_a_phone(
    axe: list[str], judged: Path, served: str
) -> None:
    addresses = [f"{served}{page.parent.relative_to(judged)}/".replace("./", "") for page in pages(judged)]
    ran = subprocess.run([*axe, *addresses], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert len(answer["found"]) == 4 * len(addresses)
    for look in answer["found"]:
        assert look["violations"] == [], look
        assert look["wide"] <= look["width"], look
        assert look["passes"] > 10
    assert answer["foreign"] == []
    assert answer["complaints"] == []
    assert (
        len({look["styled"] for look in answer["found"]}) == 2
    )  # each scheme has its ground: the style was there


def test_the_browsers_judge_finds_what_is_wrong(axe: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<!DOCTYPE html><html><title>x</title><p style='color:#999;background:#aaa'>hard to read</p>"
    )
    ran = subprocess.run([*axe, wrong.as_uri()], capture_output=True, text=True, timeout=60)
    found = " ".join(json.loads(ran.stdout)["found"][0]["violations"])
    assert "color-contrast" in found
    assert "html-has-lang" in found


class _Script(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append(data)


def event_of(page: Path) -> dict[str, str]:
    reader = _Script()
    reader.feed(page.read_text())
    [script] = reader.scripts
    event: dict[str, str] = json.loads(script)
    return event


def test_machines_read_an_event(judged: Path) -> None:
    event = event_of(judged / "CMO-7K3M" / "index.html")
    assert event["@type"] == "Event"
    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert (event["startDate"], event["previousStartDate"]) == (
        "2026-11-23T23:00:00+01:00",
        "2026-11-23T22:30:00+01:00",
    )
    assert event["location"] == {"@type": "VirtualLocation", "url": f"{URL}/CMO-7K3M/"}
    assert event_of(judged / "CMO-4ZRB" / "index.html")["eventStatus"].endswith("EventCancelled")


def test_no_title_ends_the_script_early(judged: Path) -> None:
    page = judged / "CMO-0DDX" / "index.html"
    assert event_of(page)["name"] == AWKWARD[:200]
    assert page.read_text().count("</script>") == 1


def test_every_way_inside_the_site_leads_somewhere(judged: Path) -> None:
    for page in pages(judged):
        for address in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            inside = address.removeprefix(f"{URL}/") if address.startswith(URL) else address
            if not inside.startswith("https://"):
                base = judged if address.startswith(URL) else page.parent
                target = base / inside
                assert (target / "index.html" if target.is_dir() else target).is_file(), (page, address)


def test_the_front_page_tells_what_is_on_by_what_was_said(judged: Path) -> None:
    html = (judged / "index.html").read_text()
    now, ahead, recent = (html.index(f'id="{name}"') for name in ("now", "next", "recent"))
    assert now < html.index("CMO-7K3M/") < ahead < html.index("CMO-Q2WD/") < recent
    assert recent < html.index("CMO-4ZRB/") < html.index("CMO-H81T/") < html.index("CMO-0DDX/")
    assert 'class="banner in_progress"' in html


def test_a_browser_can_be_taught_to_open_a_reference(judged: Path) -> None:
    root = etree.fromstring((judged / "opensearch.xml").read_bytes())
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert root.find(f"{space}Url").get("template") == f"{URL}/{{searchTerms}}/"
    assert len(root.findtext(f"{space}ShortName")) <= 16
