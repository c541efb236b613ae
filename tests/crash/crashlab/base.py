"""A lab whose ledger is in a PostgreSQL, over a line that breaks at any message."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crashlab.lab import PROGRAM, URGENT, Lab, Ran, ended, lab
from crashlab.stages import Stage
from crashlab.trials import Verdict, judged, recovered

from tests.postgres import Server
from tests.wire import Line, Message, line_to

Act = Callable[["Base"], None]


@dataclass
class Base:
    """A lab, its line, and what happens on it."""

    lab: Lab
    line: Line
    server: Server
    name: str
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def ask(self, statement: str) -> list[Any]:
        """Past the line."""
        return self.server.admin(self.name, statement)

    def run(self, *words: str) -> Ran:
        """One call to its end, in a process of its own."""
        self.running = [self.lab.begin(*words)]
        return ended(self.running[0])

    def kill_client(self) -> None:
        """With nothing said to anybody."""
        for process in self.running:
            process.send_signal(signal.SIGKILL)

    def end_sessions(self) -> None:
        """As an administrator does."""
        self.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'announce'"
        )

    def restart_server(self) -> None:
        """At once, as after a power cut."""
        self.server.stop(signal.SIGQUIT)
        self.server.start()

    def age_claims(self) -> None:
        """Its owner is dead, as only the harness can know: nobody has to wait for what it may still send."""
        self.ask("UPDATE announce.attempt SET claimed_at = claimed_at - interval '1 hour'")


@contextmanager
def based(
    stage: Stage,
    folder: Path,
    server: Server,
    *,
    program: Sequence[str] = PROGRAM,
    typed: Sequence[str] = URGENT,
) -> Iterator[Base]:
    """A lab for one trial, on a database of its own."""
    url = server.fresh().url
    with lab(stage, folder, program=program, typed=typed) as own, line_to(server.port) as line:
        address = url.replace(str(server.port), str(line.port)) + "?sslmode=disable"
        text = own.config.read_text(encoding="utf-8")
        own.config.write_text(text.replace("sqlite:///ledger.db", address), encoding="utf-8")
        base = Base(own, line, server, url.rpartition("/")[2])
        own.asked = base.ask
        yield base


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """What happens at the ``nth`` message of a run, before it goes through or after that."""

    nth: int
    when: str
    what: str

    def __str__(self) -> str:
        return f"{self.what} {self.when} message {self.nth}"


ACTS: dict[str, Act] = {
    "cut": lambda base: None,
    "client killed": Base.kill_client,
    "sessions ended": Base.end_sessions,
    "server restarted": Base.restart_server,
}
"""Beside the line, which breaks in any case."""


def counted(stage: Stage, folder: Path, server: Server) -> tuple[Message, ...]:
    """The messages of a clean run."""
    with based(stage, folder, server) as base:
        ran = base.run(*base.lab.typed)
        assert ran.code in {0, 3}, ran
        return tuple(base.line.seen)


def broken_at(stage: Stage, server: Server, case: Break, folder: Path) -> tuple[Verdict, Ran]:
    """A run whose line breaks there, resumed as an engineer would, and judged."""
    with based(stage, folder, server) as base:
        hit: list[Message] = []

        def breaks(message: Message) -> str | None:
            if message.number != case.nth or hit:
                return None
            hit.append(message)
            ACTS[case.what](base)
            return case.when

        base.line.breaks = breaks
        ran = base.run(*base.lab.typed)
        base.line.breaks = lambda message: None
        base.age_claims()
        last = recovered(base.lab)
        verdict = judged(base.lab, str(case), last, hit=bool(hit), broken=_impolite(base.lab, ran))
        return verdict, ran


def _impolite(own: Lab, ran: Ran) -> list[str]:
    if ran.code == -signal.SIGKILL:
        return []
    faults = [] if ran.code in range(6) else [f"exit code {ran.code}: {ran.stderr[-300:]}"]
    return faults + ([f"a traceback: {ran.stderr[-900:]}"] if "Traceback" in ran.stderr else [])
