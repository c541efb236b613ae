"""The page behind the link, its card on the front page and its calendar entry: goldens by phase and by the clock.

``--regold`` writes them anew; then read the diff aloud.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from publisher.model.announcement import Impact, Kind, Localized, Period, Phase
from publisher.model.house import House
from tests.channels.feed.aloud import event_aloud, page_aloud
from tests.channels.feed.saying import PERIOD, PLANNED, Publisher

REF = "CMO-7K3M"
START, END = PERIOD.starts_at, PERIOD.ends_at
MINUTE = timedelta(minutes=1)
FACTS: dict[str, Any] = {
    "impact": Impact.OUTAGE,
    "title": {"de": "Neustart aller Hosts", "en": "reboot of all hosts"},
    "reason": {"de": "Kritische Kernel-Lücke", "en": "Critical kernel vulnerability"},
    "action": {"de": "Bitte prüfen Sie danach Ihre Dienste.", "en": "Please check your services afterwards."},
    "details": {"de": "Nürnberg zuerst, dann Frankfurt.", "en": "Nuremberg first, then Frankfurt."},
    "unaffected": {"de": "E-Mail läuft weiter.", "en": "E-mail keeps running."},
}
CONTACT: Localized = {"de": "+49 30 1234567 (rund um die Uhr)", "en": "+49 30 1234567 (24/7)"}


class Step(NamedTuple):
    """An update: how long after the first it is said, and what is true from then on."""

    after: timedelta
    kind: Kind
    phase: Phase
    text: Localized
    more: dict[str, Any]
    period: Period = PERIOD


class Case(NamedTuple):
    """What was said after the announcement, and the clock at which somebody reads the page."""

    now: datetime
    steps: Sequence[Step] = ()


BEGUN = Step(
    START - PLANNED + MINUTE,
    Kind.PROGRESS,
    Phase.IN_PROGRESS,
    {"de": "Nürnberg ist fertig.", "en": "Nuremberg is done."},
    {"next_update_at": START + 30 * MINUTE},
)
LONGER = Step(
    START - PLANNED + 50 * MINUTE,
    Kind.RESCHEDULED,
    Phase.IN_PROGRESS,
    {"de": "Ein Host startet nicht.", "en": "One host does not start."},
    {"before": PERIOD, "next_update_at": END + 60 * MINUTE},
    Period(START, END + 120 * MINUTE),
)


def _over(kind: Kind, phase: Phase, end: datetime, de: str, en: str, **more: Any) -> Step:
    return Step(end - PLANNED, kind, phase, {"de": de, "en": en}, more, Period(START, end))


def _off(de: str, en: str, **more: Any) -> Step:
    return Step(30 * MINUTE, Kind.CANCELLED, Phase.CANCELLED, {"de": de, "en": en}, more)


READY = ("Alle Hosts laufen wieder.", "All hosts are up again.")
CASES = {
    "announced": Case(PLANNED + MINUTE),
    "start-passed": Case(START + MINUTE),
    "all-passed": Case(END + MINUTE),
    "running": Case(START + 2 * MINUTE, [BEGUN]),
    "promise-passed": Case(START + 40 * MINUTE, [BEGUN]),
    "end-passed": Case(END + MINUTE, [BEGUN]),
    "longer": Case(END + MINUTE, [BEGUN, LONGER]),
    "completed": Case(END, [BEGUN, _over(Kind.COMPLETED, Phase.COMPLETED, END, *READY)]),
    "completed-late": Case(
        END + 190 * MINUTE,
        [BEGUN, LONGER, _over(Kind.COMPLETED, Phase.COMPLETED, END + 180 * MINUTE, *READY)],
    ),
    "cancelled": Case(START, [_off("Das Ersatzteil fehlt.", "The spare part is missing.")]),
    "postponed": Case(START, [_off("Das Ersatzteil fehlt.", "The spare part is missing.", postponed=True)]),
    "aborted": Case(
        END,
        [
            BEGUN,
            _over(
                Kind.CANCELLED,
                Phase.CANCELLED,
                END - 20 * MINUTE,
                "Der neue Kernel startet nicht.",
                "The new kernel does not start.",
                aborted=True,
            ),
        ],
    ),
}


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("name", CASES)
def test_page_card_and_calendar_entry_read_as_they_should(
    publisher: Publisher, golden: Callable[[str, str], None], name: str, locale: str
) -> None:
    publisher.locale, publisher.house = locale, House(contact=CONTACT)
    case = CASES[name]
    publisher.say(facts=FACTS)
    for number, step in enumerate(case.steps, 2):
        said = {"kind": step.kind, "phase": step.phase, "text": step.text, **step.more}
        after = step.after.total_seconds()
        publisher.say(number=number, after=after, period=step.period, update=said, facts=FACTS)
    publisher.now = case.now
    publisher.channel().build([(REF, publisher.history())])

    golden(f"pages/{locale}/{name}.txt", _sheets(publisher))


def _sheets(publisher: Publisher) -> str:
    site = publisher.folder
    front = page_aloud((site / "index.html").read_text())
    page = page_aloud((site / REF / "index.html").read_text())
    event = event_aloud((site / "announcements.ics").read_bytes(), REF)
    return f"=== front page\n\n{_told(front)}\n\n=== its page\n\n{page}\n\n=== calendar\n\n{event}"


def _told(front: str) -> str:
    """Without how to subscribe, which is the same on every day."""
    return re.split(r"\n(?:Abonnieren|Subscribe)\n", front)[0]
