"""What a command ends with, and the command that goes on."""

from __future__ import annotations

from publisher.model.delivery import Delivery, State


def way_on(delivery: Delivery) -> str:
    """The command that goes on with a delivery that is not delivered."""
    if delivery.state is State.NEEDS_DECISION:
        return f"announce resolve {delivery.ref} {delivery.channel} --delivered URL | --resend | --abandon"
    if delivery.state is not State.FAILED:
        return f"announce resume {delivery.ref}"
    by_force = delivery.cure is not None and delivery.cure.startswith("--force")
    return f"announce resume {delivery.ref} {'--force' if by_force else '--failed'}"


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
