"""What a command ends with, and the command that goes on."""

from __future__ import annotations

from publisher.model.commands import command
from publisher.model.delivery import Delivery, State


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

    The other two are for whoever has looked: it is not public and is sent again, or it is left.
    """
    asking = ("resolve", delivery.ref, delivery.channel)
    return [command(*asking), command(*asking, "--resend"), command(*asking, "--abandon")]


def exit_code(deliveries: tuple[Delivery, ...]) -> int:
    """What the command ends with: 0, or the most urgent of 3 (decide), 4 (refused for good), 5 (resume)."""
    return min((_urgency(delivery) for delivery in deliveries), default=0, key=_by_urgency)


_EXIT_CODES = {
    State.DELIVERED: 0,
    State.ABANDONED: 0,
    State.NEEDS_DECISION: 3,
    State.FAILED: 4,
    State.BLOCKED_AUTH: 4,
}


def _urgency(delivery: Delivery) -> int:
    return _EXIT_CODES.get(delivery.state, 5)


def _by_urgency(code: int) -> int:
    return code or 9
