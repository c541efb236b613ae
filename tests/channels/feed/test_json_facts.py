"""`_announce` in feed.json: what programs rely on is written down as a schema, and holds in every state."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from publisher.model.announcement import Impact, Kind, Period, Phase
from tests.channels.feed.saying import PLANNED, Publisher

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/announce-item.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def facts(publisher: Publisher) -> list[dict[str, Any]]:
    """Of every item, newest first; each is as the schema says."""
    publisher.channel().build([])
    found = [item["_announce"] for item in json.loads((publisher.folder / "feed.json").read_text())["items"]]
    for one in found:
        VALIDATOR.validate(one)
    return found


def change(publisher: Publisher, **changes: Any) -> None:
    """Of the newest update."""
    said = publisher.said[-1]
    post = replace(said.told[0].post, kind=changes.get("kind", said.update.kind))
    told = (replace(said.told[0], post=post), *said.told[1:])
    publisher.said[-1] = replace(said, update=replace(said.update, **changes), told=told)


def test_a_silent_correction_keeps_the_items_kind_and_says_when(publisher: Publisher) -> None:
    publisher.say()
    change(publisher, kind=Kind.RESCHEDULED, before=Period(PLANNED, PLANNED + timedelta(hours=1)))
    publisher.say(number=2, after=60)
    change(publisher, kind=Kind.CORRECTED)

    (one,) = facts(publisher)

    assert (one["kind"], one["corrected_at"]) == ("rescheduled", "2026-11-23T20:01:00Z")


def test_what_an_update_replaces_and_promises_is_said(publisher: Publisher) -> None:
    publisher.say()
    publisher.say(number=2, after=60)
    change(
        publisher,
        kind=Kind.RESCHEDULED,
        before=Period(PLANNED, PLANNED + timedelta(hours=1)),
        next_update_at=PLANNED + timedelta(hours=3),
    )

    newest, first = facts(publisher)

    assert newest["replaced"] == {"starts_at": "2026-11-23T20:00:00Z", "ends_at": "2026-11-23T21:00:00Z"}
    assert newest["next_update_at"] == "2026-11-23T23:00:00Z"
    assert (first["replaced"], first["next_update_at"], first["corrected_at"]) == (None, None, None)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("impact", Impact)
def test_every_state_is_as_the_schema_says(
    publisher: Publisher, kind: Kind, phase: Phase, impact: Impact
) -> None:
    publisher.say()
    change(publisher, kind=kind, phase=phase)
    said = publisher.said[-1]
    announced = replace(said.update.announcement, impact=impact)
    publisher.said[-1] = replace(said, update=replace(said.update, announcement=announced))

    (one,) = facts(publisher)

    assert (one["kind"], one["phase"], one["impact"], one["withdrawn"]) == (kind, phase, impact, False)


@pytest.mark.parametrize("lost", ["kind", "phase", "replaced", "withdrawn"])
def test_the_schema_misses_what_is_missing(publisher: Publisher, lost: str) -> None:
    publisher.say()
    (one,) = facts(publisher)
    del one[lost]
    assert not VALIDATOR.is_valid(one)
    assert not VALIDATOR.is_valid({"about": "x", "ref": "CMO-7K3M", "withdrawn": True, "kind": "initial"})
