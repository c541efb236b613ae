"""What became of every channel, as text: one line each, the cure below, and the one next command last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output
from publisher.cli.terminal.live import word
from publisher.model.delivery import Delivery, Operation, State, for_readers, reason
from publisher.model.verdict import way_on
from publisher.runbook.due import listed
from publisher.runbook.results import last_line

if TYPE_CHECKING:
    from publisher.runbook.desk import RunResult


def show(run: RunResult, zone: ZoneInfo) -> None:
    """Print the receipts of one update; what an earlier run did is said to be earlier."""
    announcement = run.update.announcement
    output.data(f"{announcement.ref}  {announcement.permalink or ''}".rstrip())
    read = for_readers(run.deliveries)
    labels = _labels(read)
    width = max(map(len, labels.values()), default=0)
    for delivery in read:
        took = "earlier " if delivery.id in run.earlier else f"{delivery.seconds:6.2f} s"
        output.data("\n".join(_lines(delivery, f"{labels[delivery.id]:<{width}}", took)))
    there = {delivery.channel for delivery in read if delivery.state is State.DELIVERED}
    for delivery in run.deliveries:
        if delivery.is_ping and delivery.channel in there and delivery.state not in _HEARD:
            output.data(output.folded(_untold_hub(delivery), 6))
    for item in run.elsewhere:
        output.data("also due:\n" + output.folded(listed(item), 10))
    now = datetime.now(UTC)
    line = last_line(announcement.ref, read, now=now, zone=zone, unheard=run.unheard, elsewhere=run.elsewhere)
    output.data(output.folded(line, 2))


_HEARD = frozenset({State.DELIVERED, State.ABANDONED})
"""States of a ping of which nothing needs to be said."""

_DOES = {Operation.PUBLISH: "new post", Operation.AMEND: "edit", Operation.WITHDRAW: "withdrawal"}


def _untold_hub(ping: Delivery) -> str:
    why = f" ({ping.error})" if ping.error else ""
    return (
        f"note: {ping.channel}: its hub was not told{why}: subscribers hear of it when they next look;"
        f" to tell it again: {way_on(ping)}"
    )


def _labels(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """By id: the channel, and where it has several rows, what tells them apart."""
    several = {name for name, count in Counter(one.channel for one in deliveries).items() if count > 1}
    labels = {one.id: one.channel for one in deliveries}
    for name in several:
        rows = [one for one in deliveries if one.channel == name]
        updates = {one.update for one in rows}
        for row in rows:
            number = f" of update {row.update}" if len(updates) > 1 else ""
            labels[row.id] = f"{name}, {_DOES[row.operation]}{number}"
    return labels


def _lines(delivery: Delivery, label: str, took: str) -> list[str]:
    """A row; an address that has no room in it stands below, whole."""
    where = delivery.url or delivery.remote_id or ""
    indent = " " * (len(label) + 4)
    row = output.beside(f"  {label}  {word(delivery):<10}  {took}", where, len(indent))
    below = (
        _below(indent, "", reason(delivery)),
        _below(indent, "hint: ", delivery.cure),
        _below(indent, "note: ", delivery.note),
    )
    return [row, *(line for line in below if line)]


def _below(indent: str, label: str, text: str | None) -> str | None:
    """A line under the row's address, folded at a terminal."""
    return output.folded(f"{indent}{label}{text}", len(indent) + len(label)) if text else None
