"""What the engineer asks for in a later update: texts, times and names checked, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from publisher.model.announcement import Kind, Period, Service
from publisher.model.change import Change
from publisher.model.languages import TEXTS
from publisher.model.record import Record
from publisher.model.times import is_bare_clock, parse_when
from publisher.planning.reading import Reader, Typed, TypedText, as_it_stands
from publisher.settings.config import Config


class LaterTyped(Typed, frozen=True, kw_only=True):
    """What was typed, as it was typed."""

    kind: Kind
    text: TypedText = None
    by: str | None = None
    at: str | None = None
    begun: bool = False
    next_update: str | None = None
    loud: bool = False
    reopen: str | None = None
    corrections: Mapping[str, TypedText] = msgspec.field(default_factory=dict)
    """By the name of what they change; None: left as it is."""
    services: tuple[str, ...] = ()
    """Of a correction all of them; else those that are affected as well."""
    new_date_follows: bool = False
    repairs: int | None = None
    """The number of the update whose text is corrected."""
    file: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """What a file says beside it; options come before it."""
    force: bool = False


class LaterRequest(Record, frozen=True, kw_only=True):
    """The same, checked: what is said, on which channels, and whether edits made by hand are written over."""

    change: Change
    channels: tuple[str, ...]
    forced: bool = False
    evened: tuple[str, ...] = ()
    """The options whose time was rounded up to five minutes."""


def read_later(typed: LaterTyped, config: Config, period: Period, *, now: datetime) -> LaterRequest:
    """Check it; times are read against the period as it was last announced. Raises Refused, naming every fault."""
    return _Reader(typed, config, period, now).read()


class _Reader(Reader):
    def __init__(self, typed: LaterTyped, config: Config, period: Period, now: datetime) -> None:
        super().__init__(config, now)
        self._typed = _with_file(typed)
        self._file = typed.file
        self._period = period

    def read(self) -> LaterRequest:
        channels = self.channels(self._typed)
        change = self._change()
        self._insist_on_a_new_time()
        self._insist_on_words(change)
        self._insist_on_the_day(change)
        self.refuse_faults("nothing was sent")
        return LaterRequest(
            change=change, channels=channels, forced=self._typed.force, evened=tuple(self.evened)
        )

    def _change(self) -> Change:
        typed = self._typed
        starts_at = self._start()
        text = self.text("text", typed.text, as_it_stands(self._file.get("text")))
        return Change(
            kind=typed.kind,
            text=text if typed.repairs is None else None,
            starts_at=starts_at,
            ends_at=self._end(starts_at or self._begins()),
            longer_by=self._longer_by(),
            begun=typed.begun,
            next_update_at=self._promise(),
            facts=self._facts(),
            added=self._named() if typed.kind is not Kind.CORRECTED else (),
            repairs=typed.repairs,
            repaired=text if typed.repairs is not None else None,
            new_date_follows=typed.new_date_follows,
            loud=typed.loud,
            reopen=self.line("--reopen", typed.reopen),
            again=self.line("--again", typed.again),
        )

    # --- what must not be missing ---------------------------------------------------------------------------

    def _insist_on_a_new_time(self) -> None:
        typed = self._typed
        if typed.kind is Kind.RESCHEDULED and not (typed.start or typed.until or typed.by):
            self.faults.append("no new time: --until 04:00, --by 1h or --start 02:00 says it")

    def _insist_on_words(self, change: Change) -> None:
        typed = self._typed
        if typed.repairs is not None and not change.repaired:
            self.faults.append("--update: the text as it should read is missing")
        if change.kind is Kind.CORRECTED and change.text and not typed.loud:
            self.faults.append("a silent correction has no text of its own: --loud announces it")

    def _insist_on_the_day(self, change: Change) -> None:
        """Where nobody is asked, a clock time that lies far ahead is written with its day."""
        typed = self._typed
        for place, text, at in (
            ("--start", typed.start, change.starts_at),
            ("--until", typed.until, change.ends_at),
            ("--next-update", typed.next_update, change.next_update_at),
        ):
            if typed.yes and text and at and (fault := self.far_ahead(text, at)):
                self.faults.append(f"{place} {fault}")

    # --- times ----------------------------------------------------------------------------------------------

    def _when(self, option: str, text: str | None, *, past: bool = False) -> datetime | None:
        return None if text is None else self.when(option, text, past=past)

    def _start(self) -> datetime | None:
        """A correction means the time of that clock that is nearest to the start as it was announced."""
        text = self._typed.start
        if text is None or self._typed.kind is not Kind.CORRECTED:
            return self._when("--start", text)
        near = self._period.starts_at - timedelta(hours=12) if is_bare_clock(text) else self.now
        return self.or_fault(lambda: parse_when(text, now=near, zone=self.zone), "--start")

    def _begins(self) -> datetime:
        """What a new end is counted from: work that is taken up again begins now, unless that lies ahead."""
        starts = self._period.starts_at
        return max(starts, self.now) if self._typed.reopen else starts

    def _end(self, start: datetime) -> datetime | None:
        typed = self._typed
        if typed.at is not None:
            return self.when("--at", typed.at, past=True)
        return None if typed.until is None else self.until("--until", typed.until, start)

    def _longer_by(self) -> timedelta | None:
        by = self._typed.by
        if by is None:
            return None
        if self._typed.until is not None:
            self.faults.append("--by and --until exclude each other")
        return self.length("--by", by.removeprefix("+"))

    def _promise(self) -> datetime | None:
        promise = self._when("--next-update", self._typed.next_update)
        if promise is not None and promise <= self.now:
            self.faults.append("--next-update: that time has passed")
        return promise

    # --- corrections ----------------------------------------------------------------------------------------

    def _facts(self) -> Mapping[str, Any]:
        """What of the announcement reads otherwise from now on; a file has what its verb may change."""
        typed, corrects = self._typed.corrections, self._typed.kind is Kind.CORRECTED
        file = self._file
        texts = {name: self.text(name, typed.get(name), as_it_stands(file.get(name))) for name in TEXTS}
        facts: dict[str, Any] = {name: text for name, text in texts.items() if text is not None}
        if impact := typed.get("impact") or file.get("impact"):
            facts["impact"] = self.impact(str(impact))
        if outage := typed.get("outage") or file.get("outage"):
            facts["outage"] = self.length("--outage", str(outage))
        if corrects and (services := self._named()):
            facts["services"] = services
        return facts

    def _named(self) -> tuple[Service, ...]:
        return self.services(self._typed.services or self._file.get("services", ()))


def _with_file(typed: LaterTyped) -> LaterTyped:
    """With the times of the file that were not typed; a new end that was typed either way beats the file's."""
    times = {name: typed.file[name] for name in _TIMES if name in typed.file}
    if typed.until or typed.by:
        times = {name: time for name, time in times.items() if name not in {"until", "by"}}
    return replace(typed, **{name: time for name, time in times.items() if getattr(typed, name) is None})


_TIMES = ("start", "until", "by", "at", "next_update")
