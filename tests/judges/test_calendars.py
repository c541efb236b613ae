"""calendar.ics before icalendar, vobject and ical.js: every window at its local time, one event an announcement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar
from judging.histories import HARD, LAID, PLANNED
from judging.programs import events_of
from judging.site import Site

from publisher.model.announcement import Kind, Period, Phase
from publisher.model.windows import DEFAULT_WINDOWS, Window, occurrences

UNTIL = "2028-01-03"
FIRST, LAST = datetime(2026, 1, 5, tzinfo=UTC), datetime(2028, 1, 3, tzinfo=UTC)

ZONES = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Etc/UTC",
    "UTC",
]

UNREAD_BY_VOBJECT = {"Europe/London", "Europe/Dublin", "Africa/Casablanca"}
"""Zones in which one of the two offsets is zero: vobject 0.9.9 then never sees the other one."""


def expected(zone: str, windows: tuple[Window, ...] = DEFAULT_WINDOWS) -> list[tuple[datetime, datetime]]:
    found = occurrences(windows, ZoneInfo(zone), FIRST, LAST)
    return [(one.start, one.end) for one in found if FIRST < one.start < LAST]


def by_ical_js(folder: Path) -> list[tuple[datetime, datetime]]:
    events = [event for event in events_of(folder / "calendar.ics", UNTIL) if "window-" in event["uid"]]
    assert not [event for event in events if event["floating"]]
    return sorted((_moment(event["start"]), _moment(event["end"])) for event in events)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def by_vobject(document: bytes) -> list[tuple[datetime, datetime]]:
    found = []
    for event in vobject.readOne(document.decode()).vevent_list:
        if not event.uid.value.startswith("window-"):
            continue
        length = event.dtend.value - event.dtstart.value
        for start in event.getrruleset(addRDate=True).between(
            FIRST.astimezone(event.dtstart.value.tzinfo),
            LAST.astimezone(event.dtstart.value.tzinfo),
            inc=True,
        ):
            found.append((start.astimezone(UTC), (start + length).astimezone(UTC)))
    return sorted(found)


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_of_windows_are_where_the_clock_of_their_zone_says(site, judge, zone):
    judge("ical.js")
    site.zone = zone
    site.history.say()
    site.write()

    assert by_ical_js(site.folder) == expected(zone)
    if zone not in UNREAD_BY_VOBJECT:
        assert by_vobject(site.read("calendar.ics")) == expected(zone)


def test_in_berlin_every_one_begins_at_half_past_ten_both_changes_of_the_clocks_included(site, judge):
    judge("ical.js")
    site.history.say()
    site.write()

    starts = [start.astimezone(ZoneInfo("Europe/Berlin")) for start, _ in by_ical_js(site.folder)]
    assert len(starts) == 208
    assert {f"{start:%a %H:%M}" for start in starts} == {"Tue 22:30", "Wed 22:30"}
    assert {start.tzname() for start in starts} == {"CET", "CEST"}
    assert {end - start for start, end in by_ical_js(site.folder)} == {timedelta(hours=7, minutes=30)}


def test_control_windows_in_utc_are_an_hour_off_in_summer(site, judge, tmp_path):
    judge("ical.js")
    site.history.say()
    site.write()
    text = site.read("calendar.ics").decode()
    for start, end in (("06T2230", "07T0600"), ("07T2230", "08T0600")):
        text = text.replace(f"DTSTART;TZID=Europe/Berlin:202601{start}00", f"DTSTART:202601{_utc(start)}00Z")
        text = text.replace(f"DTEND;TZID=Europe/Berlin:202601{end}00", f"DTEND:202601{_utc(end)}00Z")
    (tmp_path / "calendar.ics").write_bytes(text.encode())

    wrong = set(expected("Europe/Berlin")) - set(by_ical_js(tmp_path))
    assert 100 < len(wrong) < 208


def _utc(text: str) -> str:
    day, hour = text.split("T")
    return f"{day}T{int(hour[:2]) - 1:02}{hour[2:]}"


def test_berlin_is_the_constant_text_and_windows_are_absent_where_there_are_none(site):
    site.history.say()
    site.write()
    text = site.read("calendar.ics").decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n" in text

    site.windows = ()
    site.write()
    assert b"RRULE" not in site.read("calendar.ics")
    assert b"VTIMEZONE" not in site.read("calendar.ics")


def test_a_window_over_the_weekend_and_one_over_midnight_of_sunday(site, judge):
    judge("ical.js")
    site.windows = (Window.parse("Sun 23:00", "Mon 01:00"), Window.parse("Fri 20:00", "Sat 10:00"))
    site.history.say()
    site.write()

    assert by_ical_js(site.folder) == expected("Europe/Berlin", site.windows)


def test_a_night_in_which_the_clocks_change_ends_when_the_window_says(site, judge):
    judge("ical.js")
    site.windows = (Window.parse("Sat 22:00", "Sun 06:00"), Window.parse("Sun 01:00", "Sun 02:30"))
    site.history.say()
    site.write()

    found = by_ical_js(site.folder)
    assert found == sorted(one for window in site.windows for one in expected("Europe/Berlin", (window,)))
    assert {str(end - start) for start, end in found} == {
        "7:00:00",
        "8:00:00",
        "9:00:00",
        "1:00:00",
        "1:30:00",
        "2:30:00",
    }


# --- announcements ------------------------------------------------------------------------------------------------


def event_of(site: Site, name: str = "calendar.ics") -> Any:
    [event] = [
        event for event in Calendar.from_ical(site.read(name)).walk("VEVENT") if "window" not in event["UID"]
    ]
    return event


def test_an_announcement_is_one_event_whose_sequence_rises_and_which_stays_when_cancelled(site):
    site.history.say(title="Lücke")
    later = Period(PLANNED + timedelta(hours=4), PLANNED + timedelta(hours=5))
    seen = []
    for step in (
        {},
        {"kind": Kind.RESCHEDULED, "period": later},
        {"kind": Kind.CORRECTED, "title": "Loch"},
        {"kind": Kind.CANCELLED, "phase": Phase.CANCELLED},
    ):
        if step:
            site.history.say(after=60 * len(seen), **step)
        site.write()
        event = event_of(site)
        seen.append((event["SEQUENCE"], event.start, event["STATUS"], event["SUMMARY"], event["UID"]))

    uid, early = "cmo-7k3m@example.net", PLANNED + timedelta(hours=2)
    assert seen == [
        (0, early, "CONFIRMED", "CMO: Dringende Wartung – VPS-Hosting: Lücke", uid),
        (1, later.starts_at, "CONFIRMED", "CMO: Dringende Wartung – VPS-Hosting: Lücke", uid),
        (2, later.starts_at, "CONFIRMED", "CMO: Dringende Wartung – VPS-Hosting: Loch", uid),
        (3, later.starts_at, "CANCELLED", "CMO: Abgesagt – VPS-Hosting: Loch", uid),
    ]
    last = PLANNED + timedelta(seconds=180)
    assert [event[name].dt for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")] == [last, last, PLANNED]
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("kind", "phase"), [(Kind.COMPLETED, Phase.COMPLETED), (Kind.CANCELLED, Phase.CANCELLED)]
)
def test_what_was_to_be_expected_is_not_expected_when_it_is_over(site, kind, phase):
    site.history.say(action="Nicht neu starten", details="Mehr dazu", reason="Es eilt")
    site.write()
    assert {
        "Auswirkung: zeitweise oder durchgehend nicht erreichbar",
        "Hinweis: Nicht neu starten",
        "Mehr dazu",
        "Grund: Es eilt",
    } <= described(site)

    site.history.say(after=60, kind=kind, phase=phase)
    site.write()
    assert described(site) == {"Betroffen: VPS-Hosting", "Referenz: CMO-7K3M"}


def described(site: Site) -> set[str]:
    return set(event_of(site)["DESCRIPTION"].splitlines())


@pytest.mark.parametrize(
    ("locale", "summary"),
    [("de", "CMO: Beendet – VPS-Hosting: x"), ("en_GB", "CMO: Completed – VPS hosting: x")],
)
def test_the_calendar_speaks_the_channels_language(site, locale, summary):
    site.locale = locale
    site.history.say(title="x")
    site.history.say(after=60, kind=Kind.COMPLETED, phase=Phase.COMPLETED)
    site.write()

    assert event_of(site)["SUMMARY"] == summary


def test_an_end_that_is_not_after_the_start_does_not_break_the_file(site):
    site.history.say(period=Period(PLANNED, PLANNED))
    site.write()

    assert event_of(site).end > event_of(site).start


def test_what_the_channel_was_left_out_of_is_in_no_calendar(site):
    site.history.say("CMO-AAAA")
    site.history.leave_out()
    site.history.say("CMO-BBBB", after=60)
    site.write()

    assert event_of(site)["UID"] == event_of(site, "maintnote.ics")["UID"] == "cmo-bbbb@example.net"


@pytest.mark.parametrize("name", ["calendar.ics", "maintnote.ics"])
@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_hard_texts_arrive_to_the_letter(site, judge, name, text):
    judge("ical.js")
    site.brand = 'C"M;O,:'
    site.history.say(title=text, reason=text, details=f"{text}\nzweite Zeile")
    site.write()

    theirs = next(e for e in events_of(site.folder / name, UNTIL) if "window" not in e["uid"])
    others = next(e for e in vobject.readOne(site.read(name).decode()).vevent_list if "cmo-" in e.uid.value)
    summaries = (event_of(site, name)["SUMMARY"], theirs["summary"], others.summary.value)
    assert summaries == (f"{site.brand}: Dringende Wartung – VPS-Hosting: {text}",) * 3
    assert theirs["description"] == event_of(site, name)["DESCRIPTION"] == others.description.value
    assert f"{text}\nzweite Zeile" in theirs["description"]


@pytest.mark.parametrize("name", ["calendar.ics", "maintnote.ics"])
@pytest.mark.parametrize("text", LAID.values(), ids=LAID)
def test_what_input_refuses_breaks_no_line(site, name, text):
    site.brand = text
    site.history.say(title=text, reason=text)
    site.write()

    event = event_of(site, name)
    assert "\n" not in event["SUMMARY"]
    assert [other["UID"] for other in Calendar.from_ical(site.read(name)).walk("VEVENT")].count("fremd") == 0


def test_every_line_is_as_rfc_5545_wants_it(judged):
    for name in ("calendar.ics", "maintnote.ics"):
        document = judged.read(name)
        assert document.endswith(b"END:VCALENDAR\r\n")
        lines = document.split(b"\r\n")[:-1]
        assert all(line and len(line) <= 75 and line.decode() for line in lines)
        assert not set(document) & (set(range(32)) - {9, 10, 13})
        assert document.count(b"\n") == document.count(b"\r") == document.count(b"\r\n")


def test_every_announcement_is_an_event_and_every_reader_finds_them_all(judged, judge):
    judge("ical.js")
    announced = {f"{said.ref.lower()}@example.net" for said in judged.history.said}
    standing = {f"{ref.lower()}@example.net" for ref in judged.history.standing()}
    for name in ("calendar.ics", "maintnote.ics"):
        document = judged.read(name)
        theirs = {event["uid"] for event in events_of(judged.folder / name, "2030-01-01")}
        others = [event.uid.value for event in vobject.readOne(document.decode()).vevent_list]
        assert len(set(others)) == len(others)
        assert theirs == set(others)
        listed = {uid for uid in theirs if not uid.startswith("window-")}
        assert standing <= listed <= announced  # what was taken down leaves after some weeks
