"""The ledger in SQLite: what is recorded. Each public method is one transaction; nothing here decides anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.events import COLUMNS, about
from publisher.ledger.protocol import Backup, Clash, Moved, Overtaken
from publisher.ledger.sqlite import mark
from publisher.ledger.sqlite.asking import Asking
from publisher.ledger.sqlite.files import connect, connect_readonly, empty, fault
from publisher.ledger.sqlite.owner import owning
from publisher.model.announcement import Update
from publisher.model.delivery import Decision, Delivery, Operation, State
from publisher.model.errors import AlreadySaid, LedgerFault
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.settings.person import who

if TYPE_CHECKING:
    from publisher.model.seen import Glimpse


class Store(Asking):
    """Opened with `Store.open` (to write) or `Store.look` (to read only). Methods raise LedgerFault."""

    @classmethod
    def open(cls, path: Path, *, group: int | None = None) -> Self:
        """The ledger at ``path``, made if need be, and shared with a group where one is given."""
        reached = mark.read(path).reached  # before the ledger, which another process may be writing
        return cls(path, connect(path, group=group), group=group)._compared(reached)

    @classmethod
    def look(cls, path: Path, *, group: int | None = None) -> Self:
        """The ledger at ``path`` for reading; an empty one in memory where there is none yet."""
        reached = mark.read(path).reached
        connection = connect_readonly(path)
        if connection is None:
            return cls(path, empty(), group=group)
        return cls(path, connection, group=group)._compared(reached)

    def _compared(self, reached: int) -> Self:
        try:
            with self._reading() as cursor:
                self.is_behind = cursor.execute(mark.GENERATION).fetchone()[0] < reached
                self._refuse_moved(cursor)
        except LedgerFault:
            self.close()
            raise
        return self

    def _refuse_moved(self, cursor: sqlite3.Cursor) -> None:
        """Also while it is open: whoever waited for a lock, or for a person, may find that it goes on elsewhere."""
        for place, is_whole in cursor.execute("SELECT place, is_whole FROM moved"):
            raise Moved(self.name, place, is_whole=bool(is_whole))

    def accept(self, *, at: datetime) -> None:
        """Go on with an old copy that was put back, now that what is in it has been doubted."""
        with self._reading() as cursor:
            generation = cursor.execute(mark.GENERATION).fetchone()[0]
        mark.write(self.path, mark.Mark(generation, at))
        self.is_behind = False

    def owning(self, ref: str) -> AbstractContextManager[None]:
        """Hold one announcement. Raises Refused, naming the holder, where another process is sending it."""
        return owning(self.path, ref)

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

        Raises Clash where number or time of publication are taken, Overtaken where a delivery that is overtaken
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
                made = tuple(self._insert_delivery(cursor, item) for item in outgoing)
            except sqlite3.IntegrityError:
                raise Clash(outgoing[0].post.ref) from None
            for delivery in made:
                self._note(cursor, about(delivery, "planned"))
            return made

    # --- what has become of it ------------------------------------------------------------------------------

    def write(self, deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """Record claims and outcomes in one commit; a claim opens an attempt, an outcome ends it."""
        with self._transaction() as cursor:
            self._write(cursor, deliveries, at)

    def decide(self, delivery: Delivery, what: Decision, *, at: datetime) -> None:
        """Record an outcome, and that it was decided by whoever runs this process, in one commit."""
        with self._transaction() as cursor:
            self._write(cursor, [delivery], at)
            cursor.execute(
                "INSERT OR REPLACE INTO decided (delivery_id, at, what, decided_by) VALUES (?, ?, ?, ?)",
                (delivery.id, records.stamp(at), what, who()),
            )
            self._note(cursor, about(delivery, "decided", str(what)))

    def leave(self, ref: str, update: int, channel: str, *, why: str, at: datetime) -> None:
        """Record that readers of a channel are left with what they see; the newest reason counts."""
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO left_for_good (ref, update_number, channel, why, at) VALUES (?, ?, ?, ?, ?)",
                (ref, update, channel, why, records.stamp(at)),
            )
            self._note(
                cursor,
                {"ref": ref, "what": "left", "update_number": update, "channel": channel, "detail": why},
            )

    def begin_work(self, ref: str, *, at: datetime, told_at: datetime) -> None:
        """Record that work begins, and since when customers have known of it."""
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO work_begun (ref, at, told_at, begun_by) VALUES (?, ?, ?, ?)",
                (ref, records.stamp(at), records.stamp(told_at), who()),
            )
            self._note(cursor, {"ref": ref, "what": "work_begun"})

    def saw(self, ref: str, glimpses: Sequence[Glimpse]) -> None:
        """Record what strangers found; of looks that found what the last one did, no row is made."""
        with self._transaction() as cursor:
            for one in glimpses:
                cursor.execute(_SAW, records.glimpse_values(ref, one))

    # --- the ledger itself ----------------------------------------------------------------------------------

    def remember(self, backup: Backup) -> None:
        """Record that a copy was taken."""
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT INTO backup (taken_at, place, reached) VALUES (?, ?, ?)",
                (records.stamp(backup.taken_at), backup.place, backup.reached),
            )

    # --- inside ---------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        try:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                self._refuse_moved(cursor)
                yield cursor
                generation = cursor.execute(mark.GENERATION).fetchone()[0]
                cursor.execute("COMMIT")
                mark.reach(self.path, generation)
            finally:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise fault(self.path, error) from None

    def _insert_update(self, cursor: sqlite3.Cursor, update: Update) -> None:
        announcement = update.announcement
        cursor.execute(
            "INSERT INTO announcement_update"
            " (ref, number, kind, phase, published_at, starts_at, ends_at, said, said_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                announcement.ref,
                update.number,
                update.kind,
                update.phase,
                records.stamp(update.published_at),
                records.stamp(announcement.period.starts_at),
                records.stamp(announcement.period.ends_at),
                records.update_json(update),
                who(),
            ),
        )
        said = {"what": "said", "update_number": update.number, "detail": str(update.kind)}
        self._note(cursor, said | {"ref": announcement.ref})

    def _note(self, cursor: sqlite3.Cursor, event: Mapping[str, Any]) -> None:
        cursor.execute(_NOTED, {**dict.fromkeys(COLUMNS), **event, "done_by": who()})

    def _insert_delivery(self, cursor: sqlite3.Cursor, item: Outgoing) -> Delivery:
        delivery = records.planned(item)
        if delivery.is_ping:
            cursor.execute(_MAKE_UP_FOR_PINGS, {"channel": delivery.channel})
        cursor.execute(_INSERT_DELIVERY, records.values_of(delivery))
        return replace(delivery, id=cursor.lastrowid or 0)

    def _write(self, cursor: sqlite3.Cursor, deliveries: Sequence[Delivery], at: datetime) -> None:
        for delivery in deliveries:
            self._update_delivery(cursor, delivery)
            if delivery.state is State.SENDING:
                self._begin_attempt(cursor, delivery, at)
            else:
                self._end_attempt(cursor, delivery, at)
            if delivery.operation is Operation.WITHDRAW and delivery.state is State.ABANDONED:
                self._give_up(cursor, delivery, at)

    def _update_delivery(self, cursor: sqlite3.Cursor, delivery: Delivery) -> None:
        cursor.execute(_UPDATE_DELIVERY, records.changes_of(delivery))
        if cursor.rowcount != 1:
            raise Overtaken(self.name, delivery)
        self._note(cursor, about(delivery))

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

    def _give_up(self, cursor: sqlite3.Cursor, delivery: Delivery, at: datetime) -> None:
        """A withdrawal that is given up leaves its post where it is, from now on."""
        cursor.execute(
            "INSERT OR IGNORE INTO given_up (delivery_id, at) VALUES (?, ?)", (delivery.id, records.stamp(at))
        )


_INSERT_DELIVERY = (
    f"INSERT INTO delivery ({', '.join(records.COLUMNS)})"  # noqa: S608  our own column names
    f" VALUES ({', '.join(':' + name for name in records.COLUMNS)})"
)

_SAW = (
    "INSERT OR IGNORE INTO seen (ref, update_number, channel, at, what, url)"
    " SELECT :ref, :update, :channel, :at, :what, :url WHERE :what IS NOT (SELECT what FROM seen"
    " WHERE ref = :ref AND update_number = :update AND channel = :channel ORDER BY at DESC LIMIT 1)"
)

_NOTED = (
    f"INSERT INTO event ({', '.join(COLUMNS)})"  # noqa: S608  as above
    f" VALUES ({', '.join(':' + name for name in COLUMNS)})"
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
