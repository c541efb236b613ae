"""Go on with what is neither delivered nor given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from publisher.delivery.recovery import give_up_overtaken, overtaken, ready
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, State, Step, for_readers
from publisher.model.dues import Cause
from publisher.model.errors import Refused
from publisher.model.lifecycle import Staleness, staleness
from publisher.runbook.deliver import deliver
from publisher.runbook.desk import agree
from publisher.runbook.due import Due, all_due, due_of, sight
from publisher.runbook.opening import opened, reference

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def resume(
    assembly: Assembly, typed: str | None, *, failed: bool, forced: bool, desk: Desk
) -> int | list[Due]:
    """Send what is pending, look for what may be public; the exit code.

    Where nothing can be gone on with, what is due all the same: refused, or not heard by the readers of a channel.

    ``typed`` is the reference; without one it is the only unfinished announcement. ``failed`` tries again what a
    channel refused for good, ``forced`` then writes over what was changed there by hand. Raises Refused, LedgerFault.
    """
    with opened(assembly, desk) as ledger:
        ref = (
            reference(ledger, assembly.config, typed) if typed else _only_one(assembly, ledger, failed=failed)
        )
        if ref is None:
            return [item for item in all_due(ledger, sight(assembly)) if item.kind in _LEFT]
        _name_left_out(assembly, ledger, ref, desk)
        remains = partial(_remains, assembly, ledger, ref if typed else None, ref)
        return _gone_on(assembly, ledger, ref, remains, failed=failed, forced=forced, desk=desk)


_LEFT = frozenset({Cause.REFUSED, Cause.UNTOLD, Cause.DECISION, Cause.PINGS})
"""What is due where a run has nothing to do, and is no matter of the clock."""

_STOPPED = frozenset({Cause.REFUSED, Cause.DECISION})
"""What does not go on by itself."""

_Remaining = Callable[[Sequence[Delivery]], tuple[Due, ...]]


def _remains(
    assembly: Assembly, ledger: Ledger, only: str | None, ref: str, told: Sequence[Delivery]
) -> tuple[Due, ...]:
    """What is left after a run on ``ref``, everywhere or ``only`` of one announcement.

    Without what the run's own receipts say: those of what was ``told``.
    """
    open_on = {one.channel for one in told if one.state not in {State.DELIVERED, State.ABANDONED}}
    look = sight(assembly)
    found = due_of(ledger, only, look) if only else all_due(ledger, look)
    return tuple(
        item
        for item in found
        if item.kind in _LEFT
        and (item.ref != ref or (item.kind in _STOPPED and not open_on.issuperset(item.channels)))
    )


def _only_one(assembly: Assembly, ledger: Ledger, *, failed: bool) -> str | None:
    """The one unfinished announcement; None where there is none. Raises Refused where there are several."""
    unfinished = ledger.unfinished(failed=failed)
    refs = tuple(dict.fromkeys(delivery.ref for delivery in for_readers(unfinished) or unfinished))
    if len(refs) > 1:
        ways = [command("resume", ref, *(["--failed"] if failed else [])) for ref in refs]
        rest = [
            item for item in all_due(ledger, sight(assembly)) if item.kind in _LEFT and item.ref not in refs
        ]
        ways += [f"{item.ref}: {item.what} · next: {item.command}" for item in rest]
        raise Refused(f"several announcements are unfinished: {', '.join(refs)}", hint="\n".join(ways))
    return refs[0] if refs else None


def _name_left_out(assembly: Assembly, ledger: Ledger, ref: str, desk: Desk) -> None:
    for delivery in for_readers(ledger.unfinished(ref)):
        if not assembly.channels.is_open(delivery.channel):
            desk.note(
                f"{delivery.channel} is not configured, or switched off: it is left alone",
                hint=f"switch it on, or give it up: {command('resolve', ref, delivery.channel, '--abandon')}",
            )


def _gone_on(
    assembly: Assembly,
    ledger: Ledger,
    ref: str,
    remains: _Remaining,
    *,
    failed: bool,
    forced: bool,
    desk: Desk,
) -> int:
    """Asked before it is owned, so that nobody is kept out while a person reads; looked at again once it is.

    What a dead run left in mid-attempt is settled by the owner only. Where that makes something stale, it is asked
    about in a second round.
    """
    channels = assembly.channels
    while True:
        agreed = _agreed(assembly, ledger, ref, failed=failed, desk=desk)
        with ledger.owning(ref):
            updates = _updates(ledger, ref)
            give_up_overtaken(ledger, updates)
            found = ready(
                ledger, ref, is_open=channels.is_open, terms=channels.terms, failed=failed, forced=forced
            )
            more = _passed(updates, found) - agreed
            if desk.said_yes or not more:
                with desk.stops() as stops:
                    return deliver(
                        assembly,
                        ledger,
                        updates[0],
                        found,
                        desk=desk,
                        stops=stops,
                        unsent=_unsent(updates, found, agreed=desk.said_yes),
                        elsewhere=remains,
                    )
        names = ", ".join(sorted({channel for channel, _ in more}))
        desk.note(f"by now more would be sent whose start has passed ({names}); nothing was sent")


def _agreed(
    assembly: Assembly, ledger: Ledger, ref: str, *, failed: bool, desk: Desk
) -> frozenset[tuple[str, int]]:
    """What is sent although its start has passed: channels and updates. Raises Refused."""
    updates = _updates(ledger, ref)
    given_up = {one.id for one in overtaken(ledger, updates)}
    waiting = [
        one
        for one in ledger.unfinished(ref, failed=failed)
        if one.state is not State.SENDING
        and one.id not in given_up
        and assembly.channels.is_open(one.channel)
    ]
    passed = _passed(updates, waiting)
    if passed:
        alone = Refused("the announced start has passed", hint="--yes sends the posts as they stand")
        agree(desk, "The announced start has passed. Send the posts as they stand?", alone=alone)
    return passed


def _updates(ledger: Ledger, ref: str) -> list[Update]:
    return [said.update for said in ledger.history_of(ref).said]


def _passed(updates: Sequence[Update], deliveries: Iterable[Delivery]) -> frozenset[tuple[str, int]]:
    """Nothing stale is sent: what has passed by now takes a yes, what is over not even that. Raises Refused.

    Looking for what may already be public is always right, and so are taking a post down, telling a hub, or an edit
    once more that may have been made: what comes after it starts out from there.
    """
    to_say = {
        (one.channel, one.update)
        for one in deliveries
        if one.state is not State.UNKNOWN
        and one.operation not in {Operation.WITHDRAW, Operation.PING}
        and not (one.lost and one.step is Step.AMEND)
    }
    newest, now = updates[0], datetime.now(UTC)
    stale = {update.number: staleness(update, newest, now) for update in updates}
    if any(stale[number] is Staleness.OVER for _, number in to_say):
        raise _over(
            newest.announcement.ref,
            sorted(name for name, number in to_say if stale[number] is Staleness.OVER),
        )
    return frozenset(one for one in to_say if stale[one[1]] is Staleness.PASSED)


def _unsent(updates: Sequence[Update], deliveries: Iterable[Delivery], *, agreed: bool) -> frozenset[int]:
    """What may be public and is only looked for: where it is not there it is stale by now, and the next run asks."""
    newest, now = updates[0], datetime.now(UTC)
    stale = {update.number: staleness(update, newest, now) for update in updates}
    fresh = {Staleness.FRESH, Staleness.PASSED} if agreed else {Staleness.FRESH}
    return frozenset(
        one.id for one in deliveries if one.state is State.UNKNOWN and stale[one.update] not in fresh
    )


def _over(ref: str, channels: Sequence[str]) -> Refused:
    ways = [f"to close it: {command('resolve', ref, name, '--abandon')}" for name in channels]
    return Refused(
        "the announced work is over; its first post is not sent as it stands",
        hint="\n".join([*ways, f"its texts: {command('bundle', ref)}"]),
    )
