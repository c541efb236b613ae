"""What a channel carries of an announcement: the posts that stand there, and how we left each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from publisher.model.delivery import CLOSED, Delivery, Operation, State, is_cut, may_stand, never_public
from publisher.model.post import Receipt


class Carried(msgspec.Struct, kw_only=True):
    """One channel's part in an announcement so far."""

    channel: str
    type: str
    posts: dict[int, Delivery] = msgspec.field(default_factory=dict)
    """The deliveries whose posts stand there, by id, oldest first; each with the newest receipt of its post."""
    unsettled: bool = False
    """Something may be public of which nobody knows yet."""
    doubtful: dict[int, Delivery] = msgspec.field(default_factory=dict)
    """What was given up and may stand there all the same, by id, oldest first."""
    waiting: bool = False
    """Something was planned that nobody has seen so far."""
    heard: dict[int, bool] = msgspec.field(default_factory=dict)
    """By update that was planned for it, whether customers there have been told of it for sure."""

    @property
    def carries(self) -> bool:
        """Whether customers may have read anything there."""
        return bool(self.posts) or self.unsettled

    @property
    def target(self) -> Receipt | None:
        """The post that later updates edit: the first one that stands and has an id; None where there is none."""
        for delivery in self.posts.values():
            if delivery.remote_id:
                return Receipt(
                    remote_id=delivery.remote_id, url=delivery.url, fingerprint=delivery.fingerprint
                )
        return None


def carried(deliveries: Iterable[Delivery]) -> Mapping[str, Carried]:
    """By channel, what all deliveries of one announcement, oldest first, have left there."""
    found: dict[str, Carried] = {}
    for delivery in deliveries:
        if delivery.is_ping:
            continue
        standing = found.setdefault(delivery.channel, Carried(channel=delivery.channel, type=delivery.type))
        _account(standing, delivery)
    return found


def aimed(delivery: Delivery, others: Iterable[Delivery]) -> Delivery:
    """An edit that was not tried yet, aimed at the post as the earlier deliveries have left it."""
    if delivery.operation is not Operation.AMEND or delivery.attempts:
        return delivery
    earlier = [one for one in others if one.channel == delivery.channel and one.update < delivery.update]
    standing = carried(earlier).get(delivery.channel)
    target = standing.target if standing else None
    if target is None:
        return replace(delivery, target=None, url=None, fingerprint=None)
    return replace(delivery, target=target.remote_id, url=target.url, fingerprint=target.fingerprint)


def is_needless(delivery: Delivery, others: Iterable[Delivery]) -> bool:
    """Whether an edit has nothing to edit, or no more, while a post of its own says the same there."""
    if delivery.operation is not Operation.AMEND or delivery.target or not never_public(delivery):
        return False
    return any(
        one.operation is Operation.PUBLISH
        and (one.channel, one.update) == (delivery.channel, delivery.update)
        and one.state is not State.ABANDONED
        for one in others
    )


def waits_for(delivery: Delivery, others: Sequence[Delivery]) -> bool:
    """Whether an earlier update on the same channel is not settled yet: what is said stays in order.

    A ping waits for what it tells of to be there, and nothing waits for a ping.
    """
    posts = [one for one in others if one.channel == delivery.channel and not one.is_ping]
    if delivery.is_ping:
        there = {State.DELIVERED, State.ABANDONED}
        return any(one.update <= delivery.update and one.state not in there for one in posts)
    return any(one.update < delivery.update and one.state not in CLOSED for one in posts)


def _account(standing: Carried, delivery: Delivery) -> None:
    _hear(standing, delivery)
    if may_stand(delivery):
        standing.doubtful[delivery.id] = delivery
    if delivery.state is State.DELIVERED or is_cut(delivery):
        _book(standing, delivery)
    elif _found_it_gone(delivery):
        standing.posts = dict(list(standing.posts.items())[1:])
    elif never_public(delivery):
        standing.waiting = True
    else:
        if _was_edited(delivery):
            _book(standing, delivery)
        standing.unsettled = standing.unsettled or delivery.state not in CLOSED


def _was_edited(delivery: Delivery) -> bool:
    """Whether it is an edit that the platform answered and did not keep whole: so we left the post, and nobody else."""
    stopped = delivery.state in {State.NEEDS_DECISION, State.ABANDONED}
    answered = delivery.attempts > 0 and delivery.remote_id is not None and delivery.target is not None
    return stopped and answered and delivery.operation is Operation.AMEND


def _found_it_gone(delivery: Delivery) -> bool:
    """Whether it is an edit that found no post any more and was given up for a new one."""
    given_up = delivery.state is State.ABANDONED and delivery.operation is Operation.AMEND
    return given_up and delivery.forced and delivery.attempts > 0 and delivery.target is None


def _hear(standing: Carried, delivery: Delivery) -> None:
    """Where an update has a post of its own, that one tells: an edit notifies nobody."""
    told = delivery.state is State.DELIVERED
    match delivery.operation:
        case Operation.PUBLISH:
            standing.heard[delivery.update] = told
        case Operation.AMEND:
            standing.heard.setdefault(delivery.update, told)


def _book(standing: Carried, delivery: Delivery) -> None:
    match delivery.operation:
        case Operation.WITHDRAW:
            standing.posts = {
                key: post for key, post in standing.posts.items() if post.remote_id != delivery.target
            }
            standing.doubtful = {
                key: post for key, post in standing.doubtful.items() if post.remote_id != delivery.target
            }
        case Operation.AMEND if delivery.target:
            standing.posts = {
                key: _as_left(post, delivery) if post.remote_id == delivery.target else post
                for key, post in standing.posts.items()
            }
        case Operation.AMEND:  # made anew: it takes the place of the post that was gone
            rest = list(standing.posts.items())[1 if delivery.forced else 0 :]
            standing.posts = {delivery.id: delivery, **dict(rest)}
        case _:
            standing.posts[delivery.id] = delivery


def _as_left(post: Delivery, edit: Delivery) -> Delivery:
    return replace(post, fingerprint=edit.fingerprint, url=edit.url or post.url)
