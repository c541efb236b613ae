"""When a delivery gets its next attempt within one run: full-jitter backoff, few tries, never past the deadline."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from publisher.delivery import Delivery, State

MOST_TRIES = 4
"""Attempts that may end in `NotSent` within one run; `announce resume` starts anew."""

_FIRST_BACKOFF = 1.0
_LONGEST_BACKOFF = 30.0


def backoff(tries: int) -> float:
    """Seconds to wait after the ``tries``-th attempt (from 1) that was not sent."""
    # Full jitter, as in the AWS Builders' Library: spread over the whole interval, not around its end.
    return random.uniform(0, min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**tries))  # noqa: S311  no secret hangs on it


class Turns:
    """One worker's turns in one run."""

    def __init__(self, deadline: datetime) -> None:
        self._deadline = deadline
        self._taken = 0
        self._not_sent = 0

    def pause(self, delivery: Delivery, now: datetime) -> float | None:
        """Seconds before the next attempt; None where this run makes no further one.

        A person who resumes is not made to wait by our own backoff, only by what the platform asked for.
        """
        match delivery.state:
            case State.STAGED:
                wait = 0.0
            case State.RETRY_WAIT if self._taken:
                self._not_sent += 1
                wait = backoff(self._not_sent)
            case _ if self._taken == 0:
                wait = 0.0
            case _:
                return None
        self._taken += 1
        return self._fitting(max(now + timedelta(seconds=wait), delivery.not_before or now), now)

    def _fitting(self, due: datetime, now: datetime) -> float | None:
        if due >= self._deadline or self._not_sent >= MOST_TRIES:
            return None
        return (due - now).total_seconds()
