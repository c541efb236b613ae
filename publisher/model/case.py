"""What an update says, more closely than its kind and phase: each case has sentences of its own in every language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from publisher.model.announcement import Announcement, Ending, Impact, Kind, Phase, Service, Update
from publisher.model.languages import named_after
from publisher.model.promise import Shift, is_overdue, overrun, shift


class Case(StrEnum):
    """The keys of ``tag``, ``lead``, ``closing`` and ``told`` in ``words.toml``."""

    ANNOUNCED = "announced"
    BEGUN = "begun"
    """The first that customers hear, while the work is under way."""
    NEWS = "news"
    """Something said before the start."""
    RUNNING = "running"
    WORSE = "worse"
    """It hits harder, or more services, than was said before."""
    WORSE_RUNNING = "worse_running"
    BETTER = "better"
    """It hits less hard than was said before."""
    BETTER_RUNNING = "better_running"
    LONGER = "longer"
    SHORTER = "shorter"
    LATER = "later"
    SOONER = "sooner"
    LONGER_RUNNING = "longer_running"
    SHORTER_RUNNING = "shorter_running"
    LATER_RUNNING = "later_running"
    SOONER_RUNNING = "sooner_running"
    REOPENED = "reopened"
    """Work that was completed is taken up again, and is under way."""
    REOPENED_AHEAD = "reopened_ahead"
    REVIVED = "revived"
    """Work that was called off takes place after all, and is under way."""
    REVIVED_AHEAD = "revived_ahead"
    NEW_DATE = "new_date"
    """The new date that was promised when the work was called off."""
    RESUMED = "resumed"
    """Work that was called off after it had begun goes on."""
    RESUMED_AHEAD = "resumed_ahead"
    COMPLETED = "completed"
    COMPLETED_LATE = "completed_late"
    COMPLETED_EARLY = "completed_early"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """Called off before it began; a new date follows."""
    ABORTED = "aborted"
    """Called off after it had begun."""
    ABORTED_POSTPONED = "aborted_postponed"
    CORRECTED = "corrected"
    CORRECTED_RUNNING = "corrected_running"
    CORRECTED_COMPLETED = "corrected_completed"
    CORRECTED_CANCELLED = "corrected_cancelled"
    CORRECTED_POSTPONED = "corrected_postponed"
    CORRECTED_ABORTED = "corrected_aborted"
    CORRECTED_ABORTED_POSTPONED = "corrected_aborted_postponed"
    ADDED = "added"
    """A correction that only says what was missing: nothing was wrong, and nobody is asked to excuse it."""
    ADDED_RUNNING = "added_running"
    ADDED_COMPLETED = "added_completed"
    ADDED_CANCELLED = "added_cancelled"
    ADDED_POSTPONED = "added_postponed"
    ADDED_ABORTED = "added_aborted"
    ADDED_ABORTED_POSTPONED = "added_aborted_postponed"

    @property
    def needs_sentence(self) -> bool:
        """Whether one word, as a short post begins with it, leaves open what has become of what readers knew."""
        return self in _NEED_SENTENCE


_NEED_SENTENCE = frozenset(
    {
        Case.REOPENED,
        Case.REOPENED_AHEAD,
        Case.REVIVED,
        Case.REVIVED_AHEAD,
        Case.NEW_DATE,
        Case.RESUMED,
        Case.RESUMED_AHEAD,
        Case.ABORTED,
        Case.CORRECTED_ABORTED,
        Case.ADDED_ABORTED,
    }
)


def moved(update: Update) -> Shift | None:
    """How the period differs from the one that was announced until now; None where the work is over.

    None too where that one was a mistake: nothing has moved.
    """
    if update.before is None or update.phase.is_closed:
        return None
    if update.kind is Kind.CORRECTED and update.was and update.was.period != update.announcement.period:
        return None
    return shift(update.before, update.announcement.period)


def case_of(update: Update) -> Case:
    """What the update says."""
    match update.kind:
        case Kind.COMPLETED:
            return _ended(update)
        case Kind.CANCELLED:
            return called_off(update)
        case Kind.CORRECTED:
            return _corrected(update)
    return _open(update)


def standing(update: Update) -> str:
    """Where the work stands, in one word: its phase, or how it was called off."""
    return str(called_off(update) if update.phase is Phase.CANCELLED else update.phase)


def _open(update: Update) -> Case:
    running = update.phase is Phase.IN_PROGRESS
    if update.after:
        return _AGAIN[update.after][0 if running else 1]
    if update.kind is Kind.INITIAL:
        return Case.BEGUN if running else Case.ANNOUNCED
    if (way := moved(update)) and not is_overdue(update):
        return Case(f"{way}_running" if running else way)
    if is_worse(update):
        return Case.WORSE_RUNNING if running else Case.WORSE
    if is_better(update):
        return Case.BETTER_RUNNING if running else Case.BETTER
    return Case.RUNNING if running else Case.NEWS


_AGAIN = {
    Ending.COMPLETED: (Case.REOPENED, Case.REOPENED_AHEAD),
    Ending.CANCELLED: (Case.REVIVED, Case.REVIVED_AHEAD),
    Ending.POSTPONED: (Case.REVIVED, Case.NEW_DATE),
    Ending.ABORTED: (Case.RESUMED, Case.RESUMED_AHEAD),
}
"""Of work that is taken up again: under way, and ahead."""


def is_worse(update: Update) -> bool:
    """Whether it hits harder, or more services, than was said before; a mistake that is put right is no change."""
    return hardness(update) > 0 or (hardness(update) == 0 and bool(added_services(update)))


def is_better(update: Update) -> bool:
    """Whether it hits less hard than was said before, and no more services."""
    return hardness(update) < 0 and not added_services(update)


def added_services(update: Update) -> tuple[Service, ...]:
    """Those that are affected as well from now on; none where leaving them out was a mistake."""
    if update.was is None or update.kind is Kind.CORRECTED:
        return ()
    known = {service.key for service in update.was.services}
    return tuple(service for service in update.announcement.services if service.key not in known)


CORRECTABLE = (
    "period",
    "title",
    "services",
    "impact",
    "outage",
    "unaffected",
    "reason",
    "action",
    "details",
)
"""The facts of an announcement that a correction may put right, in the order in which readers are told."""


def corrected_facts(update: Update) -> tuple[str, ...]:
    """The names of those that a correction puts right; empty for any other update."""
    if update.was is None or update.kind is not Kind.CORRECTED:
        return ()
    said, was = update.announcement, update.was
    names = (name for name in CORRECTABLE if getattr(said, name) != getattr(was, name))
    return tuple(name for name in names if name != "title" or not (is_stand_in(said) and is_stand_in(was)))


def only_adds(update: Update) -> bool:
    """Whether a correction only says what had not been said before, in any language: nothing was a mistake."""
    names = corrected_facts(update)
    return bool(names) and update.repairs is None and all(was_missing(update, name) for name in names)


def was_missing(update: Update, name: str) -> bool:
    """Whether a fact had not been said, so that it was not wrong either; of a text, in the languages that change."""
    known = getattr(update.was, name)
    if not isinstance(known, Mapping):
        return not known
    now = getattr(update.announcement, name) or {}
    return all(
        now.get(locale) == text or _stands_in(update, name, text, locale) for locale, text in known.items()
    )


def _stands_in(update: Update, name: str, text: str, locale: str) -> bool:
    return name == "title" and update.was is not None and text == named_after(update.was.services, locale)


def is_stand_in(said: Announcement) -> bool:
    """Whether the title only names the services, as it does where none was given."""
    return all(text == named_after(said.services, locale) for locale, text in said.title.items())


_HARDNESS = {Impact.NONE: 1, Impact.DEGRADED: 2, Impact.OUTAGE: 3}


def hardness(update: Update) -> int:
    """By how much it hits harder than was said before; zero where that was a mistake, or one of both was not said."""
    if update.was is None or update.kind is Kind.CORRECTED:
        return 0
    now, was = update.announcement.impact, update.was.impact
    return _HARDNESS[now] - _HARDNESS[was] if now and was else 0


def _ended(update: Update) -> Case:
    by = overrun(update).total_seconds()
    return Case.COMPLETED_LATE if by > 0 else Case.COMPLETED_EARLY if by < 0 else Case.COMPLETED


def called_off(update: Update) -> Case:
    """How work that is called off was: before it began or after, for good or until a new date."""
    if update.aborted:
        return Case.ABORTED_POSTPONED if update.postponed else Case.ABORTED
    return Case.POSTPONED if update.postponed else Case.CANCELLED


def _corrected(update: Update) -> Case:
    said = "added" if update.adds else "corrected"
    match update.phase:
        case Phase.IN_PROGRESS:
            return Case(f"{said}_running")
        case Phase.COMPLETED:
            return Case(f"{said}_completed")
        case Phase.CANCELLED:
            return Case(f"{said}_{called_off(update)}")
    return Case(said)
