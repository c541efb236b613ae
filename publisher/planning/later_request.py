"""What the engineer asks for in a later update: texts, times and names checked, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from publisher.model.announcement import UNDETERMINED, Impact, Kind, Localized, Period
from publisher.model.errors import Refused
from publisher.model.lifecycle import Change
from publisher.model.record import Record
from publisher.model.times import (
    in_words,
    is_bare_clock,
    parse_duration,
    parse_until,
    parse_when,
    with_its_day,
)
from publisher.planning.selection import select, unknown
from publisher.settings.config import Config
from publisher.settings.text_rules import RULES, checked

_T = TypeVar("_T")

UNASKED = timedelta(hours=12)
"""A bare clock time further ahead than this is likely meant for today; without a question it is refused."""

PLACES = ("title", "reason", "details", "action")
"""The texts that can be corrected."""


class FollowTyped(Record, frozen=True, kw_only=True):
    """What was typed, as it was typed."""

    kind: Kind
    text: str | None = None
    start: str | None = None
    until: str | None = None
    by: str | None = None
    at: str | None = None
    begun: bool = False
    next_update: str | None = None
    loud: bool = False
    reopen: str | None = None
    again: str | None = None
    corrections: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    """By the name of what they correct; None: left as it is."""
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    force: bool = False
    yes: bool = False


def read(
    typed: FollowTyped, config: Config, period: Period, *, now: datetime
) -> tuple[Change, tuple[str, ...]]:
    """What is said, and on which channels; times are read against the period as it was last announced.

    Raises Refused, naming every fault.
    """
    return _Reader(typed, config, period, now).read()


class _Reader:
    def __init__(self, typed: FollowTyped, config: Config, period: Period, now: datetime) -> None:
        self._typed = typed
        self._config = config
        self._period = period
        self._now = now
        self._zone = ZoneInfo(config.publisher.timezone)
        self._faults: list[str] = []

    def read(self) -> tuple[Change, tuple[str, ...]]:
        typed = self._typed
        channels, self._faults = select(self._config, only=typed.only, skip=typed.skip)
        starts_at = self._when("--start", typed.start)
        change = Change(
            kind=typed.kind,
            text=self._text("text", typed.text),
            starts_at=starts_at,
            ends_at=self._end(starts_at or self._period.starts_at),
            longer_by=self._longer_by(),
            begun=typed.begun,
            next_update_at=self._promise(),
            facts=self._corrections(),
            loud=typed.loud,
            reopen=self._line("--reopen", typed.reopen),
            again=self._line("--again", typed.again),
        )
        if typed.kind is Kind.RESCHEDULED and not (typed.start or typed.until or typed.by):
            self._faults.append("no new time: --until 04:00, --by 1h or --start 02:00 says it")
        self._insist_on_words(change)
        if self._faults:
            raise Refused("; ".join(self._faults), hint="nothing was sent")
        return change, channels

    def _insist_on_words(self, change: Change) -> None:
        typed = self._typed
        if change.kind is Kind.PROGRESS and not (typed.text or typed.begun or typed.next_update):
            self._faults.append("nothing to say: a text, --next-update or --begun is needed")
        if change.kind is Kind.CORRECTED and typed.text and not typed.loud:
            self._faults.append("a silent correction has no text of its own: --loud announces it")
        for place, text, at in (
            ("--start", typed.start, change.starts_at),
            ("--until", typed.until, change.ends_at),
            ("--next-update", typed.next_update, change.next_update_at),
        ):
            if typed.yes and text and at and is_bare_clock(text) and at - self._now > UNASKED:
                meant = with_its_day(text, at, now=self._now, zone=self._zone)
                self._faults.append(
                    f'{place} is {in_words(at - self._now)} ahead; with --yes write the day too: "{meant}"'
                )

    # --- times ----------------------------------------------------------------------------------------------

    def _when(self, place: str, text: str | None, *, past: bool = False) -> datetime | None:
        if text is None:
            return None
        # A clock time alone is the next one, or the last one where what it tells of has happened.
        back = timedelta(days=1, minutes=-1) if past and is_bare_clock(text) else timedelta()
        return self._or_fault(lambda: parse_when(text, now=self._now - back, zone=self._zone), place)

    def _end(self, start: datetime) -> datetime | None:
        typed = self._typed
        if typed.at is not None:
            return self._when("--at", typed.at, past=True)
        if typed.until is None:
            return None
        until = typed.until
        return self._or_fault(
            lambda: parse_until(until, start=start, now=self._now, zone=self._zone), "--until"
        )

    def _longer_by(self) -> timedelta | None:
        by = self._typed.by
        if by is None:
            return None
        if self._typed.until is not None:
            self._faults.append("--by and --until exclude each other")
        return self._or_fault(lambda: parse_duration(by.removeprefix("+")), "--by")

    def _promise(self) -> datetime | None:
        promise = self._when("--next-update", self._typed.next_update)
        if promise is not None and promise <= self._now:
            self._faults.append("--next-update: that time has passed")
        return promise

    # --- texts ----------------------------------------------------------------------------------------------

    def _text(self, place: str, text: str | None) -> Localized | None:
        if text is None:
            return None
        rule = RULES[place]
        said = self._or_fault(lambda: checked(text, place, most=rule.most, lines=rule.lines), "")
        return {UNDETERMINED: said} if said else None

    def _line(self, place: str, text: str | None) -> str | None:
        if text is None:
            return None
        return self._or_fault(lambda: checked(text, place, most=500, lines=False), "")

    def _corrections(self) -> Mapping[str, Any]:
        given = {name: text for name, text in self._typed.corrections.items() if text is not None}
        facts: dict[str, Any] = {
            name: self._text(name, text) for name, text in given.items() if name in PLACES
        }
        if "impact" in given:
            facts["impact"] = self._impact(given["impact"])
        return facts

    def _impact(self, given: str) -> Impact:
        if given in set(Impact):
            return Impact(given)
        self._faults.append(unknown("impact", given, [str(impact) for impact in Impact]))
        return Impact.OUTAGE

    def _or_fault(self, reading: Callable[[], _T], place: str) -> _T | None:
        try:
            return reading()
        except (ValueError, OverflowError) as error:
            self._faults.append(f"{place}: {error}" if place else str(error))
            return None
