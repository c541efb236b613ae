"""What readers get of an update whose words are in another language only: never those words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Phase, Service, Update
from publisher.model.languages import Untranslated
from publisher.model.post import Capabilities
from publisher.rendering.renderer import Renderer
from publisher.rendering.together import together
from tests.rendering.posts import BERLIN, FULL, HTML, SHORT, TEXT, update

OTHER = {"de": "en", "en": "de"}


def foreign(language: str) -> Update:
    """An update every text of which is in this language alone."""
    words = {language: "Fremdwort"}
    service = Service(key="mail", name={language: "Fremdname"})
    texts = dict.fromkeys(("title", "reason", "details", "action"), words)
    return update(
        replace(FULL, services=(*FULL.services, service), **texts),
        number=2,
        kind=Kind.PROGRESS,
        phase=Phase.IN_PROGRESS,
        text=words,
    )


def posted(locale: str, capabilities: Capabilities, untranslated: Untranslated) -> str:
    said = foreign(OTHER[locale])
    renderer = Renderer([], brand="CMO", zone=BERLIN, untranslated=untranslated)
    made = renderer.post(
        said,
        channel="any",
        type_name="any",
        locale=locale,
        capabilities=capabilities,
        earlier=(replace(said, number=1, kind=Kind.INITIAL),),
    )
    return f"{made.title}\n\n{made.body}"


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_wording_where_the_words_are_another_languages(
    golden: Callable[[str, str], None], locale: str, capabilities: Capabilities
) -> None:
    made = posted(locale, capabilities, Untranslated.GENERIC)
    assert "Fremd" not in made
    assert "mail" in made
    golden(f"posts/{locale}/{capabilities.format}-untranslated.txt", made)


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
def test_the_original_is_there_where_it_is_wanted(capabilities: Capabilities) -> None:
    assert "Fremdwort" in posted("en", capabilities, Untranslated.ORIGINAL)


@pytest.mark.parametrize("capabilities", [HTML, TEXT], ids=lambda it: it.format)
def test_two_languages_in_one_post(golden: Callable[[str, str], None], capabilities: Capabilities) -> None:
    renderer = Renderer([], brand="CMO", zone=BERLIN)
    posts = [
        renderer.post(update(), channel="any", type_name="any", locale=locale, capabilities=capabilities)
        for locale in ("de", "en")
    ]
    made = together(posts, capabilities)
    golden(f"posts/de/{capabilities.format}-both.txt", f"{made.title}\n\n{made.body}")
