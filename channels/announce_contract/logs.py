"""What is logged while a cell runs, kept apart by thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator


class ThreadLog(logging.Handler):
    """Keeps what each thread logs apart from the others, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: dict[int, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it if somebody listens to its thread."""
        if record.thread in self._lines:
            self._lines[record.thread].append(self.format(record))

    @contextlib.contextmanager
    def kept(self) -> Iterator[list[str]]:
        """What this thread logs from here on."""
        lines = self._lines[threading.get_ident()] = []
        try:
            yield lines
        finally:
            del self._lines[threading.get_ident()]


LOG = ThreadLog()
"""Under the root logger, at DEBUG, while cells run."""
