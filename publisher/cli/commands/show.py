"""``announce show``: one announcement, in short or word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, RefArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.ledger.protocol import Ledger
    from publisher.model.announcement import Update
    from publisher.model.delivery import Delivery
    from publisher.runbook.assembly import Assembly


def show(
    context: typer.Context,
    ref: RefArgument = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Every update, attempt, and the exact text.")] = False,
    channel: Annotated[
        str | None, typer.Option(help="The text of this channel alone.", show_default=False)
    ] = None,
    update: Annotated[
        int | None, typer.Option(min=1, help="The texts of this update alone.", show_default=False)
    ] = None,
    audit: Annotated[bool, typer.Option("--audit", help="What was done, when and by whom.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Show one announcement: what each channel says now and what is lacking; with --full all that was said."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal import output
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.opening import looked_into, meant

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json)
    with looked_into(assembly, desk) as ledger:
        known = meant(assembly, ledger, ref, desk)
        look = _Look(assembly, ledger, known, channel)
        if json:
            output.data_json(look.as_json(update) | ({"events": look.events()} if audit else {}))
        elif audit:
            output.data("\n".join(look.audit()))
        elif full or channel or update:
            output.data("\n".join(look.texts(update, every=full and update is None)))
        else:
            output.data("\n".join(look.summary()))
    return 0


class _Look:
    """One announcement in the ledger, on all channels or on one."""

    def __init__(self, assembly: Assembly, ledger: Ledger, ref: str, channel: str | None) -> None:
        self._assembly = assembly
        self._ledger = ledger
        self._ref = ref
        self._channel = channel
        self._updates = [said.update for said in reversed(ledger.history_of(ref).said)]
        self._by = ledger.said_by(ref)

    def as_json(self, number: int | None) -> dict[str, Any]:
        """The newest update, or the one that is asked for."""
        from publisher.model.dues import withdrawn
        from publisher.runbook.results import result

        [update] = self._chosen(number, every=False)
        by = self._by.get(update.number)
        down = {"withdrawn": withdrawn(self._ledger.all_deliveries(self._ref))}
        return result(update, self._deliveries(update), posts=True, by=by) | down | {"exit_code": 0}

    def audit(self) -> Iterator[str]:
        """What was done, oldest first, a line each."""
        from publisher.cli.terminal.story import audit

        return audit(self._ledger.events(self._ref), self._assembly.zone, channel=self._channel)

    def events(self) -> list[dict[str, Any]]:
        """The same for a program."""
        from publisher.runbook.results import event_row

        return [
            event_row(one) for one in self._ledger.events(self._ref) if self._channel in (None, one.channel)
        ]

    def texts(self, number: int | None, *, every: bool) -> Iterator[str]:
        """Word by word: one update, or all of them."""
        from publisher.cli.terminal.story import story

        for update in self._chosen(number, every=every):
            parts = [(one, self._ledger.attempts(one)) for one in self._deliveries(update)]
            yield from story(update, parts, self._assembly.zone, by=self._by.get(update.number))

    def summary(self) -> Iterator[str]:
        """What readers find now, and what is due."""
        from datetime import UTC, datetime

        from publisher.cli.terminal.output import folded
        from publisher.cli.terminal.story import head, summary, work_begun
        from publisher.model.commands import command
        from publisher.model.delivery import for_readers
        from publisher.model.dues import withdrawn
        from publisher.runbook import due
        from publisher.runbook.results import last_line
        from publisher.runbook.standing import standings

        zone, newest = self._assembly.zone, self._updates[-1]
        every = self._ledger.all_deliveries(self._ref)
        yield from head(newest, zone, self._assembly.config.publisher.locale, withdrawn=withdrawn(every))
        if begun := self._ledger.work_begun(self._ref):
            yield folded(f"  {work_begun(begun, zone)}", 4)
        yield from summary(self._updates, self._by, standings(every), zone)
        for item in due.due_of(self._ledger, self._ref, due.sight(self._assembly)):
            yield folded(f"due: {item.what}", 5)
            yield from (f"  {one}" for one in (item.command, *item.otherwise))
        last = for_readers(self._ledger.deliveries(self._ref))
        yield folded(last_line(self._ref, last, now=datetime.now(UTC), zone=zone), 2)
        yield f"texts: {command('show', self._ref, '--full')}"

    # --- what is looked at ----------------------------------------------------------------------------------

    def _chosen(self, number: int | None, *, every: bool) -> list[Update]:
        """One update: that number, else the newest that has anything on the channel. Raises Refused."""
        from publisher.model.errors import Refused

        known = [update for update in self._updates if self._deliveries(update)]
        if not known:
            names = dict.fromkeys(one.channel for one in self._ledger.all_deliveries(self._ref))
            raise Refused(
                f"nothing was planned for channel {self._channel!r}", hint=f"planned: {', '.join(names)}"
            )
        if every:
            return known
        chosen = known[-1:] if number is None else [one for one in known if one.number == number]
        if not chosen:
            numbers = ", ".join(str(one.number) for one in known)
            raise Refused(f"{self._ref} has no update {number} there", hint=f"its updates: {numbers}")
        return chosen

    def _deliveries(self, update: Update) -> list[Delivery]:
        planned = self._ledger.deliveries(self._ref, update.number)
        return [one for one in planned if self._channel in (None, one.channel)]
