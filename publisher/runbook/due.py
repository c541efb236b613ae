"""What somebody has to do about announcements, and the commands for it. Nothing ever closes by itself.

What is due is a rule (`publisher.model.dues`); here it becomes words, and commands that can be pasted as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from publisher.ledger import Ledger
from publisher.model import dues
from publisher.model.announcement import Period, Phase, Update
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, State, is_cut
from publisher.model.dues import Cause, Owed
from publisher.model.record import Record
from publisher.model.times import in_words, spoken
from publisher.model.verdict import decisions, exit_code, for_good, way_on
from publisher.runbook.results import utc

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly

VERBS: Mapping[Phase, str] = {Phase.COMPLETED: "complete", Phase.CANCELLED: "cancel"}
"""The command that says the last word, and says it once more where it was not heard."""


class Due(Record, frozen=True, kw_only=True):
    """One thing to do."""

    ref: str
    kind: Cause
    since: datetime
    channels: tuple[str, ...]
    """Whose readers it concerns; empty: everybody's."""
    what: str
    """``the planned end was 40 min ago``"""
    command: str
    """What to do about it, to be pasted as it stands."""
    otherwise: tuple[str, ...] = ()
    """What else would do, each to be pasted as it stands."""
    exit_code: int
    """What a command ends with that leaves it so: 3, 4 or 5; 0 for the clock, and for a hub."""


class Sight(Record, frozen=True, kw_only=True):
    """What the wording has to know: the clock, and what can be done on a channel."""

    now: datetime
    zone: ZoneInfo
    is_open: Callable[[str], bool]
    """Whether a channel is configured and switched on."""
    takes_down: Callable[[str], bool]
    """Whether the platform of one that is open takes posts down."""

    def is_off(self, channel: str) -> bool:
        """Whether nothing can be sent there: what is printed for it has to do without."""
        return not self.is_open(channel)


def sight(assembly: Assembly) -> Sight:
    """The one of this moment."""
    return Sight(
        now=datetime.now(UTC),
        zone=assembly.zone,
        is_open=assembly.channels.is_open,
        takes_down=lambda name: assembly.channels.capabilities(name).withdraw,
    )


def all_due(ledger: Ledger, sight: Sight) -> list[Due]:
    """Everything that is due, in the order of the references."""
    return [item for ref in sorted(ledger.unsettled()) for item in due_of(ledger, ref, sight)]


def due_of(ledger: Ledger, ref: str, sight: Sight) -> list[Due]:
    """What is due about one announcement."""
    updates = [said.update for said in ledger.history_of(ref).said]
    found = _owed(ledger, ref, updates, sight)
    return [item for one in found for item in _said(one, sight)]


def _owed(ledger: Ledger, ref: str, updates: Sequence[Update], sight: Sight) -> tuple[Owed, ...]:
    off = sight.is_off
    begun = ledger.work_begun(ref)
    return dues.owed(
        updates,
        ledger.all_deliveries(ref),
        left=ledger.left(ref),
        off=off,
        now=sight.now,
        begun_at=begun.at if begun else None,
    )


def still_seen(ledger: Ledger, ref: str, deliveries: Iterable[Delivery], sight: Sight) -> Due | None:
    """What readers of channels still see after a run that left nothing to do: the end not heard, or a change given up.

    ``deliveries`` are those that the run ends with. What was left out on purpose while the work goes on is due, but
    no fault of the run.
    """
    given_up = {one.channel for one in deliveries if one.state is State.ABANDONED}
    updates = [said.update for said in ledger.history_of(ref).said]
    is_closed = updates[0].phase.is_closed
    is_gone = dues.withdrawn(ledger.all_deliveries(ref)) is dues.Withdrawn.EVERYWHERE
    found = _owed(ledger, ref, updates, sight)
    for one in found:
        is_ours = bool(given_up.intersection(one.channels)) and (one.seen or one.given_up)
        if not one.deliveries and (is_ours or (is_closed and one.seen) or (is_gone and one.given_up)):
            return next(_said(one, sight))
    return None


def row(item: Due) -> dict[str, Any]:
    """What is due, in JSON."""
    return {
        "ref": item.ref,
        "kind": item.kind,
        "since": utc(item.since),
        "channels": list(item.channels),
        "what": item.what,
        "text": item.what,
        "command": item.command,
        "otherwise": list(item.otherwise),
    }


def lines(item: Due) -> list[str]:
    """What is due, for a person: a line, and one more for each command that would also do."""
    return [f"{item.what} · next: {item.command}", *(f"  or: {one}" for one in item.otherwise)]


def listed(item: Due) -> str:
    """The same behind its reference, each command on a line of its own."""
    return f"{item.ref}  " + "\n          ".join(lines(item))


def _said(one: Owed, sight: Sight) -> Iterator[Due]:
    for what, commands in _WORDING[one.cause](one, sight):
        yield Due(
            ref=one.ref,
            kind=one.cause,
            since=one.since,
            channels=one.channels,
            what=what,
            command=commands[0],
            otherwise=tuple(commands[1:]),
            exit_code=_code(one),
        )


def _code(one: Owed) -> int:
    if one.cause in _NO_FAULT:
        return 0
    return exit_code(one.deliveries) or (3 if one.cause is Cause.DECISION else 5)


_NO_FAULT = frozenset({Cause.START, Cause.END, Cause.PROMISE, Cause.PINGS})
"""Causes of which no run is to blame."""


_Worded = Iterator[tuple[str, list[str]]]

# --- the clock ------------------------------------------------------------------------------------------------------


def _start(one: Owed, sight: Sight) -> _Worded:
    ago = in_words(sight.now - one.since)
    if one.begun:
        what = f"the work began {ago} ago, and nobody has said so to customers"
        yield what, [command("update", one.ref, "--begun")]
        return
    yield (
        f"the start was {ago} ago, and nobody has said that the work has begun",
        [
            command("update", one.ref, "--begun"),
            command("extend", one.ref, "--start", "+30m"),
            command("cancel", one.ref),
        ],
    )


def _end(one: Owed, sight: Sight) -> _Worded:
    # An hour from now, said as what is added to the end that was announced.
    hours, minutes = divmod(int((sight.now - one.since).total_seconds() // 60) + 60, 60)
    longer = f"{hours}h{minutes}m" if minutes else f"{hours}h"
    is_unbegun = one.newest.phase is Phase.SCHEDULED and not one.begun
    never_begun = [command("cancel", one.ref)] if is_unbegun else []
    yield (
        f"the planned end was {in_words(sight.now - one.since)} ago",
        [command("complete", one.ref), command("extend", one.ref, "--by", longer), *never_begun],
    )


def _promise(one: Owed, sight: Sight) -> _Worded:
    at = f"{one.since.astimezone(sight.zone):%H:%M}"
    yield f"the next update was due {at}", [command("update", one.ref, "--next-update", "+30m")]


# --- channels -------------------------------------------------------------------------------------------------------


def _untold(one: Owed, sight: Sight) -> _Worded:
    if one.given_up:
        yield _cut(one, one.given_up, sight)
    elif one.standing:
        yield _taken_down(one, sight)
    elif not one.deliveries:
        yield _still_seen(one, sight)
    else:
        yield from _unfinished(one, sight)


def _unfinished(one: Owed, sight: Sight) -> _Worded:
    if one.is_moot:
        (name,) = one.channels
        yield f"{name} never got what is over by now", [command("resolve", one.ref, name, "--abandon")]
    else:
        what = f"not finished: {', '.join(one.channels)}"
        if off := _off(one, sight):
            yield f"{what}{off}", _giving_up(one)
        else:
            yield what, [way_on(one.deliveries[0])]


def _still_seen(one: Owed, sight: Sight) -> tuple[str, list[str]]:
    what, off = (
        f"readers of {', '.join(one.channels)} {_still(one)} see: {_seen(one, sight)}",
        _off(one, sight),
    )
    again = [] if off else [command(VERBS.get(one.newest.phase, "update"), one.ref)]
    return f"{what}{off}", [*again, *_leaving(one)]


def _taken_down(one: Owed, sight: Sight) -> tuple[str, list[str]]:
    gone, there = ", ".join(one.channels), ", ".join(one.standing)
    stuck = [name for name in one.standing if not (sight.is_open(name) and sight.takes_down(name))]
    what = f"taken down on {gone}, still there on {there}"
    if len(stuck) == len(one.standing):
        return f"{what}, where only a person can take it down", _leaving(one)
    return what, [command("withdraw", one.ref), *_leaving(one)]


def _refused(one: Owed, sight: Sight) -> _Worded:
    (name,), first = one.channels, one.deliveries[0]
    of = "the withdrawal of " if first.operation is Operation.WITHDRAW else ""
    seen = f"; its readers {_still(one)} see: {_seen(one, sight)}" if one.seen else ""
    off = _off(one, sight)
    again = [] if off else [way_on(first)]
    yield f"{name} refused {of}update {first.update}{seen}{off}", [*again, *_giving_up(one)]


def _decision(one: Owed, sight: Sight) -> _Worded:
    if one.given_up:
        yield _may_stand(one, one.given_up, sight)
        return
    (first,) = one.deliveries
    if is_cut(first):
        yield _cut(one, first, sight)
        return
    off = _off(one, sight)
    ask, again, leave = decisions(first)
    ways = [ask, leave] if off or one.is_moot else [ask, again, leave]
    yield f"{first.channel}: nobody knows whether update {first.update} is public{off}", ways


def _may_stand(one: Owed, post: Delivery, sight: Sight) -> tuple[str, list[str]]:
    """Somebody looks, and says what is there; one that is known by its id can also be taken down unseen."""
    name = post.channel
    gone = post.remote_id and sight.is_open(name) and sight.takes_down(name)
    down = [command("withdraw", one.ref, name)] if gone else []
    look = command("resolve", one.ref, name)
    return f"{name}: update {post.update} was given up, and may stand there", [look, *down, *_leaving(one)]


def _cut(one: Owed, post: Delivery, sight: Sight) -> tuple[str, list[str]]:
    """Sent again it would stand there twice: it is taken down, or it will do, or it is left."""
    name = post.channel
    gone = sight.is_open(name) and sight.takes_down(name)
    down = [command("withdraw", one.ref, name)] if gone else []
    does = [command("resolve", one.ref, name, "--delivered", post.url)] if one.deliveries and post.url else []
    return f"{name}: update {post.update} is public there, but not whole", [*down, *does, *_leaving(one)]


def _pings(one: Owed, _sight: Sight) -> _Worded:
    (ping,) = one.deliveries
    yield (
        f"the hub of {ping.channel} was not told: subscribers hear of it when they next look",
        [way_on(ping)],
    )


_WORDING: Mapping[Cause, Callable[[Owed, Sight], _Worded]] = {
    Cause.START: _start,
    Cause.END: _end,
    Cause.PROMISE: _promise,
    Cause.UNTOLD: _untold,
    Cause.REFUSED: _refused,
    Cause.DECISION: _decision,
    Cause.PINGS: _pings,
}


def _leaving(one: Owed) -> list[str]:
    """The commands after which these channels are left with what they show, and nothing is due about them."""
    return [for_good(one.ref, name) for name in one.channels]


def _giving_up(one: Owed) -> list[str]:
    """The same where something was to be sent: for good where readers see what is not so."""
    if one.seen:
        return _leaving(one)
    return [command("resolve", one.ref, name, "--abandon") for name in one.channels]


def _off(one: Owed, sight: Sight) -> str:
    """What is said of a channel that is off; empty where they are on."""
    off = [name for name in one.channels if sight.is_off(name)]
    return f"; switch {', '.join(off)} on, or leave it" if off else ""


def _still(one: Owed) -> str:
    return "may still" if one.is_doubtful else "still"


def _seen(one: Owed, sight: Sight) -> str:
    """What readers see: the phase, or where that is right the time that is not."""
    seen, newest = one.seen, one.newest
    if seen is None:
        return "nothing"
    if seen.phase is not newest.phase:
        return seen.phase.replace("_", " ")
    return _time(seen.announcement.period, newest.announcement.period, sight.zone)


def _time(seen: Period, now: Period, zone: ZoneInfo) -> str:
    if seen.ends_at != now.ends_at:
        return f"until {spoken(seen.ends_at, zone)}"
    return f"from {spoken(seen.starts_at, zone)}"
