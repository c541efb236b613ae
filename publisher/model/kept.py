"""What was kept of what customers are promised, of one announcement: word before the work, and the next word in time.

Pure data. Nothing is guessed: where the ledger does not say when or by whom, neither does this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import dropwhile

from publisher.model.announcement import Kind, Phase, Update
from publisher.model.delivery import BY_HAND, FOR_GOOD, GIVEN_UP, Delivery, Operation, State
from publisher.model.gate import of_this_start
from publisher.model.record import Record
from publisher.model.seen import Glimpse, seen_first


class Arrival(Record, frozen=True, kw_only=True):
    """When a text came to the readers of a channel, as far as that is on record."""

    at: datetime | None = None
    """UTC; None: a person entered the post, and it is not on record when."""
    is_exact: bool = True
    """Else its answer was lost, and it is the end of that attempt: the post was found there later."""
    by_hand: bool = False
    """A person entered the post, and it was there by then."""


Arrivals = Mapping[int, Arrival]
"""By a delivery's id; only what has been delivered is there."""


class ChannelTold(Record, frozen=True, kw_only=True):
    """What the readers of one channel were told, and when."""

    channel: str
    type: str
    seconds: float | None
    """From when this channel was first to tell anything until its readers could read it; None: not recorded."""
    arrival: Arrival | None
    """Since when they know of the start that counts; None: they were never told of it."""
    lead: timedelta | None
    """How long before that start; negative: after it. None where no time is recorded."""
    verified_at: datetime | None
    """UTC; when a stranger was first seen to read of that start there. None: no look has found it."""


class Informed(StrEnum):
    """Whether customers were told before the work began."""

    IN_TIME = "in_time"
    """On every channel."""
    LATE = "late"
    """On one channel at least they were told later, or never."""
    NOT_RECORDED = "not_recorded"
    """They were told, and for one channel at least nobody can say when."""
    NO_WORK = "no_work"
    """The announced start has not come, or it was called off before, or taken down everywhere."""


class Word(StrEnum):
    """What became of a promise to say more by a certain time."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    """Its time has not come."""


class NextWord(Record, frozen=True, kw_only=True):
    """One promise to say more."""

    update: int
    """The number of the update that made it."""
    until: datetime
    said_at: datetime | None
    """When the next word was said that came through on one channel at least; None: it never was."""
    word: Word


class Settled(StrEnum):
    """How an outcome that no program knew was settled, as far as the ledger tells."""

    OPEN = "open"
    FOUND = "found"
    """The post was found on its platform: by a look-up, or at the address that a person gave."""
    PERSON = "person"
    """A person decided."""
    AGAIN = "sent_again"
    """It was sent again: it was not there, or a person said so."""
    CONFIGURED = "configured"
    """It was left as it was, as ``on_unknown`` of the channel says, or for newer words."""


class Doubt(Record, frozen=True, kw_only=True):
    """A delivery of which nobody knew for a while whether customers could read it, or that a person decided about."""

    update: int
    channel: str
    settled: Settled
    note: str | None
    was_unknown: bool
    """Else it was refused or had not been sent, and a person decided what becomes of it."""
    decided_by: str | None
    """Who decided last, as ``user@host``; None: nobody did, or who it was is not on record."""
    decided_at: datetime | None
    """UTC."""


def told(
    updates: Sequence[Update],
    deliveries: Sequence[Delivery],
    arrivals: Arrivals,
    glimpses: Sequence[Glimpse] = (),
) -> tuple[ChannelTold, ...]:
    """Every channel that something was planned for; ``updates`` newest first, ``deliveries`` oldest first.

    The start that counts is the last one that was announced, as it reads now. It is known by those who were told of
    it since.
    """
    before_the_end = [*dropwhile(lambda one: one.phase.is_closed, updates)] or updates
    since, start = min(of_this_start(before_the_end), default=1), _start(updates)
    said = {one.number: one.published_at for one in updates}
    channels: dict[str, list[Delivery]] = {}
    for one in deliveries:
        if one.operation in _TELLING:
            channels.setdefault(one.channel, []).append(one)
    found = []
    for name, own in channels.items():
        arrival = _first([arrivals[one.id] for one in own if one.id in arrivals and one.update >= since])
        earliest = _first([arrivals[one.id] for one in own if one.id in arrivals])
        found.append(
            ChannelTold(
                channel=name,
                type=own[-1].type,
                seconds=_seconds(earliest, said[own[0].update]),
                arrival=arrival,
                lead=start - arrival.at if arrival and arrival.at else None,
                verified_at=seen_first(glimpses, name, since) if arrival else None,
            )
        )
    return tuple(found)


_TELLING = frozenset({Operation.PUBLISH, Operation.AMEND})


def _start(updates: Sequence[Update]) -> datetime:
    return updates[0].announcement.period.starts_at


def _first(arrivals: Sequence[Arrival]) -> Arrival | None:
    """The earliest that is recorded; one without a time where there is no other."""
    timed = [(one.at, one) for one in arrivals if one.at]
    return min(timed, key=lambda each: each[0])[1] if timed else next(iter(arrivals), None)


def _seconds(earliest: Arrival | None, said_at: datetime) -> float | None:
    """Updates are dated by whole seconds, each later than the one before: that may be in the near future."""
    at = earliest.at if earliest else None
    return round(max(0.0, (at - said_at).total_seconds()), 1) if at else None


def informed(
    updates: Sequence[Update], channels: Sequence[ChannelTold], *, is_gone: bool, now: datetime
) -> Informed:
    """Whether all were told in time; ``is_gone``: nothing of it is public any more."""
    newest = updates[0]
    called_off = newest.phase is Phase.CANCELLED and not newest.aborted
    if is_gone or called_off or _start(updates) > now:
        return Informed.NO_WORK
    if any(one.arrival is None or (one.lead is not None and one.lead < timedelta()) for one in channels):
        return Informed.LATE
    return Informed.NOT_RECORDED if any(one.lead is None for one in channels) else Informed.IN_TIME


def next_words(
    updates: Sequence[Update], told_of: frozenset[int], *, is_gone: bool, now: datetime
) -> Iterator[NextWord]:
    """Every promise to say more, oldest first; ``told_of`` are the updates that came through somewhere.

    A correction makes no promise and keeps none: it repeats the one that stands. Of what ``is_gone``, taken down
    everywhere, nobody waits for more.
    """
    words = [one for one in reversed(updates) if one.kind is not Kind.CORRECTED]
    for number, one in enumerate(words):
        if one.next_update_at is None or one.phase.is_closed:
            continue
        later = (each.published_at for each in words[number + 1 :] if each.number in told_of)
        said_at = next(later, None)
        if said_at or not is_gone:
            yield _next_word(one, one.next_update_at, said_at, now)


def _next_word(update: Update, until: datetime, said_at: datetime | None, now: datetime) -> NextWord:
    is_open = said_at is None and now <= until
    word = Word.OPEN if is_open else Word.KEPT if said_at and said_at <= until else Word.BROKEN
    return NextWord(update=update.number, until=until, said_at=said_at, word=word)


def arrival(
    delivery: Delivery,
    attempts: Sequence[tuple[str | None, datetime | None]],
    decided_at: datetime | None = None,
) -> Arrival | None:
    """When it came; ``attempts`` are states and times in which its attempts ended. None: it has not come.

    A post that a person entered was there when that was said: ``decided_at``, where it is on record.
    """
    if delivery.state is not State.DELIVERED:
        return None
    state, at = attempts[-1] if attempts else (None, None)
    if state == State.DELIVERED:
        return Arrival(at=at)
    if settled(delivery, state) is Settled.FOUND:
        return Arrival(at=at, is_exact=False)
    return Arrival(at=decided_at, is_exact=False, by_hand=True)


def settled(delivery: Delivery, last: str | None) -> Settled:
    """How it was settled; ``last`` is the state in which the last attempt ended."""
    note = delivery.note or ""
    if delivery.state is State.DELIVERED:
        found = last == State.UNKNOWN and not note.startswith(BY_HAND)
        return Settled.AGAIN if last == State.DELIVERED else Settled.FOUND if found else Settled.PERSON
    if delivery.state is State.ABANDONED:
        return Settled.PERSON if note.startswith(_BY_PERSON) else Settled.CONFIGURED
    return Settled.OPEN if delivery.state in _IN_DOUBT else Settled.AGAIN


_IN_DOUBT = frozenset({State.UNKNOWN, State.NEEDS_DECISION})
_BY_PERSON = (BY_HAND, GIVEN_UP, FOR_GOOD)


def was_in_doubt(delivery: Delivery, states: Sequence[str | None]) -> bool:
    """Whether nobody knew for a while; its attempts ended in ``states``."""
    unsure = delivery.lost or delivery.duplicate or not {*states, delivery.state}.isdisjoint(_IN_DOUBT)
    return unsure and not delivery.is_ping


def was_decided(delivery: Delivery) -> bool:
    """Whether a person said what becomes of it, as far as its note tells."""
    return not delivery.is_ping and (delivery.note or "").startswith(_BY_PERSON)
