"""What an auditor asks of "customers are told before the work begins": every announcement, and how that went.

It only reads the ledger. What is not on record there is not made up: it is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.model.announcement import Localized, Phase, Update
from publisher.model.dues import Withdrawn, withdrawn
from publisher.model.errors import Refused
from publisher.model.kept import (
    Arrivals,
    ChannelTold,
    Doubt,
    Informed,
    NextWord,
    Settled,
    Word,
    arrival,
    informed,
    next_words,
    settled,
    told,
    was_decided,
    was_in_doubt,
)
from publisher.model.promise import overrun, with_promise
from publisher.model.record import Record
from publisher.model.times import TimeFault, parse_duration, parse_when
from publisher.runbook.opening import looked_into

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.ledger.protocol import WorkBegun
    from publisher.model.decided import Decided
    from publisher.model.delivery import Delivery
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


class Reported(Record, frozen=True, kw_only=True):
    """One announcement; times are UTC."""

    ref: str
    title: Localized
    phase: Phase
    withdrawn: Withdrawn | None
    said_at: datetime
    by: str | None
    """Who announced it, as ``user@host``; None: not recorded."""
    starts_at: datetime
    ends_at: datetime
    informed: Informed
    channels: tuple[ChannelTold, ...]
    overrun: timedelta | None
    """By how much it ended later than first promised; negative: earlier, zero: on time, None: not completed."""
    words: tuple[NextWord, ...]
    doubts: tuple[Doubt, ...]
    begun: WorkBegun | None
    """The beginning of the work that a gate let through; None: none did."""

    @property
    def first_seconds(self) -> float | None:
        """Until the first channel's readers could read it."""
        return min((one.seconds for one in self.channels if one.seconds is not None), default=None)

    @property
    def last_seconds(self) -> float | None:
        """Until those of all channels could; None where some never could, or no time is recorded."""
        known = [one.seconds for one in self.channels if one.seconds is not None]
        return max(known) if known and len(known) == len(self.channels) else None

    @property
    def lead(self) -> timedelta | None:
        """How long before the start the readers of every channel knew of it; None where one is missing."""
        known = [one.lead for one in self.channels if one.lead is not None]
        return min(known) if known and len(known) == len(self.channels) else None

    @property
    def is_verified(self) -> bool:
        """Whether strangers read of it before the start on every channel, as far as somebody looked."""
        seen = [one.verified_at for one in self.channels]
        return bool(seen) and all(at is not None and at <= self.starts_at for at in seen)


class Tally(Record, frozen=True, kw_only=True):
    """What several announcements come to. Medians are of those for which there is a figure; None: of none."""

    announced: int
    work: int
    """Those of them whose work was to begin by now, and was not called off before."""
    in_time: int
    not_recorded: int
    lead: timedelta | None
    """The median of how long before their work the last channel's readers knew of it."""
    last_seconds: float | None
    """The median of the seconds until all channels had told it."""
    overruns: int
    words: int
    """Promises to say more whose time has come."""
    words_kept: int
    doubts: int
    doubts_open: int
    verified: int
    """Those of the work of which a stranger was seen to read in time on every channel."""


class Report(Record, frozen=True, kw_only=True):
    """All of it: announcements newest first, months oldest first."""

    since: datetime | None
    until: datetime
    announcements: tuple[Reported, ...]
    months: tuple[tuple[str, Tally], ...]
    """``2026-11``, in the publisher's zone, by when it was first announced."""
    total: Tally


def report(assembly: Assembly, since: str | None, desk: Desk, *, now: datetime) -> Report:
    """Everything announced since then, or ever. Raises Refused, LedgerFault."""
    begin = beginning(since, now=now, zone=assembly.zone) if since else None
    with looked_into(assembly, desk) as ledger:
        found = tuple(_since(ledger, begin, now))
    months: dict[str, list[Reported]] = {}
    for one in reversed(found):
        months.setdefault(f"{one.said_at.astimezone(assembly.zone):%Y-%m}", []).append(one)
    return Report(
        since=begin,
        until=now,
        announcements=found,
        months=tuple((month, tally(ones)) for month, ones in months.items()),
        total=tally(found),
    )


def beginning(typed: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """In UTC: a day, ``2026-10-01``; so long ago, ``90d``; or a time. Raises Refused, also for what lies ahead."""
    try:
        moment = _day(typed, zone) or _ago(typed, now) or parse_when(typed, now=now, zone=zone)
    except TimeFault as fault:
        raise Refused(
            f"--since: {fault}", hint="a day, such as 2026-10-01, or so long ago, such as 90d"
        ) from None
    if moment > now:
        raise Refused(f"--since {typed}: that lies ahead", hint="a day, such as 2026-10-01, or 90d")
    return moment


def _day(typed: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(typed.strip()), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _ago(typed: str, now: datetime) -> datetime | None:
    try:
        return now - parse_duration(typed)
    except (ValueError, OverflowError):
        return None


def _since(ledger: Ledger, begin: datetime | None, now: datetime) -> Iterator[Reported]:
    for ref in ledger.refs():
        updates = [said.update for said in ledger.history_of(ref).said]
        if begin and updates[-1].published_at < begin:  # they come newest first
            return
        yield _reported(ledger, ref, updates, now)


def _reported(ledger: Ledger, ref: str, updates: Sequence[Update], now: datetime) -> Reported:
    deliveries = ledger.all_deliveries(ref)
    ended = {one.id: [(each.state, each.ended_at) for each in ledger.attempts(one)] for one in deliveries}
    decided = {one.delivery: one for one in ledger.decisions(ref)}
    at = {number: one.at for number, one in decided.items()}
    came = {one.id: found for one in deliveries if (found := arrival(one, ended[one.id], at.get(one.id)))}
    channels = told(updates, deliveries, came, ledger.glimpses(ref))
    down, newest = withdrawn(deliveries), updates[0]
    is_gone = down is Withdrawn.EVERYWHERE
    return Reported(
        ref=ref,
        title=newest.announcement.title,
        phase=newest.phase,
        withdrawn=down,
        said_at=updates[-1].published_at,
        by=ledger.said_by(ref).get(updates[-1].number),
        starts_at=newest.announcement.period.starts_at,
        ends_at=newest.announcement.period.ends_at,
        informed=informed(updates, channels, is_gone=is_gone, now=now),
        channels=channels,
        overrun=_overrun(updates),
        words=tuple(next_words(updates, _told_of(deliveries, came), is_gone=is_gone, now=now)),
        doubts=tuple(_doubts(deliveries, ended, decided)),
        begun=ledger.work_begun(ref),
    )


def _told_of(deliveries: Sequence[Delivery], came: Arrivals) -> frozenset[int]:
    return frozenset(one.update for one in deliveries if one.id in came and not one.is_ping)


def _overrun(updates: Sequence[Update]) -> timedelta | None:
    """Compared with what was promised before the end was said, and without what corrections made of that since."""
    if updates[0].phase is not Phase.COMPLETED:
        return None
    before = [one for one in updates[1:] if one.phase is not Phase.COMPLETED]
    return overrun(with_promise(updates[0], before or updates))


def _doubts(
    deliveries: Sequence[Delivery],
    ended: Mapping[int, Sequence[tuple[str | None, datetime | None]]],
    decided: Mapping[int, Decided],
) -> Iterator[Doubt]:
    for one in deliveries:
        states = [state for state, _ in ended[one.id]]
        was_unknown, who = was_in_doubt(one, states), decided.get(one.id)
        if was_unknown or who or was_decided(one):
            yield Doubt(
                update=one.update,
                channel=one.channel,
                settled=settled(one, states[-1] if states else None),
                note=one.note,
                was_unknown=was_unknown,
                decided_by=who.by if who else None,
                decided_at=who.at if who else None,
            )


def tally(found: Sequence[Reported]) -> Tally:
    """What they come to together."""
    work = [one for one in found if one.informed is not Informed.NO_WORK]
    leads = [one.lead for one in work if one.lead is not None]
    seconds = [one.last_seconds for one in found if one.last_seconds is not None]
    words = [word for one in found for word in one.words if word.word is not Word.OPEN]
    doubts = [doubt for one in found for doubt in one.doubts if doubt.was_unknown]
    return Tally(
        announced=len(found),
        work=len(work),
        in_time=sum(one.informed is Informed.IN_TIME for one in work),
        not_recorded=sum(one.informed is Informed.NOT_RECORDED for one in work),
        lead=timedelta(seconds=median(one.total_seconds() for one in leads)) if leads else None,
        last_seconds=round(median(seconds), 1) if seconds else None,
        overruns=sum((one.overrun or timedelta()) > timedelta() for one in found),
        words=len(words),
        words_kept=sum(word.word is Word.KEPT for word in words),
        doubts=len(doubts),
        doubts_open=sum(doubt.settled is Settled.OPEN for doubt in doubts),
        verified=sum(one.is_verified for one in work),
    )
