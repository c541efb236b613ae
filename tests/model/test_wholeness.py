"""Whether what a platform kept of a post still tells start, end and reference."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.announcement import Kind
from publisher.model.post import Draft, Format, Post, Receipt, Telling
from publisher.model.wholeness import mutilated, readable, unreadable
from tests.clocks import growth

BODY = (
    "<p>Von <b>Mo., 23. November 2026</b>, 22:30&nbsp;Uhr bis Di., 24. November 2026, 00:30\u00a0Uhr.</p>"
    "<p>Ref. CMO-7K3M</p>"
)
TELLS = (
    Telling("reference", ("CMO-7K3M",)),
    Telling("start", ("23. November 2026", "23.11.", "2026-11-23")),
    Telling("end", ("24. November 2026", "24.11.", "2026-11-24")),
    Telling("start", ("22:30",)),
    Telling("end", ("00:30",)),
)


def post(body: str = BODY, tells: tuple[Telling, ...] = TELLS) -> Post:
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
        tells=tells,
    )


@pytest.mark.parametrize(
    ("kept", "lost"),
    [
        (BODY, ()),
        (html.unescape(BODY), ()),
        (f"<!-- wp:html -->\n{BODY}\n<!-- /wp:html -->", ()),
        (BODY.replace(" ", "\n"), ()),
        (BODY.replace("<b>", "").replace("</b>", ""), ()),
        ("CMO-7K3M 23.11. 22:30 – 24.11. 00:30", ()),
        ("", ("start", "end", "reference")),
        (f"<!-- {BODY} -->", ("start", "end", "reference")),
        (f"<script>{BODY}</script>", ("start", "end", "reference")),
        (BODY[: BODY.index("bis")], ("end", "reference")),
        (BODY.replace("CMO-7K3M", "CMO-7K3"), ("reference",)),
        (BODY.replace("22:30", "2:30"), ("start",)),
        (BODY.replace("00:30", "100:30"), ("end",)),
    ],
)
def test_what_cannot_be_read_any_more_is_named(kept, lost):
    assert unreadable(post(), kept) == lost


def test_a_time_that_start_and_end_have_in_common_must_be_there_twice():
    tells = (Telling("start", ("22:30",)), Telling("end", ("22:30",)))
    day = post("Von 22:30 bis 22:30 Uhr", tells)
    assert unreadable(day, day.body) == ()
    assert unreadable(day, "Von 22:30") == ("end",)


def test_of_a_post_from_an_old_ledger_the_reference_is_known():
    assert unreadable(post(tells=()), "Wartung") == ("reference",)
    assert unreadable(post("Wartung", tells=()), "") == ()


def test_the_title_counts_where_the_platform_gives_it_back():
    made = Draft(remote_id="7", kept=("Wartung CMO-7K3M", BODY.replace("CMO-7K3M", "")))
    assert mutilated(post(), made) is None


def test_it_is_said_how_much_was_kept_and_what_is_missing():
    lost = mutilated(post(), Draft(remote_id="7", kept=("Wartung", "")))
    assert str(lost) == (
        "the platform kept 0 of 91 characters: start, end and reference cannot be read there; it stays hidden"
    )
    assert lost.receipt is None
    public = Receipt(remote_id="7", kept=(BODY[:20],))
    shown = mutilated(post(), public)
    assert str(shown).startswith("it is public, but the platform kept ")
    assert shown.receipt is public


def test_what_nobody_has_seen_is_not_judged():
    assert mutilated(post(), Receipt(remote_id="7")) is None


@given(st.integers(0, len(BODY)), st.integers(0, len(BODY)))
def test_what_was_cut_out_is_missed(start, end):
    """Whatever part is gone: what is left says all, or what it does not say is named."""
    kept = BODY[: min(start, end)] + BODY[max(start, end) :]
    lost = unreadable(post(), kept)
    plain = html.unescape(kept).replace("\u00a0", " ")
    assert ("reference" in lost) or "CMO-7K3M" in plain
    assert ("start" in lost) or ("23. November 2026" in plain and "22:30" in plain)
    assert ("end" in lost) or ("24. November 2026" in plain and "00:30" in plain)


AS_A_PATTERN = r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>"
"""What markup is, said in one line: right, and slow on a page of nothing but beginnings."""
MARKUP = st.sampled_from(
    ["<!--", "-->", "<script", "</script >", "<STYLE>", "</style", "<", ">", "<b>", "a", " ", "-", "scripts"]
)


@given(st.lists(MARKUP, max_size=14).map("".join))
def test_markup_is_what_the_pattern_says(text: str) -> None:
    assert readable(text) == " ".join(re.sub(AS_A_PATTERN, " ", text).split())


@pytest.mark.parametrize("beginning", ["<!--", "<script>", "<style ", "<", "</script "])
def test_a_page_of_nothing_but_beginnings_is_read_in_linear_time(beginning: str) -> None:
    """As a stranger's server may answer."""
    assert growth(lambda size: readable(beginning * size), size=2_000) < 8
