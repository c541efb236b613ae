"""Every packaged template with a fault put into it, in every phase and language: none of its posts goes unnoticed.

The facts check refuses a post; what it cannot know, the reader that shares nothing with the program finds.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.model.announcement import Update
from publisher.model.case import case_of
from publisher.model.post import Capabilities, Format, Post
from publisher.model.specimen import SPECIMENS
from publisher.rendering.renderer import Renderer, TemplateFault, packaged
from publisher.rendering.seen import visible
from tests.lives.reader.facts import STANDS, claims, foreign
from tests.lives.reader.posts import read_html, read_short, read_text
from tests.rendering.posts import BERLIN, HTML, SHORT, TEXT

FORMATS = {"html.html": HTML, "text.txt": TEXT, "short.txt": SHORT}
WHEN = r"\{\{ (?:when|when_short|estimated_short) \}\}(?:\{% if aside %\}.*?\{% endif %\})?"
"""Where a template says it, with what stands in brackets behind it."""

NOT_CUT = tuple(one for one in SPECIMENS if len(one.announcement.services) < 12)
"""Without those so long that X has no room for the rest."""

MUTATIONS = {
    "the times are removed": "{{ '' }}",
    "the end is removed": "{{ start.date }}, {{ start.clock }} {{ start.zone }}",
    "the start is removed": "{{ end.date }}, {{ end.clock }} {{ end.zone }}",
    "another end": "{{ (period if over else when)|replace(end.time, '04:44') }}",
    "another start": "{{ (period if over else when)|replace(start.time, '04:44') }}",
    "another day": "{{ when|replace(start.day, '1. Mai 2031')|replace(start.day_short, '01.05.') }}",
}
"""By what is wrong: what stands where the period stood."""


def renderer(own: Path) -> Renderer:
    return Renderer([own], brand="CMO", zone=BERLIN)


def body(made: Renderer, said: Update, locale: str, can: Capabilities) -> str:
    post = made.post(said, channel="any", type_name="any", locale=locale, capabilities=can)
    return visible(post.title, post.body, post.format)


def is_as_said(post: Post, said: Update) -> bool:
    """Whether an independent reader finds nothing wrong with the period: where it is told twice, one may be missing."""
    near, period = said.published_at, said.announcement.period
    if post.format is Format.HTML:
        read = read_html("any", post.locale, post.title, post.body, near)
    else:
        reader = read_short if post.format is Format.SHORT else read_text
        read = reader("any", post.locale, post.body, near)
    return read.span is not None and read.span.period == (period.starts_at, period.ends_at)


@pytest.mark.parametrize("fault", MUTATIONS)
@pytest.mark.parametrize("file", FORMATS)
def test_a_wrong_time_is_refused_in_every_phase(file: str, fault: str, tmp_path: Path) -> None:
    ours = (packaged() / file).read_text(encoding="utf-8")
    spoiled, count = re.subn(WHEN, MUTATIONS[fault], ours)
    assert count
    (tmp_path / file).write_text(spoiled, encoding="utf-8")
    made, escaped = renderer(tmp_path), []
    for said in NOT_CUT:
        for locale in ("de", "en"):
            try:
                post = made.post(
                    said, channel="any", type_name="any", locale=locale, capabilities=FORMATS[file]
                )
            except TemplateFault:
                continue
            if is_as_said(post, said):
                escaped.append(f"{case_of(said)} {locale}: {post.title}\n{post.body}")
    assert escaped == []


@pytest.mark.parametrize("file", FORMATS)
def test_a_post_without_its_reference_is_refused(file: str, tmp_path: Path) -> None:
    ours = (packaged() / file).read_text(encoding="utf-8")
    spoiled = ours.replace("{{ ref }}", "").replace("{{ permalink }}", "").replace("(ref=ref)", "(ref='')")
    (tmp_path / file).write_text(spoiled, encoding="utf-8")
    for said in NOT_CUT:
        with pytest.raises(TemplateFault, match="without the reference"):
            body(renderer(tmp_path), said, "de", FORMATS[file])


@pytest.mark.parametrize(("locale", "other"), [("de", "en"), ("en", "de")])
@pytest.mark.parametrize("file", FORMATS)
def test_a_swapped_language_is_noticed_in_every_phase(
    file: str, locale: str, other: str, tmp_path: Path
) -> None:
    (tmp_path / locale).mkdir()
    (tmp_path / locale / "words.toml").write_bytes((packaged() / other / "words.toml").read_bytes())
    swapped, ours = renderer(tmp_path), Renderer([], brand="CMO", zone=BERLIN)
    for said in NOT_CUT:
        shown = body(swapped, said, locale, FORMATS[file])
        assert foreign(shown, locale) or not claims(shown, locale) & STANDS, case_of(said)
        assert foreign(body(ours, said, locale, FORMATS[file]), locale) == [], case_of(said)
