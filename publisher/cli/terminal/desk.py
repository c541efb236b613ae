"""The desk of the command line: a terminal, or a program that reads one JSON object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output

if TYPE_CHECKING:
    from publisher.cli.signals import Stops
    from publisher.cli.terminal.live import Live
    from publisher.model.delivery import Delivery
    from publisher.planning.preview import Preview
    from publisher.planning.withdrawal import Withdrawals
    from publisher.runbook.desk import RunResult
    from publisher.settings.config import Config


class Held:
    """What became of a run, for whoever has to say more of it before the command ends."""

    run: RunResult | None = None
    said: dict[str, Any] | None = None
    """The one object, which is not printed yet; None: receipts are printed as text, or nothing was told."""
    add: Callable[[dict[str, Any]], None] | None = None
    """Says more in that object."""


class TerminalDesk:
    """Asks on stderr, shows on stdout; with ``as_json`` it asks nothing and prints the one object."""

    def __init__(self, config: Config, *, as_json: bool = False, yes: bool = False) -> None:
        """``config`` is named in previews and has the time zone in which times are said; ``yes`` is `--yes`."""
        self.said_yes = yes
        self._config = config
        self._as_json = as_json
        self._held: Held | None = None

    @property
    def is_attended(self) -> bool:
        """Whether there is a terminal to ask at, and nobody waits for JSON instead."""
        from publisher.cli.terminal import asking

        return not self._as_json and asking.somebody_is_there()

    def note(self, text: str, *, hint: str | None = None) -> None:
        """Beside the data."""
        output.log(output.folded(f"note: {text}", 6))
        for line in output.hints(hint):
            output.log(line)

    def show(self, shown: Preview | Withdrawals) -> None:
        """Every post whole, or every post that is to be taken down."""
        from publisher.cli.terminal import previews

        previews.show(shown, self._config)

    def confirm(self, question: str) -> bool:
        """No answer is no. Raises typer.Abort, and Stopped on a signal."""
        from publisher.cli.terminal import asking

        return asking.confirmed(question)

    def choose(self, what: str, options: Sequence[str]) -> int:
        """By its number or as it is written. Raises typer.Abort, and Stopped on a signal."""
        from publisher.cli.terminal import asking

        return asking.chosen(what, list(options))

    def ask(self, question: str) -> str:
        """As it is typed. Raises typer.Abort, and Stopped on a signal."""
        from publisher.cli.terminal import asking

        return asking.text(question, "")

    def stops(self) -> Stops:
        """Signals."""
        from publisher.cli.signals import Stops

        return Stops()

    def progress(self, deliveries: Sequence[Delivery]) -> Live:
        """As it changes; what the receipts need is imported now, not once the last answer is there."""
        from publisher.cli.terminal import receipts  # noqa: F401
        from publisher.cli.terminal.live import Live

        publisher = self._config.publisher
        return Live(deliveries, deadline=publisher.deadline, zone=ZoneInfo(publisher.timezone))

    @contextmanager
    def holding(self) -> Iterator[Held]:
        """Until the block ends, however it does, the one object is not printed: more can be said in it."""
        self._held = Held()
        try:
            yield self._held
        finally:
            if self._held.said is not None:
                output.data_json(self._held.said)
            self._held = None

    def receipts(self, run: RunResult) -> None:
        """A line per channel, or the one object; on stderr what broke the run off."""
        from publisher.cli.terminal import receipts
        from publisher.runbook.due import row
        from publisher.runbook.results import result, warned

        if self._held:
            self._held.run = run
        if self._as_json:
            said = result(run.update, run.deliveries, code=run.code, by=run.by)
            rest = {"due": [row(item) for item in run.elsewhere]} if run.elsewhere else {}
            whole = said | {"warnings": warned(run.warnings)} | rest
            if self._held:
                self._held.add = whole.update
                self._held.said = whole
            else:
                output.data_json(whole)
        else:
            zone = ZoneInfo(self._config.publisher.timezone)
            receipts.show(run, zone)
        if run.fault:
            output.log(output.folded(f"error: {run.fault}", 7))
            from publisher.model.commands import command

            ref = run.update.announcement.ref
            output.log(*output.hints(f"once that is mended: {command('resume', ref)}"))
