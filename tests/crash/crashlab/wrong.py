"""The same program with one rule broken: what a harness that looks for duplicates must find.

Run as a program: ``python wrong.py RULE URGENT-OR-RESUME …``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

from publisher.cli import main
from publisher.delivery import channels, recovery
from publisher.ledger import records
from publisher.ledger.postgres import store
from publisher.model import transitions
from publisher.model.delivery import Delivery, State, Terms


def resend_out_of_sending() -> None:
    """What a dead run left in mid-attempt is simply sent again."""

    def interrupted(found: Delivery, *, terms: Terms, now: datetime, claimed_ago: float | None) -> Delivery:
        return replace(found, state=State.PENDING)

    patch.object(recovery, "interrupted", interrupted).start()


def believe_one_look() -> None:
    """Look at once, and take one absence for proof."""

    def absent(found: Delivery, terms: Terms, now: datetime) -> Delivery:
        return replace(found, state=State.PENDING, error=None, cure=None, not_before=None)

    def terms(**values: Any) -> Terms:
        return Terms(**{**values, "settle": 0.0})

    patch.object(transitions, "_absent", absent).start()
    patch.object(channels, "Terms", terms).start()


def look_then_plan() -> None:
    """Whether the same was said is looked up, and then it is planned: without a lock, and with time in between."""

    def slowly(*words: Any, **named: Any) -> Any:
        found = same_content(*words, **named)
        time.sleep(3)
        return found

    same_content = records.same_content
    patch.object(store, "ONE_PLAN", "SELECT 1").start()
    patch.object(records, "same_content", slowly).start()


RULES: Mapping[str, Callable[[], None]] = {
    "resend-out-of-sending": resend_out_of_sending,
    "believe-one-look": believe_one_look,
    "look-then-plan": look_then_plan,
}

if __name__ == "__main__":
    RULES[sys.argv.pop(1)]()
    main()
