"""The rules on what customers read, one table: a code, how grave it is, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from publisher.model.record import Record


class Level(StrEnum):
    """What comes of a finding."""

    OFF = "off"
    WARNING = "warning"
    """The preview and ``warnings`` say it."""
    ERROR = "error"
    """Nothing is sent, unless ``--ignore CODE``."""


class Rule(Record, frozen=True):
    """One thing that is looked for."""

    level: Level
    """Unless ``[lint]`` says."""
    finds: str


RULES: Mapping[str, Rule] = {
    "relative-day": Rule(Level.WARNING, "heute, morgen, tonight: wrong by the time it is read"),
    "no-reason": Rule(Level.OFF, "a new announcement that does not say why"),
    "shouting": Rule(Level.WARNING, "words in capitals in a row, or !!"),
    "typewriter": Rule(Level.WARNING, "straight quotes, -- and ...: they go out as they are typed"),
    "internal-host": Rule(Level.ERROR, "a host name that means nothing outside: db01.internal"),
    "private-address": Rule(Level.ERROR, "an address of the inside: 10.1.2.3, fd00::1"),
    "mail": Rule(Level.WARNING, "an e-mail address: it will be harvested"),
    "pattern": Rule(Level.ERROR, "what a pattern of [lint] patterns finds: ticket numbers"),
    "name": Rule(Level.ERROR, "a name out of [lint] names"),
    "mass-mention": Rule(Level.WARNING, "@everyone, @here: it calls all of them"),
    "mention": Rule(Level.WARNING, "on X: an account that is notified"),
    "leading-at": Rule(Level.WARNING, "on X: a post that begins with a name, which hardly anybody sees"),
    "leading-rt": Rule(Level.WARNING, "on X: a post that reads as somebody else's"),
    "cashtag": Rule(Level.WARNING, "on X: more than one $SYMBOL, which most apps may not post"),
    "hashtag": Rule(Level.WARNING, "on X: a #word, under which strangers find it"),
    "bare-host": Rule(Level.WARNING, "on X: a host name that becomes a link, counts 23 and is billed as one"),
    "similar": Rule(Level.WARNING, "a text nearly the same as one of the last day"),
    "languages-differ": Rule(Level.WARNING, "times, numbers or CVEs that one language has and another lacks"),
}


class Lint(Record, frozen=True, kw_only=True):
    """How a run is to be looked at."""

    levels: Mapping[str, Level] = msgspec.field(default_factory=dict)
    """By code, where it is another than the rule's own."""
    file: str = ""
    """Where the user's rules stand."""
    patterns: tuple[str, ...] = ()
    """Regular expressions of the user's."""
    names: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Domains that are internal, beside those that are so everywhere."""
    ignored: frozenset[str] = frozenset()
    """Codes of notes that are neither said nor refused this time."""
    recent: tuple[str, ...] = ()
    """Texts of the last day, newest first."""

    def level(self, code: str) -> Level:
        """What comes of a finding of that code."""
        return Level.OFF if code in self.ignored else self.levels.get(code, RULES[code].level)
