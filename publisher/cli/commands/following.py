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

    from publisher.cli.session import assemble, opened

    assembly = assemble(context, config)
    with opened(assembly, write=not dry_run) as ledger:
        ref, text = _understood(assembly, ledger, words)
        run = _Run(assembly, ledger, ref, replace(typed, text=text), as_json=as_json)
        return run.dry() if dry_run else run.real()


def _understood(
    assembly: Assembly, ledger: Ledger, words: tuple[str | None, str | None]
) -> tuple[str, str | None]:
    """The announcement that is meant, and the text. A first word that looks like a reference is one."""
    from publisher.cli.session import reference
    from publisher.model.errors import Refused
    from publisher.model.reference import looks_like_one

    first, second = words
    is_ref = first is not None and looks_like_one(first, assembly.config.publisher.reference_prefix)
    if first is not None and is_ref:
        return reference(ledger, assembly.config, first), second
    if second is not None:
        raise Refused(f"{first!r} is no reference, and a text is one argument", hint="put the text in quotes")
    return only_open(assembly, ledger), first


def only_open(assembly: Assembly, ledger: Ledger) -> str:
    """The one open announcement; where there are several, a person is asked. Raises Refused."""
    from publisher.cli.terminal import asking
    from publisher.model.announcement import in_language
    from publisher.model.errors import Refused

    rows = ledger.overview(open_only=True)
    refs = [row.ref for row in rows]
    titles = [in_language(row.title, assembly.config.publisher.locale) for row in rows]
    if len(rows) == 1:
        return str(refs[0])
    if not rows:
        raise Refused(
            "no announcement is open",
            hint="name the reference; announce list --open shows what is not finished",
        )
    if asking.somebody_is_there():
        return asking.chosen_announcement(refs, titles)
    listed = "; ".join(f"{ref} {title}" for ref, title in zip(refs, titles, strict=True))
    raise Refused(f"several announcements are open: {listed}", hint="name the reference")


class _Run:
    """One call of the command."""

    def __init__(
        self, assembly: Assembly, ledger: Ledger, ref: str, typed: LaterTyped, *, as_json: bool
    ) -> None:
        self._assembly = assembly
        self._ledger = ledger
        self._ref = ref
        self._typed = typed
        self._as_json = as_json

    def dry(self) -> int:
        """Show everything; open no socket, write no ledger."""
        from publisher.cli.terminal import output, previews
        from publisher.runbook.results import planned, still_open, uncorrected

        plan = self._plan(self._request())
        for secret in self._assembly.missing_secrets({item.post.channel for item in plan.outgoing}):
            output.log(f"note: {secret}; the real run would be refused")
        if self._as_json:
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
        from publisher.cli.session import doubt_restored
        from publisher.cli.terminal import output

        doubt_restored(self._assembly, self._ledger)
        while True:
            agreed = None if self._typed.yes else self._agreed()
            with self._ledger.owning(self._ref):
                self._settle()
                request = self._request()
                plan = self._plan(request)
                changed = _changed(agreed, plan) if agreed else None
                if changed is None:
                    return self._send(plan, request)
            output.log(f"note: {changed} while this was read; nothing was sent")

    # --- steps ----------------------------------------------------------------------------------------------

    def _agreed(self) -> Plan:
        """The plan to which a person said yes. Raises Refused, Abort."""
        plan = self._plan(self._request())
        self._refuse_missing_secrets(plan)
        self._confirm(plan)
        return plan

    def _send(self, plan: Plan, request: LaterRequest) -> int:
        from publisher.cli.sending import send
        from publisher.cli.signals import Stops
        from publisher.planning.plan import commit

        self._refuse_missing_secrets(plan)
        with Stops() as stops:
            plan, _ = commit(plan, self._means, lambda _: self._plan(request))
            todo = self._to_send(plan)
            return send(self._assembly, self._ledger, plan.update, todo, stops=stops, as_json=self._as_json)

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
        from publisher.cli.terminal import asking, previews
        from publisher.model.errors import Refused

        if self._as_json or not asking.somebody_is_there():
            raise Refused(
                "nobody is there to confirm", hint="--yes sends without asking, --dry-run only shows"
            )
        previews.show(self._preview(plan), self._assembly.config)
        channels = len({item.post.channel for item in plan.outgoing})
        if not asking.confirmed(f"Send to {channels} channels now?"):
            raise asking.declined()


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
