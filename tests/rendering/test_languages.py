"""A language is one file: its words. Formats and pages stand once, for every language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment
from msgspec.structs import replace

from publisher.model.post import Capabilities, Count, Format
from publisher.model.specimen import SPECIMENS
from publisher.rendering.almanac import Almanac
from publisher.rendering.braces import SHOWN
from publisher.rendering.facts import facts_of
from publisher.rendering.renderer import Renderer, TemplateFault
from publisher.rendering.standby import post_of
from publisher.rendering.vocabulary import losses

TEMPLATES = Path(__file__).parents[2] / "templates"
CAN = {
    "html": Capabilities(format=Format.HTML),
    "text": Capabilities(format=Format.TEXT),
    "short": Capabilities(format=Format.SHORT, max_length=280, count=Count.WEIGHTED),
}


def renderer_of(own: Path, files: dict[str, str]) -> Renderer:
    """A renderer with these files in the user's folder."""
    for name, text in files.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, encoding="utf-8")
    return Renderer([own], brand="CMO", zone=ZoneInfo("Europe/Berlin"))


def translated(own: Path, *, without: str = "", lost: tuple[str, str] | None = None) -> Renderer:
    """A renderer with a third language in ``own``, made of the English words with every text marked."""
    english = (TEMPLATES / "en/words.toml").read_text(encoding="utf-8")
    french = re.sub(r'= "(\[?)', r'= "\1«fr» ', english)
    if without:
        french = re.sub(rf"(?m)^{without} = .*\n", "", french)
    if lost:
        (table, _, name), braces = lost[0].rpartition("."), lost[1]
        before, head, after = french.partition(f"\n[{table}]\n")
        french = before + head + re.sub(rf"(?m)^({name} = .*){re.escape(braces)}", r"\1", after, count=1)
    return renderer_of(own, {"fr/words.toml": french})


@pytest.mark.parametrize("form", CAN)
def test_a_third_language_is_one_file(tmp_path: Path, form: str) -> None:
    renderer = translated(tmp_path / "own")
    for specimen in SPECIMENS:
        post = renderer.post(specimen, channel="any", type_name="any", locale="fr", capabilities=CAN[form])
        assert "«fr»" in post.body
    assert renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN[form]) == []


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("form", ["text", "short"])
def test_no_post_has_two_empty_lines_in_a_row(locale: str, form: str) -> None:
    for specimen in SPECIMENS:
        unsaid = replace(specimen, announcement=replace(specimen.announcement, impact=None))
        for said in (specimen, unsaid):
            post = Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).post(
                said, channel="any", type_name="any", locale=locale, capabilities=CAN[form]
            )
            assert "\n\n\n" not in post.body


def test_a_check_names_the_words_that_a_language_lacks(tmp_path: Path) -> None:
    renderer = translated(tmp_path / "own", without="reference_note")
    faults = renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["html"])
    assert str(faults[0]) == "the words of 'fr': there is no label.reference_note"
    assert faults[0].cure == "correct fr/words.toml in your template folder"


def test_a_language_without_words_is_refused_by_name(tmp_path: Path) -> None:
    renderer = translated(tmp_path / "own")
    with pytest.raises(TemplateFault, match=r"'nl', only templates in: de, en, fr"):
        renderer.post(SPECIMENS[0], channel="any", type_name="any", locale="nl", capabilities=CAN["html"])


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_packaged_languages_have_the_same_words(locale: str) -> None:
    words, *others = (
        tomllib.loads((TEMPLATES / name / "words.toml").read_text(encoding="utf-8"))
        for name in (locale, "de", "en")
    )
    assert all(losses(words, [other]) == [] for other in others)
    assert {path.name for path in (TEMPLATES / locale).iterdir()} == {"words.toml"}


EVERYWHERE = sorted(path.name for path in TEMPLATES.iterdir() if path.is_file() and path.suffix != ".css")


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_template_for_every_language_holds_no_word_of_any(name: str) -> None:
    """Nothing but names of elements and what stands in Jinja's braces, or it would be read in every language."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    text = re.sub(
        r"(?s)(\{% block parts %\}).*?(\{% endblock %\})", r"\1\2", text
    )  # read by the packer alone
    tokens = Environment(autoescape=True).lex(text)
    template = "".join(text if kind == "data" else "\0" for _line, kind, text in tokens)
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", " ", template)) == FOR_MACHINES.get(name, [])


FOR_MACHINES = {"opensearch.xml": ["UTF", "favicon", "png"]}
"""What stands between elements for a program to read."""


OWN = "{% block title %}{{ ref }}{% endblock %}{% block body %}{{ words.hello }} {{ period }} {{ ref }}{% endblock %}"


def test_a_language_of_templates_of_ones_own_needs_only_the_words_they_use(tmp_path: Path) -> None:
    renderer = renderer_of(tmp_path / "own", {"fr/html.html": OWN, "fr/words.toml": 'hello = "Salut"'})
    assert renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["html"]) == []


@pytest.mark.parametrize("name", sorted({path.stem for path in TEMPLATES.iterdir()}))
@pytest.mark.parametrize("form", CAN)
def test_a_channel_called_like_a_packaged_template_gets_its_formats(
    tmp_path: Path, name: str, form: str
) -> None:
    renderer = renderer_of(tmp_path / "own", {"site.html": "a layout", "parts.html": "pieces"})
    for called in ({"channel": name, "type_name": "any"}, {"channel": "any", "type_name": name}):
        post = renderer.post(SPECIMENS[0], locale="de", capabilities=CAN[form], **called)
        assert post.title.startswith("[Dringend, 23.11., 22:30 Uhr] ")


@pytest.mark.parametrize("name", ["site", "parts"])
def test_such_a_channel_has_a_template_by_its_name_in_a_language(tmp_path: Path, name: str) -> None:
    renderer = renderer_of(tmp_path / "own", {f"de/{name}.html": OWN, "de/words.toml": 'hello = "Moin"'})
    post = renderer.post(SPECIMENS[0], channel=name, type_name="any", locale="de", capabilities=CAN["html"])
    assert post.body.startswith("Moin")


@pytest.mark.parametrize(
    ("label", "said", "told"),
    [
        pytest.param("about", "environ", "label.about lacks {duration}", id="a fact left out"),
        pytest.param("by", "avant", "label.by lacks {moment}", id="another"),
        pytest.param("about", "{duree}", "label.about lacks {duration}, has {duree}", id="translated"),
        pytest.param("team", "{brand", "label.team is not well-formed: expected '}'", id="left open"),
        pytest.param("edited", "{ref}", "label.edited has {ref}", id="where nothing is filled in"),
    ],
)
def test_a_check_tells_what_braces_a_translation_lost(
    tmp_path: Path, label: str, said: str, told: str
) -> None:
    files = {"de/words.toml": f'[label]\n{label} = "{said}"'}
    renderer = renderer_of(tmp_path / "own", files)
    faults = renderer.check(channel="any", type_name="any", locale="de", capabilities=CAN["text"])
    assert str(faults[0]).startswith(f"the words of 'de': {told}")
    assert "de/words.toml" in faults[0].cure


FILLED = [
    ("short.closing", "{ref}"),
    ("subscribe.window", "{brand}"),
    ("subscribe.next_update", "{moment}"),
    ("page.standing.scheduled", "{moment}"),
    ("page.again.reopened", "{start}"),
    ("lead.completed", "{at_end}"),
    ("told.later", "{period}"),
    ("wording.incident.lead.completed_late", "{punctuality}"),
]
"""Texts of every kind of table, and what a translation may lose in each."""


@pytest.mark.parametrize(("key", "braces"), FILLED)
def test_a_check_tells_what_a_translation_lost_in_any_table(tmp_path: Path, key: str, braces: str) -> None:
    renderer = translated(tmp_path / "own", lost=(key, braces))
    faults = renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["text"])
    (told,) = {str(fault) for fault in faults if key in str(fault)}
    assert told.startswith(f"the words of 'fr': {key} lacks {{")


def test_a_sentence_may_print_a_time_in_another_way_or_say_more(tmp_path: Path) -> None:
    english = (TEMPLATES / "en/words.toml").read_text(encoding="utf-8")
    french = english.replace("{at_end}", "{new_end}").replace("{at_start}", "{start}, {was_start}")
    renderer = renderer_of(tmp_path / "own", {"fr/words.toml": french})
    assert renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["text"]) == []


def test_who_words_a_sentence_of_ours_anew_may_leave_a_time_out(tmp_path: Path) -> None:
    files = {"de/words.toml": '[lead]\ncompleted = "Fertig."\n[told]\ncompleted = "Fertig {am_ende}"'}
    faults = renderer_of(tmp_path / "own", files).check(
        channel="any", type_name="any", locale="de", capabilities=CAN["text"]
    )
    assert str(faults[0]) == "the words of 'de': told.completed has {am_ende}"
    assert not [fault for fault in faults if "lead" in str(fault)]


def test_days_of_the_week_are_seven(tmp_path: Path) -> None:
    renderer = renderer_of(tmp_path / "own", {"de/words.toml": '[page]\nweekdays = ["Mo"]'})
    faults = renderer.check(channel="any", type_name="any", locale="de", capabilities=CAN["text"])
    assert str(faults[0]) == "the words of 'de': page.weekdays is not a list of 7 texts"


def test_what_sentences_may_print_is_what_they_are_filled_with() -> None:
    almanac = Almanac("en", ZoneInfo("Europe/Berlin"))
    filled = facts_of(SPECIMENS[0], "en", almanac, "CMO").times.keys() | {"punctuality", "outcome"}
    assert filled == SHOWN.keys()


LACKING = ("reference_note", "completed", "description", "next_update", "elsewhere")
"""Of labels, cases, the feed, calendars and pages."""


def test_a_language_that_lacks_some_words_speaks_at_night_all_the_same(tmp_path: Path) -> None:
    """Loudly, in English what it lacks; a check has named it by day, page and feed included."""
    renderer = translated(tmp_path / "own", without=f"(?:{'|'.join(LACKING)})")
    faults = renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["html"])
    named = str(faults[0]).removeprefix("the words of 'fr': there is no ").split(", ")
    assert {"label.reference_note", "lead.completed", "subscribe.description"} <= set(named)
    assert {"subscribe.next_update", "page.labels.elsewhere"} <= set(named)
    for specimen in SPECIMENS[:5]:
        post = post_of(
            renderer, specimen, channel="any", type_name="any", locale="fr", capabilities=CAN["html"]
        )
        assert post.template_fault
        assert "«fr»" in post.body


def test_a_language_whose_words_cannot_be_read_speaks_english_at_night(tmp_path: Path) -> None:
    renderer = renderer_of(tmp_path / "own", {"fr/words.toml": "[label"})
    post = post_of(
        renderer, SPECIMENS[0], channel="any", type_name="any", locale="fr", capabilities=CAN["text"]
    )
    assert "fr/words.toml" in (post.template_fault or "")
    assert "Reference" in post.body


def test_a_label_that_is_no_text_is_told(tmp_path: Path) -> None:
    renderer = renderer_of(tmp_path / "own", {"de/words.toml": "[label]\nabout = 3"})
    faults = renderer.check(channel="any", type_name="any", locale="de", capabilities=CAN["text"])
    assert str(faults[0]) == "the words of 'de': label.about is not a text"


def test_the_cure_names_the_folder_that_is_looked_into(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault) as caught:
        renderer_of(tmp_path / "own", {"x": ""}).post(
            SPECIMENS[0], channel="any", type_name="any", locale="fr-CA", capabilities=CAN["html"]
        )
    assert "fr_CA/words.toml" in caught.value.cure


@pytest.mark.parametrize("name", ["preview/page.html", "en/preview.html", "preview.html"])
def test_the_preview_may_be_ones_own(tmp_path: Path, name: str) -> None:
    page = renderer_of(tmp_path / "own", {name: "mine {{ ref }}"}).page("preview", "en", {"ref": "CMO-7K3M"})
    assert page == "mine CMO-7K3M"


def test_a_check_reads_the_words_once_and_not_once_a_specimen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading them takes longer than rendering a post: `announce check` asks this of every channel."""
    renderer, read, loads = translated(tmp_path / "own"), [], tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: read.append(text) or loads(text))
    for name in ("one", "two"):
        renderer.check(channel=name, type_name="any", locale="fr", capabilities=CAN["text"])
    assert len(read) <= 5
