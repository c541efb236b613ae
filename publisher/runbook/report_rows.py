"""A report as one JSON object, and as a table for a spreadsheet: a row for each channel of each announcement."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from publisher.ledger.protocol import WorkBegun
from publisher.model.announcement import in_language
from publisher.model.kept import ChannelTold, Doubt, NextWord, Settled, Word
from publisher.runbook.report import Report, Reported, Tally
from publisher.runbook.results import utc


def as_object(found: Report) -> dict[str, Any]:
    """The one object: lengths in seconds, times in UTC; null where nothing is on record."""
    return {
        "exit_code": 0,
        "since": _utc(found.since),
        "until": utc(found.until),
        "announcements": [_announcement(one) for one in found.announcements],
        "months": [{"month": month} | _tally(one) for month, one in found.months],
        "total": _tally(found.total),
    }


def as_csv(found: Report, locale: str) -> str:
    """With a header; titles in this language. No cell is taken for a formula by whatever opens it."""
    written = io.StringIO()
    table = csv.DictWriter(written, _COLUMNS, lineterminator="\n")
    table.writeheader()
    for one in found.announcements:
        table.writerows(_harmless(row) for row in _rows(one, locale))
    return written.getvalue().rstrip("\n")


_COLUMNS = (
    "ref",
    "title",
    "phase",
    "said_at",
    "by",
    "starts_at",
    "ends_at",
    "informed",
    "channel",
    "type",
    "told_at",
    "told_exactly",
    "lead_seconds",
    "seconds",
    "by_hand",
    "verified_at",
    "overrun_seconds",
    "promises",
    "promises_kept",
    "unknowns",
    "unknowns_open",
    "decided_by",
    "work_began_at",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _harmless(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
        for name, cell in row.items()
    }


def _rows(one: Reported, locale: str) -> Iterator[dict[str, Any]]:
    words = [word.word for word in one.words if word.word is not Word.OPEN]
    head = {
        "ref": one.ref,
        "title": in_language(one.title, locale),
        "phase": str(one.phase),
        "said_at": utc(one.said_at),
        "by": one.by,
        "starts_at": utc(one.starts_at),
        "ends_at": utc(one.ends_at),
        "informed": str(one.informed),
        "overrun_seconds": _seconds(one.overrun),
        "promises": len(words),
        "promises_kept": words.count(Word.KEPT),
        "work_began_at": _utc(one.begun.at if one.begun else None),
    }
    for channel in one.channels:
        own = [doubt for doubt in one.doubts if doubt.channel == channel.channel]
        doubts = [doubt.settled for doubt in own if doubt.was_unknown]
        who = dict.fromkeys(doubt.decided_by for doubt in own if doubt.decided_by)
        count = {
            "unknowns": len(doubts),
            "unknowns_open": doubts.count(Settled.OPEN),
            "decided_by": ", ".join(who),
        }
        yield head | _channel(channel) | count


def _announcement(one: Reported) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "title": dict(one.title),
        "phase": one.phase,
        "withdrawn": one.withdrawn,
        "said_at": utc(one.said_at),
        "by": one.by,
        "starts_at": utc(one.starts_at),
        "ends_at": utc(one.ends_at),
        "informed": one.informed,
        "lead_seconds": _seconds(one.lead),
        "first_seconds": one.first_seconds,
        "last_seconds": one.last_seconds,
        "overrun_seconds": _seconds(one.overrun),
        "channels": [_channel(channel) for channel in one.channels],
        "promises": [_promise(word) for word in one.words],
        "unknowns": [_unknown(doubt) for doubt in one.doubts],
        "work_began": _begun(one.begun) if one.begun else None,
    }


def _promise(one: NextWord) -> dict[str, Any]:
    return {"update": one.update, "until": utc(one.until), "said_at": _utc(one.said_at), "word": one.word}


def _unknown(one: Doubt) -> dict[str, Any]:
    return {
        "update": one.update,
        "channel": one.channel,
        "settled": one.settled,
        "note": one.note,
        "unknown": one.was_unknown,
        "decided_by": one.decided_by,
        "decided_at": _utc(one.decided_at),
    }


def _begun(one: WorkBegun) -> dict[str, Any]:
    return {"at": utc(one.at), "told_at": utc(one.told_at), "by": one.by}


def _channel(one: ChannelTold) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "type": one.type,
        "told_at": _utc(one.arrival.at if one.arrival else None),
        "told_exactly": one.arrival.is_exact if one.arrival else None,
        "lead_seconds": _seconds(one.lead),
        "seconds": one.seconds,
        "by_hand": one.arrival.by_hand if one.arrival else None,
        "verified_at": _utc(one.verified_at),
    }


def _tally(one: Tally) -> dict[str, Any]:
    return {
        "announced": one.announced,
        "work": one.work,
        "in_time": one.in_time,
        "not_recorded": one.not_recorded,
        "lead_seconds": _seconds(one.lead),
        "last_seconds": one.last_seconds,
        "overruns": one.overruns,
        "promises": one.words,
        "promises_kept": one.words_kept,
        "unknowns": one.doubts,
        "unknowns_open": one.doubts_open,
        "verified": one.verified,
    }


def _utc(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())
