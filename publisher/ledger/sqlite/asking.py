"""What the ledger in SQLite is asked. Each public method is one transaction; nothing here decides anything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.protocol import Attempt, Backup, Diagnosis, Overview, WorkBegun
from publisher.ledger.sqlite import mark, views
from publisher.ledger.sqlite.files import fault
from publisher.ledger.sqlite.glance import UNSETTLED
from publisher.model.announcement import Update
from publisher.model.delivery import CLOSED, Delivery, State
from publisher.model.history import Snapshot
from publisher.model.outgoing import Fingerprint, Outgoing

if TYPE_CHECKING:
    from publisher.ledger.events import Event
    from publisher.model.decided import Decided
    from publisher.model.dues import Withdrawn
    from publisher.model.seen import Glimpse


class Asking:
    """The half of `publisher.ledger.Ledger` that reads; `Store` is the whole."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, group: int | None = None) -> None:
        self.path = path
        self._group = group
        self.is_behind = False
        """Whether it is older than the one that was last written here: an old copy was put back."""
        self._connection = connection

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self.path)

    @property
    def restored_at(self) -> datetime | None:
        """When it was last found to be an old copy that was put back; UTC."""
        return mark.read(self.path).restored_at

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what is said ---------------------------------------------------------------------------------------

    def said_already(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint
    ) -> str | None:
        """The reference of an announcement with the same content on one of these channels, or None."""
        with self._reading() as cursor:
            return self._said(cursor, update, outgoing, fingerprint)

    def knows(self, ref: str) -> bool:
        """Whether the reference is taken."""
        with self._reading() as cursor:
            cursor.execute("SELECT 1 FROM announcement WHERE ref = ?", (ref,))
            return cursor.fetchone() is not None

    def newest_publication(self) -> datetime | None:
        """When the newest update was published, by its own date."""
        with self._reading() as cursor:
            cursor.execute("SELECT max(published_at) FROM announcement_update")
            newest = cursor.fetchone()[0]
        return records.moment_of(newest) if newest else None

    # --- what has become of it ------------------------------------------------------------------------------

    def deliveries(self, ref: str, update: int | None = None) -> tuple[Delivery, ...]:
        """The deliveries of one update (default: the newest), in the order they were planned."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT * FROM delivery WHERE ref = :ref AND update_number = coalesce(:number,"
                " (SELECT max(number) FROM announcement_update WHERE ref = :ref)) ORDER BY id",
                {"ref": ref, "number": update},
            )
            return tuple(records.delivery_of(row) for row in cursor)

    def all_deliveries(self, ref: str, *, beside: Collection[int] = ()) -> tuple[Delivery, ...]:
        """Every delivery of an announcement, of all its updates, in the order they were planned.

        ``beside`` are the ids of those that the caller has already.
        """
        with self._reading() as cursor:
            cursor.execute(
                "SELECT * FROM delivery WHERE ref = ? AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id",
                (ref, json.dumps(list(beside))),
            )
            return tuple(records.delivery_of(row) for row in cursor)

    def unfinished(self, ref: str | None = None, *, failed: bool = False) -> tuple[Delivery, ...]:
        """Every delivery that is not closed, oldest first; with ``failed``, those the platform refused too."""
        closed = sorted(CLOSED - {State.FAILED} if failed else CLOSED)
        holders = ", ".join("?" * len(closed))
        with self._reading() as cursor:
            cursor.execute(
                f"SELECT * FROM delivery WHERE state NOT IN ({holders}) AND ref = coalesce(?, ref) ORDER BY id",  # noqa: S608  only placeholders are put in
                (*closed, ref),
            )
            return tuple(records.delivery_of(row) for row in cursor)

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        """Every attempt of a delivery, first to last."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT number, step, started_at, ended_at, state, error FROM attempt"
                " WHERE delivery_id = ? ORDER BY number",
                (delivery.id,),
            )
            return tuple(records.attempt_of(row) for row in cursor)

    def decisions(self, ref: str) -> tuple[Decided, ...]:
        """What persons decided about deliveries of an announcement, oldest first."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT decided.* FROM decided JOIN delivery ON delivery.id = delivery_id WHERE ref = ?"
                " ORDER BY at, delivery_id",
                (ref,),
            )
            return tuple(records.decided_of(row) for row in cursor)

    def in_flight(self, ref: str) -> Mapping[int, float]:
        """None: the kernel gives a hold back once its process is dead, and a dead one sends nothing more."""
        return {}

    # --- history --------------------------------------------------------------------------------------------

    def snapshot(self, limit: int = 50) -> Snapshot:
        """The newest ``limit`` updates and, whole, every announcement they belong to."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT DISTINCT ref FROM (SELECT ref FROM announcement_update"
                " ORDER BY published_at DESC LIMIT ?)",
                (limit,),
            )
            refs = [row["ref"] for row in cursor.fetchall()]
            cursor.execute("SELECT count(DISTINCT ref) AS every FROM announcement_update")
            is_whole = cursor.fetchone()["every"] == len(refs)
            found = views.snapshot_of(cursor, refs, views.origin_of(cursor, self.name))
            return replace(found, is_whole=is_whole)

    def history_of(self, ref: str) -> Snapshot:
        """Everything said about one announcement, newest first; empty where the reference is unknown."""
        with self._reading() as cursor:
            return views.snapshot_of(cursor, [ref], views.origin_of(cursor, self.name))

    def said_by(self, ref: str) -> dict[int, str | None]:
        """Who said the updates of an announcement, by their numbers."""
        with self._reading() as cursor:
            cursor.execute("SELECT number, said_by FROM announcement_update WHERE ref = ?", (ref,))
            return {row["number"]: row["said_by"] for row in cursor}

    def events(self, ref: str) -> tuple[Event, ...]:
        """What was done about an announcement, and by whom, oldest first."""
        from publisher.ledger.events import event_of  # an auditor's question alone

        with self._reading() as cursor:
            cursor.execute("SELECT * FROM event WHERE ref = ? ORDER BY id", (ref,))
            return tuple(event_of(row) for row in cursor)

    def work_begun(self, ref: str) -> WorkBegun | None:
        """When the work of an announcement first began by its newest start; None: nobody has recorded it."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT at, told_at, begun_by FROM work_begun WHERE ref = :ref AND at >= (SELECT starts_at"
                " FROM announcement_update WHERE ref = :ref ORDER BY number DESC LIMIT 1) ORDER BY at LIMIT 1",
                {"ref": ref},
            )
            row = cursor.fetchone()
        return row and WorkBegun(
            at=records.moment_of(row["at"]), told_at=records.moment_of(row["told_at"]), by=row["begun_by"]
        )

    def glimpses(self, ref: str) -> tuple[Glimpse, ...]:
        """What strangers found of an announcement, oldest first: each look that found something else."""
        with self._reading() as cursor:
            cursor.execute("SELECT * FROM seen WHERE ref = ? ORDER BY at, update_number, channel", (ref,))
            return tuple(records.glimpse_of(row) for row in cursor)

    def newest_addresses(self) -> Mapping[str, str]:
        """Where the newest post stands of each channel that has had one with an address, by its name."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT channel, url, max(id) FROM delivery"
                " WHERE state = 'delivered' AND url IS NOT NULL GROUP BY channel"
            )
            return {row["channel"]: row["url"] for row in cursor}

    def refs(self) -> tuple[str, ...]:
        """Every reference, newest announcement first."""
        with self._reading() as cursor:
            cursor.execute("SELECT ref FROM announcement ORDER BY created_at DESC")
            return tuple(row["ref"] for row in cursor)

    def overview(
        self, *, open_only: bool = False, limit: int = -1, refs: Collection[str] | None = None
    ) -> list[Overview]:
        """A row per announcement, newest first.

        ``open_only`` leaves out what was completed, cancelled or taken down everywhere; ``limit`` is the number of
        rows, -1: all; ``refs`` are the only ones wanted.
        """
        wanted = None if refs is None else json.dumps(sorted(refs))
        with self._reading() as cursor:
            cursor.execute(views.OVERVIEW, {"open_only": open_only, "limit": limit, "refs": wanted})
            rows = cursor.fetchall()
        found = [records.overview_of(row, withdrawn=self._withdrawn(row)) for row in rows]
        return [row for row in found if not (open_only and row.withdrawn == "everywhere")]

    def _withdrawn(self, row: Any) -> Withdrawn | None:
        if not row["taken_down"]:
            return None
        from publisher.model.dues import withdrawn  # only what was taken down pays for the rule

        return withdrawn(self.all_deliveries(row["ref"]))

    def count(self) -> int:
        """How many announcements there are."""
        with self._reading() as cursor:
            cursor.execute("SELECT count(*) FROM announcement")
            return int(cursor.fetchone()[0])

    def unsettled(self) -> tuple[str, ...]:
        """References of all announcements about which anything may be due, newest first: `model.dues` says what."""
        with self._reading() as cursor:
            cursor.execute(UNSETTLED)
            return tuple(row["ref"] for row in cursor)

    def left(self, ref: str) -> Mapping[str, int]:
        """The channels whose readers are left with what they see, each with the newest update of which it was said."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT channel, max(update_number) FROM left_for_good WHERE ref = ? GROUP BY channel", (ref,)
            )
            return {row[0]: row[1] for row in cursor}

    # --- the ledger itself ----------------------------------------------------------------------------------

    def examine(self, *, whole: bool) -> list[Diagnosis]:
        """How the file is kept; ``whole``: every page is read too."""
        from publisher.ledger.sqlite.health import diagnoses

        return diagnoses(self.path, whole=whole, group=self._group)

    def copy_to(self, place: Path) -> Backup:
        """Write a copy to a file; what is there is replaced in one step."""
        from publisher.ledger.sqlite.copying import copy

        return Backup(datetime.now(UTC), str(place), copy(self.path, place))

    def last_backup(self) -> Backup | None:
        """The newest copy that was recorded."""
        with self._reading() as cursor:
            cursor.execute("SELECT taken_at, place, reached FROM backup ORDER BY taken_at DESC LIMIT 1")
            row = cursor.fetchone()
        return row and Backup(records.moment_of(row["taken_at"]), row["place"], row["reached"])

    def reached(self) -> int:
        """How many updates and attempts there are."""
        with self._reading() as cursor:
            return int(cursor.execute(mark.GENERATION).fetchone()[0])

    # --- inside ---------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        try:
            yield self._connection.cursor()
        except sqlite3.Error as error:
            raise fault(self.path, error) from None

    def _said(
        self,
        cursor: sqlite3.Cursor,
        update: Update,
        outgoing: Sequence[Outgoing],
        fingerprint: Fingerprint,
    ) -> str | None:
        cursor.execute(
            "SELECT announcement.ref AS ref, starts_at, ends_at, channel FROM announcement"
            " JOIN announcement_update ON announcement_update.ref = announcement.ref AND number = 1"
            " JOIN delivery ON delivery.ref = announcement.ref AND update_number = 1"
            " WHERE announcement.fingerprint = ? AND created_at > ? ORDER BY created_at DESC",
            (fingerprint.digest, records.stamp(fingerprint.since)),
        )
        return records.same_content(cursor, update, outgoing)
