"""What was announced into a ledger of its own, while the team's could not be reached, is added to the team's.

Nothing is sent by it: every delivery comes as it stands. The order is that of a move, so that never do two go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.moving import ADDED_TO, Onward, Row, Side, carried
from publisher.ledger.protocol import Moved
from publisher.model.errors import Refused


class Home(NamedTuple):
    """What has come home."""

    refs: tuple[str, ...]
    twins: Mapping[str, str]
    """Those of which the same was announced there within a day, with the reference that it has there."""


Dates = Mapping[tuple[str, int], datetime]
"""Of updates whose second of publication was taken: the one that they have from now on."""


def bring_home(source: Side, target: Side) -> Home:
    """Add every announcement of ``source``. What has come already is left as it is.

    Raises Refused, LedgerFault: then the source goes on, or says that this has to be finished, by the same call.
    """
    at = records.stamp(datetime.now(UTC))
    with target.still(), source.still():  # the source is committed first
        _refuse(source, target)
        with ExitStack() as held:
            for ref in source.ledger.unsettled():
                held.enter_context(source.ledger.owning(ref))
            theirs = {str(row["ref"]): row for row in source.rows("announcement")}
            there = list(target.rows("announcement"))
            _add(source, target, theirs.keys() - _arrived(theirs, there, target.address))
            source.mark(Onward(target.address, is_whole=False), at=at)
    with source.still():
        source.mark(Onward(target.address, is_whole=True), at=at)
    return Home(tuple(sorted(theirs)), _twins(theirs, there))


def _refuse(source: Side, target: Side) -> None:
    gone = source.moved
    if gone and (gone.is_whole or gone.place != target.address):
        raise Moved(source.ledger.name, gone.place, is_whole=gone.is_whole)
    if target.moved:
        raise Moved(target.ledger.name, target.moved.place, is_whole=target.moved.is_whole)
    if source.ledger.is_behind:
        raise Refused(
            f"the ledger {source.ledger.name} is an old copy that was put back: what it says may not be true",
            hint="put its newest copy back; else announce what is missing by hand, with --again",
        )


def _arrived(theirs: Mapping[str, Row], there: Iterable[Row], address: str) -> frozenset[str]:
    """Those that are there already. Raises Refused where a reference is there another announcement's."""
    arrived = {str(row["ref"]): row for row in there if row["ref"] in theirs}
    for ref, row in arrived.items():
        if any(row[name] != theirs[ref][name] for name in ("created_at", "fingerprint")):
            raise Refused(
                f"{ref} is another announcement in {address}",
                hint="both have been published by that name: keep this file, and end by hand what it has",
            )
    return frozenset(arrived)


def _twins(theirs: Mapping[str, Row], there: Iterable[Row]) -> Mapping[str, str]:
    by_content = {row["fingerprint"]: row for row in there if row["ref"] not in theirs}
    return {
        ref: str(twin["ref"])
        for ref, row in theirs.items()
        if (twin := by_content.get(row["fingerprint"])) and _apart(row, twin) <= timedelta(days=1)
    }


def _apart(one: Row, other: Row) -> timedelta:
    return abs(records.moment_of(one["created_at"]) - records.moment_of(other["created_at"]))


def _add(source: Side, target: Side, refs: Iterable[str]) -> None:
    wanted = frozenset(refs)
    first = target.highest("delivery", "id") + 1
    theirs = [row["id"] for row in source.rows("delivery", "id, ref") if row["ref"] in wanted]
    ids = {number: there for there, number in enumerate(sorted(theirs), first)}
    updates = [row for row in source.rows("announcement_update") if row["ref"] in wanted]
    dates = _dates(updates, target)
    for table in carried(source.contents()):
        rows = (
            row for row in source.rows(table) if row.get("ref") in wanted or row.get("delivery_id") in ids
        )
        if there := [_as_there(table, row, ids, dates) for row in rows]:
            target.insert(table, there)
    target.renumber()


def _dates(updates: Iterable[Row], target: Side) -> Dates:
    taken = {row["published_at"] for row in target.rows("announcement_update", "published_at")}
    dates = {}
    for row in sorted(updates, key=lambda row: str(row["published_at"])):
        stamp = row["published_at"]
        while stamp in taken:
            stamp = records.stamp(records.moment_of(stamp) + timedelta(seconds=1))
            dates[row["ref"], row["number"]] = records.moment_of(stamp)
        taken.add(stamp)
    return dates


def _as_there(table: str, row: Row, ids: Mapping[int, int], dates: Dates) -> Row:
    """A row with the numbers and dates that it has there."""
    found = dict(row)
    if "delivery_id" in row:
        found["delivery_id"] = ids[row["delivery_id"]]
    if table == "delivery":
        found["id"] = ids[row["id"]]
        if date := dates.get((row["ref"], row["update_number"])):
            found["post"] = records.post_json(replace(records.post_of(row["post"]), published_at=date))
    elif table in ADDED_TO:
        found.pop("id")  # they come behind those that are there
    elif table == "announcement_update" and (date := dates.get((row["ref"], row["number"]))):
        found["published_at"] = records.stamp(date)
        found["said"] = records.update_json(replace(records.update_of(row["said"]), published_at=date))
    return found
