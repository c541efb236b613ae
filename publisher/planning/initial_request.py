"""What the engineer asks for: options, file and preset put together and checked, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from publisher.model.announcement import UNDETERMINED, Impact, Localized, Period, Service
from publisher.model.errors import Refused
from publisher.model.record import Record
from publisher.model.reference import understood
from publisher.model.times import (
    in_words,
    is_bare_clock,
    parse_duration,
    parse_until,
    parse_when,
    spoken,
    with_its_day,
)
from publisher.planning.request_file import TEXTS
from publisher.planning.selection import names_in, select, unknown
from publisher.settings.config import Config
from publisher.settings.text_rules import RULES, checked

_T = TypeVar("_T")
_U = TypeVar("_U")

GRACE = timedelta(minutes=5)
"""How far in the past a start may lie before it counts as already started."""

LONGEST = timedelta(days=7)
FARTHEST = timedelta(days=30)
UNASKED = timedelta(hours=12)
"""A bare clock time further ahead than this is likely meant for today; without a question it is refused."""


class Typed(Record, frozen=True, kw_only=True):
    """What was typed, as it was typed. Options come before the file, the file before the preset."""

    title: str | None = None
    services: tuple[str, ...] = ()
    start: str | None = None
    duration: str | None = None
    until: str | None = None
    reason: str | None = None
    details: str | None = None
    action: str | None = None
    impact: str | None = None
    preset: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    already_started: bool = False
    anyway: bool = False
    again: str | None = None
    yes: bool = False


class Request(Record, frozen=True, kw_only=True):
    """The same, checked: every text, name and time is good."""

    title: Localized
    services: tuple[Service, ...]
    period: Period
    impact: Impact
    reason: Localized | None
    details: Localized | None
    action: Localized | None
    channels: tuple[str, ...]
    anyway: bool
    again: str | None


def read(typed: Typed, file: Mapping[str, Any], config: Config, *, now: datetime) -> Request:
    """Put together and check. Raises Refused, naming every fault and what was understood."""
    return _Reader(typed, file, config, now).read()


class _Reader:
    def __init__(self, typed: Typed, file: Mapping[str, Any], config: Config, now: datetime) -> None:
        self._typed = typed
        self._file = file
        self._config = config
        self._now = now
        self._zone = ZoneInfo(config.publisher.timezone)
        self._faults: list[str] = []
        self._preset = self._chosen_preset()

    def read(self) -> Request:
        services = self._services()
        texts = {place: self._text(place) for place in TEXTS}
        request = Request(
            title=texts["title"] or _named_after(services),
            services=services,
            period=self._period(),
            impact=self._impact(),
            reason=texts["reason"],
            details=texts["details"],
            action=texts["action"],
            channels=self._channels(),
            anyway=self._typed.anyway,
            again=self._again(),
        )
        if self._faults:
            raise Refused(
                "; ".join(self._faults), hint="nothing was sent; announce urgent --help shows the options"
            )
        return request

    # --- where a value comes from ---------------------------------------------------------------------------

    def _given(self, key: str) -> Any:
        """An option, else the file's key, else the preset's."""
        for value in (getattr(self._typed, key), self._file.get(key), self._preset.get(key)):
            if value is not None and value != ():
                return value
        return None

    def _chosen_preset(self) -> Mapping[str, Any]:
        name = self._typed.preset or self._file.get("preset")
        if not name:
            return {}
        if name in self._config.presets:
            return self._config.presets[name].model_dump(exclude_none=True)
        self._unknown("preset", name, self._config.presets)
        return {}

    # --- texts and names ------------------------------------------------------------------------------------

    def _text(self, place: str) -> Localized | None:
        given = self._given(place)
        if given is None:
            return None
        by_language = {UNDETERMINED: given} if isinstance(given, str) else given
        if place == "title" and isinstance(given, str) and self._is_reference(given):
            self._faults.append(f"{given!r} is a reference, not a title")
        return {language: self._checked(text, place) for language, text in by_language.items()}

    def _is_reference(self, title: str) -> bool:
        prefix = self._config.publisher.reference_prefix
        return title.strip().upper().startswith(f"{prefix}-") and understood(title, prefix) is not None

    def _checked(self, text: str, place: str) -> str:
        rule = RULES[place]
        return self._or_fault(lambda: checked(text, place, most=rule.most, lines=rule.lines), "")

    def _again(self) -> str | None:
        again = self._typed.again
        return (
            None
            if again is None
            else self._or_fault(lambda: checked(again, "--again", most=500, lines=False), "")
        )

    def _services(self) -> tuple[Service, ...]:
        known = self._config.services
        names = names_in(self._given("services") or ())
        if not names:
            self._faults.append(
                f"no service named: --service takes {', '.join(known) or 'those of [services]'}"
            )
        for name in names:
            if name not in known:
                self._unknown("service", name, known)
        return tuple(Service(key=name, name=known[name].name) for name in names if name in known)

    def _impact(self) -> Impact:
        given = self._given("impact") or Impact.OUTAGE
        if given in set(Impact):
            return Impact(given)
        self._unknown("impact", given, [str(impact) for impact in Impact])
        return Impact.OUTAGE

    def _channels(self) -> tuple[str, ...]:
        chosen, faults = select(self._config, only=self._typed.only, skip=self._typed.skip)
        self._faults += faults
        return chosen

    def _unknown(self, what: str, name: str, known: Iterable[str]) -> None:
        self._faults.append(unknown(what, name, known))

    # --- times ----------------------------------------------------------------------------------------------

    def _period(self) -> Period:
        start = self._start()
        end = self._end(start) if start else None
        if start is None or end is None:
            return Period(self._now, self._now)
        self._judge(start, end)
        return Period(start, end)

    def _start(self) -> datetime | None:
        text = self._given("start")
        if text is None:
            self._faults.append(
                "no start: --start takes now, +30m, 22:30, tomorrow 02:00 or 2026-11-24T22:30"
            )
            return None
        now = self._now
        if self._typed.already_started and is_bare_clock(text):
            now -= timedelta(days=1, minutes=-1)  # the clock time that has passed, this minute's included
        return self._or_fault(lambda: parse_when(text, now=now, zone=self._zone), None, "--start")

    def _end(self, start: datetime) -> datetime | None:
        duration, until = self._length()
        if duration and until:
            self._faults.append("--duration and --until exclude each other")
        elif duration:
            return self._or_fault(lambda: self._after(start, duration), None, "--duration")
        elif until:
            return self._or_fault(
                lambda: parse_until(until, start=start, now=self._now, zone=self._zone), None, "--until"
            )
        else:
            self._faults.append("no end: --duration 2h or --until 02:00 says it")
        return None

    def _after(self, start: datetime, duration: str) -> datetime:
        """The end of work of this length. Raises ValueError where the calendar has no such time."""
        end = start + parse_duration(duration)
        try:
            end.astimezone(self._zone)
        except OverflowError:
            raise ValueError(f"the calendar ends before work that begins in {start.year} does") from None
        return end

    def _length(self) -> tuple[str | None, str | None]:
        """Duration and end from the first place that gives either: an option beats the preset's other one."""
        for source in (self._typed, self._file, self._preset):
            get = source.get if isinstance(source, Mapping) else lambda key, of=source: getattr(of, key)
            if get("duration") or get("until"):
                return get("duration"), get("until")
        return None, None

    def _judge(self, start: datetime, end: datetime) -> None:
        understood = f"understood: {spoken(start, self._zone)} to {spoken(end, self._zone)}"
        ahead = start - self._now
        typed = self._given("start")
        bare = self._typed.yes and is_bare_clock(typed)
        meant = with_its_day(typed, start, now=self._now, zone=self._zone) if bare else ""
        rules = (
            (end <= start, "the end is not after the start"),
            (end - start > LONGEST, f"the work takes {in_words(end - start)}, more than 7 days"),
            (ahead > FARTHEST, f"the start is {in_words(ahead)} ahead, more than 30 days"),
            (end <= self._now, "the end has passed"),
            (
                -ahead > GRACE and not self._typed.already_started,
                f"the start was {in_words(-ahead)} ago; --already-started says that the work has begun",
            ),
            (
                bare and ahead > UNASKED,
                f'the start is {in_words(ahead)} ahead; with --yes write the day too: "{meant}"',
            ),
        )
        for broken, message in rules:
            if broken:
                self._faults.append(f"{message} ({understood})")
                return

    def _or_fault(self, reading: Callable[[], _T], instead: _U, place: str = "") -> _T | _U:
        try:
            return reading()
        except (ValueError, OverflowError) as error:
            self._faults.append(f"{place}: {error}" if place else str(error))
            return instead


def _named_after(services: tuple[Service, ...]) -> Localized:
    """A title where none was given: the services, in every language any of them has a name in."""
    languages = {language for service in services for language in service.name} - {UNDETERMINED}
    names = {language: _joined(services, language) for language in sorted(languages)}
    return names or {UNDETERMINED: _joined(services, UNDETERMINED)}


def _joined(services: tuple[Service, ...], language: str) -> str:
    return ", ".join(service.name.get(language) or next(iter(service.name.values())) for service in services)
