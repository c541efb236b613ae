"""Which posts of an announcement can be taken down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec.structs import replace

from publisher.model.announcement import Update
from publisher.model.carried import Carried, carried
from publisher.model.commands import command
from publisher.model.delivery import CLAIMABLE, Decision, Delivery, Operation, State, is_cut, never_public
from publisher.model.errors import Refused
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities, Receipt
from publisher.model.record import Record
from publisher.model.transitions import reopened, resolved, taken_up
from publisher.planning.selection import names_in


class Withdrawals(Record, frozen=True):
    """What is taken down."""

    outgoing: tuple[Outgoing, ...]
    """Withdrawals that are to be recorded."""
    again: tuple[Delivery, ...]
    """Those that are recorded and have not taken their post down: they are gone on with."""
    notes: tuple[str, ...] = ()
    """What is to be known before, a line each."""
    newest: Update | None = None
    """The last that was said of the announcement, where it is shown to somebody."""

    @property
    def every(self) -> tuple[Outgoing, ...]:
        """All of them, to look at."""
        again = (
            Outgoing(one.post, one.type, Operation.WITHDRAW, one.receipt, silent=one.silent)
            for one in self.again
        )
        return (*self.outgoing, *again)


def withdrawals(
    deliveries: Sequence[Delivery],
    channels: Sequence[str],
    *,
    is_open: Callable[[str], bool],
    capabilities: Callable[[str], Capabilities],
    silent: bool = False,
) -> Withdrawals:
    """One withdrawal for every post that stands on these channels (default: all that can); one that failed, again.

    A ``silent`` one leaves no word in feeds.

    Raises Refused where a named channel cannot, or nothing is to be taken down.
    """
    every = carried(deliveries)
    found = {name: there for name, one in every.items() if (there := _to_take_down(one))}
    doubts = {name: one for name, carries in every.items() for one in _nowhere(carries)}
    named = names_in(channels)
    chosen = named or tuple(dict.fromkeys((*found, *doubts)))
    reasons = {
        name: why for name in chosen if (why := _why_not(name, found.keys(), doubts, is_open, capabilities))
    }
    told = "; ".join(f"{name}: {why}" for name, why in reasons.items())
    ways = {name: command("resolve", one.ref, name) for name, one in doubts.items() if name in chosen}
    if named and reasons:
        raise Refused(told, hint="\n".join(["nothing was taken down", *ways.values()]))
    posts = [post for name in chosen if name not in reasons for post in found[name] if post.remote_id]
    plan = _of(posts, deliveries, silent=silent)
    if not plan.every:
        cures = "\n".join([*ways.values(), command("show", deliveries[0].ref)])
        raise Refused(f"nothing can be taken down: {told or 'no post stands there'}", hint=cures)
    doubted = (f"{name}: {_unknown(doubts[name])}: {way}" for name, way in ways.items())
    return replace(plan, notes=(*doubted, *_kept_by_subscribers(plan, capabilities)))


def _to_take_down(found: Carried) -> tuple[Delivery, ...]:
    """What stands there; and what may, and is known by its id: taken down it surely is not public."""
    return (*found.posts.values(), *(one for one in found.doubtful.values() if one.remote_id))


def _nowhere(found: Carried) -> tuple[Delivery, ...]:
    """What may stand there and cannot be taken down."""
    return tuple(one for one in found.doubtful.values() if not one.remote_id)


def _unknown(post: Delivery) -> str:
    return f"update {post.update} was given up and may stand there, but nobody knows where"


def _kept_by_subscribers(plan: Withdrawals, capabilities: Callable[[str], Capabilities]) -> tuple[str, ...]:
    silent = {item.post.channel: item.silent for item in plan.every}
    return tuple(
        f"{name}: feed readers keep what they have; "
        + ("the feed says nothing of it" if quiet else "a new item says it is withdrawn (--silent: none)")
        for name, quiet in silent.items()
        if capabilities(name).feed
    )


def _of(posts: Sequence[Delivery], deliveries: Sequence[Delivery], *, silent: bool) -> Withdrawals:
    """A new withdrawal for each post that has none; one that has not come to its end is gone on with."""
    planned = [_planned(post, deliveries) for post in posts]
    again = tuple(_tried_again(one) for one in planned if one and one.state in _OPEN)
    outgoing = tuple(
        Outgoing(post.post, post.type, Operation.WITHDRAW, _receipt(post), silent=silent)
        for post, withdrawal in zip(posts, planned, strict=True)
        if withdrawal is None
    )
    return Withdrawals(outgoing, again)


_OPEN = CLAIMABLE | {State.FAILED, State.ABANDONED}
"""A withdrawal in one of these states has not taken its post down."""


def _tried_again(withdrawal: Delivery) -> Delivery:
    match withdrawal.state:
        case State.FAILED:
            return reopened(withdrawal)
        case State.ABANDONED:
            return taken_up(withdrawal)
    return withdrawal


def _why_not(
    name: str,
    found: Collection[str],
    doubts: Mapping[str, Delivery],
    is_open: Callable[[str], bool],
    capabilities: Callable[[str], Capabilities],
) -> str | None:
    if name not in found:
        doubt = doubts.get(name)
        return _unknown(doubt) if doubt else "no post of this announcement stands there"
    if not is_open(name):
        return "not configured, or switched off"
    if not capabilities(name).withdraw:
        return "its platform takes no post down"
    return None


def _receipt(post: Delivery) -> Receipt:
    return Receipt(remote_id=post.remote_id, url=post.url, fingerprint=post.fingerprint)


def _planned(post: Delivery, deliveries: Sequence[Delivery]) -> Delivery | None:
    """Its withdrawal, where one is recorded already."""
    matching = (
        one
        for one in deliveries
        if one.operation is Operation.WITHDRAW and (one.channel, one.target) == (post.channel, post.remote_id)
    )
    return next(matching, None)


def unsent(deliveries: Sequence[Delivery], plan: Withdrawals) -> list[Delivery]:
    """What was planned for these channels and never sent: given up, or `announce resume` would publish it there.

    On every channel, where nothing of the announcement stays. A post that is public but cut needs no decision any more.
    """
    down = {item.post.channel for item in plan.every}
    stays = {name for name, one in carried(deliveries).items() if one.carries} - down
    never = [
        replace(one, state=State.ABANDONED, note="withdrawn before it was sent", not_before=None)
        for one in deliveries
        if (one.channel in down or not stays) and _never_sent(one)
    ]
    return [*never, *_decided(deliveries, plan)]


def _decided(deliveries: Sequence[Delivery], plan: Withdrawals) -> list[Delivery]:
    """The posts that are public but cut, and are taken down: that decides about them."""
    aims = {(item.post.channel, item.target.remote_id) for item in plan.every if item.target}
    return [
        resolved(one, Decision.ABANDON)
        for one in deliveries
        if one.state is State.NEEDS_DECISION and is_cut(one) and (one.channel, one.remote_id) in aims
    ]


def _never_sent(one: Delivery) -> bool:
    return never_public(one) or (one.state is State.FAILED and one.operation is not Operation.WITHDRAW)
