"""What a command ends with, and the command that goes on."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.model.commands import command
from publisher.model.delivery import Delivery, State

LEFT = "left as it is"
"""The reason that a printed command gives, so that it can be pasted; whoever types it writes a better one."""


def way_on(delivery: Delivery) -> str:
    """The command that goes on with a delivery that is not delivered."""
    if delivery.state is State.NEEDS_DECISION:
        return decisions(delivery)[0]
    if delivery.state is not State.FAILED:
        return command("resume", delivery.ref)
    by_force = delivery.cure is not None and delivery.cure.startswith("--force")
    return command("resume", delivery.ref, "--force" if by_force else "--failed")


def decisions(delivery: Delivery) -> list[str]:
    """The commands that decide about a delivery of which no program can know: first the one that asks.

    The other two are for whoever has looked: it is not public and is sent again, or it is left so for good.
    """
    asking = ("resolve", delivery.ref, delivery.channel)
    return [command(*asking), command(*asking, "--resend"), for_good(delivery.ref, delivery.channel)]


def for_good(ref: str, channel: str) -> str:
    """The command after which readers of a channel are left with what they see, and nothing is due about it."""
    return command("resolve", ref, channel, "--abandon", "--for-good", LEFT)


def exit_code(deliveries: tuple[Delivery, ...]) -> int:
    """What the command ends with: 0, or the most urgent of 3 (decide), 4 (refused for good), 5 (resume)."""
    return most_urgent(_urgency(delivery) for delivery in deliveries)


def most_urgent(codes: Iterable[int]) -> int:
    """Of exit codes: 3, then 4, then 5; 0 where there is none."""
    return min(codes, default=0, key=lambda code: code or 9)


_EXIT_CODES = {
    State.DELIVERED: 0,
    State.ABANDONED: 0,
    State.NEEDS_DECISION: 3,
    State.FAILED: 4,
    State.BLOCKED_AUTH: 4,
}


def _urgency(delivery: Delivery) -> int:
    return _EXIT_CODES.get(delivery.state, 5)
