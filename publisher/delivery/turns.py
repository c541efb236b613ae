"""When a delivery gets its next attempt within one run: full-jitter backoff, few tries, never past the deadline."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from publisher.model.delivery import Delivery, State

MOST_TRIES = 4
"""Setbacks within one run: attempts and look-ups that came to nothing; `announce resume` starts anew."""

_FIRST_BACKOFF = 1.0
_LONGEST_BACKOFF = 30.0


def backoff(tries: int) -> float:
    """Seconds to wait after the ``tries``-th attempt (from 1) that was not sent."""
    # Full jitter, as in the AWS Builders' Library: spread over the whole interval, not around its end.
    return random.uniform(0, min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**tries))  # noqa: S311  no secret hangs on it


GOING_ON = frozenset({State.PENDING, State.STAGED, State.RETRY_WAIT, State.UNKNOWN})
"""A run takes another turn at these; anything else is settled, or waits for a person."""


class Turns:
    """One worker's turns in one run."""

    def __init__(self, deadline: datetime) -> None:
        self._deadline = deadline
        self._begun = False
        self._setbacks = 0

    def pause(self, delivery: Delivery, now: datetime) -> float | None:
        """Seconds before the next turn; None where this run takes no further one.

        A person who resumes is not made to wait by our own backoff, only by what the platform asked for and by
        the settle time.
        """
        wait = 0.0
        if self._begun:
            if delivery.state not in GOING_ON:
                return None
            wait = self._backoff(delivery)
        self._begun = True
        due = max(now + timedelta(seconds=wait), delivery.not_before or now)
        if due >= self._deadline or self._setbacks >= MOST_TRIES:
            return None
        return (due - now).total_seconds()

    def _backoff(self, delivery: Delivery) -> float:
        settling = delivery.state is State.UNKNOWN and delivery.not_before is not None
        if settling or delivery.state is State.STAGED:
            return 0.0
        self._setbacks += 1
        return backoff(self._setbacks)
