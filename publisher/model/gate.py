"""Whether customers were told in time, so that announced work may begin. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from publisher.model.announcement import Update
from publisher.model.behind import behind
from publisher.model.carried import carried
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.dues import Withdrawn, withdrawn
from publisher.model.record import Record

_NONE: Mapping[str, str] = {}

ALL = "all"
"""Every channel that is switched on."""
ANY_SOCIAL = "any-social"
"""One of the social networks at least."""


class Obstacle(Record, frozen=True, kw_only=True):
    """One reason why the work may not begin."""

    text: str
    """What is so, as a clause: ``facebook has not heard of it``."""
    until: datetime | None = None
    """UTC; when it is gone by itself. None: somebody has to do something."""
    is_final: bool = False
    """Nothing that others do meanwhile takes it away."""


class Knowledge(Record, frozen=True, kw_only=True):
    """What stands between an announcement and its work."""

    obstacles: tuple[Obstacle, ...]
    told_at: datetime | None
    """UTC; since when every channel that is needed has said it. None: one has not."""
    unseen: bool = False
    """Whether one of the obstacles is that no stranger has seen it."""


def told_since(
    updates: Sequence[Update], deliveries: Sequence[Delivery], *, at: Callable[[Delivery], datetime]
) -> Mapping[str, datetime]:
    """By channel whose readers see what is so now: since when they have been told of this start; UTC.

    ``updates`` newest first, ``deliveries`` oldest first; ``at`` says when one of them was delivered.
    """
    stale = behind(updates, deliveries)
    this_start = of_this_start(updates)
    found = {}
    for name, one in carried(deliveries).items():
        told = [each for each in _told_on(name, deliveries) if each.update in this_start]
        if one.posts and told and name not in stale:
            found[name] = at(
                min(told, key=lambda each: (each.update, each.operation is not Operation.PUBLISH))
            )
    return found


def of_this_start(updates: Sequence[Update]) -> frozenset[int]:
    """The numbers of the updates since the start was announced as it is now, and the work was not over."""
    start = updates[0].announcement.period.starts_at
    before = [
        one.number for one in updates if one.announcement.period.starts_at != start or one.phase.is_closed
    ]
    return frozenset(one.number for one in updates if one.number > max(before, default=0))


def _told_on(channel: str, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """What readers of a channel have been told since it was last taken down there."""
    own = [one for one in deliveries if (one.channel, one.state) == (channel, State.DELIVERED)]
    down = max((one.id for one in own if one.operation is Operation.WITHDRAW), default=0)
    return [one for one in own if one.id > down and one.operation in {Operation.PUBLISH, Operation.AMEND}]


def known(
    updates: Sequence[Update],
    deliveries: Sequence[Delivery],
    told: Mapping[str, datetime],
    *,
    needed: Sequence[tuple[str, ...]],
    lead: timedelta,
    now: datetime,
    unseen: Mapping[str, str] = _NONE,
) -> Knowledge:
    """What stands between an announcement and its work now.

    ``needed``: of each of these groups one channel has to have told its readers, ``lead`` before the work begins.
    ``unseen``: channels that count for nothing, though they told it, each with why no stranger has seen it there.
    """
    counted = {name: at for name, at in told.items() if name not in unseen}
    newest, since = updates[0], _since(needed, counted)
    over = tuple(_over(newest, deliveries, now))
    untold = tuple(_untold(needed, told))
    not_seen = tuple(_not_seen(needed, told, unseen))
    early = tuple(_early(newest, since, lead, now))
    return Knowledge(obstacles=(*over, *untold, *not_seen, *early), told_at=since, unseen=bool(not_seen))


def _over(newest: Update, deliveries: Sequence[Delivery], now: datetime) -> Iterator[Obstacle]:
    if withdrawn(deliveries) is Withdrawn.EVERYWHERE:
        yield Obstacle(text="it was withdrawn", is_final=True)
    elif newest.phase.is_closed:
        yield Obstacle(text=f"it is {newest.phase}", is_final=True)
    elif newest.announcement.period.ends_at <= now:
        yield Obstacle(text="its announced end has passed", is_final=True)


def _untold(needed: Sequence[tuple[str, ...]], told: Mapping[str, datetime]) -> Iterator[Obstacle]:
    for group in needed:
        if not any(name in told for name in group):
            who = f"neither {' nor '.join(group)} has" if len(group) > 1 else f"{group[0]} has not"
            yield Obstacle(text=f"{who} told what is so now")


def _not_seen(
    needed: Sequence[tuple[str, ...]], told: Mapping[str, datetime], unseen: Mapping[str, str]
) -> Iterator[Obstacle]:
    for group in needed:
        heard = [name for name in group if name in told]
        if heard and unseen.keys() >= set(heard):
            where = ", nor ".join(f"on {name} ({unseen[name]})" for name in heard)
            yield Obstacle(text=f"no stranger has seen it {where}")


def _early(newest: Update, since: datetime | None, lead: timedelta, now: datetime) -> Iterator[Obstacle]:
    period = newest.announcement.period
    start, end = period.starts_at, period.ends_at
    if start > now:
        yield Obstacle(text="its announced start has not come", until=start)
    if since is not None and since + lead > now:
        is_final = since + lead >= end
        yield Obstacle(text="customers were told too short a time ago", until=since + lead, is_final=is_final)


def _since(needed: Sequence[tuple[str, ...]], told: Mapping[str, datetime]) -> datetime | None:
    earliest = [min((told[name] for name in group if name in told), default=None) for group in needed]
    known = [at for at in earliest if at is not None]
    return max(known) if known and len(known) == len(earliest) else None
