"""The ledger in SQLite. Each public method is one transaction; nothing here decides anything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.protocol import Clash
from publisher.ledger.sqlite import mark, views
from publisher.ledger.sqlite.files import connect, connect_readonly, empty, fault
from publisher.model.announcement import Kind, Period, Update
from publisher.model.delivery import CLOSED, Delivery, State
from publisher.model.errors import AlreadySaid
from publisher.model.history import Snapshot
from publisher.model.outgoing import Fingerprint, Outgoing


class Ledger:
    """Opened with `Ledger.open` (to write) or `Ledger.look` (to read only). Methods raise LedgerFault."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.is_behind = False
        """Whether it is older than the one that was last written here: an old copy was put back."""
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """The ledger at ``path``, made if need be."""
        reached = mark.read(path).reached  # before the ledger, which another process may be writing
        ledger = cls(path, connect(path))
        with ledger._reading() as cursor:
            ledger.is_behind = cursor.execute(mark.GENERATION).fetchone()[0] < reached
        return ledger

    @classmethod
    def look(cls, path: Path) -> Self:
        """The ledger at ``path`` for reading; an empty one in memory where there is none yet."""
        return cls(path, connect_readonly(path) or empty())

    @property
    def restored_at(self) -> datetime | None:
        """When it was last found to be an old copy that was put back; UTC."""
        return mark.read(self.path).restored_at

    def accept(self, *, at: datetime) -> None:
        """Go on with an old copy that was put back, now that what is in it has been doubted."""
        with self._reading() as cursor:
            generation = cursor.execute(mark.GENERATION).fetchone()[0]
        mark.write(self.path, mark.Mark(generation, at))
        self.is_behind = False

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what is said ---------------------------------------------------------------------------------------

    def add(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint, *, again: str | None
    ) -> tuple[Delivery, ...]:
        """Record a new announcement, its first update and one pending delivery a channel, all or nothing.

        Raises AlreadySaid where the content was said since ``fingerprint.since`` on one of these channels and
        ``again`` gives no reason; Clash where reference or time of publication are taken.
        """
        ref = update.announcement.ref
        with self._transaction() as cursor:
            said = self._said(cursor, update, outgoing, fingerprint)
            if said and not again:
                raise AlreadySaid(said)
            try:
                cursor.execute(
                    "INSERT INTO announcement (ref, created_at, fingerprint, again) VALUES (?, ?, ?, ?)",
                    (ref, records.stamp(update.published_at), fingerprint.digest, again),
                )
                self._insert_update(cursor, update)
            except sqlite3.IntegrityError:
                raise Clash(ref) from None
            return tuple(self._insert_delivery(cursor, item) for item in outgoing)

    def follow(
        self, update: Update, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery]
    ) -> tuple[Delivery, ...]:
        """Record a later update, its pending deliveries, and what it overtakes as given up, all or nothing.

        Raises Clash where number or time of publication are taken, LedgerFault where a delivery that is overtaken
        has been claimed in the meantime.
        """
        with self._transaction() as cursor:
            for delivery in overtaken:
                self._update_delivery(cursor, delivery)
            try:
                self._insert_update(cursor, update)
            except sqlite3.IntegrityError:
                raise Clash(update.announcement.ref) from None
            return tuple(self._insert_delivery(cursor, item) for item in outgoing)

    def join(self, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery] = ()) -> tuple[Delivery, ...]:
        """Add pending deliveries to updates that have been recorded, as `follow` does.

        Raises Clash where one is there already.
        """
        with self._transaction() as cursor:
            for delivery in overtaken:
                self._update_delivery(cursor, delivery)
            try:
                return tuple(self._insert_delivery(cursor, item) for item in outgoing)
            except sqlite3.IntegrityError:
                raise Clash(outgoing[0].post.ref) from None

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

    def write(self, deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """Record claims and outcomes in one commit; a claim opens an attempt, an outcome ends it."""
        with self._transaction() as cursor:
            for delivery in deliveries:
                self._update_delivery(cursor, delivery)
                if delivery.state is State.SENDING:
                    self._begin_attempt(cursor, delivery, at)
                else:
                    self._end_attempt(cursor, delivery, at)

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

    def refused(self) -> tuple[Delivery, ...]:
        """Every delivery that a platform refused for good and that still matters, oldest first."""
        with self._reading() as cursor:
            cursor.execute(views.REFUSED)
            return tuple(records.delivery_of(row) for row in cursor)

    def attempts(self, delivery: Delivery) -> tuple[views.Attempt, ...]:
        """Every attempt of a delivery, first to last."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT number, step, started_at, ended_at, state, error FROM attempt"
                " WHERE delivery_id = ? ORDER BY number",
                (delivery.id,),
            )
            return tuple(views.attempt_of(row) for row in cursor)

    # --- history --------------------------------------------------------------------------------------------

    def snapshot(self, limit: int = 50) -> Snapshot:
        """The newest ``limit`` updates and, whole, every announcement they belong to."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT DISTINCT ref FROM (SELECT ref FROM announcement_update"
                " ORDER BY published_at DESC LIMIT ?)",
                (limit,),
            )
            return views.snapshot_of(cursor, [row["ref"] for row in cursor.fetchall()])

    def history_of(self, ref: str) -> Snapshot:
        """Everything said about one announcement, newest first; empty where the reference is unknown."""
        with self._reading() as cursor:
            return views.snapshot_of(cursor, [ref])

    def has_delivered(self, channel: str, beginning: str) -> bool:
        """Whether a channel has ever had a post at an address that begins so."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT 1 FROM delivery WHERE channel = ? AND state = 'delivered' AND substr(url, 1, ?) = ? LIMIT 1",
                (channel, len(beginning), beginning),
            )
            return cursor.fetchone() is not None

    def refs(self) -> tuple[str, ...]:
        """Every reference, newest announcement first."""
        with self._reading() as cursor:
            cursor.execute("SELECT ref FROM announcement ORDER BY created_at DESC")
            return tuple(row["ref"] for row in cursor)

    def overview(
        self, *, open_only: bool = False, limit: int = -1, refs: Collection[str] | None = None
    ) -> list[dict[str, Any]]:
        """A row per announcement, newest first: reference, title, phase, period, who was told of its newest update.

        ``open_only`` leaves out what was completed or cancelled; ``limit`` is the number of rows, -1: all;
        ``refs`` are the only ones wanted.
        """
        wanted = None if refs is None else json.dumps(sorted(refs))
        with self._reading() as cursor:
            cursor.execute(views.OVERVIEW, {"open_only": open_only, "limit": limit, "refs": wanted})
            return [dict(row) | {"title": json.loads(row["title"])} for row in cursor]

    def count(self) -> int:
        """How many announcements there are."""
        with self._reading() as cursor:
            cursor.execute("SELECT count(*) FROM announcement")
            return int(cursor.fetchone()[0])

    def strays(self, ref: str | None = None) -> list[views.Stray]:
        """Channels that carry an announcement that is over, and were never told so; of one announcement, or of all."""
        with self._reading() as cursor:
            cursor.execute(views.STRAYS, {"ref": ref})
            return [
                views.Stray(row["ref"], row["channel"], Kind(row["kind"]), bool(row["tried"]))
                for row in cursor
            ]

    # --- inside ---------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        try:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                generation = cursor.execute(mark.GENERATION).fetchone()[0]
                cursor.execute("COMMIT")
                mark.reach(self.path, generation)
            finally:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise fault(self.path, error) from None

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
        channels = {item.post.channel for item in outgoing}
        period = update.announcement.period
        for row in cursor:
            earlier = Period(records.moment_of(row["starts_at"]), records.moment_of(row["ends_at"]))
            same_time = earlier.length == period.length or earlier.ends_at == period.ends_at
            if row["channel"] in channels and same_time:
                return str(row["ref"])
        return None

    def _insert_update(self, cursor: sqlite3.Cursor, update: Update) -> None:
        announcement = update.announcement
        cursor.execute(
            "INSERT INTO announcement_update"
            " (ref, number, kind, phase, published_at, starts_at, ends_at, said)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                announcement.ref,
                update.number,
                update.kind,
                update.phase,
                records.stamp(update.published_at),
                records.stamp(announcement.period.starts_at),
                records.stamp(announcement.period.ends_at),
                records.update_json(update),
            ),
        )

    def _insert_delivery(self, cursor: sqlite3.Cursor, item: Outgoing) -> Delivery:
        delivery = Delivery(
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
        )
        if delivery.is_ping:
            cursor.execute(_MAKE_UP_FOR_PINGS, {"channel": delivery.channel})
        cursor.execute(_INSERT_DELIVERY, records.values_of(delivery))
        return replace(delivery, id=cursor.lastrowid or 0)

    def _update_delivery(self, cursor: sqlite3.Cursor, delivery: Delivery) -> None:
        cursor.execute(_UPDATE_DELIVERY, records.changes_of(delivery))
        if cursor.rowcount != 1:
            raise sqlite3.IntegrityError(f"somebody else has claimed {delivery.channel} of {delivery.ref}")

    def _begin_attempt(self, cursor: sqlite3.Cursor, delivery: Delivery, at: datetime) -> None:
        cursor.execute(
            "INSERT INTO attempt (delivery_id, number, step, started_at) VALUES (?, ?, ?, ?)",
            (delivery.id, delivery.attempts, delivery.step, records.stamp(at)),
        )

    def _end_attempt(self, cursor: sqlite3.Cursor, delivery: Delivery, at: datetime) -> None:
        cursor.execute(
            "UPDATE attempt SET ended_at = ?, state = ?, error = ?"
            " WHERE delivery_id = ? AND number = ? AND ended_at IS NULL",
            (records.stamp(at), delivery.state, delivery.error, delivery.id, delivery.attempts),
        )


_INSERT_DELIVERY = (
    f"INSERT INTO delivery ({', '.join(records.COLUMNS)})"  # noqa: S608  our own column names
    f" VALUES ({', '.join(':' + name for name in records.COLUMNS)})"
)

_MAKE_UP_FOR_PINGS = (
    "UPDATE delivery SET state = 'abandoned', note = 'the next ping tells the same', error = NULL, cure = NULL"
    " WHERE channel = :channel AND operation = 'ping' AND state NOT IN ('delivered', 'abandoned', 'sending')"
)
"""A hub is told that files have changed, whatever changed them."""

_UPDATE_DELIVERY = (
    f"UPDATE delivery SET {', '.join(f'{name} = :{name}' for name in records.CHANGING)}"  # noqa: S608  as above
    " WHERE id = :id AND fence = :fence - (:state = 'sending')"
)
"""A claim raises the fence by one; an outcome is recorded only under the fence it was claimed with."""
