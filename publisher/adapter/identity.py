"""Who a platform takes us for, and what it lets that one do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
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
    """What will keep us from publishing before long, or on a bad day: a token about to expire."""
    asked: bool = True
    """False where the platform charges for the question, and it was left out."""


SOON = timedelta(days=14)
"""Two weekly checks before it is too late."""


def ending(what: str, moment: datetime, now: datetime) -> tuple[str, ...]:
    """A check's warning that something ends within two weeks, or has ended; none where it ends later.

    ``what`` goes before the time: "the token expires".
    """
    if moment - now >= SOON:
        return ()
    days = max((moment - now).days, 0)
    return (f"{what} {moment:%Y-%m-%d %H:%M} UTC, in {days} days: make a new one before",)


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
