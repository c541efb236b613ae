from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.adapter.matching import digest, identified, original, pages
from publisher.model.outcome import Unknown
from publisher.model.post import Receipt

# --- digests ------------------------------------------------------------------------------------------------------


def test_a_digest_is_what_older_receipts_have():
    assert digest("Wartung\n<p>heute</p>") == hashlib.sha256(b"Wartung\n<p>heute</p>").hexdigest()


def test_line_ends_do_not_count():
    assert digest("a\r\nb", "c") == digest("a\nb", "c") == digest("a\nb\nc")


@given(st.text(), st.text())
def test_only_line_ends_do_not_count(one, other):
    assert (digest(one) == digest(other)) == (one.replace("\r\n", "\n") == other.replace("\r\n", "\n"))


def test_half_a_surrogate_pair_has_a_digest():
    assert digest("\ud800") != digest("\ud801")


# --- ids ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "recorded"), [(17, "17"), ("17", "17"), ("at://did/app/3k", "at://did/app/3k")]
)
def test_an_id_is_recorded_as_a_text(value, recorded):
    assert identified(value) == recorded


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 1.5, "", " ", "17 ", "1\n7", "\x1b[31m", "x" * 201, 10**200, [], {}, ["17"]]
)
def test_what_is_no_id_proves_nothing(value):
    with pytest.raises(Unknown, match="without an id"):
        identified(value)


# --- pages --------------------------------------------------------------------------------------------------------


class Listing:
    """A platform's list, cut into pages; counts how often it is asked."""

    def __init__(self, *found: tuple[Any, Any]) -> None:
        self.found, self.asked = list(found), []

    def __call__(self, following: Any) -> tuple[Any, Any]:
        self.asked.append(following)
        return self.found[min(len(self.asked), len(self.found)) - 1]


def test_all_pages_are_read_in_their_order():
    listing = Listing(([1, 2], "b"), ([], "c"), ([3], None))
    assert list(pages(listing)) == [1, 2, 3]
    assert listing.asked == [None, "b", "c"]


def test_a_page_is_asked_for_when_it_is_needed():
    listing = Listing(([1], "b"), ([2], None))
    assert next(pages(listing)) == 1
    assert listing.asked == [None]


def test_a_list_that_goes_on_and_on_is_not_complete():
    numbers = iter(range(10**6))
    with pytest.raises(Unknown, match="does not end: the look-up is not complete"):
        list(pages(lambda _: ([1], next(numbers)), most=7))
    assert next(numbers) == 7


def test_a_page_that_leads_to_itself_is_not_asked_for_again():
    listing = Listing(([1], "b"), ([2], "b"))
    with pytest.raises(Unknown, match="does not end"):
        list(pages(listing))
    assert listing.asked == [None, "b"]


@pytest.mark.parametrize("page", [None, {}, "text", 17, {"0": 1}])
def test_a_page_that_is_no_list_proves_nothing(page):
    with pytest.raises(Unknown, match="the list of news cannot be read"):
        list(pages(Listing(([1], "b"), (page, None)), what="the list of news"))


# --- the first of several copies ----------------------------------------------------------------------------------

_FIRST = Receipt(remote_id="1", url="https://blog.example.test/1", fingerprint="abc")


def test_nothing_found_is_nothing():
    assert original([]) is None


def test_one_post_is_that_one():
    assert original([_FIRST]) is _FIRST


def test_of_several_the_first_stays_and_the_others_are_named():
    others = [Receipt(remote_id="2", url="https://blog.example.test/2"), Receipt(remote_id="3")]
    found = original([_FIRST, *others], cure="put the others into the trash")
    assert (found.remote_id, found.url, found.fingerprint) == ("1", _FIRST.url, "abc")
    assert found.note == ("published 3 times; put the others into the trash: https://blog.example.test/2, 3")


def test_a_note_has_a_limit():
    found = original([_FIRST] * 100)
    assert found.note.startswith("published 100 times; delete the others: https://")
    assert len(found.note) <= 400
