"""``announce urgent``: tell customers on every channel before the work begins."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, YesOption

if TYPE_CHECKING:
    from publisher.planning.initial_request import InitialRequest, InitialTyped
    from publisher.planning.plan import Means, Plan
    from publisher.planning.preview import Preview
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def urgent(
    context: typer.Context,
    title: Annotated[
        str | None, typer.Argument(help="What it is about, in a few words.", show_default=False)
    ] = None,
    *,
    service: Annotated[
        list[str] | None, typer.Option("--service", "-s", help="A service of the configuration; repeats.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="now, +30m, 22:30, tomorrow 02:00, 2026-11-24T22:30.", show_default=False),
    ] = None,
    duration: Annotated[str | None, typer.Option(help="Such as 90m, 2h, 1h30m.", show_default=False)] = None,
    until: Annotated[
        str | None, typer.Option(help="The end instead, as --start.", show_default=False)
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it cannot wait.", show_default=False)] = None,
    details: Annotated[str | None, typer.Option(help="More, in paragraphs.", show_default=False)] = None,
    action: Annotated[str | None, typer.Option(help="What the reader should do.", show_default=False)] = None,
    impact: Annotated[
        str | None, typer.Option(help="none, degraded or outage (default).", show_default=False)
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="A preset of the configuration.", show_default=False)
    ] = None,
    from_file: Annotated[
        str | None,
        typer.Option("--from-file", help="The facts as TOML or JSON; - is stdin.", show_default=False),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only these channels; repeats.")] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Not these channels; repeats.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show every post; send and record nothing.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the preview as a web page.", show_default=False)
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Publish although inside a maintenance window.")
    ] = False,
    already_started: Annotated[bool, typer.Option("--already-started", help="The start has passed.")] = False,
    again: Annotated[
        str | None, typer.Option(help="Why the same content is announced once more.", show_default=False)
    ] = None,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Announce urgent maintenance on every channel at once."""
    from publisher.cli.session import assemble
    from publisher.planning.initial_request import InitialTyped
    from publisher.planning.request_file import read_file

    typed = InitialTyped(
        title=title,
        services=tuple(service or ()),
        start=start,
        duration=duration,
        until=until,
        reason=reason,
        details=details,
        action=action,
        impact=impact,
        preset=preset,
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        already_started=already_started,
        anyway=anyway,
        again=again,
        yes=yes,
    )
    run = _Run(assemble(context, config), typed, read_file(from_file) if from_file else {})
    return run.dry(html, as_json=json) if dry_run else run.real(html, as_json=json)


class _Run:
    """One call of the command, from what was typed to the exit code."""

    def __init__(self, assembly: Assembly, typed: InitialTyped, file: dict[str, Any]) -> None:
        self._assembly = assembly
        self._typed = typed
        self._file = file
        self._new_ledger: str | None = None
        """What is to be said of a ledger in which nothing is."""

    def dry(self, html: Path | None, *, as_json: bool) -> int:
        """Show everything; open no socket, write no ledger."""
        from publisher.cli.terminal import output, previews
        from publisher.ledger import open_ledger
        from publisher.runbook.ledger import novelty
        from publisher.runbook.results import planned

        with open_ledger(self._assembly.ledger_path, write=False) as ledger:
            self._new_ledger = novelty(self._assembly.config, ledger)
            means = self._assembly.means(ledger)
            plan = self._plan(self._request(), means)
            missing = self._assembly.missing_secrets(item.post.channel for item in plan.outgoing)
        preview = self._preview(plan, means, example=True)
        self._write_html(html, preview)
        for secret in missing:
            output.log(f"note: {secret}; the real run would be refused")
        if as_json:
            output.data_json(planned(plan.update, plan.outgoing) | {"warnings": preview.warnings})
        else:
            previews.show(preview, self._assembly.config)
        return 0

    def real(self, html: Path | None, *, as_json: bool) -> int:
        """Show, ask, record, send."""
        from publisher.cli.terminal.desk import TerminalDesk
        from publisher.planning.plan import commit
        from publisher.runbook.ledger import novelty
        from publisher.runbook.opening import begun_or_opened

        desk = TerminalDesk(self._assembly.config, as_json=as_json, yes=self._typed.yes)
        self._complete(desk)
        with begun_or_opened(self._assembly, desk, again=self._typed.again) as ledger:
            self._new_ledger = novelty(self._assembly.config, ledger)
            means = self._assembly.means(ledger)
            request = self._request()
            plan = self._plan(request, means)
            self._refuse_missing_secrets(request)
            self._show_and_ask(plan, means, html, desk)
            if not self._typed.yes:
                request, plan = self._taken_again(means, request, plan)
            from publisher.runbook.deliver import deliver

            with ledger.owning(plan.ref), desk.stops() as stops:
                plan, deliveries = commit(plan, means, lambda old: self._plan(request, means, old.ref))
                return deliver(self._assembly, ledger, plan.update, deliveries, desk=desk, stops=stops)

    # --- steps ----------------------------------------------------------------------------------------------

    def _complete(self, desk: Desk) -> None:
        """Ask for what is missing, where somebody is there to answer."""
        from publisher.cli.terminal import asking

        if desk.is_attended and not desk.said_yes:
            self._typed = asking.complete(self._typed, self._file, self._assembly.config)

    def _request(self) -> InitialRequest:
        from publisher.planning.initial_request import read_initial

        return read_initial(self._typed, self._file, self._assembly.config, now=_now())

    def _plan(self, request: InitialRequest, means: Means, ref: str | None = None) -> Plan:
        from publisher.planning.initial import plan_initial

        return plan_initial(request, means, now=_now(), ref=ref)

    def _preview(self, plan: Plan, means: Means, *, example: bool) -> Preview:
        from msgspec.structs import replace

        from publisher.planning.preview import preview

        shown = preview(plan, means, now=_now(), example=example)
        return replace(shown, warnings=(*filter(None, [self._new_ledger]), *shown.warnings))

    def _refuse_missing_secrets(self, request: InitialRequest) -> None:
        from publisher.model.errors import Refused

        faults = self._assembly.missing_secrets(request.channels)
        if faults:
            raise Refused(
                "; ".join(faults), hint="set them, or leave these channels out with --skip; nothing was sent"
            )

    def _write_html(self, path: Path | None, preview: Preview) -> None:
        if path is None:
            return
        from dataclasses import asdict

        from publisher.model.errors import Refused

        page = self._assembly.renderer.page("preview", "en", asdict(preview))
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            raise Refused(f"--html {path}: {error.strerror}") from None

    def _show_and_ask(self, plan: Plan, means: Means, html: Path | None, desk: Desk) -> None:
        """Nothing is sent unseen: a person confirms, or ``--yes`` did beforehand."""
        from publisher.model.errors import Refused
        from publisher.runbook.desk import agree

        if desk.said_yes and self._new_ledger:
            desk.note(self._new_ledger)
        if desk.said_yes and html is None:
            return
        preview = self._preview(plan, means, example=False)
        self._write_html(html, preview)
        alone = Refused("nobody is there to confirm", hint="--yes sends without asking, --dry-run only shows")
        agree(desk, f"Send to {len(preview.channels)} channels now?", shown=preview, alone=alone)

    def _taken_again(self, means: Means, request: InitialRequest, plan: Plan) -> tuple[InitialRequest, Plan]:
        """What is said holds for the minute in which the engineer said yes, not for the one they began to read in."""
        start = self._typed.start or self._file.get("start") or ""
        if start.strip().lower() in {"now", "jetzt"}:
            request = self._request()
        return request, self._plan(request, means, plan.ref)


def _now() -> datetime:
    return datetime.now(UTC)
