"""Time in tests, on machines that are busy: a bound for what could hang for ever, and how a cost grows.

No test asserts that something is *quick*: what is measured stands in benchmarks/.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds that anything short may take before a test takes it for hanging. What hangs on purpose does so for longer."""

HANG = 4 * PATIENCE
"""Seconds for which something hangs on purpose: longer than any test is patient."""

_ROUNDS = 9
_LEAST = 0.01
"""Seconds of CPU below which a figure is noise: both sizes are then raised together."""


def growth(work: Callable[[int], object], *, size: int, factor: int = 4) -> float:
    """How many times the CPU time grows from ``size`` to ``factor * size``: about ``factor`` where it is linear.

    The least of several rounds of this thread's own CPU time: other programs on the machine do not count.
    """
    while (small := _least(work, size)) < _LEAST:
        size *= 2
    return _least(work, factor * size) / small


def _least(work: Callable[[int], object], size: int) -> float:
    return min(_cpu(work, size) for _ in range(_ROUNDS))


def _cpu(work: Callable[[int], object], size: int) -> float:
    began = time.thread_time()
    work(size)
    return time.thread_time() - began
