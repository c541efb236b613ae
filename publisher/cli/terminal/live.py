"""What becomes of each channel while sending: a table on a terminal, else a line for each change, both on stderr.

Shown by a daemon thread of its own: a terminal that is slow, has stopped reading or is gone delays nothing and
breaks nothing.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, Self

from publisher.cli.terminal import output
from publisher.model.commands import command
from publisher.model.delivery import Delivery, State, Step

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.text import Text

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

_DONE = {Step.AMEND: "edited", Step.WITHDRAW: "taken down"}
"""The same where it is no new post that was delivered."""

_SETTLED = frozenset(
    {State.DELIVERED, State.FAILED, State.ABANDONED, State.NEEDS_DECISION, State.BLOCKED_AUTH}
)
"""For these nobody waits in this run."""

FRAME_SECONDS = 0.1
LAST_FRAME_SECONDS = 0.5
"""How long the end of a run waits for the last frame, at most."""
QUIET_SECONDS = 5.0
"""After so long without a change it is said what is waited for."""


def word(delivery: Delivery) -> str:
    """What a person reads for a delivery: ``delivered``, ``edited``, ``needs a decision``."""
    done = _DONE.get(delivery.step) if delivery.state is State.DELIVERED else None
    return done or WORDS[delivery.state]


class Live:
    """Told of every change by the dispatcher; shows it at the next frame."""

    def __init__(self, deliveries: Sequence[Delivery], *, deadline: float, zone: ZoneInfo) -> None:
        """``deadline`` is that of the run, in seconds from now; times are said in ``zone``."""
        self._deliveries = {delivery.id: delivery for delivery in deliveries}
        self._news: deque[Delivery] = deque()
        self._until = datetime.now(UTC) + timedelta(seconds=deadline)
        self._zone = zone
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
        self._news.append(delivery)
        if not self._begun:
            self._begun = True
            self._painter.start()
        self._changed.set()

    def _paint(self) -> None:
        try:
            view: _View = _Screen() if _has_a_screen() else _Lines()
            while not self._over.is_set():
                is_quiet = not self._changed.wait(QUIET_SECONDS)
                self._changed.clear()
                self._show(view, is_quiet=is_quiet)
                self._over.wait(FRAME_SECONDS)
            self._show(view, is_quiet=False)
            view.end()
        except Exception:  # noqa: BLE001  lines to look at: the receipts come all the same
            return

    def _show(self, view: _View, *, is_quiet: bool) -> None:
        news = [self._news.popleft() for _ in range(len(self._news))]
        view.show(news, list(self._deliveries.values()), self._waiting() if is_quiet else None)

    def _waiting(self) -> str | None:
        """For whom, until when at the latest, and that it may be broken off."""
        open_ones = [one for one in self._deliveries.values() if one.state not in _SETTLED]
        if not open_ones:
            return None
        names = ", ".join(dict.fromkeys(one.channel for one in open_ones))
        until = f"{self._until.astimezone(self._zone):%H:%M:%S}"
        way_on = command("resume", open_ones[0].ref)
        return f"waiting for {names}, until {until} at the latest; Ctrl-C is safe, then: {way_on}"


class _View(Protocol):
    def show(self, news: list[Delivery], every: list[Delivery], waiting: str | None) -> None: ...

    def end(self) -> None: ...


class _Lines:
    """Where nothing can be drawn: a line for each change; what is waited for, once while nothing changes."""

    def __init__(self) -> None:
        self._said: str | None = None

    def show(self, news: list[Delivery], every: list[Delivery], waiting: str | None) -> None:
        for delivery in news:
            about = delivery.error or (delivery.url if delivery.state is State.DELIVERED else None)
            output.log(f"{delivery.channel}: {word(delivery)}" + (f": {about}" if about else ""))
        if news:
            self._said = None
        if waiting and waiting != self._said:
            output.log(waiting)
            self._said = waiting

    def end(self) -> None:
        """Nothing is left to be undone."""


class _Screen:
    """A row for each delivery, with its link as soon as it is there."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live as Frames

        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        self._frames: Any = Frames(
            console=console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
            transient=sys.stdout.isatty(),  # the receipts take its place
        )
        self._frames.start()

    def show(self, news: list[Delivery], every: list[Delivery], waiting: str | None) -> None:
        self._frames.update(_drawn(every, waiting, self._frames.console.width), refresh=True)

    def end(self) -> None:
        self._frames.stop()


def _drawn(deliveries: list[Delivery], waiting: str | None, columns: int) -> Text:
    """A link that has no room in its row stands below, so that it can be taken whole."""
    from rich.text import Text

    width = max(len(delivery.channel) for delivery in deliveries)
    lines = []
    for delivery in deliveries:
        row = f"{delivery.channel:<{width}}  {word(delivery)}"
        link = (delivery.url or "") if delivery.state is State.DELIVERED else ""
        between = "  " if len(f"{row}  {link}") <= columns else "\n  "
        lines.append(output.visible(output.masked(f"{row}{between}{link}".rstrip())))
    return Text("\n".join([*lines, *([waiting] if waiting else [])]), overflow="fold")


def _has_a_screen() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in {"dumb", "unknown"}
