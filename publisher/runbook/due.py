"""What somebody has to do about announcements, and the command for it. Nothing ever closes by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.ledger import Ledger
from publisher.ledger.protocol import Overview, Stray
from publisher.model.announcement import Kind, Update
from publisher.model.delivery import Delivery, Operation, State, for_readers
from publisher.model.lifecycle import CLOSED_PHASES, Staleness, staleness
from publisher.model.record import Record
from publisher.model.times import in_words
from publisher.model.verdict import way_on

VERBS: Mapping[Kind, str] = {Kind.COMPLETED: "complete", Kind.CANCELLED: "cancel"}
"""The command that says the last word."""


class Due(Record, frozen=True, kw_only=True):
    """One thing to do."""

    ref: str
    what: str
    """``the planned end was 40 min ago``"""
    command: str


def due(ledger: Ledger, channels: Collection[str], *, now: datetime, zone: ZoneInfo) -> list[Due]:
    """Everything that is due: promises, overruns, what is not finished or refused, channels that lack the last word.

    ``channels`` are those that are configured and switched on.
    """
    found = [item for row in ledger.overview(open_only=True) for item in _late(row, now, zone)]
    found += _unfinished(for_readers(ledger.unfinished()))
    found += [_untold_hub(one) for one in ledger.unfinished(failed=True) if one.is_ping]
    strays = ledger.strays()
    found += [_stray(stray, is_open=stray.channel in channels) for stray in strays]
    said = {(stray.ref, stray.channel) for stray in strays}
    refused = [one for one in for_readers(ledger.refused()) if (one.ref, one.channel) not in said]
    found += [_refused(one, is_open=one.channel in channels) for one in _sendable(ledger, refused, now)]
    return sorted(found, key=lambda item: item.ref)


def owed(ledger: Ledger, update: Update) -> str | None:
    """The command for the channels that have not heard the last word, where ``update`` is one or comes after it."""
    strays = ledger.strays(update.announcement.ref) if update.phase in CLOSED_PHASES else []
    if not strays:
        return None
    missing = ", ".join(stray.channel for stray in strays)
    return f"announce {VERBS[strays[0].kind]} {update.announcement.ref} (not told yet: {missing})"


def _late(row: Overview, now: datetime, zone: ZoneInfo) -> Iterator[Due]:
    ref = row.ref
    if row.phase in CLOSED_PHASES:
        return
    if row.ends_at < now:
        ago = in_words(now - row.ends_at)
        command = f"announce complete {ref}, or announce extend {ref} --until WHEN"
        yield Due(ref=ref, what=f"the planned end was {ago} ago", command=command)
    if row.next_update_at and row.next_update_at < now:
        at = f"{row.next_update_at.astimezone(zone):%H:%M}"
        yield Due(ref=ref, what=f"the next update was due {at}", command=f"announce update {ref} 'TEXT'")


def _unfinished(deliveries: tuple[Delivery, ...]) -> Iterator[Due]:
    by_ref: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_ref.setdefault(delivery.ref, []).append(delivery)
    for ref, parts in by_ref.items():
        undecided = next((part for part in parts if part.state is State.NEEDS_DECISION), None)
        names = ", ".join(dict.fromkeys(part.channel for part in parts))
        yield Due(ref=ref, what=f"not finished: {names}", command=way_on(undecided or parts[0]))


def _untold_hub(ping: Delivery) -> Due:
    what = f"the hub of {ping.channel} was not told: subscribers hear of it when they next look"
    return Due(ref=ping.ref, what=what, command=way_on(ping))


def _sendable(ledger: Ledger, refused: list[Delivery], now: datetime) -> list[Delivery]:
    """Without what speaks of a time that has passed: that is never sent as it stands, and the overrun is due."""
    refs = {delivery.ref for delivery in refused}
    said = {ref: [one.update for one in ledger.history_of(ref).said] for ref in refs}
    over = {
        (ref, update.number)
        for ref, updates in said.items()
        for update in updates
        if staleness(update, updates[0], now) is Staleness.OVER
    }
    return [
        one for one in refused if one.operation is Operation.WITHDRAW or (one.ref, one.update) not in over
    ]


def _refused(delivery: Delivery, *, is_open: bool) -> Due:
    taken_down = "the withdrawal of " if delivery.operation is Operation.WITHDRAW else ""
    what = f"{delivery.channel} refused {taken_down}update {delivery.update}"
    abandon = f"announce resolve {delivery.ref} {delivery.channel} --abandon"
    switch = "" if is_open else f"switch {delivery.channel} on, then: "
    return Due(ref=delivery.ref, what=what, command=f"{switch}{way_on(delivery)}, or {abandon}")


def _stray(stray: Stray, *, is_open: bool) -> Due:
    if not is_open:
        command = f"switch {stray.channel} on, then: announce {VERBS[stray.kind]} {stray.ref}"
        return Due(ref=stray.ref, what=_missing(stray), command=command)
    again = f"announce {VERBS[stray.kind]} {stray.ref}"
    return Due(
        ref=stray.ref,
        what=_missing(stray),
        command=f"announce resume {stray.ref} --failed" if stray.tried else again,
    )


def _missing(stray: Stray) -> str:
    return f"{stray.channel} has not heard that it is {stray.kind}"
