"""Reads posts: a blog's HTML, Facebook's text, X's few lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import html

from tests.lives.reader.facts import Read, claims, foreign, services
from tests.lives.reader.times import LENGTH, Misread, minutes, moments, plain, spans

LABELS = {
    "de": {
        "Wann": "will",
        "Zeitraum": "was",
        "Geplant war": "planned",
        "Angekündigt war": "planned",
        "Nächste Meldung": "next",
        "Betroffen": "services",
        "Jetzt auch betroffen": "added",
        "Nicht betroffen": "unaffected",
        "Auswirkung": "impact",
        "Grund": "reason",
        "Grund der Arbeiten": "reason",
        "Hinweis": "action",
        "Referenz": "reference",
        "Fragen": "contact",
        "Aktueller Stand": "latest",
        "Abonnieren": "subscribe",
        "Dieser Beitrag wurde aktualisiert": "edited",
    },
    "en": {
        "When": "will",
        "Period": "was",
        "Had been scheduled for": "planned",
        "Next update": "next",
        "Affected": "services",
        "Now also affected": "added",
        "Not affected": "unaffected",
        "Impact": "impact",
        "Reason": "reason",
        "Reason for the work": "reason",
        "What to do": "action",
        "Reference": "reference",
        "Questions": "contact",
        "Latest status": "latest",
        "Subscribe": "subscribe",
        "This post was updated": "edited",
    },
}
_EARLIER = {"de": "Frühere Meldungen:", "en": "Previous updates:"}
_MONTH = "(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember) "
_REF = r"\bCMO-[0-9A-Z]{4}\b"
_LINK = r"https?://[^\s<>\"]+"


def read_html(where: str, locale: str, title: str, body: str, near: datetime) -> Read:
    """A blog post, a notice of the customer centre, a feed's item."""
    lines, earlier = [title], False
    previous, links = [], []
    for kind, text in _blocks(body):
        if kind == "link":
            links.append(text)
        elif text == _EARLIER[locale]:
            earlier = True
        elif earlier:
            previous.append(text)
        else:
            lines.append(text)
    read = _read(where, locale, lines, near)
    read.links = (*read.links, *links)
    read.previous = tuple(previous)
    return read


def _blocks(body: str) -> Iterator[tuple[str, str]]:
    label = ""
    for one in html.fragment_fromstring(f"<div>{body}</div>").iter("p", "dt", "dd", "li", "a"):
        text = _text(one)
        if one.tag == "a":
            yield "link", one.get("href", "")
        elif one.tag == "dt":
            label = text
        elif one.tag == "dd":
            yield "line", f"{label}: {text}"
        elif one.getparent().tag != "li":
            yield "line", text


def _text(element: html.HtmlElement) -> str:
    for br in element.iter("br"):
        br.tail = f"\n{br.tail or ''}"
    return plain(str(element.text_content()).strip())


def read_text(where: str, locale: str, body: str, near: datetime) -> Read:
    """A post on Facebook."""
    now, _, before = plain(body).partition(f"\n{_EARLIER[locale]}\n")
    read = _read(where, locale, now.splitlines(), near)
    read.previous = tuple(before.splitlines())
    if re.search(r"\n\n\n|^\n|[ \t]\n", body):
        read.faults.append("empty lines")
    return read


def read_short(where: str, locale: str, body: str, near: datetime) -> Read:
    """A post on X: whom it concerns, what it is, when; then sentences; the link."""
    first, *lines = plain(body).splitlines()
    status, _, about = first.partition(": ")
    whom, _, dashed = about.partition(" – ")
    when = next((index for index, line in enumerate(lines) if _has_span(line, locale, near)), None)
    matter, told = ([], lines) if when is None else (lines[:when], lines[when:])
    parts = [part for line in told for part in _sentences(line)]
    read = _read(where, locale, [f"[{status}] {dashed}{' '.join(matter)}", *parts], near)
    _, _, newly = (
        re.split(r"\b(jetzt|now) ", whom, maxsplit=1) if re.search(r"\b(jetzt|now) ", whom) else ("", "", "")
    )
    read.added = services(newly, locale)[0] or None
    read.services, read.unnamed, strange = services(re.sub(r"\b(?:jetzt|now) ", "", whom), locale)
    if strange and not strange.endswith("…"):
        read.faults.append(f"strange services: {whom}")
    read.text = plain(body)
    if "\n\n" in body:
        read.faults.append("empty lines")
    return read


def _has_span(line: str, locale: str, near: datetime) -> bool:
    try:
        return bool(spans(line, locale, near))
    except Misread:
        return True  # told where the line is read


def _sentences(line: str) -> Iterator[str]:
    """What stands in one line."""
    yield from re.split(rf"(?<=[\w)][.!?…]) (?=[A-ZÄÖÜ])(?!{_MONTH}|Bisher hieß|We had said)", line)


def _read(where: str, locale: str, lines: list[str], near: datetime) -> Read:
    text = "\n".join(lines)
    read = Read(where, locale, text)
    read.claims = claims(text, locale)
    read.refs = frozenset(re.findall(_REF, text))
    read.links = tuple(re.findall(_LINK, text))
    try:
        _read_lines(read, lines, near)
        read.known = [one.at for one in moments(text, locale, near)]
    except Misread as fault:
        read.faults.append(str(fault))
    _notice(read)
    return read


def _read_lines(read: Read, lines: list[str], near: datetime) -> None:
    for line in lines:
        label, value = _labelled(line, read.locale)
        if re.search(_MISTAKEN[read.locale], line):
            read.mistakes = (*read.mistakes, line)
            read.mistaken_spans += spans(line, read.locale, near)
        elif label is None:
            _take_sentence(read, line, near)
        else:
            _take_fact(read, label, value, near)


def _take_fact(read: Read, label: str, value: str, near: datetime) -> None:
    match label:
        case "next":
            read.next_update = _single(value, read.locale, near)
        case "services" | "added":
            _take_services(read, label, value)
        case "impact":
            read.impact = impact(value, read.locale)
        case "reason" | "action" | "unaffected":
            setattr(read, label, value)
        case "will" | "was" | "planned":
            read.label = label
            _take_times(read, value, near)


def _labelled(line: str, locale: str) -> tuple[str | None, str]:
    for words, label in LABELS[locale].items():
        for mark in (": ", " bis ", " by "):
            if line.startswith(f"{words}{mark}") and (mark == ": " or label == "next"):
                return label, line[len(words) + len(mark) :]
    return None, line


def _single(value: str, locale: str, near: datetime) -> datetime | None:
    return next((one.at for one in moments(value, locale, near)), None)


def _take_services(read: Read, label: str, value: str) -> None:
    found, unnamed, strange = services(value.rstrip("."), read.locale)
    if strange:
        read.faults.append(f"strange services: {value}")
    setattr(read, label, found)
    if label == "services":
        read.unnamed = unnamed


_MISTAKEN = {
    "de": r"^(?:Berichtigt|Ergänzt): |\(bisher hieß es: |\(bisher nicht genannt\)",
    "en": r"^(?:Corrected|Added): |\(we had said: |\(not mentioned before\)",
}
_INSTEAD = r"\((?:statt|was) (.+?)\)"
_ANNOUNCED = r"\((?:bisher angekündigt|previously announced): (.+?)\)"
_LATE = {
    "de": rf"({LENGTH}) ?(später|früher) als (zuerst )?(?:angekündigt|geplant)",
    "en": rf"({LENGTH}) ?(later|earlier) than (first )?(?:announced|planned)",
}


def _take_sentence(read: Read, line: str, near: datetime) -> None:
    if read.span is None and spans(line, read.locale, near) and not re.search(_ANNOUNCED, line):
        _take_times(read, line, near)
    else:
        _take_old(read, line, near)
    late = re.search(_LATE[read.locale], line)
    if late:
        by = minutes(late[1])
        read.late = by if late[2] in ("später", "later") else -by
        read.of_many = bool(late[3])
    read.impact = read.impact or impact(line, read.locale)


def _take_times(read: Read, value: str, near: datetime) -> None:
    found = spans(value, read.locale, near)
    if found:
        read.span = found[0]
    _take_old(read, value, near)
    late = re.search(_LATE[read.locale], value)
    if late:
        read.late = minutes(late[1]) * (1 if late[2] in ("später", "later") else -1)
        read.of_many = bool(late[3])


def _take_old(read: Read, line: str, near: datetime) -> None:
    read.old_spans += [one for said in re.findall(_ANNOUNCED, line) for one in spans(said, read.locale, near)]
    for found in re.finditer(_INSTEAD, line):
        inside = [one for one in spans(line, read.locale, near) if found.start() < one.begins < found.end()]
        if inside:
            read.old_spans += inside
        else:
            all_ = moments(line, read.locale, near)
            read.old += [one.at for one in all_ if found.start() < one.begins < found.end()]


def impact(text: str, locale: str) -> str | None:
    """What the reader will notice: minutes as ``30``."""
    whose = r"(?:jeder Server(?: ist)?|je Server|each server (?:(?:will be )?unavailable|down) for) (?:etwa|about)"
    each = re.search(rf"{whose} ({LENGTH})", text, re.IGNORECASE)
    if each:
        return str(minutes(each[1]))
    words = {
        "de": (
            ("outage", r"zeitweise oder durchgehend nicht erreichbar"),
            ("degraded", r"langsam oder .*nicht erreichbar"),
            ("none", r"keine (?:spürbaren )?Auswirkung|Auswirkung: voraussichtlich keine"),
        ),
        "en": (
            ("outage", r"unavailable for some or all of th(?:is|e) time"),
            ("degraded", r"slow or briefly unavailable"),
            ("none", r"not expect you to notice|no impact expected|none expected"),
        ),
    }
    return next((name for name, said in words[locale] if re.search(said, text, re.IGNORECASE)), None)


def _notice(read: Read) -> None:
    """What reads badly, whoever wrote it."""
    text = read.text
    if found := re.search(r"\{\w*\}?|  |\bNone\b|undefined|\s[.,;:](?=\s|$)|\.\.(?!\.)|,,| ,|\(\)", text):
        read.faults.append(f"reads badly: {text[max(0, found.start() - 20) : found.end() + 20]!r}")
    if strange := foreign(text, read.locale):
        read.faults.append(f"the other language: {strange[:4]}")
    sentences = [one for one in re.split(r"(?<=\D[.!?])\s+|\n", text) if len(one) > 25]
    read.faults += [
        f"said twice: {one!r}" for one in sorted({one for one in sentences if sentences.count(one) > 1})
    ]
