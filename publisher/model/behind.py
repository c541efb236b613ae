"""What readers of a channel see that is not so any more, as far as it is known. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from publisher.model.announcement import Update
from publisher.model.carried import Carried, carried
from publisher.model.delivery import Delivery, State


def behind(updates: Sequence[Update], deliveries: Sequence[Delivery]) -> Mapping[str, Update]:
    """The channels whose readers see what is not so any more, each with the update that they heard last.

    Where nothing is known to have been heard: the one that may stand there.
    """
    found = carried(deliveries)
    seen = {name: _heard_last(one, updates) for name, one in found.items() if one.posts or one.doubtful}
    return {name: one for name, one in seen.items() if one and differs(one, updates[0])}


def _heard_last(found: Carried, updates: Sequence[Update]) -> Update | None:
    if found.posts:
        return next((one for one in updates if found.heard.get(one.number)), None)
    may_be_there = {one.update for one in found.doubtful.values()}
    return next((one for one in updates if one.number in may_be_there), None)


def differs(seen: Update, newest: Update) -> bool:
    """Whether what was seen is not so any more: after the end, whatever the announced period was."""
    if seen.phase is not newest.phase:
        return True
    return not newest.phase.is_closed and seen.announcement.period != newest.announcement.period


def is_doubtful(found: Carried, own: Sequence[Delivery], seen: Update) -> bool:
    """Whether something newer than ``seen``, or that itself, was given up on the channel, and may be public.

    ``own`` are the channel's deliveries.
    """
    return any(
        one.state is State.ABANDONED
        and (one.lost or one.duplicate)
        and (one.update > seen.number or one.id in found.doubtful)
        for one in own
    )
