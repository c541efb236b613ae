"""Signals. Before anything is recorded they end the command; from then on they stop the run in good order.

The first one starts nothing new and lets what is in flight end, the second one leaves at once. Exit code 130.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from publisher.cli.terminal import output

if TYPE_CHECKING:
    from publisher.runbook.desk import Stoppable

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(BaseException):
    """A signal came while nothing was recorded yet. Not KeyboardInterrupt, which typer turns into silence."""


@contextmanager
def raising() -> Iterator[None]:
    """Turn signals into `Stopped`."""
    before = _install(_raise)
    try:
        yield
    finally:
        _restore(before)


class Stops:
    """From the moment a plan is recorded: signals stop the run, also one that has not begun."""

    def __init__(self) -> None:
        self._run: Stoppable | None = None
        self._came = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = _install(self._stop)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        _restore(self._before)

    def attach(self, run: Stoppable) -> None:
        """This is the run to stop; what has come already counts."""
        self._run = run
        for _ in range(self._came):
            run.stop()

    def _stop(self, *_: object) -> None:
        self._came += 1
        if self._run is not None:
            self._run.stop()
        output.log("stopping: what is in flight is finished and recorded; once more leaves at once")


def _raise(*_: object) -> NoReturn:
    raise Stopped


def _install(handler: Any) -> dict[int, Any]:
    return {number: signal.signal(number, handler) for number in STOPPING if not _is_left_alone(number)}


def _is_left_alone(number: int) -> bool:
    """A hang-up that ``nohup`` has switched off stays so, also for a command that takes our place."""
    return number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) is signal.SIG_IGN


def _restore(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)
