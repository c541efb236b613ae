"""What a reader has understood of a text, and what its sentences claim."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.lives.reader.times import Span

SERVICES = {
    "vps": {"de": "VPS-Hosting", "en": "VPS hosting"},
    "web": {"de": "Webhosting", "en": "web hosting"},
    "mail": {"de": "E-Mail", "en": "e-mail"},
    "dns": {"de": "DNS und Domains", "en": "DNS and domains"},
    "store": {"de": "Online-Speicher", "en": "online storage"},
}
"""What customers know the services by."""


@dataclass
class Read:
    """The facts of one text. None, or nothing in it: the text does not say."""

    where: str
    locale: str
    text: str
    """All that is visible and speaks of the present."""
    claims: frozenset[str] = frozenset()
    """Where the work stands, as its sentences say: see `claims`."""
    span: Span | None = None
    label: str | None = None
    """What stands before it: ``will``, ``was`` or ``planned``."""
    old: list[datetime] = field(default_factory=list)
    """Ends that it says no longer hold."""
    old_spans: list[Span] = field(default_factory=list)
    """Periods that it says no longer hold."""
    mistaken_spans: list[Span] = field(default_factory=list)
    """Periods that it says were a mistake."""
    services: frozenset[str] | None = None
    unnamed: int = 0
    """Further services, by their number."""
    added: frozenset[str] | None = None
    impact: str | None = None
    """``none``, ``degraded``, ``outage``, or the minutes that each customer is without."""
    reason: str | None = None
    action: str | None = None
    unaffected: str | None = None
    next_update: datetime | None = None
    late: int = 0
    """Minutes that the end is said to be later than announced; negative: earlier."""
    of_many: bool = False
    """It is held against the first of several promises."""
    refs: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    """What is said to have been wrong or missing."""
    previous: tuple[str, ...] = ()
    known: list[datetime] = field(default_factory=list)
    """Every point in time that is mentioned."""
    faults: list[str] = field(default_factory=list)
    """What cannot be read, or reads badly."""


_SAID = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))
_CLAIMED = {
    locale: {claim: re.compile("|".join(words), re.MULTILINE) for claim, words in _SAID[locale].items()}
    for locale in ("de", "en")
}

STANDS = frozenset({"ahead", "running", "over", "off", "postponed", "stopped"})
"""The claims of which one at most is true at a time."""


def claims(text: str, locale: str) -> frozenset[str]:
    """What the sentences say, as words for it: where the work stands, and what is said of that."""
    words = _CLAIMED[locale]
    now = words["before"].sub(" … ", text)
    found = {claim for claim, said in words.items() if claim != "before" and said.search(now)}
    if any("resumed" in one for one in words["before"].findall(text)):
        found.add("running")
    return frozenset(found)


_MORE = {"de": r"(?:und )?(\d+) weiteren? Dienste?", "en": r"(?:and )?(\d+) (?:more|other) services?"}
_JOINTS = {"de": {"", ",", "und", "sowie", "…"}, "en": {"", ",", "and", ", and", "…"}}


def services(text: str, locale: str) -> tuple[frozenset[str], int, str]:
    """The services of a list, the number of those it does not name, and what else stands in it."""
    rest, found = text, set()
    for key, names in SERVICES.items():
        name = f"[{names[locale][0].upper()}{names[locale][0]}]{re.escape(names[locale][1:])}"  # as a line begins
        rest, count = re.subn(rf"(?<![\w-]){name}(?![\w-])", "|", rest)
        if count:
            found.add(key)
    more = re.search(_MORE[locale], rest)
    rest = re.sub(_MORE[locale], "|", rest)
    strange = [one.strip() for one in rest.split("|") if one.strip() not in _JOINTS[locale]]
    return frozenset(found), int(more[1]) if more else 0, " ".join(strange)


_TONGUES = {
    locale: re.compile(rf"\b(?:{'|'.join(words.split())})\b") for locale, words in _SAID["tongues"].items()
}


def foreign(text: str, locale: str) -> list[str]:
    """Words of the other language."""
    other = "en" if locale == "de" else "de"
    return _TONGUES[other].findall(text)
