"""Guided mode: `announce urgent` asks for what it needs and was not typed, and checks each answer where it is given.

Every check is the reader's own: the answers so far, with something harmless in place of what has not been asked yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.cli.terminal import asking, output
from publisher.model.announcement import Impact, Localized
from publisher.model.errors import Refused
from publisher.model.languages import language_of, spoken_in
from publisher.model.times import TimeFault, brief, distance, in_words, parse_duration, parse_when
from publisher.planning.initial_request import GRACE, InitialRequest, InitialTyped, read_initial
from publisher.planning.selection import select, unknown

if TYPE_CHECKING:
    from publisher.settings.config import Config, Preset

_TEXTS = {
    "unaffected": ("What keeps running", "not said"),
    "reason": ("Why it cannot wait", "not said"),
    "action": ("What the reader should do", "nothing"),
    "details": ("What else the reader should know", "nothing"),
}
"""The question for each text, and what is said of it where there is no answer."""


def complete(typed: InitialTyped, file: Mapping[str, Any], config: Config) -> InitialTyped:
    """What was typed, with answers for what is missing. Raises Refused for what was typed, before any question."""
    return _Guide(typed, file, config).complete()


class _Guide:
    def __init__(self, typed: InitialTyped, file: Mapping[str, Any], config: Config) -> None:
        self._typed = typed
        self._file = file
        self._config = config
        self._zone = ZoneInfo(config.publisher.timezone)

    def complete(self) -> InitialTyped:
        if not self._config.services:
            raise Refused("no services are configured", hint="add [services.NAME] to the configuration")
        self._read(self._typed)
        if self._config.presets and not (self._typed.preset or self._typed.services or self._file):
            self._preset()
        from_a_preset = self._typed.preset or self._file
        asked = self._essentials(ask_title=not from_a_preset)
        preset = self._chosen()
        if preset and (preset.ask or preset.statements):
            if self._is_due():
                self._what_only_they_know(preset)
        elif asked and self._is_due() and not from_a_preset:
            self._rest()
        return self._typed

    def _essentials(self, *, ask_title: bool) -> bool:
        """What and when; whether anything but the title was missing."""
        missing = [not self._given("services"), not self._given("start"), not self._length()]
        if missing[0]:
            self._services()
        if ask_title and not self._given("title"):
            self._text("title", "Title", "the services' names")
        if missing[1]:
            self._ask("Start", "+30m", self._started, self._when)
        if missing[2]:
            self._ask("Duration or end", "1h", self._lasting, self._until)
        return any(missing)

    # --- questions ------------------------------------------------------------------------------------------

    def _preset(self) -> None:
        names = list(self._config.presets)
        titles = {name: self._own(preset.title) for name, preset in self._config.presets.items()}
        number = asking.chosen("Preset", [*_beside(titles), "none of them"])
        if number < len(names):
            self._typed = replace(self._typed, preset=names[number])

    def _services(self) -> None:
        names = list(self._config.services)
        asking.list_options(
            _beside({name: self._own(service.name) for name, service in self._config.services.items()})
        )
        self._ask("Services (numbers or names, with commas)", "1", lambda answer: self._served(answer, names))

    def _rest(self) -> None:
        for place in ("impact", "reason", "action"):
            self._fact(place)

    def _what_only_they_know(self, preset: Preset) -> None:
        """What no preset can say by itself: each is said only where it is answered."""
        for place in preset.ask:
            self._fact(place)
        for name, text in preset.statements.items():
            self._statement(name, text)

    def _fact(self, place: str) -> None:
        if self._given(place):
            return
        if place == "impact":
            impacts = [str(impact) for impact in Impact]
            number = asking.chosen("Impact", impacts, default=impacts.index(Impact.OUTAGE))
            self._typed = replace(self._typed, impact=impacts[number])
        elif place == "outage":
            self._ask(
                "How long each server is away, as in 15m (empty: not said)",
                "",
                lambda answer: replace(self._typed, outage=answer or None),
            )
        else:
            self._text(place, *_TEXTS[place])

    def _statement(self, name: str, text: Localized) -> None:
        """Shown in every language in which somebody will read it."""
        for language in (self._config.language, *(key for key, _ in self._others())):
            if said := spoken_in(text, language):
                output.log(output.folded(f"  {said}", hang=2))
        if asking.confirmed("Is that true, and to be said?"):
            self._typed = replace(self._typed, stated=(*self._typed.stated, name))

    def _own(self, text: Localized | None) -> str:
        """In the publisher's language; empty where there is none."""
        return spoken_in(text, self._config.publisher.locale) or ""

    def _text(self, place: str, question: str, without: str) -> None:
        """In the publisher's language, then in every other one in which somebody will read it."""
        self._ask(
            f"{question} (empty: {without})",
            "",
            lambda answer: replace(self._typed, **{place: answer or None}),
        )
        said = getattr(self._typed, place)
        for locale, name in self._others() if said else ():
            self._ask(
                f"{question}, in {name} (empty: {without})", "", partial(self._translated, place, locale)
            )

    def _translated(self, place: str, locale: str, answer: str) -> InitialTyped:
        known = getattr(self._typed, place)
        said = (known,) if isinstance(known, str) else known
        return replace(self._typed, **{place: (*said, f"{locale}={answer}")}) if answer else self._typed

    def _others(self) -> list[tuple[str, str]]:
        """The other languages of the channels that are told, each with its name."""
        from babel import Locale

        chosen, _ = select(self._config, only=self._typed.only, skip=self._typed.skip)
        own = self._config.publisher.locale
        spoken = [one for name in chosen for one in self._config.channels[name].locales(own)]
        keys = dict.fromkeys(language_of(one) for one in spoken)
        return [(key, Locale.parse(key).english_name or key) for key in keys if key != self._config.language]

    def _ask(
        self,
        question: str,
        default: str,
        typed: Callable[[str], InitialTyped],
        understood: Callable[[InitialRequest], str] | None = None,
    ) -> None:
        """Until there is an answer that holds; what it was understood to mean is read back."""
        while True:
            try:
                answered = typed(asking.text(question, default))
                request = self._read(answered)
            except (Refused, ValueError) as fault:
                output.log(output.folded(str(fault), 2))
            else:
                break
        self._typed = answered
        if understood:
            output.log(output.folded(f"  {understood(request)}", 2))

    # --- what an answer means -------------------------------------------------------------------------------

    def _served(self, answer: str, names: list[str]) -> InitialTyped:
        chosen = [asking.by_number(word.strip(), names) for word in answer.split(",")]
        strangers = [name for name in chosen if name not in names]
        if strangers:
            raise Refused("; ".join(unknown("service", name, names) for name in strangers))
        return replace(self._typed, services=tuple(chosen))

    def _started(self, answer: str) -> InitialTyped:
        """A start that has passed is taken for work that has begun only where that is said."""
        now = datetime.now(UTC)
        gone = now - parse_when(answer, now=now, zone=self._zone)
        begun = self._typed.already_started
        if gone > GRACE and not begun:
            begun = asking.confirmed(f"That was {in_words(gone)} ago. Has the work begun?")
            if not begun:
                raise Refused("then it has another start: now, +30m, 22:30, tomorrow 02:00 or 24.11. 22:30")
        return replace(self._typed, start=answer, already_started=begun)

    def _lasting(self, answer: str) -> InitialTyped:
        try:
            parse_duration(answer)
        except TimeFault:
            return replace(self._typed, until=answer)
        return replace(self._typed, duration=answer)

    def _when(self, request: InitialRequest) -> str:
        return self._said(request.period.starts_at)

    def _until(self, request: InitialRequest) -> str:
        return f"until {self._said(request.period.ends_at)}, {in_words(request.period.length)} of work"

    def _said(self, moment: datetime) -> str:
        return f"{brief(moment, self._zone)}, {distance(moment, datetime.now(UTC))}"

    def _is_due(self) -> bool:
        """Whether there is anything to announce: inside a window only where the person wants it all the same."""
        from publisher.model.windows import Verdict, judge

        period = self._read(self._typed).period
        judgement = judge(self._config.windows, self._zone, period.starts_at, period.ends_at)
        if judgement.verdict is not Verdict.INSIDE or self._typed.anyway:
            return True
        question = "That lies inside a maintenance window: no notice is due. Announce all the same?"
        self._typed = replace(self._typed, anyway=asking.confirmed(question))
        return self._typed.anyway

    # --- the reader -----------------------------------------------------------------------------------------

    def _chosen(self) -> Preset | None:
        name = self._typed.preset or self._file.get("preset")
        return self._config.presets.get(name) if name else None

    def _given(self, key: str) -> Any:
        """Typed or answered, else from the file, else the preset's."""
        return getattr(self._typed, key) or self._file.get(key) or getattr(self._chosen(), key, None)

    def _length(self) -> Any:
        return self._given("duration") or self._given("until")

    def _read(self, typed: InitialTyped) -> InitialRequest:
        """Read it, with something that holds in place of what has not been asked. Raises Refused."""
        missing: dict[str, Any] = {}
        if not (typed.services or self._given("services")):
            missing["services"] = (next(iter(self._config.services)),)
        if not (typed.start or self._given("start")):
            missing |= {"start": "now", "duration": "1h", "until": None}
        elif not (typed.duration or typed.until or self._length()):
            missing["duration"] = "7d"
        return read_initial(replace(typed, **missing), self._file, self._config, now=datetime.now(UTC))


def _beside(names: Mapping[str, str]) -> list[str]:
    """Each key with what customers call it, as far as a line has room."""
    from textwrap import shorten

    wide = max(map(len, names))
    rows = {key: shorten(name, output.COLUMNS - wide - 8, placeholder="…") for key, name in names.items()}
    return [f"{key:<{wide}}  {name}".rstrip() for key, name in rows.items()]
