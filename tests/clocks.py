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

_ROUNDS = 5
_MOST = 30
"""Rounds at most: other programs can only add to a figure, so a busy machine is given more."""
_LEAST = 0.01
"""Seconds of CPU below which a figure is noise: both sizes are then raised together, and at last done several times."""
_LARGER = 16
"""Times: what is quick on a text so much larger is limited by the machine's memory."""


def growth(work: Callable[[int], object], *, size: int, factor: int = 4) -> float:
    """How many times the CPU time grows from ``size`` to ``factor * size``: about ``factor`` where it is linear.

    The least of several rounds of this thread's own CPU time, and no more of them than it takes to see that.
    """
    largest = _LARGER * size
    while (once := _cpu(work, size)) < _LEAST and size < largest:
        size *= 2
    times = max(1, min(100, round(_LEAST / max(once, 1e-6))))
    small = min(_cpu(work, size, times) for _ in range(_ROUNDS))
    large = _cpu(work, factor * size, times)
    for _ in range(_MOST):
        if large < 1.5 * factor * small:
            break
        small = min(small, _cpu(work, size, times))
        large = min(large, _cpu(work, factor * size, times))
    return large / small


def _cpu(work: Callable[[int], object], size: int, times: int = 1) -> float:
    began = time.thread_time()
    for _ in range(times):
        work(size)
    return time.thread_time() - began
