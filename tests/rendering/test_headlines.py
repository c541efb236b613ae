"""A narrow list shows some forty characters of a title: what is said, when, and whom it concerns stand in them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.model.announcement import Announcement, Impact, Kind, Period, Service, Update
from publisher.model.case import Case, case_of
from publisher.model.specimen import SPECIMENS
from tests.rendering.posts import BARE, HTML, SHORT, START, TEXT, post, update

NARROW = 40
"""Characters: newsboat beside its columns at 80, and the list of Thunderbird in a third of a screen."""

TIMELESS = {
    Case.NEWS: "the start is where it was",
    Case.BETTER: "what has changed is no time",
    Case.WORSE: "what has changed is no time",
    Case.CANCELLED: "a time beside it would be read as one at which it takes place",
    Case.POSTPONED: "the new one is not known yet",
    **{case: "what was wrong is any fact" for case in Case if case.startswith("corrected")},
    **{case: "what was missing is any fact" for case in Case if case.startswith("added")},
}
"""Titles without a time, and why."""


def a_case_each() -> list[Update]:
    return list({case_of(one): one for one in SPECIMENS}.values())


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("specimen", a_case_each(), ids=case_of)
def test_status_time_and_services_are_in_its_beginning(specimen: Update, locale: str) -> None:
    period = Period(START, START + timedelta(hours=1))
    said = replace(specimen, announcement=replace(BARE, period=period), published_at=START)
    shown = post(said, HTML, locale=locale).title[:NARROW]

    assert re.match(r"\[\w[^]]+\] VPS", shown), shown
    assert bool(re.search(r"\d\d:\d\d", shown)) != (case_of(specimen) in TIMELESS), shown


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("de", "[Dringend, 23.11., 22:30 Uhr] VPS-Hosting: Wartungsarbeiten (CMO-7K3M)"),
        ("en", "[Urgent, 23 Nov, 22:30] VPS hosting: maintenance work (CMO-7K3M)"),
    ],
)
def test_a_title_that_only_names_the_services_says_what_it_is(locale: str, title: str) -> None:
    only: Announcement = replace(BARE, title=BARE.services[0].name)
    assert post(update(only), HTML, locale=locale).title == title


@pytest.mark.parametrize(("wording", "said"), [("emergency", "Notfallarbeiten"), ("incident", "Störung")])
def test_what_it_is_is_said_once(wording: str, said: str) -> None:
    only = replace(BARE, title=BARE.services[0].name, wording=wording)
    assert post(update(only), HTML).title.count(said) == 1


def test_a_time_of_another_day_has_its_date() -> None:
    """Read from the list alone, and on the day after."""
    over = next(one for one in a_case_each() if case_of(one) is Case.COMPLETED)
    said = replace(
        over,
        announcement=replace(BARE, period=Period(START, START + timedelta(hours=1))),
        published_at=START + timedelta(days=1),
    )
    assert post(said, HTML).title.startswith("[Abgeschlossen am Mo., 23.11., um 23:30 Uhr] VPS-Hosting: ")
    assert post(said, HTML, locale="en").title.startswith("[Completed on Mon 23 Nov at 23:30] VPS hosting: ")


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("de", "[Verlängert bis 24.11., 01:30 Uhr] VPS-Ho"),
        ("en", "[Extended to 24 Nov, 01:30] VPS hosting: "),
    ],
)
def test_over_midnight_there_is_still_room_for_whom_it_concerns(locale: str, title: str) -> None:
    longer = Period(START, START + timedelta(hours=3))
    said = update(replace(BARE, period=longer), number=2, kind=Kind.RESCHEDULED, before=BARE.period)
    assert post(said, HTML, locale=locale).title[: NARROW + 1] == title


@pytest.mark.parametrize(
    ("locale", "told"), [("de", "DNS und Domains sowie 3 weitere"), ("en", "DNS and domains, and 3 other")]
)
def test_a_name_with_an_and_inside_is_not_one_of_the_others(locale: str, told: str) -> None:
    names = ({"de": "DNS und Domains", "en": "DNS and domains"}, *({"und": "D" * 90 + key} for key in "abc"))
    services = tuple(Service(key=f"s{number}", name=name) for number, name in enumerate(names))
    said = update(replace(BARE, services=services))
    assert told in post(said, HTML, locale=locale).title
    assert told in post(said, SHORT, locale=locale).body


FOLD = 5
"""Lines of a Facebook post that stand above "See more"."""


@pytest.mark.parametrize("locale", ["de", "en"])
def test_when_whom_and_what_it_means_stand_above_the_fold(locale: str) -> None:
    said = update(replace(BARE, impact=Impact.OUTAGE))
    above = "\n".join(post(said, TEXT, locale=locale).body.splitlines()[:FOLD])
    labels = (
        ("Wann: ", "Betroffen: ", "Auswirkung: ") if locale == "de" else ("When: ", "Affected: ", "Impact: ")
    )
    assert [label for label in labels if label not in above] == []
