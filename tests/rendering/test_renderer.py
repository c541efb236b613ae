"""Posts out of the packaged templates: wording, awkward texts, room."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Period,
    Phase,
    Service,
)
from publisher.model.post import Capabilities, Format, Post, slug_of
from publisher.rendering.renderer import DoesNotFit, Renderer
from publisher.rendering.weight import weighted_length
from tests.rendering.posts import BARE, BERLIN, FULL, HTML, SHORT, START, TEXT, post, titled, update

# --- the packaged wording -----------------------------------------------------------------------------------


@pytest.mark.parametrize("announcement", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("phase", [Phase.SCHEDULED, Phase.IN_PROGRESS])
@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_wording_of_the_first_post(
    golden: Callable[[str, str], None],
    locale: str,
    capabilities: Capabilities,
    phase: Phase,
    announcement: Announcement,
) -> None:
    made = post(update(announcement, phase=phase), capabilities, locale=locale)
    size = "full" if announcement is FULL else "bare"
    golden(f"posts/{locale}/{capabilities.format}-initial-{phase}-{size}.txt", f"{made.title}\n\n{made.body}")


FIRST = update()
LATER = Period(START, START + timedelta(hours=3))
PROGRESS = update(
    number=2,
    kind=Kind.PROGRESS,
    phase=Phase.IN_PROGRESS,
    published_at=START + timedelta(minutes=40),
    text={"de": "Die Hälfte der Server ist neu gestartet.", "en": "Half of the servers have been restarted."},
    next_update_at=START + timedelta(minutes=70),
)
LIFE = {
    "progress-scheduled": update(number=2, kind=Kind.PROGRESS, text={"und": "Specimen."}),
    "progress-in_progress": PROGRESS,
    "rescheduled-scheduled": update(
        replace(FULL, period=LATER), number=2, kind=Kind.RESCHEDULED, before=FULL.period
    ),
    "rescheduled-in_progress": update(
        replace(FULL, period=LATER),
        number=3,
        kind=Kind.RESCHEDULED,
        phase=Phase.IN_PROGRESS,
        before=FULL.period,
        text={"de": "Eine Festplatte ist ausgefallen.", "en": "A disk has failed."},
    ),
    "completed-completed": update(
        replace(FULL, period=Period(START, START + timedelta(minutes=97))),
        number=3,
        kind=Kind.COMPLETED,
        phase=Phase.COMPLETED,
        before=FULL.period,
    ),
    "cancelled-cancelled": update(number=2, kind=Kind.CANCELLED, phase=Phase.CANCELLED),
    "corrected-scheduled": update(number=2, kind=Kind.CORRECTED, loud=True),
    "corrected-in_progress": update(number=3, kind=Kind.CORRECTED, phase=Phase.IN_PROGRESS, loud=True),
    "corrected-completed": update(number=3, kind=Kind.CORRECTED, phase=Phase.COMPLETED, loud=True),
    "corrected-cancelled": update(number=3, kind=Kind.CORRECTED, phase=Phase.CANCELLED, loud=True),
}
"""Every kind in every phase it can be said in."""


@pytest.mark.parametrize("edited", [False, True], ids=["new", "edited"])
@pytest.mark.parametrize("name", LIFE)
@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_wording_of_every_later_post(
    golden: Callable[[str, str], None], locale: str, capabilities: Capabilities, name: str, *, edited: bool
) -> None:
    said = LIFE[name]
    earlier = (PROGRESS, FIRST) if said.number == 3 else (FIRST,)
    renderer = Renderer([], brand="CMO", zone=BERLIN)
    made = renderer.post(
        said,
        channel="blog",
        type_name="wordpress",
        locale=locale,
        capabilities=capabilities,
        earlier=earlier,
        edited=edited,
    )
    if edited and capabilities is not TEXT:  # an edited page shows its history; only a text has to say so
        new = replace(
            made,
            body=renderer.post(
                said,
                channel="blog",
                type_name="wordpress",
                locale=locale,
                capabilities=capabilities,
                earlier=earlier,
            ).body,
        )
        assert made == new
        return
    kind = "edited-" if edited else ""
    golden(f"posts/{locale}/{capabilities.format}-{kind}{name}.txt", f"{made.title}\n\n{made.body}")


def test_an_edited_post_never_reads_as_a_new_one() -> None:
    """A look-up for the new one by its text would take the edited one for it."""
    renderer = Renderer([], brand="CMO", zone=BERLIN)
    new, edited = (
        renderer.post(
            PROGRESS,
            channel="facebook",
            type_name="facebook",
            locale="de",
            capabilities=TEXT,
            earlier=(FIRST,),
            edited=edited,
        )
        for edited in (False, True)
    )
    assert new.body != edited.body


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "de",
            {"none": "keine Auswirkung|keine spürbaren", "degraded": "langsam", "outage": "zeitweise"},
        ),
        ("en", {"none": "no impact|not expect", "degraded": "slow", "outage": "for some or all"}),
    ],
)
def test_every_impact_has_its_own_words(
    locale: str, words: dict[Impact, str], capabilities: Capabilities
) -> None:
    for impact in Impact:
        body = post(update(replace(BARE, impact=impact)), capabilities, locale=locale).body
        assert [each for each, pattern in words.items() if re.search(pattern, body)] == [impact]


def test_a_post_carries_all_an_adapter_needs() -> None:
    made = post(update(number=2), TEXT, channel="facebook", type_name="facebook")
    assert (made.ref, made.update, made.kind, made.channel) == ("CMO-7K3M", 2, Kind.INITIAL, "facebook")
    assert (made.locale, made.format, made.slug) == ("de", Format.TEXT, "cmo-7k3m-u2")
    assert (made.published_at, made.link) == (START, FULL.permalink)
    assert (made.length, made.limit) == (len(made.body), 63_206)


@pytest.mark.parametrize(("number", "slug"), [(1, "cmo-7k3m"), (2, "cmo-7k3m-u2"), (11, "cmo-7k3m-u11")])
def test_a_slug_is_unique_per_update(number: int, slug: str) -> None:
    assert slug_of("CMO-7K3M", number) == slug


def test_a_night_with_two_half_past_twos_names_both_zones() -> None:
    half_past = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    period = Period(half_past, half_past + timedelta(hours=1))
    said = update(replace(FULL, period=period), published_at=half_past - timedelta(hours=1))
    assert "So., 25. Oktober 2026, 02:30 Uhr MESZ bis voraussichtlich 02:30 Uhr MEZ (etwa 1 Stunde)" in (
        post(said, TEXT).body
    )
    assert "Sun 25 Oct, 02:30 CEST to about 02:30 CET" in post(said, SHORT, locale="en").body


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("locale", ["de", "en"])
def test_html_has_one_element_a_line_and_nothing_a_platform_strips(locale: str) -> None:
    """WordPress turns a newline inside a text into <br>, and drops scripts but keeps their text."""
    body = post(update(), HTML, locale=locale).body
    assert all(re.fullmatch(r"<.*>", line) for line in body.splitlines())
    found = _Page(body)
    assert set(found.tags) <= {"p", "dl", "dt", "dd", "a", "br", "strong"}
    assert found.links == ["https://status.example.net/CMO-7K3M/"]


@pytest.mark.parametrize("locale", ["de", "en"])
def test_short_posts_spend_no_double_weight(locale: str) -> None:
    made = post(update(replace(FULL, permalink=None)), SHORT, locale=locale)
    assert made.length == len(made.body)


# --- awkward texts --------------------------------------------------------------------------------------------

AWKWARD = [
    "{{ 7*7 }} {% include 'x' %}",
    "<script>alert(1)</script> </dd>",
    "[gallery] [/caption]",
    "{$x} {php}",
    "]]> --> &amp;",
    "„Ö“ 'x' \"y\"",
]


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_arrive_to_the_letter(capabilities: Capabilities, text: str) -> None:
    words = {"und": text}
    said = update(replace(FULL, title=words, action=words, services=(Service(key="x", name=words),)))
    made = post(said, capabilities)
    assert made.title == f"[Dringend, 23.11., 22:30 Uhr] {text}: Wartungsarbeiten (CMO-7K3M)"
    assert _shown(made).count(text) == (3 if capabilities is TEXT else 2)  # in HTML the title stands apart


def _shown(made: Post) -> str:
    if made.format is not Format.HTML:
        return made.body
    return "".join(_Page(made.body).texts)


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
def test_the_title_is_one_plain_line(capabilities: Capabilities) -> None:
    title = post(titled("R&D <b>\u00e9", BARE), capabilities).title
    assert title == "[Dringend, 23.11., 22:30 Uhr] VPS-Hosting: R&D <b>é (CMO-7K3M)"


# --- room -----------------------------------------------------------------------------------------------------


LONG = "Kritische Lücke im Kernel, " * 8


@pytest.mark.parametrize(
    ("letters", "ends", "says", "left_out"),
    [
        pytest.param(18, "Lücke im", "erreichbar. Bitte", ("reason",), id="without the reason"),
        pytest.param(50, "Lücke im Kern", "nicht erreichbar. Bitte", ("reason",), id="the meaning in brief"),
        pytest.param(199, "im Kernel…", "nicht erreichbar. Bitte", ("reason",), id="with a shortened title"),
    ],
)
def test_a_short_post_is_packed_by_priority(
    letters: int, ends: str, says: str, left_out: tuple[str, ...]
) -> None:
    made = post(titled(LONG[:letters].strip(" ,")), SHORT)
    headline, when, rest, link = made.body.splitlines()
    assert headline.startswith("Dringend: VPS-Hosting, Webhosting und E-Mail – Kritische Lücke")
    assert headline.endswith(ends)
    assert when == "Mo., 23.11., 22:30 bis voraussichtlich Di., 24.11., 00:30 Uhr MEZ"
    assert says in rest
    assert link == FULL.permalink
    assert made.left_out == left_out
    assert made.shortened == (("matter",) if "…" in ends else ())
    assert made.length <= 280


@pytest.mark.parametrize("limit", [280, 4_000, 25_000])
def test_an_account_with_more_room_says_all(limit: int) -> None:
    said = titled(LONG[:199].strip(" ,"))
    made = post(said, replace(SHORT, max_length=limit))
    assert (made.limit, made.left_out == ()) == (limit, limit > 280)
    assert ("Ihre Dienste reagieren möglicherweise langsam" in made.body) == (limit > 280)


def test_a_long_title_is_shortened_also_where_nothing_else_could_go() -> None:
    assert post(titled(("Kernel " * 28).strip(), replace(BARE, impact=None)), SHORT).shortened == ("matter",)


def test_a_link_without_the_reference_in_it_stands_beside_it() -> None:
    made = post(update(replace(BARE, permalink="https://status.example.net/now")), SHORT)
    assert made.body.endswith("\nCMO-7K3M https://status.example.net/now")


def test_a_title_made_of_the_services_is_not_said_twice() -> None:
    assert post(titled("VPS-Hosting", BARE), SHORT).body.startswith(
        "Dringend: VPS-Hosting – Wartungsarbeiten\n"
    )


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)
    | st.text("aé漢👩‍💻.de/ -", min_size=150, max_size=200),
    hours=st.integers(1, 167),
    locale=st.sampled_from(["de", "en"]),
    services=st.integers(1, 12),
)
def test_whatever_the_title_a_short_post_fits_and_keeps_its_facts(
    title: str, hours: int, locale: str, services: int
) -> None:
    said = titled(
        title.strip() or "x",
        replace(
            FULL, period=Period(START, START + timedelta(hours=hours)), services=BARE.services * services
        ),
    )
    made = post(said, SHORT, locale=locale)
    assert made.length == weighted_length(made.body) <= 280
    end = (START + timedelta(hours=hours)).astimezone(BERLIN)
    for fact in ("CMO-7K3M", "22:30", end.isoformat()[11:16], "https://status.example.net/CMO-7K3M/"):
        assert fact in made.body


def test_a_post_that_cannot_fit_is_refused_with_both_numbers() -> None:
    tiny = replace(SHORT, max_length=90)
    with pytest.raises(DoesNotFit, match=r"at least \d+ weighted characters; the limit is 90") as caught:
        post(titled("x" * 200), tiny, channel="twitter")
    assert (caught.value.channel, caught.value.limit) == ("twitter", 90)
    assert caught.value.length > 90
    assert "short.txt" in caught.value.cure
