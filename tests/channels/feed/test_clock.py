"""Pages stay true when the clock moves and nobody speaks, and after the end they say nothing that held before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.model.announcement import Kind, Period, Phase
from publisher.model.house import House
from tests.channels.feed.saying import PERIOD, PLANNED, Publisher, visible

HOUR = timedelta(hours=1)
PAGES = ("index.html", "CMO-7K3M/index.html", "2026-11/index.html")


def shown(publisher: Publisher, page: str) -> str:
    """What a browser without scripts shows, in one line."""
    html = (publisher.folder / page).read_text()
    seen = visible(re.sub(r"<p[^>]* hidden>.*?</p>", "", html))
    return " ".join(seen.split())


def built(publisher: Publisher, now: datetime) -> None:
    """As a timer has it made, at this time."""
    publisher.now = now
    history = publisher.history()
    publisher.channel().build((ref, history) for ref in {said.ref for said in history.said})


UNSAID = {
    PLANNED: "",
    PERIOD.starts_at: "Der Beginn war für Mo., 23.11., 23:00 Uhr MEZ angekündigt; er ist noch nicht bestätigt.",
    PERIOD.ends_at: "Das Ende war für Di., 24.11., 00:00 Uhr MEZ angekündigt;"
    " weder Beginn noch Abschluss sind bisher bestätigt.",
}


def test_what_passes_without_a_word_is_said_by_the_next_build_on_every_page(publisher: Publisher) -> None:
    publisher.say()
    for now, sentence in UNSAID.items():
        built(publisher, now)
        for page in PAGES:
            text = shown(publisher, page)
            assert "angekündigt für Mo., 23.11., 23:00 Uhr MEZ" in text
            assert [one for one in UNSAID.values() if one and one in text] == [sentence] * bool(sentence)
            assert not re.search(r"\b(heute|morgen|jetzt|läuft)\b", text)


def test_what_a_script_may_show_later_stands_hidden_with_its_time(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say(update={"next_update_at": PERIOD.starts_at + HOUR / 2}))

    html = (publisher.folder / "CMO-7K3M/index.html").read_text()

    assert re.findall(r'data-since="([^"]+)"(?: data-until="([^"]+)")? hidden>', html) == [
        ("2026-11-23T23:00:00+01:00", "2026-11-24T00:00:00+01:00"),
        ("2026-11-24T00:00:00+01:00", ""),
        ("2026-11-23T23:30:00+01:00", ""),
    ]


@pytest.mark.parametrize(
    ("locale", "promise", "kept_waiting"),
    [
        ("de", "Nächste Meldung: bis Mo., 23.11., 23:30 Uhr MEZ", "bis Mo., 23.11., 23:30 Uhr MEZ zugesagt"),
        ("en", "Next update: by Mon 23 Nov, 23:30 CET", "promised by Mon 23 Nov, 23:30 CET"),
    ],
)
def test_the_next_update_stands_on_the_page_and_the_front_page_until_it_is_over(
    publisher: Publisher, locale: str, promise: str, kept_waiting: str
) -> None:
    publisher.locale = locale
    promised = {"next_update_at": PERIOD.starts_at + HOUR / 2}
    publisher.say(update={**promised, "phase": Phase.IN_PROGRESS})
    for now, is_late in ((PLANNED, False), (PERIOD.starts_at + HOUR, True)):
        built(publisher, now)
        for page in PAGES[:2]:
            assert promise in shown(publisher, page)
            assert (kept_waiting in shown(publisher, page)) is is_late
        for calendar in ("calendar.ics", "announcements.ics", "CMO-7K3M/event.ics"):
            assert promise.replace(",", "\\,") in unfolded(publisher.folder / calendar)

    over = {"kind": Kind.COMPLETED, "phase": Phase.COMPLETED, **promised}
    publisher.say(number=2, after=60, update=over)
    built(publisher, PERIOD.ends_at + HOUR)
    assert not any(promise in shown(publisher, page) for page in PAGES)
    assert promise.replace(",", "\\,") not in unfolded(publisher.folder / "calendar.ics")


def unfolded(calendar: Path) -> str:
    """Its lines as they were before they were folded."""
    return calendar.read_bytes().decode().replace("\r\n ", "")


def test_after_the_end_nothing_is_said_that_held_before(publisher: Publisher) -> None:
    texts = {"reason": "Brandgefahr", "action": "Bitte sichern", "details": "Zehn Minuten weg"}
    publisher.say(**texts)
    for number, (kind, phase, why) in enumerate(
        [
            (Kind.COMPLETED, Phase.COMPLETED, ["Brandgefahr"]),
            (Kind.CANCELLED, Phase.CANCELLED, []),
        ],
        2,
    ):
        publisher.say(number=number, after=number * 60, update={"kind": kind, "phase": phase}, **texts)
        built(publisher, PLANNED)
        text = shown(publisher, PAGES[1])
        assert [one for one in (*texts.values(), "Ausfall") if one in text] == why
        assert "event.ics" not in (publisher.folder / PAGES[1]).read_text()


def test_each_entry_of_the_timeline_says_in_one_line_what_changed(publisher: Publisher) -> None:
    start, end = PERIOD.starts_at, PERIOD.ends_at
    moves = [
        (Period(start, end + HOUR), "Verlängert bis 01:00 Uhr (statt 00:00 Uhr)"),
        (
            Period(start, end - HOUR / 2),
            "Früheres Ende: Mo., 23.11., 23:30 Uhr MEZ (statt Di., 24.11., 01:00 Uhr MEZ)",
        ),
        (Period(start + HOUR / 6, end), "Verschoben: Beginn 23:10 Uhr (statt 23:00 Uhr)"),
        (Period(start, end), "Vorverlegt: Beginn 23:00 Uhr (statt 23:10 Uhr)"),
    ]
    publisher.say()
    for number, (period, _) in enumerate(moves, 2):
        publisher.say(number=number, after=number * 60, period=period, update={"kind": Kind.RESCHEDULED})
    publisher.say(number=6, after=400, update={"kind": Kind.PROGRESS, "phase": Phase.IN_PROGRESS})
    late = Period(start, end + 2 * HOUR)
    over = {"kind": Kind.COMPLETED, "phase": Phase.COMPLETED}
    publisher.say(number=7, after=500, period=late, update=over)
    publisher.channel().publish(publisher.say(number=8, after=600, period=late, update=over))

    text = shown(publisher, PAGES[1])

    first = (
        "Ankündigung · Mo., 23. November 2026, 21:00 Uhr MEZ Zeitraum: Mo., 23. November 2026, 23:00 Uhr bis"
    )
    for line in [*(line for _, line in moves), "Begonnen", "Abgeschlossen – fertig um 02:00 Uhr", first]:
        assert line in text
    assert "Ursprünglich geplant: Mo., 23. November 2026, 23:00 Uhr bis Di., 24. November 2026, 00:00" in text


CALLED_OFF = {
    (False, False): "abgesagt",
    (True, False): "abgebrochen",
    (False, True): "verschoben, neuer Termin folgt",
    (True, True): "abgebrochen, neuer Termin folgt",
}


def test_work_is_called_off_as_it_was(publisher: Publisher) -> None:
    publisher.say(update={"phase": Phase.IN_PROGRESS})
    for number, ((aborted, postponed), word) in enumerate(CALLED_OFF.items(), 2):
        off = {"kind": Kind.CANCELLED, "phase": Phase.CANCELLED, "aborted": aborted, "postponed": postponed}
        publisher.said = publisher.said[:1]
        publisher.channel().publish(publisher.say(number=number, after=number * 60, update=off))
        assert all(word in shown(publisher, page) for page in PAGES)
        html = (publisher.folder / PAGES[1]).read_text()
        assert word[:1].upper() + word[1:] in visible(html)
        assert ("<s><time" in html) is not aborted
        assert ("Abgebrochen am" in html) is aborted


def test_the_house_is_reached_named_and_coloured_as_configured(publisher: Publisher) -> None:
    logo = publisher.root / "own.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    publisher.house = House(
        contact={"de": "+49 30 1234567", "en": "+49 30 7654321"},
        links={"Impressum": "https://www.example.net/impressum"},
        logo=str(logo),
        accent="#ffcc00",
    )
    publisher.channel().publish(publisher.say())

    for page in PAGES:
        html = (publisher.folder / page).read_text()
        assert visible(html).count("+49 30 1234567") == 1
        assert "https://www.example.net/impressum" in html
        assert "logo.svg" in html
        assert "icon.svg" not in html
    assert (publisher.folder / "logo.svg").read_bytes() == logo.read_bytes()
    style = (publisher.folder / "style.css").read_text()
    assert style.index("--accent: #0b57b0") < style.index("--accent: #ffcc00")


def test_the_archive_has_a_page_for_each_month_which_lead_to_each_other(publisher: Publisher) -> None:
    before = Period(PERIOD.starts_at - timedelta(days=60), PERIOD.ends_at - timedelta(days=60))
    publisher.say("CMO-0LD1", title="Im September", after=-1000, period=before)
    publisher.channel().publish(publisher.say())

    assert (
        '<a href="2026-11/">November 2026</a> <span class="dot">·</span> \n<a href="2026-09/">September 2026</a>'
        in (publisher.folder / "index.html").read_text().replace("\u00a0", " ")
    )
    assert "Im September" in shown(publisher, "2026-09/index.html")
    assert '<a href="../2026-09/">' in (publisher.folder / "2026-11/index.html").read_text()
    assert '<a href="../CMO-0LD1/">' in (publisher.folder / "2026-09/index.html").read_text()


def test_a_month_of_which_not_everything_is_known_is_left_as_it_is(publisher: Publisher) -> None:
    publisher.say("CMO-0LD1", title="Altes")
    publisher.channel().publish(publisher.say(after=60))
    publisher.said = publisher.said[1:]
    publisher.is_whole = False
    publisher.channel().publish(publisher.say(number=2, after=120))

    assert "Altes" in shown(publisher, "2026-11/index.html")
    assert 'href="2026-11/"' in (publisher.folder / "index.html").read_text()


def test_an_announcement_can_be_put_into_a_calendar_by_itself(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say())

    assert 'href="event.ics"' in (publisher.folder / "CMO-7K3M/index.html").read_text()
    event = (publisher.folder / "CMO-7K3M/event.ics").read_text()
    assert event.count("BEGIN:VEVENT") == 1
    assert "UID:cmo-7k3m@example.net" in event


def test_a_check_misses_how_customers_reach_us_and_the_imprint(publisher: Publisher) -> None:
    said = " ".join(publisher.channel().check().warnings)
    assert "[publisher] contact" in said
    assert "[publisher] links" in said
    links = {"Legal notice": "https://www.example.net/"}
    publisher.house = House(contact={"und": "+49 30 1234567"}, links=links)
    assert publisher.channel().check().warnings == ()
