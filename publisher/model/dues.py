"""What is owed to the readers of an announcement: every way in which what they see is not so. Pure data.

::

    start      it was announced for a time that has come, and nobody has said that it began
    end        the announced end has passed
    promise    the next word was promised for a time that has passed
    untold     something is not sent yet, or readers of a channel still see what was so before, or what was taken
               down elsewhere
    refused    a channel refused what still matters
    decision   only a person can know whether it is public, also where it was given up
    pings      the hub of a channel that is on has not heard that there is something new
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile

from msgspec.structs import replace

from publisher.model.announcement import Period, Phase, Update
from publisher.model.behind import behind, differs, is_doubtful
from publisher.model.carried import Carried, carried
from publisher.model.delivery import (
    CLOSED,
    Delivery,
    Operation,
    State,
    for_readers,
    is_asked_about,
    never_public,
)
from publisher.model.lifecycle import Staleness, staleness
from publisher.model.record import Record


class Cause(StrEnum):
    """Why something is due."""

    START = "start"
    END = "end"
    PROMISE = "promise"
    UNTOLD = "untold"
    REFUSED = "refused"
    DECISION = "decision"
    PINGS = "pings"


class Withdrawn(StrEnum):
    """How much of an announcement was taken down again."""

    EVERYWHERE = "everywhere"
    """Nothing of it is public any more: it is closed."""
    PARTLY = "partly"
    """It is gone from some channels, and stands on others."""


class Owed(Record, frozen=True, kw_only=True):
    """One thing that is due."""

    cause: Cause
    newest: Update
    since: datetime
    channels: tuple[str, ...] = ()
    """Whose readers it concerns; empty: everybody's."""
    deliveries: tuple[Delivery, ...] = ()
    """What has to be gone on with; empty: something has to be said."""
    seen: Update | None = None
    """What readers of these channels see instead, where they see something that is not so any more."""
    is_doubtful: bool = False
    """They may see by now what was given up, or only it: nobody knows whether that is public."""
    is_moot: bool = False
    """It is not sent any more."""
    standing: tuple[str, ...] = ()
    """Where it still stands, while ``channels`` have taken it down."""
    given_up: Delivery | None = None
    """A post that was given up although it is public and cut, or may be public."""
    begun: bool = False
    """The work is on record as begun, ``since`` then."""

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.newest.announcement.ref


def owed(
    updates: Sequence[Update],
    deliveries: Sequence[Delivery],
    *,
    left: Mapping[str, int],
    off: Callable[[str], bool],
    now: datetime,
    begun_at: datetime | None = None,
) -> tuple[Owed, ...]:
    """Everything that is due about one announcement; ``updates`` newest first, ``deliveries`` oldest first.

    ``left`` are the channels whose readers are left with what they see, for good, and the update of which this was
    said. Channels that are ``off`` stand apart: what goes on with the others can do nothing there. ``begun_at`` is
    when the work began, where that is on record.
    """
    return tuple(_Affair(updates, deliveries, left, off, now, begun_at=begun_at).everything())


def withdrawn(deliveries: Sequence[Delivery]) -> Withdrawn | None:
    """How much of an announcement was taken down again; None where nothing was."""
    if not _taken_down(deliveries):
        return None
    found = carried(deliveries)
    if any(one.carries for one in found.values()):
        return Withdrawn.PARTLY if _bare(found, deliveries) else None
    return Withdrawn.EVERYWHERE


def _taken_down(deliveries: Sequence[Delivery]) -> set[str]:
    """The channels of which a post was taken down."""
    return {
        one.channel
        for one in deliveries
        if one.operation is Operation.WITHDRAW and one.state is State.DELIVERED
    }


def _bare(found: Mapping[str, Carried], deliveries: Sequence[Delivery]) -> tuple[str, ...]:
    """The channels that have taken it down, and show nothing of it now."""
    down = _taken_down(deliveries)
    return tuple(name for name, one in found.items() if name in down and not (one.carries or one.waiting))


class _Affair:
    """One announcement and the clock."""

    def __init__(
        self,
        updates: Sequence[Update],
        deliveries: Sequence[Delivery],
        left: Mapping[str, int],
        off: Callable[[str], bool],
        now: datetime,
        *,
        begun_at: datetime | None,
    ) -> None:
        self._begun_at = begun_at
        self._updates = updates
        self._newest = updates[0]
        self._deliveries = deliveries
        self._readers = for_readers(deliveries)
        self._found = carried(deliveries)
        self._behind = behind(updates, deliveries)
        self._left = left
        self._off = off
        self._now = now
        self._is_closed = self._newest.phase.is_closed
        self._is_gone = withdrawn(deliveries) is Withdrawn.EVERYWHERE
        self._over = {one.number for one in updates if staleness(one, updates[0], now) is Staleness.OVER}

    def everything(self) -> Iterator[Owed]:
        if not (self._is_closed or self._is_gone):
            yield from self._late()
        decisions = self._decisions()
        unfinished = self._unfinished()
        refused = self._refused()
        yield from (*decisions, *unfinished, *refused)
        asked = self._asked({one.channels[0] for one in decisions})
        given_up = [*asked, *self._given_up({one.channels[0] for one in (*decisions, *asked)})]
        yield from given_up
        spoken_of = {name for one in (*decisions, *unfinished, *refused, *given_up) for name in one.channels}
        yield from self._left_behind(spoken_of)
        if not (self._is_closed or self._is_gone):
            yield from self._partly_gone()
        yield from self._pings()

    # --- the clock ------------------------------------------------------------------------------------------

    def _late(self) -> Iterator[Owed]:
        newest, period = self._newest, self._newest.announcement.period
        if period.ends_at < self._now:
            begun = self._begun_at is not None
            yield Owed(cause=Cause.END, newest=newest, since=period.ends_at, begun=begun)
        elif newest.phase is Phase.SCHEDULED and period.starts_at < self._now:
            since = self._begun_at or period.starts_at
            yield Owed(cause=Cause.START, newest=newest, since=since, begun=self._begun_at is not None)
        if newest.next_update_at and newest.next_update_at < self._now:
            yield Owed(cause=Cause.PROMISE, newest=newest, since=newest.next_update_at)

    # --- what is open ---------------------------------------------------------------------------------------

    def _decisions(self) -> list[Owed]:
        """The oldest one of each channel: the others wait for it."""
        found: dict[str, Delivery] = {}
        for one in self._readers:
            if one.state is State.NEEDS_DECISION:
                found.setdefault(one.channel, one)
        return [
            replace(self._of(Cause.DECISION, [one]), is_moot=one.update in self._over)
            for one in found.values()
        ]

    def _unfinished(self) -> list[Owed]:
        """What can be gone on with; and what never can, where no end that is due takes its place."""
        waiting = [one for one in self._readers if one.state not in CLOSED | {State.NEEDS_DECISION}]
        undecided = {one.channel for one in self._readers if one.state is State.NEEDS_DECISION}
        to_do = [one for one in waiting if not self._is_moot(one) and one.channel not in undecided]
        found = [self._of(Cause.UNTOLD, parts) for parts in self._apart(to_do)]
        if self._is_closed and not self._is_gone:
            found += [
                replace(self._of(Cause.UNTOLD, [one]), is_moot=True)
                for one in waiting
                if self._is_moot(one) and not self._found[one.channel].carries
            ]
        return found

    def _apart(self, deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
        """Those of channels that are on together, and by themselves those of each that is off."""
        parts: dict[str, list[Delivery]] = {}
        for one in deliveries:
            parts.setdefault(one.channel if self._off(one.channel) else "", []).append(one)
        return list(parts.values())

    def _refused(self) -> list[Owed]:
        """One for each update of a channel that still matters, whatever of it was refused."""
        found: dict[tuple[str, int], list[Delivery]] = {}
        for one in self._readers:
            if one.state is State.FAILED and self._matters(one):
                found.setdefault((one.channel, one.update), []).append(one)
        return [self._of(Cause.REFUSED, parts) for parts in found.values()]

    def _matters(self, refused: Delivery) -> bool:
        """Not an update of work that is over by now, or was taken up again, or of what was taken down since."""
        if refused.operation is Operation.WITHDRAW:
            return any(one.remote_id == refused.target for one in self._found[refused.channel].posts.values())
        own = next(one for one in self._updates if one.number == refused.update)
        return (
            own.phase.is_closed is self._is_closed
            and not self._is_moot(refused)
            and not any(one.id > refused.id for one in self._down_on(refused.channel))
        )

    def _down_on(self, channel: str) -> list[Delivery]:
        return [
            one
            for one in self._readers
            if one.channel == channel and one.operation is Operation.WITHDRAW and one.state is State.DELIVERED
        ]

    def _is_moot(self, one: Delivery) -> bool:
        """Whether it is never sent as it stands: it speaks of a time that has passed, or of what was taken down."""
        unseen = one.state is State.FAILED or never_public(one)
        return (
            unseen and one.operation is not Operation.WITHDRAW and (self._is_gone or one.update in self._over)
        )

    def _of(self, cause: Cause, deliveries: Sequence[Delivery]) -> Owed:
        channels = tuple(dict.fromkeys(one.channel for one in deliveries))
        return Owed(
            cause=cause,
            newest=self._newest,
            since=min(one.post.published_at for one in deliveries),
            channels=channels,
            deliveries=tuple(deliveries),
            seen=self._behind.get(channels[0]) if len(channels) == 1 else None,
            is_doubtful=len(channels) == 1 and self._may_see_more(channels[0]),
        )

    def _may_see_more(self, channel: str) -> bool:
        seen = self._behind.get(channel)
        own = [one for one in self._readers if one.channel == channel]
        return seen is not None and is_doubtful(self._found[channel], own, seen)

    # --- what readers see -----------------------------------------------------------------------------------

    def _asked(self, undecided: set[str]) -> list[Owed]:
        """The oldest post of each channel that was given up and may stand there, until somebody decides about it."""
        found: dict[str, Delivery] = {}
        for one in self._readers:
            is_open = one.channel not in undecided and self._left.get(one.channel, 0) < one.update
            if is_open and is_asked_about(one) and one.id in self._found[one.channel].doubtful:
                found.setdefault(one.channel, one)
        return [
            replace(self._of(Cause.DECISION, [one]), deliveries=(), given_up=one) for one in found.values()
        ]

    def _given_up(self, undecided: set[str]) -> list[Owed]:
        """The newest post of each channel that was given up and stands there, until a later word was heard there."""
        found = {
            one.channel: one
            for one in self._readers
            if one.state is State.ABANDONED and self._is_there(one) and one.channel not in undecided
        }
        return [replace(self._of(Cause.UNTOLD, [one]), deliveries=(), given_up=one) for one in found.values()]

    def _is_there(self, one: Delivery) -> bool:
        standing = self._found[one.channel]
        later = any(told and number > one.update for number, told in standing.heard.items())
        return not later and one.id in standing.posts and self._left.get(one.channel, 0) < one.update

    def _left_behind(self, spoken_of: set[str]) -> Iterator[Owed]:
        """Channels whose readers see an earlier phase or period, and nothing is under way that changes it."""
        groups: dict[tuple[Phase, Period, bool, str], list[str]] = {}
        for name, seen in self._behind.items():
            if name not in spoken_of and self._left.get(name, 0) < self._turned.number:
                alone = name if self._off(name) else ""
                key = (seen.phase, seen.announcement.period, self._may_see_more(name), alone)
                groups.setdefault(key, []).append(name)
        for names in groups.values():
            yield Owed(
                cause=Cause.UNTOLD,
                newest=self._newest,
                since=self._turned.published_at,
                channels=tuple(names),
                seen=self._behind[names[0]],
                is_doubtful=self._may_see_more(names[0]),
            )

    @property
    def _turned(self) -> Update:
        """The update since which it has been as it is now."""
        return [*takewhile(lambda one: not differs(one, self._newest), self._updates)][-1]

    def _partly_gone(self) -> Iterator[Owed]:
        """It was taken down on some channels, and nobody has said there what is so now."""
        if withdrawn(self._deliveries) is not Withdrawn.PARTLY:
            return
        bare = _bare(self._found, self._deliveries)
        names = [name for name in bare if self._left.get(name, 0) < self._turned.number]
        if names:
            yield Owed(
                cause=Cause.UNTOLD,
                newest=self._newest,
                since=self._newest.published_at,
                channels=tuple(names),
                standing=tuple(name for name, one in self._found.items() if one.carries),
            )

    # --- hubs -----------------------------------------------------------------------------------------------

    def _pings(self) -> Iterator[Owed]:
        heard = {State.DELIVERED, State.ABANDONED}
        for one in self._deliveries:
            if one.is_ping and one.state not in heard and not self._off(one.channel):
                yield self._of(Cause.PINGS, [one])
