"""The best selection of parts: within the limit by another count, what is owed there, no lower part before a higher."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.cuts import Form, sentences, words
from publisher.rendering.packing import ALWAYS, Packed, Part, packed
from tests.clocks import growth


def part(name: str, worth: int, *forms: str) -> Part:
    return Part(name=name, worth=worth, forms=tuple(Form(text, 3.0 * n) for n, text in enumerate(forms)))


OWED = part("who", ALWAYS, "who it is about", "who")


def test_what_fits_whole_is_whole() -> None:
    assert packed([OWED, part("why", 20, "because")], 30, len) == Packed("who it is about\nbecause", 23)


def test_a_shorter_form_makes_room_for_what_is_worth_more() -> None:
    made = packed([OWED, part("why", 20, "because")], 12, len)
    assert (made.body, made.left_out) == ("who\nbecause", ())


def test_no_lower_part_takes_the_place_of_a_higher_one() -> None:
    made = packed([OWED, part("low", 1, "low"), part("high", 20, "a long sentence")], 18, len)
    assert (made.body, made.left_out) == ("who it is about", ("high", "low"))


def test_what_is_owed_and_does_not_fit_says_how_long_it_is() -> None:
    assert packed([OWED], 2, len) == Packed("who", 3)


def test_the_whole_is_counted_again_and_not_only_its_pieces() -> None:
    def jealous(text: str) -> int:
        return len(text) + (10 if "\n" in text else 0)

    made = packed([OWED, part("why", 20, "because")], 24, jealous)
    assert made.length == jealous(made.body) <= 24


TEXTS = st.text("abc ", min_size=1, max_size=30).filter(str.strip)
PARTS = st.lists(
    st.tuples(st.sampled_from([5, 10, 20, 40, 80, 160, ALWAYS]), st.lists(TEXTS, min_size=1, max_size=3)),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[0],
).map(lambda made: [part(str(worth), worth, *forms) for worth, forms in made])


def selections(parts: list[Part], limit: int) -> dict[tuple[int | None, ...], float]:
    """By brute force: every selection that fits and keeps the order of importance, with its worth."""
    found = {}
    for chosen in product(*([*range(len(one.forms)), None] for one in parts)):
        kept = [(one, one.forms[n]) for one, n in zip(parts, chosen, strict=True) if n is not None]
        lowest = min((one.worth for one, _ in kept), default=ALWAYS)
        dropped = [one.worth for one, n in zip(parts, chosen, strict=True) if n is None]
        fits = len("\n".join(form.text for _, form in kept)) <= limit
        if fits and all(worth < lowest and worth != ALWAYS for worth in dropped):
            found[chosen] = sum(one.worth - form.loss for one, form in kept)
    return found


@settings(max_examples=200, deadline=None)
@given(PARTS, st.integers(0, 120))
def test_no_selection_that_fits_is_worth_more(parts: list[Part], limit: int) -> None:
    made, possible = packed(parts, limit, len), selections(parts, limit)
    if not possible or all(not any(n is not None for n in one) for one in possible):
        return
    assert len(made.body) <= limit
    chosen = tuple(None if one.name in made.left_out else [form.text for form in one.forms] for one in parts)
    texts = [
        "\n".join(one.forms[n].text for one, n in zip(parts, best, strict=True) if n is not None)
        for best, worth in possible.items()
        if worth >= max(possible.values()) - 1e-9
    ]
    assert made.body in texts, chosen


@settings(max_examples=200, deadline=None)
@given(PARTS, st.integers(0, 120))
def test_a_lower_part_is_there_only_where_every_higher_one_is(parts: list[Part], limit: int) -> None:
    left_out = {int(name) for name in packed(parts, limit, len).left_out}
    kept = {one.worth for one in parts} - left_out
    assert ALWAYS not in left_out
    assert not left_out or not kept or max(left_out) < min(kept)


# --- cuts ---------------------------------------------------------------------------------------------------------


def test_a_text_is_cut_after_a_sentence_before_inside_one() -> None:
    text = "Um ca. 3 Uhr, z. B. am 3. November, ist alles da. Danach prüfen wir jeden Dienst! Wirklich jeden."
    cuts = [form.text for form in sentences(text, 280, 80)]
    assert cuts[:2] == [text[:81], text[:49]]
    assert all(cut.endswith("…") and len(cut) >= 40 for cut in cuts[2:])


def test_a_longer_beginning_is_always_worth_more() -> None:
    losses = [form.loss for form in words("Kritische Lücke im Kernel der Hosts " * 5, 280)]
    assert losses == sorted(losses)


@pytest.mark.parametrize("letter", ["x", "漢", "wort ", "Satz. ", "👩‍💻", "a.de "])
def test_time_grows_at_most_with_the_text(letter: str) -> None:
    """What grew with the square would take sixteen times as long."""

    def pack(length: int) -> None:
        text = letter * (length // len(letter))
        forms = (Form(text), *sentences(text, 280, 80), *words(text, 25_000))
        assert packed([OWED, Part(name="text", worth=80, forms=forms)], 280, len).length <= 280

    assert growth(pack, size=60_000) < 10
