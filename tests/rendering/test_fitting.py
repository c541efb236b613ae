"""The longest text that fits, and titles cut shorter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.post import Capabilities, Count, Format
from publisher.rendering.fitting import DoesNotFit, first_fitting, shortened


def room(limit: int | None, count: Count = Count.CHARACTERS) -> Capabilities:
    return Capabilities(format=Format.SHORT, max_length=limit, count=count)


@pytest.mark.parametrize(
    ("limit", "count", "taken"),
    [
        (None, Count.CHARACTERS, ("ÄÖÜ €€€", 7)),
        (7, Count.CHARACTERS, ("ÄÖÜ €€€", 7)),
        (6, Count.CHARACTERS, ("ÄÖÜ", 3)),
        (10, Count.WEIGHTED, ("ÄÖÜ €€€", 10)),
        (9, Count.WEIGHTED, ("ÄÖÜ", 3)),
    ],
)
def test_the_first_that_fits_is_taken_as_the_platform_counts(
    limit: int | None, count: Count, taken: tuple[str, int]
) -> None:
    assert first_fitting(["ÄÖÜ €€€", "ÄÖÜ", ""], room(limit, count), channel="x", cure="") == taken


def test_what_fits_nowhere_is_refused_with_both_numbers() -> None:
    with pytest.raises(DoesNotFit, match="at least 12 weighted characters; the limit is 11") as caught:
        first_fitting(["a" * 30, "€" * 6, "a" * 20], room(11, Count.WEIGHTED), channel="x", cure="say less")
    fault = caught.value
    assert (fault.channel, fault.length, fault.limit, fault.cure) == ("x", 12, 11, "say less")


def test_later_texts_are_not_even_made() -> None:
    bodies = iter(["fits", "never asked for"])
    first_fitting(bodies, room(4), channel="x", cure="")
    assert next(bodies) == "never asked for"


def test_a_title_is_cut_after_words_and_then_inside_the_first() -> None:
    assert list(shortened("Lücke: im Kern – jetzt")) == [
        "Lücke: im Kern…",
        "Lücke: im Kern…",
        "Lücke: im…",
        "Lücke…",
        "Lücke…",
        "Lück…",
        "Lüc…",
        "Lü…",
        "L…",
    ]


@pytest.mark.parametrize(
    ("title", "cuts"),
    [
        pytest.param("👩‍💻x", ["👩‍💻…"], id="not inside a joined emoji"),
        pytest.param("👍🏽x", ["👍🏽…"], id="not before a skin colour"),
        pytest.param("e\u0323\u0301x", ["e\u0323\u0301…"], id="not before accents"),
        pytest.param("x", [], id="one character cannot be shortened"),
    ],
)
def test_what_a_reader_sees_as_one_character_stays_whole(title: str, cuts: list[str]) -> None:
    assert list(shortened(title)) == cuts


def test_a_cut_closes_the_isolates_it_leaves_open() -> None:
    assert next(shortened("a \u2067b c\u2069 d")) == "a \u2067b c\u2069…"
    assert list(shortened("a \u2067b c\u2069 d"))[1] == "a \u2067b…\u2069"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_every_cut_is_a_shorter_beginning(title: str) -> None:
    for cut in shortened(title):
        start, mark, rest = cut.rpartition("…")
        assert mark == "…"
        assert set(rest) <= {"\u2069"}
        assert title.startswith(start)
        assert len(start) < len(title)
