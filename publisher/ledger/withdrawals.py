"""When posts were taken down and stood there again, by what attempts and decisions of a withdrawal left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from publisher.ledger import records
from publisher.model.delivery import Operation, State
from publisher.model.record import Record


class Down(Record, frozen=True, kw_only=True):
    """What a withdrawal has come to."""

    stands: bool
    """Whether the post is down now."""
    since: datetime | None
    """When that was begun; None where it is not, or no attempt is on record."""
    given_up: tuple[tuple[datetime, datetime], ...]
    """Times at which it was down and did not stay so: from when to when."""
    silently: bool


def is_withdrawal(row: Any) -> bool:
    """Whether a delivery's row is one."""
    return bool(row["operation"] == Operation.WITHDRAW)


def withdrawals_of(rows: Sequence[Any], turns: Iterable[Any]) -> Mapping[tuple[int, str], Down]:
    """By update and channel, of an announcement's deliveries.

    A turn has ``delivery_id``, ``at`` and ``goes_down``. Readers see a post gone as soon as an attempt begins, and
    again once one is refused or somebody gives it up. They come by number of the attempt, the beginning first.
    """
    by_delivery: dict[int, list[Any]] = {}
    for turn in turns:
        by_delivery.setdefault(turn["delivery_id"], []).append(turn)
    return {
        (row["update_number"], row["channel"]): _down(row, by_delivery.get(row["id"], []))
        for row in filter(is_withdrawal, rows)
    }


def _down(row: Any, turns: Sequence[Any]) -> Down:
    moments: list[datetime] = []
    for turn in turns:
        if turn["goes_down"] != len(moments) % 2:  # what is down goes down no more, and comes back once
            moments.append(records.moment_of(turn["at"]))
    if row["state"] in _KEPT and len(moments) % 2:  # given up before that was recorded
        moments.append(records.moment_of(turns[-1]["at"]))
    is_down = len(moments) % 2 == 1
    return Down(
        stands=is_down or row["state"] == State.DELIVERED,
        since=moments[-1] if is_down else None,
        given_up=tuple(zip(moments[0::2], moments[1::2], strict=False)),
        silently=bool(row["silent"]),
    )


_KEPT = frozenset({State.FAILED, State.ABANDONED})
"""A withdrawal that came to this has taken nothing down."""
