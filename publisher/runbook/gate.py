"""Announced work begins only when customers were told of it as asked, and its announced start has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from publisher.model.commands import command
from publisher.model.errors import NotInformed, Refused
from publisher.model.gate import ALL, ANY_SOCIAL, Knowledge, Obstacle, known, told_since
from publisher.model.kept import arrival
from publisher.model.record import Record
from publisher.model.seen import unseen
from publisher.model.times import in_words, spoken
from publisher.runbook.opening import lately_restored, opened
from publisher.runbook.verify import Visit, keep, looks, said, visits

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from publisher.ledger import Ledger
    from publisher.model.delivery import Delivery
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk

LOOKS_EVERY = 1.0
"""Seconds between two looks at the ledger while the gate waits."""

VISITS_EVERY = timedelta(seconds=10)
"""How long strangers wait before they look again at what they have not seen."""


def _now() -> datetime:
    return datetime.now(UTC)


class Asked(Record, frozen=True, kw_only=True):
    """What has to be so before the work begins."""

    need: tuple[str, ...] = (ALL,)
    """Channels, ``any-social`` or ``all``."""
    lead: timedelta = timedelta()
    """How long customers have to have known."""
    wait: timedelta = timedelta()
    """How long to wait for it."""
    verified: bool = False
    """Whether strangers have to have seen it."""


def let_begin(
    assembly: Assembly,
    ledger: Ledger,
    ref: str,
    asked: Asked,
    desk: Desk,
    *,
    clock: Callable[[], datetime] = _now,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Come back when the work may begin, having recorded that it does; ``ledger`` is one to read.

    Raises NotInformed where something stands in the way, Refused for an unknown channel, LedgerFault.
    """
    needed = _groups(assembly, asked.need)
    strangers = _Strangers(assembly, ref, desk, clock) if asked.verified else None
    latest, is_said = clock() + asked.wait, False
    while (found := _look(ledger, ref, needed, asked.lead, now=clock(), strangers=strangers)).obstacles:
        if _is_hopeless(found, latest, clock()):
            raise _refused(found, ref, assembly.zone, clock())
        if not is_said:
            why = _why(found, assembly.zone)
            desk.note(f"{ref}: waiting, at the latest until {spoken(latest, assembly.zone)}: {why}")
            is_said = True
        pause(LOOKS_EVERY)
    with opened(assembly, desk) as writing:
        _refuse_old_copy(writing)
        # somebody may have called it off just now
        found = _look(writing, ref, needed, asked.lead, now=clock(), strangers=strangers)
        if found.obstacles or found.told_at is None:
            raise _refused(found, ref, assembly.zone, clock())
        writing.begin_work(ref, at=clock(), told_at=found.told_at)
    desk.note(f"{ref}: customers have known for {in_words(clock() - found.told_at)}; the work begins")


def _refuse_old_copy(ledger: Ledger) -> None:
    if lately_restored(ledger):
        raise NotInformed(
            "an old copy of the ledger has been put back: what was announced or called off since is not in it",
            hint="look at the channels, and run the command by hand if customers know of the work",
        )


def _groups(assembly: Assembly, need: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Of each of these one channel is needed. Raises Refused."""
    channels = assembly.channels
    every = [name for name in assembly.config.channels if channels.is_open(name)]
    social = tuple(name for name in every if channels.capabilities(name).social)
    groups: list[tuple[str, ...]] = []
    for one in need:
        if one == ALL:
            groups += [(name,) for name in every]
        elif one == ANY_SOCIAL and social:
            groups.append(social)
        elif one in every:
            groups.append((one,))
        else:
            ways = ", ".join((*every, ANY_SOCIAL, ALL))
            raise Refused(f"no channel that is switched on is meant by {one!r}", hint=f"known: {ways}")
    if not groups:
        raise Refused("no channel is switched on", hint=f"what is configured: {command('channels')}")
    return tuple(dict.fromkeys(groups))


class _Strangers:
    """Whether strangers have seen what channels told: as it is on record, else by looking, and not too often."""

    def __init__(self, assembly: Assembly, ref: str, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._assembly, self._ref, self._desk, self._clock = assembly, ref, desk, clock
        self._not_before: datetime | None = None
        self._why: dict[str, str] = {}

    def unseen(self, ledger: Ledger, told: Collection[str]) -> Mapping[str, str]:
        """Of these channels those whose newest text no stranger has seen, each with why."""
        if not told:
            return {}
        wanted = {
            one.channel: one
            for one in visits(self._assembly, ledger, self._ref)
            if one.channel in told and one.post
        }
        missing = self._missing(ledger, wanted)
        if missing and (self._not_before is None or self._clock() >= self._not_before):
            visited = [wanted[name] for name in missing]
            found = looks(self._assembly, visited, wait=timedelta())
            keep(self._assembly, self._ref, visited, found, self._desk)
            self._why = {one.channel: why for one in found if (why := said(one))}
            self._not_before = self._clock() + VISITS_EVERY
            missing = self._missing(ledger, wanted)
        return {name: self._why.get(name, "it is not on record") for name in missing}

    def _missing(self, ledger: Ledger, wanted: Mapping[str, Visit]) -> Sequence[str]:
        updates = {name: one.post.update for name, one in wanted.items() if one.post}
        return sorted(unseen(ledger.glimpses(self._ref), updates))


def _look(
    ledger: Ledger,
    ref: str,
    needed: Sequence[tuple[str, ...]],
    lead: timedelta,
    *,
    now: datetime,
    strangers: _Strangers | None,
) -> Knowledge:
    entered = {one.delivery: one.at for one in ledger.decisions(ref)}

    def delivered(delivery: Delivery) -> datetime:
        ended = [(one.state, one.ended_at) for one in ledger.attempts(delivery) if one.ended_at]
        found = arrival(delivery, ended, entered.get(delivery.id))
        tried = ended[-1][1] if ended else None
        return (found.at if found else None) or tried or delivery.post.published_at

    updates = [one.update for one in ledger.history_of(ref).said]
    deliveries = ledger.all_deliveries(ref)
    told = told_since(updates, deliveries, at=delivered)
    relied_on = {name for group in needed for name in group}
    not_seen = strangers.unseen(ledger, told.keys() & relied_on) if strangers else {}
    return known(updates, deliveries, told, needed=needed, lead=lead, now=now, unseen=not_seen)


def _is_hopeless(found: Knowledge, latest: datetime, now: datetime) -> bool:
    """Whether no waiting helps: it is over, it takes longer than that, or the time is up."""
    return latest <= now or any(
        one.is_final or (one.until is not None and one.until > latest) for one in found.obstacles
    )


def _refused(found: Knowledge, ref: str, zone: ZoneInfo, now: datetime) -> NotInformed:
    times = [one.until for one in found.obstacles if one.until]
    if len(times) == len(found.obstacles) and not any(one.is_final for one in found.obstacles):
        minutes = -((now - max(times)) // timedelta(minutes=1))
        hint = f"--wait {minutes}m would wait for it"
    else:
        hint = f"what each channel has told, and what is due, is shown by: {command('show', ref)}"
        if found.unseen:
            seen = f"what strangers find is said by: {command('verify', ref)}"
            hint = (
                f"{seen}\na channel that shows them nothing is left out where --need names the others\n{hint}"
            )
    return NotInformed(f"{ref}: the work may not begin: {_why(found, zone)}", hint=hint)


def _why(found: Knowledge, zone: ZoneInfo) -> str:
    return "; ".join(_clause(one, zone) for one in found.obstacles)


def _clause(one: Obstacle, zone: ZoneInfo) -> str:
    return f"{one.text} (until {spoken(one.until, zone)})" if one.until else one.text
