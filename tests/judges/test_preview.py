"""The page of `--html`: what whoever decides sees of every platform, judged as the site is."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from judging.previewed import PLATFORMS, previewed, write_preview
from judging.programs import looks_at, page_faults
from judging.status_site import AWKWARD, ODD

pytestmark = pytest.mark.filterwarnings("default")


def seen(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def test_the_page_is_valid_and_keeps_nobody_out(judge: Callable[[str], None], tmp_path: Path) -> None:
    judge("vnu")
    judge("axe")
    page, odd = tmp_path / "preview.html", tmp_path / "odd.html"
    write_preview(page, previewed())
    write_preview(odd, previewed(ODD))
    assert page_faults(page, odd) == ""
    answer = looks_at(page.as_uri())
    assert [look["violations"] for look in answer["found"]] == [[]] * 4
    assert all(look["wide"] <= look["width"] for look in answer["found"])
    assert answer["complaints"] == []
    assert answer["foreign"] == []


def test_every_post_is_there_as_a_whole_with_its_warnings_beside_it(tmp_path: Path) -> None:
    preview = previewed()
    html = write_preview(tmp_path / "preview.html", preview)
    assert not re.search(r"<(iframe|script|link|img)|overflow: *(auto|scroll)|max-height", html)
    text, without_fold = seen(html), seen(re.sub(r">The fold: [^<]+<", "><", html))
    assert text.count("The fold: ") == 2
    for post in preview.channels:
        body = seen(post.body)
        assert body in (without_fold if post.type == "facebook" else text)
    assert text.count("preview, not published") >= len(preview.channels)
    assert html.count('lang="en"') >= len(PLATFORMS)
    assert html.index(">x-en<") < html.index("no room for the reason") < html.index(">feed-en<")
    assert html.index("feed readers lag") < html.index("<h2>de</h2>") < html.index("<h2>en</h2>")
    assert re.search(r'stroke-dasharray="\d+ 100"', html)
    assert re.search(r'body::after \{[^}]*background: url\("data:image/svg\+xml,%3Csvg', html)


def test_a_picture_of_any_part_of_it_says_that_it_is_none_of_a_post(tmp_path: Path) -> None:
    """What is fixed to the window covers its first screen in a picture of the whole, and nothing below."""
    html = write_preview(tmp_path / "preview.html", previewed())
    body, cover = (
        re.findall(rf"^{one} \{{(.*?)\}}", html, re.MULTILINE)[0] for one in ("body", "body::after")
    )
    assert "position: absolute; inset: 0;" in cover
    assert "position: relative;" in body


def test_what_a_customer_would_run_runs_nowhere(tmp_path: Path) -> None:
    html = write_preview(tmp_path / "preview.html", previewed(ODD))
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert AWKWARD[:60] in seen(html)
