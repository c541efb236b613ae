"""How this machine's clock stands to a platform's: signatures, dates of posts and expiries depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.channel import Identity

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
