"""Reads the pages behind the link, and the calendar, as somebody sees them who comes by at some hour."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import html

from tests.lives.reader.facts import claims, foreign, services
from tests.lives.reader.posts import impact
from tests.lives.reader.times import LENGTH, Misread, minutes, moments, plain, spans

_LABELS = {
    "de": {
        "Grund": "reason",
        "Hinweis": "action",
        "Auswirkung": "impact",
        "Unterbrechung je Server": "outage",
        "Nicht betroffen": "unaffected",
        "Einzelheiten": "details",
        "Fragen?": "contact",
        "Betroffen": "services",
    },
    "en": {
        "Reason": "reason",
        "What to do": "action",
        "Impact": "impact",
        "Outage per server": "outage",
        "Interruption per server": "outage",
        "Not affected": "unaffected",
        "Details": "details",
        "Questions?": "contact",
        "Affected": "services",
    },
}


@dataclass
class Page:
    """What a page says of one announcement."""

    locale: str
    text: str
    """All that is visible now."""
    standing: str
    claims: frozenset[str]
    times: list[datetime] = field(default_factory=list)
    """Start and end."""
    is_struck: bool = False
    """They are crossed out: it will not be."""
    old: tuple[datetime, datetime] | None = None
    old_label: str = ""
    overdue: list[tuple[str, datetime]] = field(default_factory=list)
    """What passed without a word, as the page says now: ``start``, ``both``, ``end`` or ``promise``."""
    next_update: datetime | None = None
    services: dict[str, frozenset[str]] = field(default_factory=dict)
    """With what is claimed of each."""
    facts: dict[str, str] = field(default_factory=dict)
    news: list[tuple[str, str]] = field(default_factory=list)
    """The timeline: heading and text, newest first."""
    machine: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_page(locale: str, document: bytes, near: datetime) -> Page:
    """<ref>/index.html."""
    root = html.document_fromstring(document.decode())
    for hidden in root.xpath("//*[@hidden]|//script[not(@type)]|//style"):
        hidden.drop_tree()
    main = root.find(".//article")
    standing = _text(main.find_class("phase")[0])
    page = Page(locale, _text(root.body), standing, claims(standing, locale))
    try:
        _read(page, root, main, near)
    except Misread as fault:
        page.faults.append(str(fault))
    if strange := foreign(_text(main), locale):
        page.faults.append(f"the other language: {strange[:4]}")
    return page


def _read(page: Page, root: html.HtmlElement, main: html.HtmlElement, near: datetime) -> None:
    when = main.find_class("when")[0]
    for one in when.findall("dl/div"):
        page.times.append(_time(page, one.find(".//time"), near))
        page.is_struck = page.is_struck or one.find(".//s") is not None
    for old in when.find_class("old"):
        page.old = spans(_text(old), page.locale, near)[0].period
        page.old_label = _text(old).partition(":")[0]
    for one in when.find_class("unsaid"):
        page.overdue.append((_overdue(_text(one)), moments(_text(one), page.locale, near)[0].at))
    for one in when.find_class("next"):
        page.next_update = _time(page, one.find("time"), near)
    for one in main.find_class("facts")[0].findall("div"):
        _fact(page, _text(one.find("dt")), one.find("dd"))
    for entry in main.find_class("timeline")[0]:
        heading, *_ = entry.iter("h3")
        page.news.append((_text(heading), "\n".join(_text(p) for p in entry.findall("p"))))
    machine = root.xpath("//script[@type='application/ld+json']")
    page.machine = json.loads(machine[0].text)


def _fact(page: Page, label: str, value: html.HtmlElement) -> None:
    name = _LABELS[page.locale].get(label)
    if name is None:
        page.faults.append(f"an unknown label: {label}")
    elif name == "services":
        for item in value.iter("li"):
            called, state = item.findall("span")
            found, _, strange = services(_text(called), page.locale)
            if strange:
                page.faults.append(f"strange services: {strange}")
            page.services |= dict.fromkeys(found, claims(_text(state), page.locale))
    else:
        page.facts[name] = _text(value)


def _overdue(text: str) -> str:
    for key, words in {
        "both": r"weder (der )?Beginn|neither (the )?start",
        "start": r"Beginn (der Arbeiten )?war|start (of work )?was",
        "end": r"Ende war|end was",
        "promise": r"nächste Meldung|next update",
    }.items():
        if re.search(words, text):
            return key
    return "?"


def _time(page: Page, element: html.HtmlElement, near: datetime) -> datetime:
    """As it reads; what machines are told has to be the same."""
    at = moments(_text(element), page.locale, near)[0].at
    machine = datetime.fromisoformat(element.get("datetime"))
    if machine.replace(second=0).astimezone(UTC) != at:
        page.faults.append(f"reads {at}, and machines read {machine}")
    return at


def _text(element: html.HtmlElement) -> str:
    return plain(" ".join(str(element.text_content()).split()))


@dataclass
class Event:
    """What a calendar shows of it."""

    locale: str
    summary: str
    description: str
    claims: frozenset[str]
    starts: datetime
    ends: datetime
    is_cancelled: bool
    services: frozenset[str]
    impact: str | None
    next_update: datetime | None
    faults: list[str] = field(default_factory=list)


def read_event(locale: str, event: bytes, near: datetime) -> Event:
    """A VEVENT."""
    lines = event.decode().replace("\r\n ", "").split("\r\n")
    values = {
        line.partition(":")[0].partition(";")[0]: line.partition(":")[2] for line in lines if ":" in line
    }
    summary, description = (_unescaped(values[name]) for name in ("SUMMARY", "DESCRIPTION"))
    labels = {"de": ("Betroffen: ", "Nächste Meldung: "), "en": ("Affected: ", "Next update: ")}[locale]
    listed = next((line for line in description.splitlines() if line.startswith(labels[0])), "")
    found, _, strange = services(listed.removeprefix(labels[0]), locale)
    promised = next((line for line in description.splitlines() if line.startswith(labels[1])), "")
    read = Event(
        locale=locale,
        summary=summary,
        description=description,
        claims=claims(summary.partition(": ")[2].partition(" – ")[0], locale),
        starts=_ical(values["DTSTART"]),
        ends=_ical(values["DTEND"]),
        is_cancelled=values["STATUS"] == "CANCELLED",
        services=found,
        impact=next((found for line in description.splitlines() if (found := impact(line, locale))), None),
        next_update=next((one.at for one in moments(promised, locale, near)), None),
        faults=[f"strange services: {strange}"] if strange else [],
    )
    if other := foreign(f"{summary}\n{description}", locale):
        read.faults.append(f"the other language: {other[:4]}")
    return read


def _unescaped(text: str) -> str:
    return plain(re.sub(r"\\([,;\\nN])", lambda one: "\n" if one[1] in "nN" else one[1], text))


def _ical(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def each_is_without(text: str) -> int:
    """The minutes of an interruption."""
    found = re.search(LENGTH, text)
    return minutes(found[0]) if found else 0
