"""An announcement as a person looks at it: what each channel says now, or every update with its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output
from publisher.model.announcement import Phase, Update, in_language
from publisher.model.delivery import Operation
from publisher.model.dues import Withdrawn
from publisher.model.times import distance, in_words, spoken

if TYPE_CHECKING:
    from publisher.ledger.events import Event
    from publisher.ledger.protocol import Attempt, WorkBegun
    from publisher.model.delivery import Delivery
    from publisher.runbook.standing import Standing


def head(update: Update, zone: ZoneInfo, locale: str, *, withdrawn: Withdrawn | None) -> Iterator[str]:
    """Reference and title; phase and the time that counts, or that it is withdrawn; services; the link."""
    announcement = update.announcement
    names = (in_language(service.name, locale) for service in announcement.services)
    period = announcement.period
    yield output.folded(f"{announcement.ref}  {in_language(announcement.title, locale)}", 2)
    gone = withdrawn is Withdrawn.EVERYWHERE
    phase = at_present(update.phase, period.starts_at, period.ends_at, zone)
    yield "  withdrawn: nothing of it is public any more" if gone else f"  {phase}"
    if withdrawn is Withdrawn.PARTLY:
        yield "  partly withdrawn"
    yield output.folded(f"  {', '.join(names)}", 2)
    if announcement.permalink:
        yield f"  {announcement.permalink}"


def at_present(phase: Phase, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """``in progress, until Tue 2026-11-24 02:30 CET (01:30 UTC), in 29 min``."""
    words = phase.replace("_", " ")
    if phase.is_closed:
        return words
    at, word = (starts_at, "from") if starts_at > datetime.now(UTC) else (ends_at, "until")
    return f"{words}, {word} {spoken(at, zone)}, {distance(at, datetime.now(UTC))}"


def work_begun(begun: WorkBegun, zone: ZoneInfo) -> str:
    """``the work began Tue 2026-11-24 02:30 CET (01:30 UTC): customers had known for 31 min; anna@jump1``."""
    who = f"; {begun.by}" if begun.by else ""
    known_for = in_words(begun.at - begun.told_at)
    return f"the work began {spoken(begun.at, zone)}: customers had known for {known_for}{who}"


def audit(events: Sequence[Event], zone: ZoneInfo, *, channel: str | None) -> Iterator[str]:
    """``2026-11-24 02:30:01 CET  anna@jump1  blog update 2: delivered (https://…)``; of one channel where named."""
    for one in events:
        if channel not in (None, one.channel):
            continue
        at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
        about = " ".join(filter(None, [one.channel, f"update {one.update}" if one.update else ""]))
        done = {"publish": "", None: ""}.get(one.operation, f"{one.operation} ") + _DONE.get(
            one.what, one.what
        )
        detail = f" ({one.detail})" if one.detail else ""
        yield output.folded(
            f"{at}  {one.by or 'not recorded'}  {about + ': ' if about else ''}{done}{detail}", 4
        )


_DONE = {
    "sending": "attempt begins",
    "work_begun": "the work begins",
    "left": "readers are left with what they see",
    "retry_wait": "to be tried again",
    "needs_decision": "a person has to decide",
    "blocked_auth": "the credentials were refused",
    "failed": "refused",
    "abandoned": "given up",
}
"""What an event is called, where its name says too little."""


def summary(
    updates: Sequence[Update],
    by: Mapping[int, str | None],
    found: Sequence[Standing],
    zone: ZoneInfo,
) -> Iterator[str]:
    """The updates, a line each, oldest first, then the channels."""
    yield "said:"
    for update in updates:
        who = f", by {by[update.number]}" if by.get(update.number) else ""
        said = f"  update {update.number}  {update.kind:<11}  {spoken(update.published_at, zone)}{who}"
        yield output.folded(said, 12)
        if update.reopened:
            yield output.folded(f"            taken up again: {update.reopened}", 14)
    yield "readers find now:"
    width = max((len(one.channel) for one in found), default=0)
    for one in found:
        indent = " " * (width + 4)
        number, link = _found(one)
        yield output.beside(f"  {one.channel:<{width}}  {number}", link, len(indent))
        yield from (output.folded(f"{indent}note: {note}", len(indent) + 6) for note in one.notes)
        lacking = (line for part in one.lacking for line in _lacking(part))
        yield from (output.folded(f"{indent}{line}", len(indent) + 2) for line in lacking)


def _found(one: Standing) -> tuple[str, str]:
    """What is found there, and its link, which is kept whole: a terminal opens it."""
    perhaps = ", ".join(f"update {number}" for number in one.doubtful)
    if one.update is None:
        known = "nothing, it was withdrawn" if one.withdrawn else "nothing"
        return f"{known} for sure, perhaps {perhaps}" if perhaps else known, ""
    return f"update {one.update}{', perhaps ' if perhaps else ''}{perhaps}", one.url or ""


def _lacking(part: Delivery) -> list[str]:
    from publisher.cli.terminal.live import word

    done = {Operation.AMEND: "edit, ", Operation.WITHDRAW: "withdrawal, "}.get(part.operation, "")
    told = {"error": part.error, "hint": part.cure, "note": part.note}
    return [
        f"update {part.update}: {done}{word(part)}",
        *(f"  {name}: {text}" for name, text in told.items() if text),
    ]


def story(
    update: Update,
    deliveries: Sequence[tuple[Delivery, Sequence[Attempt]]],
    zone: ZoneInfo,
    *,
    by: str | None,
) -> Iterator[str]:
    """One update: its deliveries with every attempt, and the exact text sent."""
    announcement = update.announcement
    period = announcement.period
    said = f", by {by}" if by else ""
    yield (
        f"{announcement.ref} update {update.number}: {update.kind}, {update.phase},"
        f" {spoken(update.published_at, zone)}{said}"
    )
    yield f"work from {spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)}"
    if update.reopened:
        yield f"taken up again: {update.reopened}"
    for delivery, attempts in deliveries:
        yield ""
        yield from _channel(delivery, attempts, zone)


def _channel(delivery: Delivery, attempts: Sequence[Attempt], zone: ZoneInfo) -> list[str]:
    where = delivery.url or delivery.remote_id or ""
    done = "" if delivery.operation == "publish" else f"{delivery.operation}, "
    lines = [f"--- {delivery.channel} ({delivery.type}): {done}{delivery.state} {where}".rstrip()]
    lines += [output.folded(f"    {_attempt(attempt, zone)}", 6) for attempt in attempts]
    told = {"error": delivery.error, "hint": delivery.cure, "note": delivery.note}
    lines += [output.folded(f"    {name}: {text}", 6) for name, text in told.items() if text]
    if delivery.operation in {"withdraw", "ping"}:  # the text stands above, as it was published
        return lines
    title = [f"title: {delivery.post.title}", ""] if delivery.post.format == "html" else []
    return [*lines, *title, delivery.post.body]


def _attempt(attempt: Attempt, zone: ZoneInfo) -> str:
    became = attempt.state or "the program ended before the answer came"
    error = f": {attempt.error}" if attempt.error else ""
    return f"{spoken(attempt.started_at, zone)} {attempt.step} → {became}{error}"
