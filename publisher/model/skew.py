"""How this machine's clock stands to other machines': times that are typed, signatures and dates depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.model.times import in_words


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


def spoken(ahead: timedelta) -> str:
    """``7 min behind``, ``2 h 5 min ahead of``."""
    return f"{in_words(abs(ahead))} {'ahead of' if ahead > timedelta() else 'behind'}"
