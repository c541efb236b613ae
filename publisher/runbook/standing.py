"""What each channel says of an announcement now, and what has not come through there."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.model.carried import Carried, carried
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.record import Record


class Standing(Record, frozen=True, kw_only=True):
    """One channel, as its readers find it."""

    channel: str
    type: str
    update: int | None
    """The newest update that readers find there; None where they find nothing."""
    url: str | None
    """Of the newest post there."""
    notes: tuple[str, ...]
    """What is to be known of the posts there, such as that one was entered by hand."""
    withdrawn: bool
    """Something was said there and has been taken down."""
    doubtful: tuple[int, ...]
    """The updates that were given up there and may stand there all the same."""
    lacking: tuple[Delivery, ...]
    """What was to be done there and is not: open, refused, or given up without anything newer in its place."""


def standings(deliveries: Sequence[Delivery]) -> tuple[Standing, ...]:
    """By channel, from all deliveries of an announcement, oldest first."""
    return tuple(_standing(one, deliveries) for one in carried(deliveries).values())


def _standing(found: Carried, deliveries: Sequence[Delivery]) -> Standing:
    posts = list(found.posts.values())
    told = [number for number, heard in found.heard.items() if heard]
    newest = max(told) if told and posts else None
    own = [one for one in deliveries if one.channel == found.channel and not one.is_ping]
    return Standing(
        channel=found.channel,
        type=found.type,
        update=newest,
        url=posts[-1].url if posts else None,
        notes=tuple(dict.fromkeys(post.note for post in posts if post.note)),
        withdrawn=bool(told) and not posts,
        doubtful=tuple(dict.fromkeys(post.update for post in found.doubtful.values())),
        lacking=tuple(one for one in own if _is_lacking(one, newest or 0)),
    )


def _is_lacking(delivery: Delivery, newest: int) -> bool:
    if delivery.state is State.ABANDONED:
        return delivery.operation is not Operation.WITHDRAW and delivery.update > newest
    return delivery.state is not State.DELIVERED
