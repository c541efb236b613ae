"""What reading a first and a later update has in common: texts, names and times, and every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from publisher.model.announcement import UNDETERMINED, Impact, Localized, Service
from publisher.model.errors import Refused
from publisher.model.languages import language_of, put_over
from publisher.model.record import Record
from publisher.model.times import (
    evened,
    in_words,
    is_bare_clock,
    parse_duration,
    parse_until,
    parse_when,
    with_its_day,
)
from publisher.planning.selection import names_in, select, unknown
from publisher.settings.config import Config
from publisher.settings.faults import InputFault
from publisher.settings.schema import checked_locale
from publisher.settings.text_rules import RULES, checked

_T = TypeVar("_T")

UNASKED = timedelta(hours=12)
"""A bare clock time further ahead than this is likely meant for today; without a question it is refused."""

TypedText = str | tuple[str, ...] | Mapping[str, str] | None
"""A text as it was given: typed once or by language (``("Lücke", "en=Hole")``), or a table of texts by language."""

_LONGEST_REASON = 500
"""Characters of what ``--again`` and ``--reopen`` say."""


def as_it_stands(text: TypedText) -> TypedText:
    """A text of a file: it says its language by a table, never by how it begins."""
    return {UNDETERMINED: text} if isinstance(text, str) else text


def is_now(start: str | None) -> bool:
    """Whether a start as it was typed means the minute in which it is said."""
    return (start or "").strip().lower() in {"now", "jetzt"}


class Typed(Record, frozen=True, kw_only=True):
    """What every update takes, as it was typed."""

    start: str | None = None
    until: str | None = None
    again: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    yes: bool = False


class Reader:
    """Reads words one by one and keeps what is wrong with them; what could not be read is None."""

    def __init__(self, config: Config, now: datetime) -> None:
        self.config = config
        self.now = now
        self.zone = ZoneInfo(config.publisher.timezone)
        self.faults: list[str] = []
        self.evened: list[str] = []
        """The options whose time was rounded up."""

    def refuse_faults(self, hint: str) -> None:
        """Raises Refused, naming every fault there is."""
        if self.faults:
            raise Refused("; ".join(self.faults), hint=hint)

    def text(self, place: str, *given: TypedText) -> Localized | None:
        """A text by the rules of its place and by language, from what has it first; each as `put_over` says."""
        said: Localized | None = None
        for words in reversed([one for one in given if one is not None and one != ()]):
            said = put_over(said, self._by_language(place, words), self.config.language)
        return said or None

    def _by_language(self, place: str, words: TypedText) -> Localized:
        said: dict[str, str] = {}
        for language, text in self._told_apart(place, words):
            if language in said:
                self.faults.append(f"{self._place(place, language)}: is there twice")
            said[language] = self.checked(place, text, language) or ""
        return {language: text for language, text in said.items() if text}

    def _told_apart(self, place: str, words: TypedText) -> Iterator[tuple[str, str]]:
        """Each text with its language: the publisher's own unless another one is said."""
        if isinstance(words, Mapping):
            yield from ((self._own(key), text) for key, text in words.items())
        else:
            for text in (words,) if isinstance(words, str) else words or ():
                yield self._tagged(place, text)

    def _own(self, locale: str) -> str:
        return self.config.language if locale == UNDETERMINED else locale.replace("-", "_")

    def _tagged(self, place: str, text: str) -> tuple[str, str]:
        """``en=Hole`` is English. What begins like that in a language that no channel speaks is asked about."""
        tag, equals, rest = text.partition("=")
        try:
            locale = checked_locale(tag) if equals else None
        except InputFault:
            locale = None
        if locale is None:
            return self.config.language, text
        known = dict.fromkeys(one for each in self.config.locales for one in (language_of(each), each))
        if locale not in known:
            own = self.config.language
            self.faults.append(
                f"{place}: no channel speaks {locale}, only {', '.join(known)}; a text that begins so is"
                f" written {own}={tag}=…"
            )
        return locale, rest

    def _place(self, place: str, language: str) -> str:
        """Where a fault is; with the language wherever there are several."""
        several = len(self.config.locales) > 1 or language != self.config.language
        return f"{place} ({language})" if several else place

    def checked(self, place: str, text: str, language: str) -> str | None:
        """A text by the rules of its place."""
        rule, where = RULES[place], self._place(place, language)
        return self.or_fault(lambda: checked(text, where, most=rule.most, lines=rule.lines))

    def line(self, option: str, text: str | None) -> str | None:
        """A reason that the record keeps: one line."""
        if text is None:
            return None
        return self.or_fault(lambda: checked(text, option, most=_LONGEST_REASON, lines=False))

    def impact(self, given: str) -> Impact:
        """How hard it hits, by its name."""
        if given in set(Impact):
            return Impact(given)
        self.unknown("impact", given, [str(impact) for impact in Impact])
        return Impact.OUTAGE

    def services(self, given: tuple[str, ...] | list[str] | str) -> tuple[Service, ...]:
        """Those of the configuration, by their names."""
        known, names = self.config.services, names_in(given)
        for name in names:
            if name not in known:
                self.unknown("service", name, known)
        return tuple(Service(key=name, name=known[name].name) for name in names if name in known)

    def channels(self, typed: Typed) -> tuple[str, ...]:
        """The channels that ``--only`` and ``--skip`` leave."""
        chosen, faults = select(self.config, only=typed.only, skip=typed.skip)
        self.faults += faults
        return chosen

    def when(self, option: str, text: str, *, past: bool = False) -> datetime | None:
        """A time. A clock time alone is the next one, or the last one where it is of what is ``past``."""
        back = timedelta(days=1, minutes=-1) if past and is_bare_clock(text) else timedelta()
        meant = self.or_fault(lambda: parse_when(text, now=self.now - back, zone=self.zone), option)
        even = evened(text, meant) if meant and option == "--start" else meant
        if even != meant:
            self.evened.append(option)
        return even

    def until(self, option: str, text: str, start: datetime) -> datetime | None:
        """The end of work that begins then."""
        return self.or_fault(lambda: parse_until(text, start=start, now=self.now, zone=self.zone), option)

    def length(self, option: str, text: str) -> timedelta | None:
        """How long something takes."""
        return self.or_fault(lambda: parse_duration(text), option)

    def far_ahead(self, text: str, at: datetime) -> str | None:
        """What is wrong with a clock time so far ahead where nobody is asked; None where its day is sure."""
        if not is_bare_clock(text) or at - self.now <= UNASKED:
            return None
        meant = with_its_day(text, at, now=self.now, zone=self.zone)
        return f'is {in_words(at - self.now)} ahead; with --yes write the day too: "{meant}"'

    def unknown(self, what: str, name: str, known: Iterable[str]) -> None:
        """Keep that there is no such thing."""
        self.faults.append(unknown(what, name, known))

    def or_fault(self, reading: Callable[[], _T], place: str = "") -> _T | None:
        """What is read; where it cannot be, the fault is kept."""
        try:
            return reading()
        except (ValueError, OverflowError) as error:
            self.faults.append(f"{place}: {error}" if place else str(error))
            return None
