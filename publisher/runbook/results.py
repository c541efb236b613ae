"""The one JSON object that a command prints, and the one sentence that a person reads last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import structs

from publisher.ledger.protocol import Overview
from publisher.model.announcement import Update
from publisher.model.commands import command
from publisher.model.delivery import BY_HAND, Delivery, Operation, State, for_readers, reason
from publisher.model.outgoing import Outgoing
from publisher.model.post import Post
from publisher.model.verdict import exit_code, way_on

if TYPE_CHECKING:
    from publisher.ledger.events import Event
    from publisher.model.note import Note
    from publisher.planning.plan import Plan
    from publisher.runbook.due import Due


def result(
    update: Update,
    deliveries: Sequence[Delivery],
    *,
    code: int | None = None,
    posts: bool = False,
    by: str | None = None,
) -> dict[str, Any]:
    """What became of an update, which ``by`` said; ``code`` where the exit code is not that of the deliveries."""
    read = for_readers(deliveries)
    pings = [_ping(delivery) for delivery in deliveries if delivery.is_ping]
    return (
        _head(update, dry_run=False, code=exit_code(read) if code is None else code)
        | {"by": by}
        | {"deliveries": [_row(parts, with_post=posts) for parts in by_channel(read)]}
        | ({"pings": pings} if pings else {})
    )


def by_channel(deliveries: Sequence[Delivery]) -> list[tuple[Delivery, ...]]:
    """What each channel does, its worst state first: a channel is told when all of it is."""
    channels: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        channels.setdefault(delivery.channel, []).append(delivery)
    return [tuple(sorted(parts, key=lambda part: _WORST.index(part.state))) for parts in channels.values()]


_WORST = (
    State.NEEDS_DECISION,
    State.FAILED,
    State.BLOCKED_AUTH,
    State.UNKNOWN,
    State.SENDING,
    State.STAGED,
    State.RETRY_WAIT,
    State.PENDING,
    State.DELIVERED,
    State.ABANDONED,
)
"""What a channel with several operations is said to be in: the first of these that one of them is in."""


def planned(update: Update, outgoing: Sequence[Outgoing]) -> dict[str, Any]:
    """What a dry run would have sent."""
    rows: dict[str, dict[str, Any]] = {}
    for item in outgoing:
        row = _planned_row(item)
        first = rows.setdefault(item.post.channel, row)
        if first is not row:
            first.setdefault("actions", [_action(first)]).append(_action(row))
    return _head(update, dry_run=True, code=0) | {"deliveries": list(rows.values())}


def rehearsed(plan: Plan, warnings: Sequence[Note]) -> dict[str, Any]:
    """What a dry run would have said: of a later update also what it leaves open and uncorrected."""
    more = {} if plan.is_first else _beside(plan)
    return planned(plan.update, plan.outgoing) | more | {"warnings": warned(warnings)}


def warned(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Notes as the objects of ``warnings``."""
    return [{"code": note.code, "channel": note.channel, "text": note.text} for note in notes]


def _beside(plan: Plan) -> dict[str, Any]:
    return {"open_before": still_open(plan.open_before), "uncorrected": uncorrected(plan.uncorrected)}


def overview_row(row: Overview) -> dict[str, Any]:
    """An announcement in a list."""
    promise = row.next_update_at
    return structs.asdict(row) | {
        "starts_at": utc(row.starts_at),
        "ends_at": utc(row.ends_at),
        "next_update_at": utc(promise) if promise else None,
    }


def still_open(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """What is not settled yet of earlier updates, each with the command that goes on with it."""
    return [
        {
            "channel": delivery.channel,
            "update": delivery.update,
            "operation": delivery.operation,
            "state": delivery.state,
            "next": way_on(delivery),
        }
        for delivery in deliveries
    ]


def uncorrected(posts: Sequence[Delivery]) -> list[dict[str, Any]]:
    """The posts that keep a mistake."""
    return [{"channel": post.channel, "update": post.update, "url": post.url} for post in posts]


def refusal(code: int, message: str, hint: str | None) -> dict[str, Any]:
    """Why nothing was sent."""
    return {"exit_code": code, "error": message, "hint": hint}


def last_line(
    ref: str,
    deliveries: Sequence[Delivery],
    *,
    now: datetime,
    zone: ZoneInfo,
    unheard: Due | None = None,
    elsewhere: Sequence[Due] = (),
) -> str:
    """``told: 3 of 5 channels · next from 03:12:20: announce resume CMO-7K3M``.

    ``unheard`` is what readers of channels still see, and its command, where the deliveries themselves need none;
    ``elsewhere`` is what then comes next.
    """
    line = _counted(deliveries) + (f" · {unheard.what}" if unheard else "")
    following = _next_command(ref, deliveries) or next(
        (one.command for one in (unheard, *elsewhere) if one), None
    )
    if not following:
        return line
    waits = [
        delivery.not_before for delivery in deliveries if delivery.not_before and delivery.not_before > now
    ]
    since = f" from {min(waits).astimezone(zone):%H:%M:%S}" if waits else ""
    return f"{line} · next{since}: {following}"


def _counted(deliveries: Sequence[Delivery]) -> str:
    if deliveries and all(delivery.operation is Operation.WITHDRAW for delivery in deliveries):
        down = sum(delivery.state is State.DELIVERED for delivery in deliveries)
        return f"taken down: {down} of {len(deliveries)} posts"
    channels = by_channel(deliveries)
    reached = sum(parts[0].state is State.DELIVERED for parts in channels)
    by_hand = [parts[0].channel for parts in channels if any(part.is_unverified for part in parts)]
    given_up = [parts[0].channel for parts in channels if parts[0].state is State.ABANDONED]
    line = f"told: {reached} of {len(channels)} channels"
    line += f" · {BY_HAND}: {', '.join(by_hand)}" if by_hand else ""
    return line + (f" · given up: {', '.join(given_up)}" if given_up else "")


def _next_command(ref: str, deliveries: Sequence[Delivery]) -> str | None:
    match exit_code(tuple(deliveries)):
        case 0:
            return None
        case 4 if not any(delivery.state is State.BLOCKED_AUTH for delivery in deliveries):
            ways = [way_on(delivery) for delivery in deliveries if delivery.state is State.FAILED]
            return next((way for way in ways if " --force" in way), ways[0])
        case 3:
            return way_on(next(one for one in deliveries if one.state is State.NEEDS_DECISION))
        case _:
            return command("resume", ref)


def _head(update: Update, *, dry_run: bool, code: int) -> dict[str, Any]:
    announcement = update.announcement
    return {
        "ref": announcement.ref,
        "update": update.number,
        "kind": update.kind,
        "phase": update.phase,
        "dry_run": dry_run,
        "exit_code": code,
        "starts_at": utc(announcement.period.starts_at),
        "ends_at": utc(announcement.period.ends_at),
        "permalink": announcement.permalink,
    }


def _row(parts: Sequence[Delivery], *, with_post: bool) -> dict[str, Any]:
    """A channel: its worst part, and each of its parts where there are several."""
    row = _part(parts[0])
    if len(parts) > 1:
        row["attempts"] = sum(part.attempts for part in parts)
        row["seconds"] = round(sum(part.seconds for part in parts), 3)
        ordered = sorted(parts, key=lambda part: part.id)
        row["actions"] = [_action(_part(part)) | {"update": part.update} for part in ordered]
    return row | {"post": _post(parts[0].post)} if with_post else row


def _action(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in {"channel", "type", "post", "actions"}}


def _part(delivery: Delivery) -> dict[str, Any]:
    row: dict[str, Any] = {
        "channel": delivery.channel,
        "type": delivery.type,
        "state": delivery.state,
        "remote_id": delivery.remote_id,
        "url": delivery.url,
        "attempts": delivery.attempts,
        "seconds": delivery.seconds,
        "error": _error(delivery),
    }
    if delivery.operation is not Operation.PUBLISH or delivery.update > 1:
        row["operation"] = delivery.operation
    if delivery.note:
        row["note"] = delivery.note
    return row


def _ping(delivery: Delivery) -> dict[str, Any]:
    kept = ("channel", "state", "attempts", "seconds", "error")
    return {key: value for key, value in _part(delivery).items() if key in kept}


def _error(delivery: Delivery) -> str | None:
    if delivery.error and delivery.cure:
        return f"{delivery.error}; {delivery.cure}"
    return reason(delivery)


def _planned_row(item: Outgoing) -> dict[str, Any]:
    return {
        "channel": item.post.channel,
        "type": item.type,
        "state": State.PENDING,
        "remote_id": None,
        "url": None,
        "attempts": 0,
        "seconds": 0.0,
        "error": None,
        "post": _post(item.post),
    } | ({"operation": item.operation} if item.post.update > 1 else {})


def _post(post: Post) -> dict[str, Any]:
    return {"title": post.title, "body": post.body, "length": post.length, "limit": post.limit}


def event_row(event: Event) -> dict[str, Any]:
    """Something that was done, in JSON."""
    return {
        "at": utc(event.at),
        "by": event.by,
        "what": event.what,
        "update": event.update,
        "channel": event.channel,
        "operation": event.operation,
        "detail": event.detail,
    }


def utc(moment: datetime) -> str:
    """A time as all JSON has it: UTC, to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
