"""The one JSON object that a command prints, and the one sentence that a person reads last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from publisher.announcement import Update
from publisher.channel import Post
from publisher.delivery import Delivery, State, exit_code
from publisher.ledger.sqlite import Outgoing


def result(
    update: Update,
    deliveries: Sequence[Delivery],
    *,
    code: int | None = None,
    posts: bool = False,
) -> dict[str, Any]:
    """What became of an update; ``code`` where the command's exit code is not that of the deliveries."""
    return _head(update, dry_run=False, code=exit_code(tuple(deliveries)) if code is None else code) | {
        "deliveries": [_row(delivery, with_post=posts) for delivery in deliveries]
    }


def planned(update: Update, outgoing: Sequence[Outgoing]) -> dict[str, Any]:
    """What a dry run would have sent."""
    return _head(update, dry_run=True, code=0) | {"deliveries": [_planned_row(item) for item in outgoing]}


def refusal(code: int, message: str, hint: str | None) -> dict[str, Any]:
    """Why nothing was sent."""
    return {"exit_code": code, "error": message, "hint": hint}


def last_line(ref: str, deliveries: Sequence[Delivery], *, now: datetime, zone: ZoneInfo) -> str:
    """``told: 3 of 5 channels · next: announce resume CMO-7K3M (from 03:12:20)``."""
    told = sum(delivery.state is State.DELIVERED for delivery in deliveries)
    line = f"told: {told} of {len(deliveries)} channels"
    following = _next_command(ref, deliveries)
    if not following:
        return line
    waits = [
        delivery.not_before for delivery in deliveries if delivery.not_before and delivery.not_before > now
    ]
    since = f" (from {min(waits).astimezone(zone):%H:%M:%S})" if waits else ""
    return f"{line} · next: {following}{since}"


def _next_command(ref: str, deliveries: Sequence[Delivery]) -> str | None:
    match exit_code(tuple(deliveries)):
        case 0:
            return None
        case 4 if not any(delivery.state is State.BLOCKED_AUTH for delivery in deliveries):
            return f"announce resume {ref} --failed"
        case 3:
            undecided = next(one for one in deliveries if one.state is State.NEEDS_DECISION)
            return f"announce resolve {ref} {undecided.channel} --delivered URL | --resend | --abandon"
        case _:
            return f"announce resume {ref}"


def _head(update: Update, *, dry_run: bool, code: int) -> dict[str, Any]:
    announcement = update.announcement
    return {
        "ref": announcement.ref,
        "update": update.number,
        "kind": update.kind,
        "phase": update.phase,
        "dry_run": dry_run,
        "exit_code": code,
        "starts_at": _utc(announcement.period.starts_at),
        "ends_at": _utc(announcement.period.ends_at),
        "permalink": announcement.permalink,
    }


def _row(delivery: Delivery, *, with_post: bool) -> dict[str, Any]:
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
    if delivery.note:
        row["note"] = delivery.note
    return row | {"post": _post(delivery.post)} if with_post else row


def _error(delivery: Delivery) -> str | None:
    if delivery.error and delivery.cure:
        return f"{delivery.error}; {delivery.cure}"
    return delivery.error


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
    }


def _post(post: Post) -> dict[str, Any]:
    return {"title": post.title, "body": post.body, "length": post.length, "limit": post.limit}


def _utc(moment: Any) -> str:
    return str(moment.isoformat(timespec="seconds").replace("+00:00", "Z"))
