from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.adapter.matching import digest, identified, lost, original, pages, readable
from publisher.model.announcement import Kind
from publisher.model.outcome import Unknown
from publisher.model.post import Format, Post, Receipt

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


# --- what was kept ------------------------------------------------------------------------------------------------


def _post(body):
    return Post(
        ref="CMO-7K3M",
        update=1,
        kind=Kind.INITIAL,
        channel="blog",
        locale="de",
        format=Format.HTML,
        title="Wartung",
        body=body,
        slug="cmo-7k3m",
        published_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


_BODY = "<p>Am 23.\u00a0November 2026, <b>22:30</b>&nbsp;Uhr, f\u00fcr VPS. Ref. CMO-7K3M, https://x.example/1</p>"


@pytest.mark.parametrize(
    ("kept", "missing"),
    [
        (_BODY, []),
        ("<DIV>Am 23. November 2026,\r\n22:30 Uhr [CMO-7K3M]</DIV>", []),
        ("Am 23. November 2026, &#50;2:30 CMO&#45;7K3M", []),
        ("", ["23", "2026", "22:30", "CMO-7K3M"]),
        ("<p>Am 23. November 2026, <b>22:30</b>", ["CMO-7K3M"]),
        ("Am 23. November 2026, Ref. CMO-7K3M", ["22:30"]),
        ("<!-- 22:30 --> Am 23. November 2026, Ref. CMO-7K3M", ["22:30"]),
        (f"<!-- {_BODY} -->", ["23", "2026", "22:30", "CMO-7K3M"]),
        (f"<script>{_BODY}</script >", ["23", "2026", "22:30", "CMO-7K3M"]),
    ],
)
def test_what_tells_the_times_and_the_reference_is_missed(kept, missing):
    assert lost(_post(_BODY), kept) == missing


def test_several_texts_are_read_as_one():
    assert lost(_post("22:30, CMO-7K3M"), "Wartung CMO-7K3M", "um 22:30") == []


def test_a_reader_sees_no_markup():
    assert readable("<p class='22:30'>a&amp;b\u00a0 c</p>\n<br>d") == "a&b c d"
