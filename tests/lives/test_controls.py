"""The reader notices: words and templates with a fault put into them are caught, each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.model.post import Post
from publisher.rendering.renderer import Renderer, packaged
from tests.lives import living
from tests.lives.living import Lived
from tests.lives.reader.facts import Read
from tests.lives.reader.times import BERLIN
from tests.lives.telling import means

ENOUGH = 400
"""Lives, of which one at least shows the fault."""

WORDS = {
    "lateness is missing": (
        '[lead]\ncompleted_late = "Die Arbeiten sind seit {end} abgeschlossen."',
        "blog",
        "lateness",
    ),
    "another phase": ('[lead]\nrunning = "Die Arbeiten sind seit {end} abgeschlossen."', "blog", "claims"),
    "no phase": (
        '[lead]\nlonger_running = "Neues."\n[tag]\nlonger_running = "[Neu]"',
        "blog",
        "does not say that it is",
    ),
    "stopped is called off": (
        '[tag]\naborted = "[Abgesagt]"\n[lead]\naborted = "Die Arbeiten sind abgesagt."',
        "facebook",
        "claims",
    ),
    "a new date is forgotten": (
        '[short.status]\npostponed = "Verschoben"\n',
        "x",
        "does not say",
    ),
    "the old end is missing": (
        '[change]\nlonger = "Neues Ende: voraussichtlich {new_end}"',
        "blog",
        "holds no longer",
    ),
    "an old end on X is missing": ('[short]\ninstead = "neu"', "x-long", "holds no longer"),
    "what is affected as well on X is missing": ('[short]\nnow = "{services}"', "x", "added"),
    "a bare time of what is off": ('[period_label]\ncancelled = "Wann"', "blog", "labelled"),
    "another impact": (
        '[impact_sentence]\ndegraded = "Ihre Dienste sind in dieser Zeit zeitweise oder durchgehend nicht erreichbar."',
        "facebook",
        "impact",
    ),
    "the other language": (
        '[closing]\nrunning = "We will let you know here when the work is complete."',
        "blog",
        "the other",
    ),
    "a sentence twice": (
        '[closing]\nlonger = "Die Arbeiten werden länger dauern als angekündigt."',
        "blog",
        "said twice",
    ),
    "a doubled blank": (
        '[closing]\nrunning = "Über  den Abschluss informieren wir Sie hier."',
        "blog",
        "reads badly",
    ),
    "a page that knows more than was said": (
        '[page.standing]\nscheduled = "begonnen am {moment}"',
        "feed",
        "claims",
    ),
    "a page that is silent": (
        '[page.unsaid]\nend = "Der Beginn war für {moment} angekündigt."',
        "feed",
        "overdue",
    ),
    "a calendar in which it takes place": (
        '[subscribe]\ncancelled = "Wartung"',
        "feed",
        "the event does not say",
    ),
    "a calendar that promises nothing": (
        '[subscribe]\nnext_update = "Bald mehr"',
        "feed",
        "the event's next update",
    ),
}
"""By what is wrong: words laid over ours, the channel, and what is noticed."""

TEMPLATES = {
    "whom it concerns is missing": ("html.html", r"\{\{ fact\(words.label.affected.*\n", "blog", "services"),
    "the next update is missing": ("text.txt", r"\{\{ fact\(words.label.next.*\n", "facebook", "next_update"),
    "the next update is on no page": ("page.html", r'<p class="next">.*\n', "feed", "next update"),
    "what was wrong is missing": ("html.html", r"<p>\{\{ lead \}\}</p>\n", "blog", "does not say"),
    "the engineer is not heard": ("html.html", r"<p>\{\{ lines\(paragraph\) \}\}</p>\n", "blog", "not said"),
    "the link is missing": ("text.txt", r"\{\{ words.label.latest \}\}.*\n", "facebook", "no link"),
    "what to do is missing": ("page.html", r"\(say.labels.action, action\)", "feed", "action"),
}
"""By what is wrong: what is left out of which template, the channel, and what is noticed."""


def _noticed(channel: str, renderer: Renderer | None = None) -> set[str]:
    """What is complained of first."""
    for seed in range(ENOUGH):
        if found := Lived(seed, renderer, [channel]).live().complaints:
            return {complaint.partition("\n")[0] for complaint in found}
    return set()


@pytest.mark.parametrize("name", WORDS)
def test_wrong_words_are_noticed(name: str, tmp_path: Path) -> None:
    words, channel, noticed = WORDS[name]
    (tmp_path / "de").mkdir()
    (tmp_path / "de/words.toml").write_text(words, encoding="utf-8")
    assert noticed in "".join(_noticed(channel, _renderer(tmp_path)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_left_out_is_noticed(name: str, tmp_path: Path) -> None:
    file, left_out, channel, noticed = TEMPLATES[name]
    ours = (packaged() / file).read_text(encoding="utf-8")
    spoiled, count = re.subn(left_out, "", ours)
    assert count
    (tmp_path / file).write_text(spoiled, encoding="utf-8")
    assert noticed in "".join(_noticed(channel, _renderer(tmp_path)))


def _renderer(folder: Path) -> Renderer:
    config = means().config.publisher
    return Renderer([folder], brand="CMO", zone=BERLIN, contact=config.contact, feeds={})


def _later(text: str) -> str:
    """The last time of the first from–to is another one."""
    return re.sub(
        r"(?s)(\d\d:\d\d.{1,60}?)(\d\d):(\d\d)",
        lambda one: f"{one[1]}{one[2]}:{(int(one[3]) + 7) % 60:02}",
        text,
        count=1,
    )


SPOILED: dict[str, tuple[str, Callable[[str], str], str]] = {
    "a wrong end": ("x", _later, "period"),
    "a wrong weekday": (
        "x-en",
        lambda text: re.sub(r"\b(?:Sat|Sun|Fri|Thu)\b", "Mon", text),
        "that is no Mon",
    ),
    "a wrong zone": (
        "x-en",
        lambda text: re.sub(r"\bCES?T\b", lambda one: "CET" if one[0] == "CEST" else "CEST", text),
        "zone",
    ),
    "a certain end": ("x", lambda text: text.replace("voraussichtlich ", ""), "estimate"),
    "a service less": (
        "x",
        lambda text: re.sub(r": [^\n–]+(?:–|\n)", ": VPS-Hosting –", text, count=1),
        "services",
    ),
    "another reference": ("x", lambda text: text.replace("CMO-7K3M", "CMO-7K3N"), "no reference"),
    "a placeholder": ("facebook", lambda text: text.replace("Grund: ", "Grund: {reason} "), "reads badly"),
    "an empty line twice": ("facebook", lambda text: text.replace("\n\n", "\n\n\n", 1), "empty lines"),
}
"""By what is wrong: the channel, what becomes of its posts on the way, and what is noticed."""


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_posts_are_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, spoiled, noticed = SPOILED[name]
    readings = living.readings

    def read(where: str, post: Post) -> Iterator[Read]:
        return readings(where, replace(post, body=spoiled(post.body)))

    monkeypatch.setattr(living, "readings", read)
    assert noticed in "".join(_noticed(channel))
