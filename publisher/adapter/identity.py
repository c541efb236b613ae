"""Who a platform takes us for, and how this machine's clock stands to its: signatures and dates depend on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from msgspec.structs import replace

from publisher.model.outcome import ChannelError, Rejected
from publisher.model.record import Record
from publisher.settings.masking import one_line


class Permission(StrEnum):
    """The three answers of a check."""

    PROVED = "proved"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Identity(Record, frozen=True, kw_only=True):
    """Who the platform takes us for, and whether that one may publish."""

    account: str
    """As the platform calls it: a user name, a page's name, a folder."""
    may_publish: Permission
    notes: tuple[str, ...] = ()
    """What else was seen, and what this platform cannot be asked."""
    warnings: tuple[str, ...] = ()
    """What will keep us from publishing before long, or on a bad day: a token about to expire, a wrong clock."""
    asked: bool = True
    """False where the platform charges for the question, and it was left out."""


TOLERANCE = timedelta(minutes=1)
"""What is no skew: a ``Date`` header tells whole seconds, and an answer is under way for some."""

UNTOLD = "whether this machine's clock is right cannot be told: the platform does not give the time"


def ahead_of(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How far ``now`` is ahead of the ``Date`` of an answer; None where it has none, or not its own.

    A cache gives back the date of the answer that it keeps, with its ``Age``.
    """
    names = {name.lower(): value for name, value in headers.items()}
    if "age" in names:
        return None
    try:
        date = parsedate_to_datetime(names["date"])
        return now - date.replace(tzinfo=date.tzinfo or UTC)
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def compared(identity: Identity, headers: Mapping[str, str], now: datetime) -> Identity:
    """The identity with what an answer that came in at ``now`` tells of this machine's clock."""
    ahead = ahead_of(headers, now)
    if ahead is None:
        return replace(identity, notes=(*identity.notes, UNTOLD))
    if abs(ahead) <= TOLERANCE:
        return identity
    warning = f"this machine's clock is {spoken(ahead)} the platform's: set it"
    return replace(identity, warnings=(*identity.warnings, warning))


def spoken(ahead: timedelta) -> str:
    """``7 min behind``."""
    return f"{abs(ahead) // timedelta(minutes=1)} min {'ahead of' if ahead > timedelta() else 'behind'}"


def looked(identity: Identity, look: Callable[[], object], *, note: str = "") -> Identity:
    """The identity after ``look``, the call that a look-up makes: on the night of a lost answer everything hangs on it.

    With a warning where it is refused, and a note where it could not be tried now; with ``note`` where all is well.
    """
    try:
        look()
    except Rejected as error:
        cure = f"; {error.cure}" if error.cure else ""
        why = one_line(str(error), _WARNING // 2)  # the cure must not be cut
        warning = f"a lost answer cannot be looked up, and waits for you then: {why}{cure}"
        warning = one_line(warning, _WARNING)
        return replace(identity, warnings=(*identity.warnings, warning))
    except ChannelError as error:
        note = one_line(f"the call that looks up a lost answer could not be tried now: {error}", _WARNING)
    return replace(identity, notes=(*identity.notes, note)) if note else identity


_WARNING = 400
