"""A page and a calendar entry as a customer reads them, line by line: for goldens and the gallery."""

from __future__ import annotations

import re

import icalendar

from publisher.cli.terminal.readable import readable

SHOWN = ("SUMMARY", "DTSTART", "DTEND", "STATUS", "CATEGORIES", "DESCRIPTION")
"""What a calendar program shows of an event, and the two by which it draws it."""


def page_aloud(html: str) -> str:
    """What stands between head and foot of a page, without a script; what is struck out stands in ``~~``."""
    main = re.sub(r"(?s).*<main[^>]*>(.*)</main>.*", r"\1", html)
    shown = re.sub(r"(?s)<p[^>]* hidden>.*?</p>", "", main)
    struck = re.sub(r"</?s\b[^>]*>", "~~", shown)
    # where a browser has a gap or a mark, by the style of the page
    gaps = re.sub(
        r"(?s)<li[^>]*>\s*<(p|div)[^>]*>", "<li>", struck.replace('<span class="phase', ' <span class="phase')
    )
    seen = re.sub(r'href="[^"]*"', "", gaps.replace("<h3>", "").replace("</h3>", ""))
    lines = [" ".join(line.split()) for line in readable(seen).split("\n")]
    return "\n".join(line for line in lines if line).replace("?:", "?")


def event_aloud(calendar: bytes, ref: str) -> str:
    """The event of an announcement; times in UTC, as calendars keep them."""
    events = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    [event] = [event for event in events if ref in f"{event.get('URL')} {event['SUMMARY']} {event['UID']}"]
    return "\n".join(f"{name}: {_value(event, name)}" for name in SHOWN if name in event)


def _value(event: icalendar.Event, name: str) -> str:
    if name == "CATEGORIES":
        return ", ".join(map(str, event[name].cats))
    if name.startswith("DT"):
        return f"{event.decoded(name):%Y-%m-%d %H:%M} UTC"
    return str(event[name]).strip()
