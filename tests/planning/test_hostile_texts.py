"""What must not be in a text is refused at every door, in every language; what may be arrives as it was typed.

The inputs are typed for real in tests/system/test_inputs.py; this is about there being no text they do not hold for.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind, Period, Phase
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.later_request import LaterTyped, read_later
from publisher.rendering.renderer import Renderer
from publisher.settings.config import Config
from tests.planning.making import NOW
from tests.rendering.posts import BERLIN, FULL, HTML, SHORT, TEXT, update

BAD = {
    "a\0b": "U+0000",
    "a\x1b]52;c;aGk=\x07": "U+001B",
    "a\ufffeb": "U+FFFE",
    "a\ud800b": "U+D800",
    "a\u202eb": "U+202E",
    "a\u2067b": "U+2067",
    "a\u2028b": "U+2028",
    "JaVaScRiPt:alert(1)": "javascript",
    "https://bank.example@evil.example/": "user name",
    "x" * 10_001: "at most",
    " \u200b ": "is empty",
    "a" + "\u0301" * 40: "combining mark",
}
"""I03, I05 to I07, I11 to I13, I28, and what is said of each."""

MARKUP = "{{7*7}} </script><script>alert(1)</script> <img onerror=x> ]]> --> [gallery] {$x} {php}"
"""I01, I02, I17 and I28, on one line."""


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("place", [*TEXTS, "text"])
def test_no_text_is_let_in_that_must_not_be_read(config: Config, place: str, language: str) -> None:
    for bad, says in BAD.items():
        for door in (_announced, _followed):
            for given in ((f"{language}={bad}",), {language: bad}):
                with pytest.raises(Refused, match=re.escape(f"{place} ({language}): ")) as refused:
                    door(config, place, given)
                assert says in str(refused.value)


def _announced(config: Config, place: str, given: Any) -> None:
    """As an option, or by language in a file; the first update has no text of its own: that of a later one."""
    if place == "text":
        _followed(config, place, given)
        return
    known: dict[str, Any] = {"services": ("vps",), "start": "+30m", "duration": "1h"}
    by_option = isinstance(given, tuple)
    typed = InitialTyped(**known | ({place: given} if by_option else {}))
    read_initial(typed, {} if by_option else {place: given}, config, now=NOW)


def _followed(config: Config, place: str, given: Any) -> None:
    typed = LaterTyped(kind=Kind.PROGRESS if place == "text" else Kind.CORRECTED)
    if not isinstance(given, tuple):
        typed = replace(typed, file={place: given})
    elif place == "text":
        typed = replace(typed, text=given)
    else:
        typed = replace(typed, corrections={place: given})
    read_later(typed, config, Period(NOW, NOW + timedelta(hours=1)), now=NOW)


@pytest.mark.parametrize("place", [*TEXTS, "text", "contact"])
@pytest.mark.parametrize("locale", ["de", "en"])
def test_markup_in_any_text_is_a_text(place: str, locale: str) -> None:
    """Not a tag more than without it, to the letter, and not a word of it for readers of the other language."""
    other = "en" if locale == "de" else "de"
    for capabilities in (HTML, TEXT, replace(SHORT, max_length=4_000)):
        plain, marked = (
            _rendered(place, {locale: said, other: "Tabu"}, locale, capabilities) for said in ("x", MARKUP)
        )
        assert "Tabu" not in marked
        if capabilities is HTML:
            assert re.findall(r"</?\w+", marked) == re.findall(r"</?\w+", plain)
            assert not re.search(r"[\[\]{}]", marked)
            marked = unescape(re.sub(r"<[^>]+>", "", marked))
        if place != "contact" or "x" in plain:
            assert (MARKUP in marked) is (
                capabilities.format != "short" or place in {"title", "reason", "action", "text"}
            )


def _rendered(place: str, said: dict[str, str], locale: str, capabilities: Any) -> str:
    announcement = replace(FULL, **{place: said}) if place in TEXTS else FULL
    progress = {"kind": Kind.PROGRESS, "phase": Phase.IN_PROGRESS} if place == "text" else {}
    text = said if place == "text" else None
    contact = said if place == "contact" else None
    post = Renderer(brand="CMO", zone=BERLIN, contact=contact).post(
        update(announcement, text=text, **progress),
        channel="a",
        type_name="b",
        locale=locale,
        capabilities=capabilities,
    )
    return (
        f"{post.title}\n{post.body}"
        if capabilities.format != "html"
        else f"{_escaped(post.title)}\n{post.body}"
    )


def _escaped(title: str) -> str:
    """A title is plain text; whoever needs HTML escapes it."""
    return "".join(f"&#{ord(character)};" for character in title)
