"""What the engineer asks for in a new announcement: options, file and preset put together, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from publisher.model.announcement import Impact, Localized, Period, Service, Wording
from publisher.model.commands import command
from publisher.model.languages import TEXTS, announced_titles
from publisher.model.periods import LONGEST
from publisher.model.record import Record
from publisher.model.reference import understood
from publisher.model.times import in_words, parse_duration, spoken
from publisher.planning.reading import Reader, Typed, TypedText, as_it_stands
from publisher.planning.selection import names_in
from publisher.settings.config import Config

GRACE = timedelta(minutes=5)
"""How far in the past a start may lie before it counts as already started."""

FARTHEST = timedelta(days=30)


class InitialTyped(Typed, frozen=True, kw_only=True):
    """What was typed, as it was typed. Options come before the file, the file before the preset."""

    title: TypedText = None
    services: tuple[str, ...] = ()
    duration: str | None = None
    reason: TypedText = None
    details: TypedText = None
    action: TypedText = None
    impact: str | None = None
    outage: str | None = None
    unaffected: TypedText = None
    wording: str | None = None
    preset: str | None = None
    stated: tuple[str, ...] = ()
    """The preset's statements that somebody has confirmed, by name."""
    already_started: bool = False
    anyway: bool = False


class InitialRequest(Record, frozen=True, kw_only=True):
    """The same, checked: every text, name and time is good."""

    title: Localized
    services: tuple[Service, ...]
    period: Period
    impact: Impact | None
    outage: timedelta | None
    unaffected: Localized | None
    wording: Wording
    reason: Localized | None
    details: Localized | None
    action: Localized | None
    channels: tuple[str, ...]
    anyway: bool
    again: str | None
    evened: tuple[str, ...] = ()
    """The options whose time was rounded up to five minutes."""


def read_initial(
    typed: InitialTyped, file: Mapping[str, Any], config: Config, *, now: datetime
) -> InitialRequest:
    """Put together and check. Raises Refused, naming every fault and what was understood."""
    return _Reader(typed, file, config, now).read()


class _Reader(Reader):
    def __init__(self, typed: InitialTyped, file: Mapping[str, Any], config: Config, now: datetime) -> None:
        super().__init__(config, now)
        self._typed = typed
        self._file = file
        self._preset = self._chosen_preset()

    def read(self) -> InitialRequest:
        services = self._services()
        texts = {place: self._text(place) for place in TEXTS}
        request = InitialRequest(
            title=texts["title"] or announced_titles(services, self.config.locales),
            services=services,
            period=self._period(),
            impact=self.impact(given) if (given := self._given("impact")) else None,
            outage=self.length("--outage", given) if (given := self._given("outage")) else None,
            unaffected=texts["unaffected"],
            wording=self._wording(),
            reason=texts["reason"],
            details=self._with_statements(texts["details"]),
            action=texts["action"],
            channels=self.channels(self._typed),
            anyway=self._typed.anyway,
            again=self.line("--again", self._typed.again),
            evened=tuple(self.evened),
        )
        self.refuse_faults(f"nothing was sent; the options are shown by: {command('urgent', '--help')}")
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
        if name in self.config.presets:
            return self.config.presets[name].model_dump(exclude_none=True)
        self.unknown("preset", name, self.config.presets)
        return {}

    # --- texts and names ------------------------------------------------------------------------------------

    def _text(self, place: str) -> Localized | None:
        typed, file = getattr(self._typed, place), self._file.get(place)
        titles = (typed,) if isinstance(typed, str) else typed or ()
        for title in (*titles, file) if place == "title" else ():
            if isinstance(title, str) and self._is_reference(title):
                self.faults.append(f"{title!r} is a reference, not a title")
        return self.text(place, typed, as_it_stands(file), self._preset.get(place))

    def _with_statements(self, details: Localized | None) -> Localized | None:
        """The details, and below them in a paragraph what was confirmed of the preset."""
        known = self._preset.get("statements", {})
        stated = [self.text("details", known[name]) or {} for name in self._typed.stated if name in known]
        languages = dict.fromkeys(language for text in (details or {}, *stated) for language in text)
        paragraphs = {
            language: " ".join(text[language] for text in stated if language in text)
            for language in languages
        }
        return {
            language: "\n\n".join(filter(None, ((details or {}).get(language), paragraphs[language])))
            for language in languages
        } or None

    def _is_reference(self, title: str) -> bool:
        prefix = self.config.publisher.reference_prefix
        return title.strip().upper().startswith(f"{prefix}-") and understood(title, prefix) is not None

    def _services(self) -> tuple[Service, ...]:
        given = self._given("services") or ()
        if not names_in(given):
            known = ", ".join(self.config.services) or "those of [services]"
            self.faults.append(f"no service named: --service takes {known}")
        return self.services(given)

    def _wording(self) -> Wording:
        given = self._given("wording") or self.config.publisher.wording
        if given in set(Wording):
            return Wording(given)
        self.unknown("wording", given, [str(wording) for wording in Wording])
        return Wording.MAINTENANCE

    # --- times ----------------------------------------------------------------------------------------------

    def _period(self) -> Period:
        start = self._start()
        end = self._end(start) if start else None
        if start is None or end is None:
            return Period(self.now, self.now)
        self._judge(start, end)
        return Period(start, end)

    def _start(self) -> datetime | None:
        text = self._given("start")
        if text is None:
            self.faults.append("no start: --start takes now, +30m, 22:30, tomorrow 02:00 or 2026-11-24T22:30")
            return None
        return self.when("--start", text, past=self._typed.already_started)

    def _end(self, start: datetime) -> datetime | None:
        duration, until = self._length()
        if duration and until:
            self.faults.append("--duration and --until exclude each other")
        elif duration:
            return self.or_fault(lambda: self._after(start, duration), "--duration")
        elif until:
            return self.until("--until", until, start)
        else:
            self.faults.append("no end: --duration 2h or --until 02:00 says it")
        return None

    def _after(self, start: datetime, duration: str) -> datetime:
        """The end of work of this length. Raises ValueError where the calendar has no such time."""
        end = start + parse_duration(duration)
        try:
            end.astimezone(self.zone)
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
        understood = f"understood: {spoken(start, self.zone)} to {spoken(end, self.zone)}"
        ahead = start - self.now
        unasked = self.far_ahead(self._given("start"), start) if self._typed.yes else None
        rules = (
            (end <= start, "the end is not after the start"),
            (end - start > LONGEST, f"the work takes {in_words(end - start)}, more than 7 days"),
            (ahead > FARTHEST, f"the start is {in_words(ahead)} ahead, more than 30 days"),
            (end <= self.now, "the end has passed"),
            (
                -ahead > GRACE and not self._typed.already_started,
                f"the start was {in_words(-ahead)} ago; --already-started says that the work has begun",
            ),
            (unasked is not None, f"the start {unasked}"),
        )
        for broken, message in rules:
            if broken:
                self.faults.append(f"{message} ({understood})")
                return
