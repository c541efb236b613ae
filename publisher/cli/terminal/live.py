"""A line per channel while sending; quiet where stderr is not a terminal.

Drawn by a daemon thread of its own: a terminal that is slow, has stopped reading or is gone delays nothing and
breaks nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from publisher.model.delivery import Delivery, State

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

FRAME_SECONDS = 0.1
LAST_FRAME_SECONDS = 0.5
"""How long the end of a run waits for the last frame, at most."""


class Live:
    """Told of every change by the dispatcher; shows it at the next frame."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self._deliveries = {delivery.id: delivery for delivery in deliveries}
        self._changed = threading.Event()
        self._over = threading.Event()
        self._painter = threading.Thread(target=self._paint, name="live lines", daemon=True)
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun:
            self._over.set()
            self._changed.set()
            self._painter.join(LAST_FRAME_SECONDS)

    def __call__(self, delivery: Delivery) -> None:
        """Remember the change; never waits."""
        if delivery.is_ping:
            return
        self._deliveries[delivery.id] = delivery
        if not self._begun and sys.stderr.isatty():
            self._begun = True
            self._painter.start()
        self._changed.set()

    def _paint(self) -> None:
        try:
            screen = _started()
            while not self._over.is_set():
                self._changed.wait()
                self._changed.clear()
                screen.update(self._table(), refresh=True)
                self._over.wait(FRAME_SECONDS)
            screen.update(self._table(), refresh=True)
            screen.stop()
        except Exception:  # noqa: BLE001  lines to look at: the receipts come all the same
            return

    def _table(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for delivery in list(self._deliveries.values()):
            table.add_row(delivery.channel, WORDS[delivery.state])
        return table


def _started() -> Any:
    from rich.console import Console
    from rich.live import Live as Screen

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    screen = Screen(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    screen.start()
    return screen
