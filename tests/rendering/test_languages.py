"""A language is one file: its words. Formats and pages stand once, for every language."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.model.post import Capabilities, Count, Format
from publisher.model.specimen import SPECIMENS
from publisher.rendering.renderer import Renderer, TemplateFault

TEMPLATES = Path(__file__).parents[2] / "templates"
CAN = {
    "html": Capabilities(format=Format.HTML),
    "text": Capabilities(format=Format.TEXT),
    "short": Capabilities(format=Format.SHORT, max_length=280, count=Count.WEIGHTED),
}


def translated(own: Path, *, without: str = "") -> Renderer:
    """A renderer with a third language in ``own``, made of the English words with every text marked."""
    english = (TEMPLATES / "en/words.toml").read_text(encoding="utf-8")
    french = re.sub(r'= "(\[?)', r'= "\1«fr» ', english)
    if without:
        french = re.sub(rf"(?m)^{without} = .*\n", "", french)
    (own / "fr").mkdir(parents=True)
    (own / "fr/words.toml").write_text(french, encoding="utf-8")
    return Renderer([own], brand="CMO", zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("form", CAN)
def test_a_third_language_is_one_file(tmp_path: Path, form: str) -> None:
    renderer = translated(tmp_path / "own")
    for specimen in SPECIMENS:
        post = renderer.post(specimen, channel="any", type_name="any", locale="fr", capabilities=CAN[form])
        assert "«fr»" in post.body
    assert renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN[form]) == []


def test_a_check_names_the_words_that_a_language_lacks(tmp_path: Path) -> None:
    renderer = translated(tmp_path / "own", without="affected")
    faults = renderer.check(channel="any", type_name="any", locale="fr", capabilities=CAN["html"])
    assert str(faults[0]) == "the words of 'fr' lack label.affected"
    assert faults[0].cure == "add them to fr/words.toml in your template folder"


def test_a_language_without_words_is_refused_by_name(tmp_path: Path) -> None:
    renderer = translated(tmp_path / "own")
    with pytest.raises(TemplateFault, match=r"'nl', only templates in: de, en, fr"):
        renderer.post(SPECIMENS[0], channel="any", type_name="any", locale="nl", capabilities=CAN["html"])


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_packaged_languages_have_the_same_words(locale: str) -> None:
    renderer = Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin"))
    assert renderer._folders.lacking([locale]) == []
    assert {path.name for path in (TEMPLATES / locale).iterdir()} == {"words.toml"}
