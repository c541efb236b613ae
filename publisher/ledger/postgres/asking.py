"""What the ledger in PostgreSQL is asked. Each public method is one transaction; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from publisher.ledger import records
from publisher.ledger.postgres import views
from publisher.ledger.postgres.schema import HERE
from publisher.ledger.postgres.session import Session
from publisher.ledger.protocol import Attempt, Backup, Diagnosis, Overview, WorkBegun
from publisher.ledger.sqlite.glance import UNSETTLED
from publisher.model.announcement import Update
from publisher.model.delivery import CLOSED, Delivery, State
from publisher.model.errors import LedgerFault
from publisher.model.history import Snapshot
from publisher.model.outgoing import Fingerprint, Outgoing

if TYPE_CHECKING:
    from publisher.ledger.events import Event
    from publisher.model.decided import Decided
    from publisher.model.dues import Withdrawn
    from publisher.model.seen import Glimpse


class Questions:
    """The half of `publisher.ledger.Ledger` that reads; `Tables` is the whole."""

    def __init__(self, session: Session) -> None:
        self._session = session
        (found,) = session.rows(_STANDING)
        self.is_behind = bool(found["is_behind"])
        """Whether another server, or a promoted standby, holds it now: its last commits may be missing."""
        self._moved_to, self._moved_whole = found["place"], bool(found["is_whole"])

    @property
    def name(self) -> str:
        """The database, without a password."""
        return str(self._session.database)

    @property
    def restored_at(self) -> datetime | None:
        """When it was last found on another server; UTC."""
        (found,) = self._ask("SELECT restored_at FROM lives_on")
        return records.moment_of(found["restored_at"]) if found["restored_at"] else None

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what is said ---------------------------------------------------------------------------------------

    def said_already(
        self, update: Update, outgoing: Sequence[Outgoing], fingerprint: Fingerprint
    ) -> str | None:
        """The reference of an announcement with the same content on one of these channels, or None."""
        since = records.stamp(fingerprint.since)
        rows = self._ask(views.SAID, digest=fingerprint.digest, since=since)
        return records.same_content(rows, update, outgoing)

    def knows(self, ref: str) -> bool:
        """Whether the reference is taken."""
        return bool(self._ask("SELECT 1 FROM announcement WHERE ref = %(ref)s", ref=ref))

    def newest_publication(self) -> datetime | None:
        """When the newest update was published, by its own date."""
        (found,) = self._ask("SELECT max(published_at) AS newest FROM announcement_update")
        return records.moment_of(found["newest"]) if found["newest"] else None

    # --- what has become of it ------------------------------------------------------------------------------

    def deliveries(self, ref: str, update: int | None = None) -> tuple[Delivery, ...]:
        """The deliveries of one update (default: the newest), in the order they were planned."""
        return self._deliveries(
            "ref = %(ref)s AND update_number = coalesce(%(number)s::integer,"
            " (SELECT max(number) FROM announcement_update WHERE ref = %(ref)s))",
            ref=ref,
            number=update,
        )

    def all_deliveries(self, ref: str, *, beside: Collection[int] = ()) -> tuple[Delivery, ...]:
        """Every delivery of an announcement, of all its updates, in the order they were planned.

        ``beside`` are the ids of those that the caller has already.
        """
        return self._deliveries(
            "ref = %(ref)s AND NOT id = ANY(%(beside)s::bigint[])", ref=ref, beside=list(beside)
        )

    def unfinished(self, ref: str | None = None, *, failed: bool = False) -> tuple[Delivery, ...]:
        """Every delivery that is not closed, oldest first; with ``failed``, those the platform refused too."""
        closed = sorted(CLOSED - {State.FAILED} if failed else CLOSED)
        return self._deliveries(
            "NOT state = ANY(%(closed)s::text[]) AND ref = coalesce(%(ref)s, ref)",
            closed=[str(one) for one in closed],
            ref=ref,
        )

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        """Every attempt of a delivery, first to last."""
        rows = self._ask(
            "SELECT number, step, started_at, ended_at, state, error FROM attempt"
            " WHERE delivery_id = %(id)s ORDER BY number",
            id=delivery.id,
        )
        return tuple(map(records.attempt_of, rows))

    def decisions(self, ref: str) -> tuple[Decided, ...]:
        """What persons decided about deliveries of an announcement, oldest first."""
        rows = self._ask(
            "SELECT decided.* FROM decided JOIN delivery ON delivery.id = delivery_id WHERE ref = %(ref)s"
            " ORDER BY at, delivery_id",
            ref=ref,
        )
        return tuple(map(records.decided_of, rows))

    def in_flight(self, ref: str) -> Mapping[int, float]:
        """Seconds since the claim, by the server's clock, of each delivery that its lost owner may still be sending."""
        rows = self._ask(_IN_FLIGHT, ref=ref)
        return {row["id"]: row["seconds"] for row in rows}

    # --- history --------------------------------------------------------------------------------------------

    def snapshot(self, limit: int = 50) -> Snapshot:
        """The newest ``limit`` updates and, whole, every announcement they belong to."""
        rows = self._ask(
            "SELECT DISTINCT ref, (SELECT count(DISTINCT ref) FROM announcement_update) AS every"
            " FROM (SELECT ref FROM announcement_update ORDER BY published_at DESC LIMIT %(limit)s) AS newest",
            limit=limit,
        )
        found = views.snapshot_of(self._session, [row["ref"] for row in rows])
        return replace(found, is_whole=all(row["every"] == len(rows) for row in rows))

    def history_of(self, ref: str) -> Snapshot:
        """Everything said about one announcement, newest first; empty where the reference is unknown."""
        return views.snapshot_of(self._session, [ref])

    def said_by(self, ref: str) -> dict[int, str | None]:
        """Who said the updates of an announcement, by their numbers."""
        rows = self._ask("SELECT number, said_by FROM announcement_update WHERE ref = %(ref)s", ref=ref)
        return {row["number"]: row["said_by"] for row in rows}

    def events(self, ref: str) -> tuple[Event, ...]:
        """What was done about an announcement, and by whom, oldest first."""
        from publisher.ledger.events import event_of  # an auditor's question alone

        return tuple(map(event_of, self._ask("SELECT * FROM event WHERE ref = %(ref)s ORDER BY id", ref=ref)))

    def work_begun(self, ref: str) -> WorkBegun | None:
        """When the work of an announcement first began by its newest start; None: nobody has recorded it."""
        rows = self._ask(
            "SELECT at, told_at, begun_by FROM work_begun WHERE ref = %(ref)s AND at >= (SELECT starts_at"
            " FROM announcement_update WHERE ref = %(ref)s ORDER BY number DESC LIMIT 1) ORDER BY at LIMIT 1",
            ref=ref,
        )
        for row in rows:
            at, told_at = records.moment_of(row["at"]), records.moment_of(row["told_at"])
            return WorkBegun(at=at, told_at=told_at, by=row["begun_by"])
        return None

    def glimpses(self, ref: str) -> tuple[Glimpse, ...]:
        """What strangers found of an announcement, oldest first: each look that found something else."""
        rows = self._ask(
            "SELECT * FROM seen WHERE ref = %(ref)s ORDER BY at, update_number, channel", ref=ref
        )
        return tuple(map(records.glimpse_of, rows))

    def newest_addresses(self) -> Mapping[str, str]:
        """Where the newest post stands of each channel that has had one with an address, by its name."""
        rows = self._ask(
            "SELECT DISTINCT ON (channel) channel, url FROM delivery"
            " WHERE state = 'delivered' AND url IS NOT NULL ORDER BY channel, id DESC"
        )
        return {row["channel"]: row["url"] for row in rows}

    def refs(self) -> tuple[str, ...]:
        """Every reference, newest announcement first."""
        return tuple(row["ref"] for row in self._ask("SELECT ref FROM announcement ORDER BY created_at DESC"))

    def overview(
        self, *, open_only: bool = False, limit: int = -1, refs: Collection[str] | None = None
    ) -> list[Overview]:
        """A row per announcement, newest first.

        ``open_only`` leaves out what was completed, cancelled or taken down everywhere; ``limit`` is the number of
        rows, -1: all; ``refs`` are the only ones wanted.
        """
        wanted = None if refs is None else sorted(refs)
        most = None if limit < 0 else limit
        rows = self._ask(views.OVERVIEW, open_only=open_only, limit=most, refs=wanted)
        found = [records.overview_of(row, withdrawn=self._withdrawn(row)) for row in rows]
        return [row for row in found if not (open_only and row.withdrawn == "everywhere")]

    def _withdrawn(self, row: Any) -> Withdrawn | None:
        if not row["taken_down"]:
            return None
        from publisher.model.dues import withdrawn  # only what was taken down pays for the rule

        return withdrawn(self.all_deliveries(row["ref"]))

    def count(self) -> int:
        """How many announcements there are."""
        return int(self._ask("SELECT count(*) AS found FROM announcement")[0]["found"])

    def unsettled(self) -> tuple[str, ...]:
        """References of all announcements about which anything may be due, newest first: `model.dues` says what."""
        return tuple(row["ref"] for row in self._ask(UNSETTLED))

    def left(self, ref: str) -> Mapping[str, int]:
        """The channels whose readers are left with what they see, each with the newest update of which it was said."""
        rows = self._ask(
            "SELECT channel, max(update_number) AS newest FROM left_for_good WHERE ref = %(ref)s GROUP BY channel",
            ref=ref,
        )
        return {row["channel"]: row["newest"] for row in rows}

    # --- the ledger itself ----------------------------------------------------------------------------------

    def examine(self, *, whole: bool) -> list[Diagnosis]:
        """How the server keeps it; ``whole``: every row of it is counted too."""
        from publisher.ledger.postgres.health import diagnoses

        return diagnoses(self._session, whole=whole)

    def copy_to(self, place: Path) -> Backup:
        """Refused: the server's own tools copy it."""
        raise LedgerFault(
            f"the ledger {self.name} is no file: {place} is not written",
            hint=f"pg_dump --schema=announce --format=custom --file={place} '{self._session.database.url}'",
        )

    def last_backup(self) -> Backup | None:
        """None: the server's own tools make them, and record nothing here."""
        return None

    def reached(self) -> int:
        """How many updates and attempts there are."""
        return int(self._ask(f"SELECT {views.GENERATION} AS reached")[0]["reached"])

    # --- inside ---------------------------------------------------------------------------------------------

    def _ask(self, sql: str, **values: Any) -> list[Any]:
        return self._session.rows(sql, values or None)

    def _deliveries(self, condition: str, **values: Any) -> tuple[Delivery, ...]:
        rows = self._ask(f"SELECT * FROM delivery WHERE {condition} ORDER BY id", **values)  # noqa: S608  our own words
        return tuple(map(records.delivery_of, rows))


_STANDING = f"SELECT server <> {HERE} AS is_behind, place, is_whole FROM lives_on LEFT JOIN moved ON true"  # noqa: S608  ours

_IN_FLIGHT = """
SELECT delivery.id, extract(epoch FROM clock_timestamp() - attempt.claimed_at)::double precision AS seconds
FROM delivery JOIN attempt ON attempt.delivery_id = delivery.id AND attempt.number = delivery.attempts
WHERE delivery.ref = %(ref)s AND delivery.state = 'sending'
"""
