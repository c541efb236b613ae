"""How the X double counts and returns a text."""

from __future__ import annotations

import pytest

from announce_sandbox.tweets import given_back, links, weighted_length
from tests.clocks import growth

LINK = 23


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Wartung", 7),
        ("äöüß „\" – — '", 13),
        ("€ … • → ✓ ™", 6 * 2 + 5),
        ("a\u0308", 1),
        ("a\r\nb", 3),
        ("日本", 4),
        ("👍", 2),
        ("👍🏽", 2),
        ("🇩🇪", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("1️⃣", 2),
        ("https://example.net/very/long/path?x=1#y", LINK),
        ("http://example.net.", LINK + 1),
        ("(https://example.net/a)", LINK + 2),
        ("example.de", LINK),
        ("node.py und README.md", LINK + 5 + LINK),
        ("srv1.fra.example.net", LINK),
        ("db01.internal", 13),
        ("https://1.2.3.4/", 16),
        ("http://127.0.0.1:8080/site/CMO-7K3M/", 36),
        ("info@example.net", 16),
        ("22.30 Uhr, z.B.", 15),
    ],
)
def test_weighted_length(text, length):
    assert weighted_length(text) == length


@pytest.mark.parametrize("piece", ["a.", "www.", "a", "https://"])
def test_time_grows_with_the_text_whatever_it_is(piece):
    """What grew with the square would take sixteen times as long."""
    assert growth(lambda length: weighted_length(piece * (length // len(piece))), size=10_000) < 10


def test_a_text_is_given_back_with_entities_that_point_into_it():
    text, entities = given_back("a & b: https://example.net/x?a=1&b=2, example.de!")
    first, second = entities["urls"]
    assert text == f"a &amp; b: {first['url']}, {second['url']}!"
    assert text[first["start"] : first["end"]] == first["url"]
    assert text[second["start"] : second["end"]] == second["url"]
    assert (first["expanded_url"], second["expanded_url"]) == (
        "https://example.net/x?a=1&b=2",
        "http://example.de",
    )
    assert len(first["url"]) == LINK


def test_a_text_without_links_has_no_entities():
    assert given_back("nur Text") == ("nur Text", {})


def test_what_is_shown_for_a_long_link_is_cut():
    [link] = links("https://www.example.net/" + "x" * 50)
    assert link.display == ("example.net/" + "x" * 50)[:26] + "…"
