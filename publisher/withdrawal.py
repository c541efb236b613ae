"""Which posts of an announcement can be taken down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from publisher.channel import Capabilities, Receipt
from publisher.delivery import Delivery, Operation, State, never_public
from publisher.errors import Refused
from publisher.ledger.sqlite import Outgoing
from publisher.selection import names_in
from publisher.standing import standings


def withdrawals(
    deliveries: Sequence[Delivery],
    channels: Sequence[str],
    *,
    is_open: Callable[[str], bool],
    capabilities: Callable[[str], Capabilities],
) -> list[Outgoing]:
    """One withdrawal for every post that stands on these channels (default: all that can).

    Raises Refused where a named channel cannot, or nothing is to be taken down.
    """
    found = {name: one for name, one in standings(deliveries).items() if one.posts}
    named = names_in(channels)
    chosen = named or tuple(found)
    reasons = {name: why for name in chosen if (why := _why_not(name, found.keys(), is_open, capabilities))}
    if named and reasons:
        raise Refused(
            "; ".join(f"{name}: {why}" for name, why in reasons.items()), hint="nothing was taken down"
        )
    outgoing = [
        Outgoing(post.post, post.type, Operation.WITHDRAW, _receipt(post))
        for name in chosen
        if name not in reasons
        for post in found[name].posts.values()
        if post.remote_id and not _is_planned(post, deliveries)
    ]
    if not outgoing:
        told = "; ".join(f"{name}: {why}" for name, why in reasons.items()) or "no post stands there"
        raise Refused(
            f"nothing can be taken down: {told}",
            hint="announce show names the posts; announce resume --failed goes on with a withdrawal that was refused",
        )
    return outgoing


def _why_not(
    name: str,
    found: Collection[str],
    is_open: Callable[[str], bool],
    capabilities: Callable[[str], Capabilities],
) -> str | None:
    if name not in found:
        return "no post of this announcement stands there"
    if not is_open(name):
        return "not configured, or switched off"
    if not capabilities(name).withdraw:
        return "its platform takes no post down"
    return None


def _receipt(post: Delivery) -> Receipt:
    return Receipt(remote_id=post.remote_id, url=post.url, fingerprint=post.fingerprint)


def _is_planned(post: Delivery, deliveries: Sequence[Delivery]) -> bool:
    """Whether its withdrawal is recorded already: `announce resume` goes on with that."""
    return any(
        one.operation is Operation.WITHDRAW and one.target == post.remote_id and one.channel == post.channel
        for one in deliveries
    )


def unsent(deliveries: Sequence[Delivery], outgoing: Sequence[Outgoing]) -> list[Delivery]:
    """What was planned for these channels and never sent: given up, or `announce resume` would publish it there."""
    channels = {item.post.channel for item in outgoing}
    return [
        replace(one, state=State.ABANDONED, note="withdrawn before it was sent", not_before=None)
        for one in deliveries
        if one.channel in channels and never_public(one)
    ]
