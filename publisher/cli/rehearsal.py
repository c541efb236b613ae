"""A drill as it is played: command by command through the same door as on a real night, timed and remembered."""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from publisher.cli.app import run
from publisher.cli.session import lent
from publisher.cli.terminal import asking, output
from publisher.ledger import open_ledger
from publisher.model.dues import Cause
from publisher.model.record import Record
from publisher.runbook.assembly import Assembly
from publisher.runbook.drill import seen
from publisher.runbook.due import Due, all_due, sight

if TYPE_CHECKING:
    from publisher.runbook.drill import Seen
    from publisher.settings.config import Config

SENDING = frozenset({"urgent", "update", "extend", "complete", "cancel", "correct", "withdraw", "resume"})
"""The verbs that ask before they send; `resolve` with its decision asks nothing."""

REFUSED = 2
"""The exit code of a command that was not obeyed; another one may be typed."""

MOST_CURES = 8
"""So often the trouble's consequences are seen to before the night goes on."""


class Platforms(Protocol):
    """The doubles, as far as the night concerns them."""

    def trouble(self, name: str) -> None:
        """Let one begin."""
        ...

    def heal(self) -> None:
        """End them all."""
        ...

    def posts(self, type_name: str) -> Sequence[Any]:
        """What was posted: ``body``, ``visible`` and ``url`` of each."""
        ...


class Entry(Record, frozen=True, kw_only=True):
    """One command of the night."""

    command: str
    entered_at: datetime
    seconds: float
    """From Enter to the last line, the preview and the answer to it included."""
    exit_code: int


class Night:
    """One night on doubles."""

    def __init__(
        self,
        config: Config,
        platforms: Platforms,
        troubles: Sequence[str],
        *,
        late: Sequence[str],
        alone: bool,
        quiet: bool,
    ):
        """``late``: the troubles that begin before the last update; ``alone``: nobody is asked.

        ``quiet``: what the commands say on stdout is not shown.
        """
        self._config = config
        self._platforms = platforms
        self._troubles = [name for name in troubles if name not in late]
        self._late = late
        self._alone = alone
        self._quiet = quiet
        self.steps: list[Entry] = []
        self.decided: list[str] = []
        self.missed = False
        """Whether something was left undone that stood in the last line."""
        self.ref: str | None = None

    def play(self) -> int:
        """From the first announcement to the all-clear; returns the exit code of the last command."""
        with lent(self._config):
            self._begin(self._troubles)
            code = self._first()
            if self.ref is None:
                return code
            self._cure()
            self._later()
            self._cure()
            return self.steps[-1].exit_code

    def _begin(self, troubles: Sequence[str]) -> None:
        for name in troubles:
            self._platforms.trouble(name)

    def seen(self) -> list[Seen]:
        """What customers could read, and when."""
        begun = {number: step.entered_at for number, step in enumerate(self._told(), start=1)}
        with self._ledger() as ledger:
            return seen(ledger, self.ref or "", begun)

    def due(self) -> list[Due]:
        """What somebody still has to do."""
        with self._ledger() as ledger:
            return all_due(ledger, sight(Assembly(self._config, {})))

    # --- the night ----------------------------------------------------------------------------------------------

    def _first(self) -> int:
        words = first_words(self._config)
        code = self._step(
            "A hole cannot wait for Tuesday night. Tell the customers before you touch a server.", words
        )
        if code == 6:
            code = self._step(
                "The work lies inside a window. This is a drill: tell them all the same.",
                [*words, "--anyway"],
            )
        with self._ledger() as ledger:
            self.ref = next(iter(ledger.refs()), None)
        return code

    def _later(self) -> None:
        ref = self.ref or ""
        begun = ["update", ref, "--begun", "--next-update", "+30m"]
        self._step("The work begins: say so, and when you say more.", begun)
        self._step("It takes longer than you thought.", ["extend", ref, "--by", "30m"])
        self._begin(self._late)
        code = self._step("All servers are back.", ["complete", ref])
        if code == REFUSED:
            self.missed = True
            self._step("Nobody has said that the work began: say that first.", begun)
            self._step("All servers are back.", ["complete", ref])

    def _cure(self) -> None:
        """Follow up what has not come through, once the platforms are well again."""
        for attempt in range(MOST_CURES):
            open_ones = [item for item in self.due() if item.kind in _UNFINISHED]
            if not open_ones:
                return
            if attempt == 0:
                self._platforms.heal()
            self._step(
                "The platforms are well again. See to what has not come through.", self._way_on(open_ones[0])
            )

    def _way_on(self, item: Due) -> list[str]:
        if item.kind is not Cause.DECISION:
            return shlex.split(item.command)[1:]
        channel = item.channels[0]
        posts = self._platforms.posts(self._config.channels[channel].type)
        there = [post for post in posts if post.visible and item.ref in f"{post.title} {post.body}"]
        decision = ["--delivered", there[-1].url] if there else ["--resend"]
        return ["resolve", item.ref, channel, *decision]

    # --- one command --------------------------------------------------------------------------------------------

    def _step(self, told: str, words: list[str]) -> int:
        output.log(f"\n— {told}")
        while True:
            typed = self._typed(words)
            if typed is None:
                self.missed = True
                return 0
            code = self._called(typed)
            if self._alone or code != REFUSED or typed == words:
                return code

    def _typed(self, words: list[str]) -> list[str] | None:
        """What the engineer enters; None to leave it out."""
        if self._alone:
            output.log(f"$ {shlex.join(['announce', *words])}")
            return [*words, *(["--yes"] if words[0] in SENDING else [])]
        try:
            typed = shlex.split(
                asking.text("$ announce (Enter takes it, - leaves it out)", shlex.join(words))
            )
        except ValueError as error:
            output.log(f"error: {error}")
            return self._typed(words)
        return None if typed == ["-"] else typed[1:] if typed[:1] == ["announce"] else typed or words

    def _called(self, words: list[str]) -> int:
        entered = datetime.now(UTC)
        with redirect_stdout(io.StringIO()) if self._quiet else nullcontext():
            code = run(words)
        seconds = (datetime.now(UTC) - entered).total_seconds()
        command = shlex.join(["announce", *(word for word in words if word != "--yes")])
        self.steps.append(
            Entry(command=command, entered_at=entered, seconds=round(seconds, 1), exit_code=code)
        )
        if words[:1] == ["resolve"] and code != REFUSED:
            self.decided.append(command)
        return code

    def _told(self) -> Iterator[Entry]:
        """The commands that recorded an update, in their order."""
        for step in self.steps:
            if shlex.split(step.command)[1] in _SPEAKING and step.exit_code in _RECORDED:
                yield step

    @contextmanager
    def _ledger(self) -> Iterator[Any]:
        with open_ledger(self._config.ledger, write=False) as ledger:
            yield ledger


_UNFINISHED = frozenset({Cause.UNTOLD, Cause.REFUSED, Cause.DECISION})
_SPEAKING = frozenset({"urgent", "update", "extend", "complete", "cancel", "correct"})
_RECORDED = frozenset({0, 3, 4, 5})


def first_words(config: Config) -> list[str]:
    """The first command: a preset where there is one, else a service."""
    words = ["urgent"]
    preset = next(iter(config.presets), None)
    made = config.presets.get(preset or "")
    words += ["--preset", preset] if preset else []
    if not (made and made.services):
        words += ["--service", next(iter(config.services))] if config.services else []
    words += ["--start", "+30m"]
    return words + ([] if made and made.duration else ["--duration", "1h"])
