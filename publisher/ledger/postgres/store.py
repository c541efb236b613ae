"""The ledger in PostgreSQL: what is recorded. Claims and outcomes are one statement a commit; plans hold one lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.events import about
from publisher.ledger.postgres import schema
from publisher.ledger.postgres.asking import Questions
from publisher.ledger.postgres.faults import Lost
from publisher.ledger.postgres.owner import held_again, owning
from publisher.ledger.postgres.session import Session
from publisher.ledger.postgres.writing import INSERTED, NOTED, PINGS_MADE_UP_FOR, SUPERSEDED, WRITTEN, as_json
from publisher.ledger.protocol import Backup, Clash, Moved, Overtaken
from publisher.model.announcement import Update
from publisher.model.delivery import Decision, Delivery, State
from publisher.model.errors import AlreadySaid, LedgerFault
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.settings.database import Database
from publisher.settings.person import who

if TYPE_CHECKING:
    from publisher.model.seen import Glimpse


class Tables(Questions):
    """Opened with `Tables.open` (to write) or `Tables.look` (to read only). Methods raise LedgerFault."""

    def __init__(self, session: Session, *, write: bool) -> None:
        super().__init__(session)
        self._may_write = write
        self._tokens: dict[str, int] = {}
        """Of the announcements that are held here, by reference."""
        session.take_again = lambda: held_again(session, self._tokens)

    @classmethod
    def open(cls, database: Database) -> Self:
        """The ledger in that database, to write. Raises LedgerFault where there is none: it is made by migrating."""
        return cls._opened(database, write=True)

    @classmethod
    def look(cls, database: Database) -> Self:
        """The ledger in that database, to read."""
        return cls._opened(database, write=False)

    @classmethod
    def _opened(cls, database: Database, *, write: bool) -> Self:
        session = Session(database)
        try:
            schema.require_newest(session)
            return cls(session, write=write)._still_here()
        except BaseException:
            session.close()
            raise

    def _still_here(self) -> Self:
        if self._moved_to:
            raise Moved(self.name, self._moved_to, is_whole=self._moved_whole)
        return self

    def accept(self, *, at: datetime) -> None:
        """Go on with a ledger that another server holds now, now that what is in it has been doubted."""
        self._do(f"UPDATE lives_on SET server = {schema.HERE}, restored_at = %(at)s", at=records.stamp(at))  # noqa: S608
        self.is_behind = False

    def owning(self, ref: str) -> AbstractContextManager[None]:
        """Hold one announcement. Raises Refused, naming the holder, where another process is sending it."""
        return owning(self._session, self._tokens, ref)

    # --- what is said ---------------------------------------------------------------------------------------

    def add(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint, *, again: str | None
    ) -> tuple[Delivery, ...]:
        """Record a new announcement, its first update and one pending delivery a channel, all or nothing.

        Raises AlreadySaid where the content was said since ``fingerprint.since`` on one of these channels and
        ``again`` gives no reason; Clash where reference or time of publication are taken.
        """

        def record() -> tuple[Delivery, ...]:
            said = self.said_already(update, outgoing, fingerprint)
            if said and not again:
                raise AlreadySaid(said)
            self._do(
                "INSERT INTO announcement (ref, created_at, fingerprint, again)"
                " VALUES (%(ref)s, %(at)s, %(digest)s, %(again)s)",
                ref=update.announcement.ref,
                at=records.stamp(update.published_at),
                digest=fingerprint.digest,
                again=again,
            )
            self._insert_update(update)
            return self._insert_deliveries(outgoing)

        return self._planned(record, update.announcement.ref, outgoing)

    def follow(
        self, update: Update, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery]
    ) -> tuple[Delivery, ...]:
        """Record a later update, its pending deliveries, and what it overtakes as given up, all or nothing.

        Raises Clash where number or time of publication are taken, Overtaken where a delivery that is overtaken
        has been claimed in the meantime.
        """

        def record() -> tuple[Delivery, ...]:
            self._write(SUPERSEDED, overtaken)
            self._insert_update(update)
            return self._insert_deliveries(outgoing)

        return self._planned(record, update.announcement.ref, outgoing)

    def join(self, outgoing: Sequence[Outgoing], overtaken: Sequence[Delivery] = ()) -> tuple[Delivery, ...]:
        """Add pending deliveries to updates that have been recorded, as `follow` does.

        Raises Clash where one is there already.
        """

        def record() -> tuple[Delivery, ...]:
            self._write(SUPERSEDED, overtaken)
            made = self._insert_deliveries(outgoing)
            self._note(*(about(one, "planned") for one in made))
            return made

        ref = (outgoing[0].post.ref if outgoing else overtaken[0].ref) if outgoing or overtaken else ""
        return self._planned(record, ref, outgoing)

    # --- what has become of it ------------------------------------------------------------------------------

    def write(self, deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """Record claims and outcomes in one statement; a claim opens an attempt, an outcome ends it.

        Where the connection breaks, outcomes are written again under the same fence; of a claim nobody knows, so
        LedgerFault is raised and nothing is sent.
        """
        self._require_write()
        try:
            self._write(WRITTEN, deliveries, at=records.stamp(at))
        except Lost:
            self._session.renew()
            outcomes = [one for one in deliveries if one.state is not State.SENDING]
            self._write(WRITTEN, outcomes, at=records.stamp(at))
            if len(outcomes) < len(deliveries):
                raise

    def decide(self, delivery: Delivery, what: Decision, *, at: datetime) -> None:
        """Record an outcome, and that it was decided by whoever runs this process, in one commit."""
        self._require_write()
        with self._session.transaction():
            self._write(WRITTEN, [delivery], at=records.stamp(at))
            self._do(
                "INSERT INTO decided (delivery_id, at, what, decided_by)"
                " VALUES (%(id)s, %(at)s, %(what)s, %(by)s) ON CONFLICT (delivery_id, at)"
                " DO UPDATE SET what = excluded.what, decided_by = excluded.decided_by",
                id=delivery.id,
                at=records.stamp(at),
                what=str(what),
                by=who(),
            )
            self._note(about(delivery, "decided", str(what)))

    def leave(self, ref: str, update: int, channel: str, *, why: str, at: datetime) -> None:
        """Record that readers of a channel are left with what they see; the newest reason counts."""
        with self._session.transaction():
            self._do(
                "INSERT INTO left_for_good (ref, update_number, channel, why, at)"
                " VALUES (%(ref)s, %(update)s, %(channel)s, %(why)s, %(at)s)"
                " ON CONFLICT (ref, update_number, channel) DO UPDATE SET why = excluded.why, at = excluded.at",
                ref=ref,
                update=update,
                channel=channel,
                why=why,
                at=records.stamp(at),
            )
            self._note(
                {"ref": ref, "what": "left", "update_number": update, "channel": channel, "detail": why}
            )

    def begin_work(self, ref: str, *, at: datetime, told_at: datetime) -> None:
        """Record that work begins, and since when customers have known of it."""
        with self._session.transaction():
            self._do(
                "INSERT INTO work_begun (ref, at, told_at, begun_by)"
                " VALUES (%(ref)s, %(at)s, %(told_at)s, %(by)s) ON CONFLICT DO NOTHING",
                ref=ref,
                at=records.stamp(at),
                told_at=records.stamp(told_at),
                by=who(),
            )
            self._note({"ref": ref, "what": "work_begun"})

    def saw(self, ref: str, glimpses: Sequence[Glimpse]) -> None:
        """Record what strangers found; of looks that found what the last one did, no row is made."""
        self._require_write()
        with self._session.transaction():
            for one in glimpses:
                self._session.once(_SAW, records.glimpse_values(ref, one))

    # --- the ledger itself ----------------------------------------------------------------------------------

    def remember(self, backup: Backup) -> None:
        """Record that a copy was taken."""
        self._do(
            "INSERT INTO backup (taken_at, place, reached) VALUES (%(at)s, %(place)s, %(reached)s)",
            at=records.stamp(backup.taken_at),
            place=backup.place,
            reached=backup.reached,
        )

    # --- inside ---------------------------------------------------------------------------------------------

    def _planned(
        self, record: Callable[[], tuple[Delivery, ...]], ref: str, outgoing: Sequence[Outgoing]
    ) -> tuple[Delivery, ...]:
        """Record a plan while nobody else records one. Raises Clash, AlreadySaid, Overtaken."""
        import psycopg

        self._require_write()
        try:
            with self._session.transaction():
                self._session.once(ONE_PLAN)
                return record()
        except psycopg.IntegrityError:
            raise Clash(ref) from None
        except Lost as lost:
            return self._found(lost, ref, outgoing)

    def _found(self, lost: Lost, ref: str, outgoing: Sequence[Outgoing]) -> tuple[Delivery, ...]:
        """A plan whose commit was not answered, if it came into effect: that is known once we have the lock it held."""
        self._session.renew()
        with self._session.transaction():
            self._session.once(ONE_PLAN)
            every = {(one.update, one.channel, one.operation): one for one in self.all_deliveries(ref)}
        wanted = [every.get((item.post.update, item.post.channel, item.operation)) for item in outgoing]
        found = tuple(
            one for one, item in zip(wanted, outgoing, strict=True) if one and one.post == item.post
        )
        if not outgoing or len(found) < len(outgoing):
            raise LedgerFault(f"{lost}; nothing was recorded", hint="type the command again") from None
        return found

    def _insert_update(self, update: Update) -> None:
        announcement = update.announcement
        self._do(
            "INSERT INTO announcement_update"
            " (ref, number, kind, phase, published_at, starts_at, ends_at, said, said_by) VALUES (%(ref)s,"
            " %(number)s, %(kind)s, %(phase)s, %(published_at)s, %(starts_at)s, %(ends_at)s, %(said)s, %(said_by)s)",
            ref=announcement.ref,
            number=update.number,
            kind=str(update.kind),
            phase=str(update.phase),
            published_at=records.stamp(update.published_at),
            starts_at=records.stamp(announcement.period.starts_at),
            ends_at=records.stamp(announcement.period.ends_at),
            said=records.update_json(update),
            said_by=who(),
        )
        said = {"what": "said", "update_number": update.number, "detail": str(update.kind)}
        self._note(said | {"ref": announcement.ref})

    def _note(self, *events: Mapping[str, Any]) -> None:
        if events:
            self._do(NOTED, rows=as_json({"done_by": who()} | dict(event) for event in events))

    def _insert_deliveries(self, outgoing: Sequence[Outgoing]) -> tuple[Delivery, ...]:
        made = [records.planned(item) for item in outgoing]
        for ping in (one for one in made if one.is_ping):
            self._do(PINGS_MADE_UP_FOR, channel=ping.channel)
        rows = self._session.once(INSERTED, {"rows": as_json(map(records.values_of, made))})
        ids = {
            (row["ref"], row["update_number"], row["channel"], row["operation"]): row["id"] for row in rows
        }
        return tuple(replace(one, id=ids[one.ref, one.update, one.channel, one.operation]) for one in made)

    def _write(self, statement: str, deliveries: Sequence[Delivery], **values: Any) -> None:
        """Change rows, all or none. Raises Overtaken."""
        import psycopg

        if not deliveries:
            return
        rows = [
            records.changes_of(one) | {"ref": one.ref, "token": self._tokens.get(one.ref)}
            for one in deliveries
        ]
        try:
            self._session.once(statement, {"rows": as_json(rows), "by": who()} | values)
        except psycopg.DatabaseError as error:
            if error.sqlstate != "AN001":
                raise
            missed = {one.id: one for one in deliveries}[int(error.diag.message_detail or 0)]
            raise Overtaken(self.name, missed) from None

    def _do(self, sql: str, **values: Any) -> None:
        self._require_write()
        self._session.once(sql, values)

    def _require_write(self) -> None:
        if not self._may_write:
            raise LedgerFault(f"the ledger {self.name} was opened to read")


ONE_PLAN = "SELECT pg_advisory_xact_lock(hashtextextended('announce:plan', 0))"
"""What only one may do at a time: whoever plans looks first whether the same was said."""

_SAW = (
    "INSERT INTO seen (ref, update_number, channel, at, what, url)"
    " SELECT %(ref)s, %(update)s, %(channel)s, %(at)s, %(what)s, %(url)s"
    " WHERE %(what)s::text IS DISTINCT FROM (SELECT what FROM seen WHERE ref = %(ref)s"
    " AND update_number = %(update)s AND channel = %(channel)s ORDER BY at DESC LIMIT 1) ON CONFLICT DO NOTHING"
)
