"""What customers read, from the first word to the last: goldens of whole nights, and docs/gallery.md made of two.

``--regold`` writes both anew; then read the diff aloud.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from publisher.model.case import Case, case_of
from publisher.model.lint import RULES
from publisher.model.post import Format
from publisher.planning.notes import notes
from tests.planning.stories import GALLERY, STORIES
from tests.planning.telling import Story, Told, sheets, shown, told
from tests.rendering.posts import BERLIN

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"
HEAD = """\
# Gallery

What customers read in two nights, on every channel and in both languages: a kernel hole, typed at three in the
morning, and a database upgrade that overruns twice. The commands are what an engineer types, with the clock in
Berlin; each text stands as it is sent, HTML without its markup. Of the status page it is what stands between head and
foot, with `~~` around what is struck out.

`tests/planning/test_stories.py` makes this page (`--regold` writes it anew), so it says what the program says. More
nights, of an attack, a power failure, a cancellation and others, stand in `tests/golden/stories`.
"""
LANGUAGES = {"de": "German", "en": "English"}


@cache
def night(name: str) -> tuple[Told, ...]:
    """A story, told once."""
    with TemporaryDirectory() as folder:
        return tuple(told(STORIES[name], Path(folder), with_pages=STORIES[name] in GALLERY))


@pytest.mark.parametrize("name", STORIES)
def test_a_whole_night_reads_as_it_should(golden: Callable[[str, str], None], name: str) -> None:
    golden(f"stories/{name}.txt", "\n\n".join(map(_as_text, night(name))))


def _as_text(one: Told) -> str:
    return "\n\n".join([f"=== {one.at:%a %H:%M}  {one.line}", *_posts(one)])


def _posts(one: Told) -> Iterator[str]:
    for locale, names, post in sheets(one.plan):
        size = f" ({post.length}/{post.limit})" if post.format is Format.SHORT else ""
        yield f"--- {names}, {locale}{size}\n{post.title}\n\n{shown(post)}"


def test_the_gallery_says_what_customers_read(request: pytest.FixtureRequest) -> None:
    page = HEAD + "".join(_chapter(story, night(name)) for name, story in STORIES.items() if story in GALLERY)
    if request.config.getoption("--regold"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "--regold writes it anew"


def _chapter(story: Story, each: tuple[Told, ...]) -> str:
    return f"\n## {story.name}\n" + "".join(map(_step, each))


def _step(one: Told) -> str:
    lines = [
        f"\n### {one.at:%a} {one.at.day} {one.at:%b} {one.at:%H:%M}\n",
        f"```\n$ {one.line.strip()}\n```\n",
    ]
    for locale, names, post in sheets(one.plan):
        size = f", {post.length} of {post.limit}" if post.format is Format.SHORT else ""
        title = f"{post.title}\n\n" if post.format is Format.HTML else ""
        head = f"{names[0].upper()}{names[1:]}"
        lines.append(f"{head}, {LANGUAGES[locale]}{size}:\n\n```text\n{title}{shown(post)}\n```\n")
    for locale, (page, entry) in one.pages.items():
        lines.append(f"Status page, {LANGUAGES[locale]}:\n\n```text\n{page}\n```\n")
        lines.append(f"Calendar, {LANGUAGES[locale]}:\n\n```text\n{entry}\n```\n")
    return "\n".join(lines)


def test_every_case_is_told_in_a_story() -> None:
    assert set(Case) - {case_of(one.plan.update) for name in STORIES for one in night(name)} == set()


@pytest.mark.parametrize("name", STORIES)
def test_nothing_that_is_typed_there_is_warned_of(name: str) -> None:
    warned = [note for one in night(name) for note in notes(one.plan, BERLIN) if note.code in RULES]
    assert warned == []
