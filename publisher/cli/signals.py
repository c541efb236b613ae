"""Signals while sending: the first starts nothing new, the second leaves at once; both end in exit code 130."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from publisher.cli import output

if TYPE_CHECKING:
    from publisher.dispatch import Dispatcher

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def stopping(dispatcher: Dispatcher) -> Iterator[None]:
    """Turn signals into `Dispatcher.stop` for as long as it runs."""

    def stop(*_: object) -> None:
        dispatcher.stop()
        output.log("stopping: what is in flight is finished and recorded; once more leaves at once")

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
