"""Tell customers on every channel: an announcement's first update and every later one, in one order.

`first` and `later` begin: the ledger opened, an old copy of it doubted, the words understood. From there it is planned,
shown and asked; owned after the yes, and planned again; recorded, delivered, and the exit code said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from publisher.model.errors import Refused
from publisher.model.lifecycle import SAME_WORDS
from publisher.model.record import Record
from publisher.planning.lint.findings import refuse_errors
from publisher.planning.notes import LOUD, notes
from publisher.planning.plan import Means, Plan, commit
from publisher.planning.preview import Preview, preview

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.model.delivery import Delivery
    from publisher.model.lint import Lint
    from publisher.model.note import Note
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk

Keeping = Callable[[Preview], None]
"""What else is done with a preview, whether or not somebody is asked."""


class Saying(Protocol):
    """What is to be said: where a first and a later update differ."""

    @property
    def ref(self) -> str:
        """The announcement's reference, also of one that is not recorded yet."""
        ...

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What whoever decides has to know beside the plan's own notes."""
        ...

    def plan(self, means: Means) -> Plan:
        """The plan as things stand now; what was typed is read once, but for what is said of *now*.

        Raises Refused.
        """
        ...


class Rehearsal(Record, frozen=True, kw_only=True):
    """What would be said. Nothing was recorded or sent."""

    plan: Plan
    preview: Preview


def rehearse(
    assembly: Assembly, ledger: Ledger, saying: Saying, desk: Desk, *, keep: Keeping | None = None
) -> Rehearsal:
    """Plan it and say what the real run would be refused for; a ledger to read is enough. Raises Refused."""
    return _Telling(assembly, ledger, saying, desk, keep).rehearse()


def tell(
    assembly: Assembly, ledger: Ledger, saying: Saying, desk: Desk, *, keep: Keeping | None = None
) -> int:
    """Say it, after a yes; returns the exit code.

    Nobody is kept out while a person reads. What somebody else did meanwhile is said, and it is asked again. Raises
    Refused, LedgerFault, and whatever ends a question that is broken off; then nothing was sent.
    """
    return _Telling(assembly, ledger, saying, desk, keep).tell()


class _Telling:
    """One call of the procedure."""

    def __init__(
        self, assembly: Assembly, ledger: Ledger, saying: Saying, desk: Desk, keep: Keeping | None
    ) -> None:
        self._assembly = assembly
        self._ledger = ledger
        self._saying = saying
        self._desk = desk
        self._keep = keep
        self._means = assembly.means(ledger)

    def rehearse(self) -> Rehearsal:
        plan = self._plan()
        for fault in self._assembly.missing_secrets(plan.channels):
            self._desk.note(f"{fault}; the real run would be refused")
        return Rehearsal(plan=plan, preview=self._preview(plan, example=plan.is_first))

    def tell(self) -> int:
        while True:
            agreed = None if self._desk.said_yes else self._agreed()
            with self._ledger.owning(self._saying.ref):
                self._settled()
                plan = self._plan()
                changed = _changed(agreed, plan) if agreed else None
                if changed is None:
                    return self._send(plan)
            self._desk.note(f"{changed} while this was read; nothing was sent")

    # --- steps ----------------------------------------------------------------------------------------------

    def _plan(self) -> Plan:
        plan = self._saying.plan(self._means)
        lint = self._lint(plan)
        if not plan.joins:  # what is recorded has been looked at
            refuse_errors(plan.update, plan.outgoing, lint)
        return replace(plan, lint=lint)

    def _lint(self, plan: Plan) -> Lint:
        """The rules as this run takes them, with what was said of this announcement within the last day."""
        since = plan.update.published_at - SAME_WORDS
        said = () if plan.is_first else self._ledger.history_of(plan.ref).said
        earlier = [one.update for one in said if one.update.number < plan.update.number]
        lately = [update.text for update in earlier if update.published_at >= since and update.text]
        recent = tuple(words for text in lately for words in text.values())
        return replace(self._assembly.config.lint, ignored=self._assembly.ignored, recent=recent[:20])

    def _agreed(self) -> Plan:
        """The plan to which a person said yes. Raises Refused, and whatever ends the question."""
        from publisher.runbook.desk import agree

        plan = self._plan()
        self._refuse_missing_secrets(plan)
        alone = Refused("nobody is there to confirm", hint="--yes sends without asking, --dry-run only shows")
        count = len(plan.channels)
        question = f"Send to {count} channel{'' if count == 1 else 's'} now?"
        agree(self._desk, question, alone=alone, shown=self._preview(plan))
        return plan

    def _preview(self, plan: Plan, *, example: bool = False) -> Preview:
        shown = preview(plan, self._means, now=datetime.now(UTC), example=example)
        shown = replace(shown, warnings=(*self._saying.warnings, *shown.warnings))
        if self._keep:
            self._keep(shown)
        return shown

    def _refuse_missing_secrets(self, plan: Plan) -> None:
        faults = self._assembly.missing_secrets(plan.channels)
        if faults:
            raise Refused(
                "; ".join(faults), hint="set them, or leave these channels out with --skip; nothing was sent"
            )

    def _settled(self) -> tuple[Delivery, ...]:
        """What can be gone on with, after what a dead run left in mid-attempt is settled."""
        from publisher.delivery.recovery import ready

        channels = self._assembly.channels
        return ready(
            self._ledger, self._saying.ref, is_open=channels.is_open, terms=channels.terms, failed=False
        )

    def _open_on(self, channels: Sequence[str]) -> tuple[Delivery, ...]:
        """This update's deliveries, and before them what is still open there: what is said stays in order."""
        return tuple(one for one in self._settled() if one.channel in channels)

    def _send(self, plan: Plan) -> int:
        from publisher.runbook.deliver import deliver

        self._refuse_missing_secrets(plan)
        if self._desk.said_yes and self._keep:
            self._preview(plan)
        with self._desk.stops() as stops:
            plan, recorded = commit(plan, self._means, lambda _: self._plan())
            todo = recorded if plan.is_first else self._open_on(plan.channels)
            code = deliver(
                self._assembly,
                self._ledger,
                plan.update,
                todo,
                desk=self._desk,
                stops=stops,
                warnings=self._warnings(plan),
            )
        for fault in dict.fromkeys(self._assembly.page_faults):
            self._desk.note(f"the packaged page is used, because yours is broken: {fault}")
        return code

    def _warnings(self, plan: Plan) -> tuple[Note, ...]:
        """What a preview says; where none was shown, what must not be overlooked is said now."""
        untranslated = self._assembly.config.publisher.untranslated
        warnings = (*self._saying.warnings, *notes(plan, self._assembly.zone, untranslated))
        for note in warnings if self._desk.said_yes else ():
            if note.code in LOUD:
                self._desk.note(str(note))
        return warnings


def _changed(agreed: Plan, plan: Plan) -> str | None:
    """What makes a plan another one than that which was agreed to; None where it says and does the same.

    The time of day is no difference: what is said of *now* holds for the minute in which the yes was said.
    """
    if agreed.update.number != plan.update.number:
        return f"update {plan.update.number - 1} was recorded by somebody else"
    if _todo(agreed) != _todo(plan):
        return "what the channels have to do has changed"
    return None


def _todo(plan: Plan) -> list[tuple[str, str]]:
    return sorted((item.post.channel, str(item.operation)) for item in plan.outgoing)
