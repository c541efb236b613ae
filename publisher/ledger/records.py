"""How records go into columns and come back: JSON for what is frozen whole, ISO 8601 in UTC for times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import structs

from publisher.model.announcement import Update
from publisher.model.delivery import Delivery, Operation, State, Step
from publisher.model.post import Post

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


def _changed(values: dict[str, Any], delivery: Delivery) -> dict[str, Any]:
    values["not_before"] = stamp(delivery.not_before) if delivery.not_before else None
    return values


@cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
