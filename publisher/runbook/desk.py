"""Who is asked and told: a person at a terminal, a program that reads JSON, or nobody at all.

A procedure prints nothing. What it says, asks or hands over goes to its desk, which is lent to it by the door that
it was called through; `publisher/cli/terminal/desk.py` has the one of the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from publisher.model.errors import Refused
from publisher.model.record import Record

if TYPE_CHECKING:
    from publisher.delivery.dispatch import Watcher
    from publisher.model.announcement import Update
    from publisher.model.delivery import Delivery
    from publisher.model.note import Note
    from publisher.planning.preview import Preview
    from publisher.planning.withdrawal import Withdrawals
    from publisher.runbook.due import Due


class Stoppable(Protocol):
    """A run that can be told to end in good order."""

    def stop(self) -> None:
        """Start nothing new and let what is in flight end; once more: leave now. Never waits."""
        ...


class Stops(Protocol):
    """What may stop a run from outside: signals, where there is a terminal."""

    def attach(self, run: Stoppable) -> None:
        """This is the run to stop; what has come already counts."""
        ...


class RunResult(Record, frozen=True, kw_only=True):
    """What became of the deliveries of an update, once a run is over."""

    update: Update
    deliveries: tuple[Delivery, ...]
    """Of this run, and what else is open of the announcement or was said with this update; pings among them."""
    earlier: frozenset[int]
    """Those by their ids that this run had no part in."""
    code: int
    """The exit code."""
    unheard: Due | None
    """What readers of channels still see, where the deliveries themselves leave nothing to do."""
    elsewhere: tuple[Due, ...] = ()
    """What else is refused, undecided or unsent, of this and other announcements, where that was asked for."""
    fault: Exception | None
    """What broke the run off, after which something may be unsent."""
    by: str | None
    """Who said the update, where that was recorded."""
    warnings: tuple[Note, ...] = ()
    """What its preview said, also where nobody looked at one."""


class Desk(Protocol):
    """Whoever is asked and told."""

    @property
    def is_attended(self) -> bool:
        """Whether somebody is there to answer. Where not, nothing is asked."""
        ...

    @property
    def said_yes(self) -> bool:
        """Whether everything was agreed to beforehand. Then nothing needs to be confirmed."""
        ...

    def note(self, text: str, *, hint: str | None = None) -> None:
        """Say something that stops nothing, and perhaps what can be done about it."""
        ...

    def show(self, shown: Preview | Withdrawals) -> None:
        """What a person decides on."""
        ...

    def confirm(self, question: str) -> bool:
        """Yes or no; asked only where `is_attended`. Raises whatever ends a command that is broken off."""
        ...

    def choose(self, what: str, options: Sequence[str]) -> int:
        """Which of the options is meant, counted from 0; asked only where `is_attended`."""
        ...

    def ask(self, question: str) -> str:
        """A line of text; asked only where `is_attended`."""
        ...

    def stops(self) -> AbstractContextManager[Stops]:
        """From here on something is recorded: what stops the run from outside stops it in good order."""
        ...

    def progress(self, deliveries: Sequence[Delivery]) -> AbstractContextManager[Watcher]:
        """Told of every change while these deliveries are worked on. All that `receipts` needs is loaded by now."""
        ...

    def receipts(self, run: RunResult) -> None:
        """What became of every channel. The last that a procedure says."""
        ...


def agree(desk: Desk, question: str, *, alone: Refused, shown: Preview | Withdrawals | None = None) -> None:
    """Go on only after a yes, said now or beforehand.

    Raises Refused: ``alone`` where nobody is there to say it, and `declined` where somebody says no.
    """
    if desk.said_yes:
        return
    if not desk.is_attended:
        raise alone
    if shown is not None:
        desk.show(shown)
    if not desk.confirm(question):
        raise declined()


def declined() -> Refused:
    """What a procedure ends with when the person says no."""
    refused = Refused("not sent: you declined")
    refused.exit_code = 130
    return refused
