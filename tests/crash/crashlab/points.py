"""Where a run can be hit: every state-changing system call of a clean run, as strace counts them.

strace counts per thread and per call, so the N-th ``pwrite64`` is the dispatcher's, who alone writes the ledger.
The threads of the channels make the same calls on the wire; which of them is hit is decided by which one is first,
so for these points every other channel is held back.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crashlab.lab import Lab, Ran

FILES = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
    "fchmod",
    "mkdir",
    "mkdirat",
    "flock",
)
"""What changes files, or who owns them."""

WIRE = ("socket", "connect", "poll", "sendto", "recvfrom")
"""A request's way: before, at and after each of these."""

OPEN = "openat"
"""Only where it creates the ledger's journal: the other thousand open modules."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """The ``nth`` time that a thread makes this call."""

    call: str
    nth: int
    first: str = ""
    """The channel that goes first, the others being held back; empty: all as they come."""

    def __str__(self) -> str:
        return f"{self.call} #{self.nth}" + (f" of {self.first}" if self.first else "")

    def killing(self, lab: Lab) -> list[str]:
        """strace, so that the process is killed as it enters the call, which is not carried out."""
        # Without --seccomp-bpf: its stops lose the signal, and a process that runs already cannot have it.
        return self._strace(lab, "signal=KILL", str(self.nth), [])

    def failing(self, lab: Lab, errno: str, *, for_good: bool) -> list[str]:
        """strace, so that the call fails instead, on the ledger's own files; ``for_good``: every later one too."""
        when = f"{self.nth}+" if for_good else str(self.nth)
        return self._strace(lab, f"error={errno}", when, _paths(_ledger_files(lab)))

    def _strace(self, lab: Lab, what: str, when: str, more: list[str]) -> list[str]:
        paths = _paths([_journal(lab)]) if self.call == OPEN and not more else []
        inject = f"inject={self.call}:{what}:when={when}"
        log = lab.folder / "strace.log"
        return [
            "strace",
            *("-f", "-qq", "-o", str(log)),
            *(*more, *paths),
            *("-e", f"trace={self.call}", "-e", inject),
        ]


def struck(lab: Lab) -> bool:
    """Whether the last fault was injected at all: no two runs make the same number of calls."""
    return "(INJECTED)" in (lab.folder / "strace.log").read_text(encoding="utf-8", errors="replace")


def counted(lab: Lab, run: Callable[[list[str]], Ran]) -> tuple[Point, ...]:
    """Every point of a clean run; ``run`` gets what is put in front of its command line."""
    calls = _traced(lab, run, (*FILES, *WIRE, OPEN), [])
    return (*_file_points(calls, lab), *_wire_points(calls, lab.stage.platforms))


def counted_on_ledger(lab: Lab, run: Callable[[list[str]], Ran], calls: Iterable[str]) -> tuple[Point, ...]:
    """Every time that a clean run makes one of these calls on the ledger's own files."""
    found = _traced(lab, run, calls, _paths(_ledger_files(lab)))
    most = _most_per_thread(found)
    return tuple(Point(call, nth) for call, times in most.items() for nth in range(1, times + 1))


@dataclass(frozen=True, slots=True)
class _Call:
    thread: str
    name: str
    arguments: str


def _traced(lab: Lab, run: Callable[[list[str]], Ran], calls: Iterable[str], paths: list[str]) -> list[_Call]:
    log = lab.folder / "count.log"
    known = ",".join(f"?{call}" for call in calls)  # ?: not every machine has all of them
    ran = run(["strace", "-f", "-qq", "-s", "200", "-o", str(log), *paths, "-e", f"trace={known}"])
    assert ran.code >= 0, ran.stderr
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (re.match(r"(\d+) +([a-z0-9]+)\((.*)", line) for line in lines)
    return [_Call(*match.groups()) for match in found if match]


def _file_points(calls: list[_Call], lab: Lab) -> list[Point]:
    changing = [call for call in calls if call.name in FILES]
    opened = [call for call in calls if call.name == OPEN and f'"{_journal(lab)}"' in call.arguments]
    most = _most_per_thread([*changing, *opened])
    return [Point(name, nth) for name, times in most.items() for nth in range(1, times + 1)]


def _wire_points(calls: list[_Call], platforms: Mapping[str, str]) -> list[Point]:
    by_thread: dict[str, list[_Call]] = defaultdict(list)
    for call in calls:
        if call.name in WIRE:
            by_thread[call.thread].append(call)
    points = []
    for made in by_thread.values():
        channel = _channel_of(made, platforms)
        times: Counter[str] = Counter()
        for call in made if channel else ():
            times[call.name] += 1
            points.append(Point(call.name, times[call.name], channel))
    return points


def _channel_of(made: list[_Call], platforms: Mapping[str, str]) -> str:
    """Whose thread it is, by the address it sends to."""
    for call in made:
        path = re.search(r'"[A-Z]+ /([^ "]*)', call.arguments) if call.name == "sendto" else None
        for channel, begins in platforms.items():
            if path and f"{path[1]}/".startswith(begins):
                return channel
    return ""


def _most_per_thread(calls: list[_Call]) -> dict[str, int]:
    most: dict[str, int] = {}
    for (_, name), times in Counter((call.thread, call.name) for call in calls).items():
        most[name] = max(most.get(name, 0), times)
    return most


def _journal(lab: Lab) -> Path:
    return lab.ledger.with_name(f"{lab.ledger.name}-journal")


def _ledger_files(lab: Lab) -> list[Path]:
    """The folder too: it is synced after the journal has gone."""
    return [lab.ledger, _journal(lab), lab.ledger.parent]


def _paths(paths: Iterable[Path]) -> list[str]:
    return [word for path in paths for word in ("-P", str(path))]
