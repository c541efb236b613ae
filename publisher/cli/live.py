"""A line per channel while sending; quiet where stderr is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from publisher.delivery import Delivery, State

if TYPE_CHECKING:
    from rich.table import Table

WORDS = {
    State.PENDING: "waits for its turn",
    State.SENDING: "sending",
    State.STAGED: "draft is there",
    State.RETRY_WAIT: "not sent, will be tried again",
    State.UNKNOWN: "outcome unknown",
    State.NEEDS_DECISION: "needs a decision",
    State.BLOCKED_AUTH: "credentials refused",
    State.DELIVERED: "delivered",
    State.FAILED: "refused",
    State.ABANDONED: "abandoned",
}
"""What a person reads for a state."""


class Live:
    """Told of every change by the dispatcher."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self._deliveries = {delivery.id: delivery for delivery in deliveries}
        self._screen: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._screen is not None:
            self._screen.stop()

    def __call__(self, delivery: Delivery) -> None:
        """Show the change. The first call, with the workers already sending, pays for loading rich."""
        self._deliveries[delivery.id] = delivery
        if not sys.stderr.isatty():
            return
        if self._screen is None:
            self._screen = _started()
        self._screen.update(self._table(), refresh=True)

    def _table(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for delivery in self._deliveries.values():
            table.add_row(delivery.channel, WORDS[delivery.state])
        return table


def _started() -> Any:
    from rich.console import Console
    from rich.live import Live as Screen

    screen = Screen(
        console=Console(stderr=True, markup=False, emoji=False, highlight=False), auto_refresh=False
    )
    screen.start()
    return screen
