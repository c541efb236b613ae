"""How records go into columns and come back: JSON for what is frozen whole, ISO 8601 in UTC for times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs
from msgspec.structs import replace

from publisher.ledger.protocol import Attempt, Overview
from publisher.model.announcement import Period, Phase, Update
from publisher.model.delivery import Decision, Delivery, Operation, State, Step
from publisher.model.history import Origin, Said, Snapshot, Told
from publisher.model.outgoing import Outgoing
from publisher.model.post import Post

if TYPE_CHECKING:
    from publisher.ledger.withdrawals import Down
    from publisher.model.decided import Decided
    from publisher.model.dues import Withdrawn
    from publisher.model.seen import Glimpse

COLUMNS = (
    "ref",
    "update_number",
    "channel",
    "operation",
    "type",
    "post",
    "silent",
    "state",
    "step",
    "fence",
    "attempts",
    "seconds",
    "remote_id",
    "url",
    "fingerprint",
    "note",
    "error",
    "cure",
    "not_before",
    "absences",
    "duplicate",
    "target",
    "forced",
    "lost",
)
"""The columns of a delivery beside its id."""

CHANGING = COLUMNS[COLUMNS.index("state") :]
"""Those that an attempt changes."""


def stamp(moment: datetime) -> str:
    """A time as the ledger writes it: ``2026-11-23T21:30:00.000000Z``; sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    """The aware datetime that `stamp` wrote."""
    return datetime.fromisoformat(text)


def update_json(update: Update) -> str:
    """An update with its announcement as JSON."""
    return msgspec.json.encode(update).decode()


def update_of(text: str) -> Update:
    """The update that `update_json` wrote."""
    restored: Update = _decoder(Update).decode(text)
    return restored


def post_json(post: Post) -> str:
    """A post as JSON."""
    return msgspec.json.encode(post).decode()


def post_of(text: str) -> Post:
    """The post that `post_json` wrote."""
    restored: Post = _decoder(Post).decode(text)
    return restored


def values_of(delivery: Delivery) -> dict[str, Any]:
    """A delivery as column values."""
    values = structs.asdict(delivery)
    values["update_number"] = values.pop("update")
    values["post"] = post_json(delivery.post)
    return _changed(values, delivery)


def changes_of(delivery: Delivery) -> dict[str, Any]:
    """The columns an attempt changes, with the id; the frozen post is not written again."""
    values = {name: getattr(delivery, name) for name in CHANGING}
    return _changed(values | {"id": delivery.id}, delivery)


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """The delivery in a row."""
    values = dict(row)
    values["update"] = values.pop("update_number")
    values["post"] = post_of(values["post"])
    values |= {name: bool(values[name]) for name in ("duplicate", "forced", "lost", "silent")}
    values["operation"] = Operation(values["operation"])
    values["state"] = State(values["state"])
    values["step"] = Step(values["step"])
    if values["not_before"]:
        values["not_before"] = moment_of(values["not_before"])
    return Delivery(**values)


def planned(item: Outgoing) -> Delivery:
    """The pending delivery of what is to go out; its id is the store's to give."""
    return Delivery(
        id=0,
        ref=item.post.ref,
        update=item.post.update,
        channel=item.post.channel,
        type=item.type,
        operation=item.operation,
        post=item.post,
        target=item.target.remote_id if item.target else None,
        url=item.target.url if item.target else None,
        fingerprint=item.target.fingerprint if item.target else None,
        forced=item.forced,
        silent=item.silent,
    )


def same_content(rows: Iterable[Any], update: Update, outgoing: Sequence[Outgoing]) -> str | None:
    """Of announcements with the same digest, newest first, a row a channel: the reference of one that says the same.

    It has one of these channels, and the same length or the same end.
    """
    channels = {item.post.channel for item in outgoing}
    period = update.announcement.period
    for row in rows:
        earlier = Period(moment_of(row["starts_at"]), moment_of(row["ends_at"]))
        same_time = earlier.length == period.length or earlier.ends_at == period.ends_at
        if row["channel"] in channels and same_time:
            return str(row["ref"])
    return None


def overview_of(row: Any, *, withdrawn: Withdrawn | None) -> Overview:
    """The announcement in a row, of which so much was taken down again."""
    promise = row["next_update_at"]
    return Overview(
        ref=row["ref"],
        title=json.loads(row["title"]),
        phase=Phase(row["phase"]),
        starts_at=moment_of(row["starts_at"]),
        ends_at=moment_of(row["ends_at"]),
        next_update_at=moment_of(promise) if promise else None,
        channels=row["channels"],
        told=row["told"],
        withdrawn=withdrawn,
        by=row["said_by"],
    )


def attempt_of(row: Any) -> Attempt:
    """The attempt in a row."""
    return Attempt(
        number=row["number"],
        step=row["step"],
        started_at=moment_of(row["started_at"]),
        ended_at=moment_of(row["ended_at"]) if row["ended_at"] else None,
        state=row["state"],
        error=row["error"],
    )


def decided_of(row: Any) -> Decided:
    """The decision in a row."""
    from publisher.model.decided import Decided  # few runs read any

    return Decided(
        delivery=row["delivery_id"],
        what=Decision(row["what"]),
        at=moment_of(row["at"]),
        by=row["decided_by"],
    )


def glimpse_values(ref: str, glimpse: Glimpse) -> dict[str, Any]:
    """A look as a stranger, as column values."""
    return {
        "ref": ref,
        "update": glimpse.update,
        "channel": glimpse.channel,
        "at": stamp(glimpse.at),
        "what": str(glimpse.what),
        "url": glimpse.url,
    }


def glimpse_of(row: Any) -> Glimpse:
    """The look in a row."""
    from publisher.model.seen import Glimpse, Visibility  # likewise

    return Glimpse(
        update=row["update_number"],
        channel=row["channel"],
        at=moment_of(row["at"]),
        what=Visibility(row["what"]),
        url=row["url"],
    )


SAW = (
    "SELECT ref, update_number, channel, min(at) AS at FROM seen WHERE what = 'seen'"
    " AND ref IN ({refs}) GROUP BY ref, update_number, channel"
)
"""Since when strangers have seen what was said; `seen_in` takes its rows."""


def seen_in(rows: Iterable[Any]) -> dict[str, dict[tuple[int, str], datetime]]:
    """By reference, then by update and channel, when strangers first saw it."""
    found: dict[str, dict[tuple[int, str], datetime]] = {}
    for row in rows:
        found.setdefault(row["ref"], {})[row["update_number"], row["channel"]] = moment_of(row["at"])
    return found


def said_in(
    updates: Iterable[Any],
    rows: Sequence[Any],
    downs: Mapping[tuple[int, str], Down],
    seen: Mapping[tuple[int, str], datetime],
) -> list[Said]:
    """The updates of one announcement, with its deliveries, what was taken down of them, and what strangers saw."""
    told = {
        number: [replace(one, seen_at=seen.get((number, one.channel))) if seen else one for one in each]
        for number, each in _told_in(rows, downs).items()
    }
    return [Said(update=update_of(row["said"]), told=tuple(told.get(row["number"], ()))) for row in updates]


def snapshot_in(said: Iterable[Said], origin: Origin) -> Snapshot:
    """The history, newest first."""
    return Snapshot(tuple(sorted(said, key=lambda one: one.update.published_at, reverse=True)), origin)


def _told_in(rows: Sequence[Any], downs: Mapping[tuple[int, str], Down]) -> dict[int, list[Told]]:
    """By update, one entry a channel: of a post that is edited and one that is made, the one that is made."""
    told: dict[int, dict[str, Told]] = {}
    for row in rows:
        channels = told.setdefault(row["update_number"], {})
        if row["operation"] == Operation.PUBLISH or (
            row["operation"] == Operation.AMEND and row["channel"] not in channels
        ):
            channels[row["channel"]] = _told_of(row, downs.get((row["update_number"], row["channel"])))
    return {number: list(channels.values()) for number, channels in told.items()}


def _told_of(row: Any, down: Down | None) -> Told:
    withdrawn = down is not None and down.stands
    return Told(
        channel=row["channel"],
        type=row["type"],
        state=row["state"],
        url=None if withdrawn else row["url"],
        post=post_of(row["post"]),
        withdrawn=withdrawn,
        withdrawn_at=down.since if down else None,
        silently=bool(down and down.stands and down.silently),
        given_up=down.given_up if down else (),
    )


def _changed(values: dict[str, Any], delivery: Delivery) -> dict[str, Any]:
    values["not_before"] = stamp(delivery.not_before) if delivery.not_before else None
    return values


@cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
