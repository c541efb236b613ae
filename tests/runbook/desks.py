"""A desk that answers from a list: nobody sits at a terminal in these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from publisher.delivery.dispatch import Watcher
from publisher.model.delivery import Delivery
from publisher.planning.preview import Preview
from publisher.planning.withdrawal import Withdrawals
from publisher.runbook.desk import RunResult, Stoppable

Answer = bool | int | str | Callable[[], Any]
"""Yes, no, the number of a choice, a text; or what happens while the question stands, which then is the answer."""


class ListedDesk:
    """Attended as long as it was given answers; keeps what it was told, in order. Stops a run ``stopping`` times."""

    def __init__(self, *answers: Answer, yes: bool = False, stopping: int = 0) -> None:
        self.said_yes = yes
        self.is_attended = bool(answers)
        self.asked: list[str] = []
        self.notes: list[str] = []
        self.shown: list[Preview | Withdrawals] = []
        self.results: list[RunResult] = []
        self.watched: list[Delivery] = []
        self.stoppable: list[Stoppable] = []
        self._answers = list(answers)
        self._stopping = stopping

    @property
    def states(self) -> dict[str, str]:
        """What became of each channel in the last run."""
        return {delivery.channel: str(delivery.state) for delivery in self.results[-1].deliveries}

    def note(self, text: str, *, hint: str | None = None) -> None:
        self.notes.append(f"{text} ({hint})" if hint else text)

    def show(self, shown: Preview | Withdrawals) -> None:
        self.shown.append(shown)

    def confirm(self, question: str) -> bool:
        return bool(self._answered(question))

    def choose(self, what: str, options: Sequence[str]) -> int:
        return int(self._answered(f"{what}: {', '.join(options)}"))

    def ask(self, question: str) -> str:
        return str(self._answered(question))

    @contextmanager
    def stops(self) -> Iterator[ListedDesk]:
        yield self

    def attach(self, run: Stoppable) -> None:
        self.stoppable.append(run)
        for _ in range(self._stopping):
            run.stop()

    @contextmanager
    def progress(self, deliveries: Sequence[Delivery]) -> Iterator[Watcher]:
        self.watched += deliveries
        yield lambda *_: None

    def receipts(self, run: RunResult) -> None:
        self.results.append(run)

    def _answered(self, question: str) -> Any:
        self.asked.append(question)
        answer = self._answers.pop(0)
        return answer() if callable(answer) else answer
