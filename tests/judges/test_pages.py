"""Every page, judged: by the Nu Html Checker, by axe-core in a real browser, and by what a machine reads out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from judging.programs import ROOT, looks_at, page_faults
from judging.site import Site
from judging.status_site import AWKWARD, URL
from lxml import etree

pytestmark = pytest.mark.filterwarnings("default")


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("index.html"))


def test_every_page_is_valid_html(judge: Callable[[str], None], status_site: Path) -> None:
    judge("vnu")
    assert len(pages(status_site)) == 7
    assert page_faults(*pages(status_site)) == ""


def test_every_page_of_many_lives_is_valid_html(judge: Callable[[str], None], judged: Site) -> None:
    judge("vnu")
    months = [page for page in judged.pages() if re.fullmatch(r"\d{4}-\d\d", page.parent.name)]
    assert months
    assert len(judged.pages()) == len({said.ref for said in judged.history.said}) + len(months) + 1
    assert page_faults(*judged.pages()) == ""


def test_the_style_and_the_icon_are_valid(judge: Callable[[str], None]) -> None:
    judge("vnu")
    assert page_faults("--css", ROOT / "templates" / "style.css") == ""
    assert page_faults("--svg", ROOT / "channels/announce_channels/feed/static/icon.svg") == ""


def test_the_html_judge_finds_what_is_wrong(judge: Callable[[str], None], tmp_path: Path) -> None:
    judge("vnu")
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!DOCTYPE html><html lang='en'><title>x</title><h1><li>x</h1>")
    assert "error" in page_faults(wrong)


def _addresses(address: str, folder: Path, chosen: list[Path]) -> Iterator[str]:
    for page in chosen:
        yield f"{address}{page.parent.relative_to(folder)}/".replace("./", "")


def _nobody_is_kept_out(addresses: list[str]) -> None:
    answer = looks_at(*addresses)
    assert len(answer["found"]) == 4 * len(addresses)
    for look in answer["found"]:
        assert look["violations"] == [], look
        assert look["wide"] <= look["width"], look
        assert look["passes"] > 10
    assert answer["foreign"] == []
    assert answer["complaints"] == []
    grounds = {look["styled"] for look in answer["found"]}
    assert len(grounds) == 2  # each scheme has its own: the style was there


def test_nobody_is_kept_out_in_light_and_dark_on_a_desk_and_a_phone(
    judge: Callable[[str], None], status_site: Path, serve: Callable[[Path], str]
) -> None:
    judge("axe")
    _nobody_is_kept_out(list(_addresses(serve(status_site), status_site, pages(status_site))))


def test_nobody_is_kept_out_of_many_lives(
    judge: Callable[[str], None], judged: Site, serve: Callable[[Path], str]
) -> None:
    judge("axe")
    every = judged.pages()
    chosen = [judged.folder / "index.html", *every[:: len(every) // 8 + 1]]
    _nobody_is_kept_out(list(_addresses(serve(judged.folder), judged.folder, chosen)))


def test_the_browsers_judge_finds_what_is_wrong(judge: Callable[[str], None], tmp_path: Path) -> None:
    judge("axe")
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<!DOCTYPE html><html><title>x</title><p style='color:#999;background:#aaa'>hard to read</p>"
    )
    found = " ".join(looks_at(wrong.as_uri())["found"][0]["violations"])
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


def test_machines_read_an_event(status_site: Path) -> None:
    event = event_of(status_site / "CMO-7K3M" / "index.html")
    assert event["@type"] == "Event"
    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert (event["startDate"], event["previousStartDate"]) == (
        "2026-11-23T23:00:00+01:00",
        "2026-11-23T22:30:00+01:00",
    )
    assert event["location"] == {"@type": "VirtualLocation", "url": f"{URL}/CMO-7K3M/"}
    assert event_of(status_site / "CMO-4ZRB" / "index.html")["eventStatus"].endswith("EventCancelled")


def test_no_title_ends_the_script_early(status_site: Path) -> None:
    page = status_site / "CMO-0DDX" / "index.html"
    assert event_of(page)["name"] == AWKWARD[:200]
    assert page.read_text().count("</script>") == 2  # ours, which the head names, and this one


def test_every_way_inside_the_site_leads_somewhere(status_site: Path) -> None:
    for page in pages(status_site):
        for address in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            inside = address.removeprefix(f"{URL}/") if address.startswith(URL) else address
            if not inside.startswith(("https://", "webcal://")):
                base = status_site if address.startswith(URL) else page.parent
                target = base / inside
                assert (target / "index.html" if target.is_dir() else target).is_file(), (page, address)


def test_the_front_page_tells_what_is_on_by_what_was_said(status_site: Path) -> None:
    html = (status_site / "index.html").read_text()
    now, ahead, recent = (html.index(f'id="{name}"') for name in ("now", "next", "recent"))
    first, second = (html.index(f'<h3 dir="auto"><a href="{ref}/"') for ref in ("CMO-7K3M", "CMO-Q2WD"))
    assert now < first < ahead < second < recent
    assert recent < html.index("CMO-4ZRB/") < html.index("CMO-H81T/") < html.index("CMO-0DDX/")
    assert 'class="banner in_progress"' in html


def test_a_browser_can_be_taught_to_open_a_reference(status_site: Path) -> None:
    root = etree.fromstring((status_site / "opensearch.xml").read_bytes())
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert root.find(f"{space}Url").get("template") == f"{URL}/{{searchTerms}}/"
    assert len(root.findtext(f"{space}ShortName")) <= 16
