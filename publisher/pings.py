"""Telling the hub of a channel: a delivery of its own beside each update, retried like the others, seen by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from publisher.channel import Capabilities
from publisher.delivery import Delivery, Operation
from publisher.ledger.sqlite import Outgoing


def with_pings(
    outgoing: Sequence[Outgoing], capabilities: Callable[[str], Capabilities]
) -> tuple[Outgoing, ...]:
    """What is to be recorded: the same, and a ping for every channel with a hub; ``capabilities`` gives one's."""
    posts = {item.post.channel: item for item in outgoing}
    pings = [
        Outgoing(item.post, item.type, Operation.PING)
        for name, item in posts.items()
        if capabilities(name).pings
    ]
    return (*outgoing, *pings)


def told(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Those of the deliveries that customers read."""
    return tuple(delivery for delivery in deliveries if not delivery.is_ping)
