"""One later update, from what was typed to the exit code: `update`, `extend`, `complete`, `cancel`, `correct`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from publisher.ledger import Ledger
    from publisher.model.delivery import Delivery
    from publisher.planning.later_request import LaterRequest, LaterTyped
    from publisher.planning.plan import Means, Plan
    from publisher.planning.preview import Preview
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk

OnlyOption = Annotated[list[str] | None, typer.Option(help="Only these channels; repeats.")]
SkipOption = Annotated[list[str] | None, typer.Option(help="Not these channels; repeats.")]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over what was changed or deleted by hand on a platform.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show every post; send and record nothing.")]
ReopenOption = Annotated[
    str | None, typer.Option(metavar="WHY", help="Take up again what is over.", show_default=False)
]
AgainOption = Annotated[
    str | None,
    typer.Option("--again", metavar="WHY", help="Why the same is said once more.", show_default=False),
]
FirstArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[REF]", show_default=False, help="Such as CMO-7K3M; needed where several are open."
    ),
]
TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", show_default=False, help="What customers should know.")
]


def follow(
    context: typer.Context,
    config: Path | None,
    words: tuple[str | None, str | None],
    typed: LaterTyped,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Say it. ``words`` are the reference and the text, or the text alone."""
    from msgspec.structs import replace

    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import looked_into, opened, reference_and_text

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=as_json, yes=typed.yes)
    with (looked_into if dry_run else opened)(assembly, desk) as ledger:
        ref, text = reference_and_text(assembly, ledger, words, desk)
        run = _Run(assembly, ledger, ref, replace(typed, text=text), desk)
        return run.dry(as_json=as_json) if dry_run else run.real()


class _Run:
    """One call of the command."""

    def __init__(self, assembly: Assembly, ledger: Ledger, ref: str, typed: LaterTyped, desk: Desk) -> None:
        self._assembly = assembly
        self._ledger = ledger
        self._ref = ref
        self._typed = typed
        self._desk = desk

    def dry(self, *, as_json: bool) -> int:
        """Show everything; open no socket, write no ledger."""
        from publisher.cli.terminal import output, previews
        from publisher.runbook.results import planned, still_open, uncorrected

        plan = self._plan(self._request())
        for secret in self._assembly.missing_secrets({item.post.channel for item in plan.outgoing}):
            output.log(f"note: {secret}; the real run would be refused")
        if as_json:
            more = {
                "open_before": still_open(plan.open_before),
                "uncorrected": uncorrected(plan.uncorrected),
                "warnings": self._preview(plan).warnings,
            }
            output.data_json(planned(plan.update, plan.outgoing) | more)
        else:
            previews.show(self._preview(plan), self._assembly.config)
        return 0

    def real(self) -> int:
        """Show, ask, own, record, send: owned after the yes, so that nobody is kept out while a person reads."""
        while True:
            agreed = None if self._desk.said_yes else self._agreed()
            with self._ledger.owning(self._ref):
                self._settle()
                request = self._request()
                plan = self._plan(request)
                changed = _changed(agreed, plan) if agreed else None
                if changed is None:
                    return self._send(plan, request)
            self._desk.note(f"{changed} while this was read; nothing was sent")

    # --- steps ----------------------------------------------------------------------------------------------

    def _agreed(self) -> Plan:
        """The plan to which a person said yes. Raises Refused, Abort."""
        plan = self._plan(self._request())
        self._refuse_missing_secrets(plan)
        self._confirm(plan)
        return plan

    def _send(self, plan: Plan, request: LaterRequest) -> int:
        from publisher.planning.plan import commit
        from publisher.runbook.deliver import deliver

        self._refuse_missing_secrets(plan)
        with self._desk.stops() as stops:
            plan, _ = commit(plan, self._means, lambda _: self._plan(request))
            todo = self._to_send(plan)
            return deliver(self._assembly, self._ledger, plan.update, todo, desk=self._desk, stops=stops)

    def _settle(self) -> tuple[Delivery, ...]:
        """What can be gone on with, after what a dead run left in mid-attempt is settled."""
        from publisher.delivery.recovery import ready

        terms, is_open = self._assembly.channels.terms, self._assembly.channels.is_open
        return ready(self._ledger, self._ref, is_open=is_open, terms=terms, failed=False)

    def _to_send(self, plan: Plan) -> tuple[Delivery, ...]:
        """This update's deliveries, and before them what is still open on the same channels."""
        served = {item.post.channel for item in plan.outgoing}
        return tuple(one for one in self._settle() if one.channel in served)

    def _request(self) -> LaterRequest:
        from publisher.planning.later_request import read_later

        newest = self._ledger.history_of(self._ref).said[0].update
        return read_later(self._typed, self._assembly.config, newest.announcement.period, now=_now())

    @property
    def _means(self) -> Means:
        return self._assembly.means(self._ledger)

    def _plan(self, request: LaterRequest) -> Plan:
        from publisher.planning.later import plan_later

        return plan_later(self._ref, request, self._means, now=_now())

    def _preview(self, plan: Plan) -> Preview:
        from publisher.planning.preview import preview

        return preview(plan, self._means, now=_now())

    def _refuse_missing_secrets(self, plan: Plan) -> None:
        from publisher.model.errors import Refused

        faults = self._assembly.missing_secrets({item.post.channel for item in plan.outgoing})
        if faults:
            raise Refused(
                "; ".join(faults), hint="set them, or leave these channels out with --skip; nothing was sent"
            )

    def _confirm(self, plan: Plan) -> None:
        from publisher.model.errors import Refused
        from publisher.runbook.desk import agree

        channels = len({item.post.channel for item in plan.outgoing})
        alone = Refused("nobody is there to confirm", hint="--yes sends without asking, --dry-run only shows")
        agree(self._desk, f"Send to {channels} channels now?", shown=self._preview(plan), alone=alone)


def _changed(agreed: Plan, plan: Plan) -> str | None:
    """What makes a plan another one than that which was agreed to; None where it says and does the same."""
    if agreed.update.number != plan.update.number:
        return f"update {plan.update.number - 1} was recorded by somebody else"
    if agreed.update.announcement.period != plan.update.announcement.period:
        return "the period has changed"
    if _todo(agreed) != _todo(plan):
        return "what the channels have to do has changed"
    return None


def _todo(plan: Plan) -> list[tuple[str, str]]:
    return sorted((item.post.channel, str(item.operation)) for item in plan.outgoing)


def _now() -> datetime:
    return datetime.now(UTC)
