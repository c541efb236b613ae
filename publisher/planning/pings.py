"""Telling the hub of a channel: a delivery of its own beside each update, retried like the others, seen by nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec.structs import replace

from publisher.model.delivery import Delivery, Operation, State
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities


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


def repeated(pings: Iterable[Delivery], channels: Collection[str]) -> tuple[Delivery, ...]:
    """The newest ping of each of these channels, to be made once more: a withdrawal has none of its own."""
    newest = {one.channel: one for one in pings if one.is_ping and one.channel in channels}
    return tuple(replace(one, state=State.PENDING, note=None, not_before=None) for one in newest.values())
