"""Updates that were never published: what `announce check` tries templates on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from publisher.model.announcement import (
    UNDETERMINED,
    Announcement,
    Ending,
    Impact,
    Kind,
    Localized,
    Period,
    Phase,
    Service,
    Update,
    Wording,
)


def _text(words: str) -> Localized:
    return {UNDETERMINED: words}


_START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)

_FULL = Announcement(
    ref="TEST-0000",
    title=_text("Specimen title <b>&"),
    services=(Service(key="a", name=_text("Service A")), Service(key="b", name=_text("Service B"))),
    period=Period(_START, _START + timedelta(hours=1)),
    reason=_text("Specimen reason"),
    details=_text("First line\nsecond line\n\nSecond paragraph"),
    action=_text("Specimen action"),
    permalink="https://status.example.net/TEST-0000/",
)

_BARE = Announcement(
    ref="TEST-0000",
    title=_text("Specimen title"),
    services=(Service(key="a", name=_text("Service A")),),
    period=Period(_START, _START + timedelta(hours=26)),
)

_CALLED = tuple(
    replace(
        _FULL,
        wording=wording,
        impact=Impact.OUTAGE,
        outage=timedelta(minutes=15),
        unaffected=_text("Specimen unaffected"),
    )
    for wording in (Wording.EMERGENCY, Wording.INCIDENT)
)
"""What is no maintenance, with what else can be said of it."""

_LONG = Announcement(
    ref="TEST-0000",
    title=_text(("Specimen title " * 14)[:200].strip()),
    services=tuple(Service(key=f"s{n}", name=_text(f"Service {n}, one of twelve")) for n in range(12)),
    period=Period(_START, _START + timedelta(days=3, hours=2)),
    reason=_text(("Specimen reason. " * 30)[:500].strip()),
    details=_text(("First line\nsecond line\n\n" * 200)[:4_900].strip()),
    action=_text(("Specimen action. " * 30)[:500].strip()),
    permalink="https://status.example.net/TEST-0000/",
)

_BOTH = (Phase.SCHEDULED, Phase.IN_PROGRESS)
_PHASES: Mapping[Kind, tuple[Phase, ...]] = {
    Kind.INITIAL: _BOTH,
    Kind.PROGRESS: _BOTH,
    Kind.RESCHEDULED: _BOTH,
    Kind.COMPLETED: (Phase.COMPLETED,),
    Kind.CANCELLED: (Phase.CANCELLED,),
    Kind.CORRECTED: tuple(Phase),
}


def _specimen(kind: Kind, phase: Phase, announcement: Announcement) -> Update:
    """A later update with everything it can say, where the announcement says everything too."""
    later = kind is not Kind.INITIAL and announcement is _FULL
    return Update(
        number=1 if kind is Kind.INITIAL else 2,
        kind=kind,
        phase=phase,
        announcement=announcement,
        published_at=_START,
        text=_text("First line\nsecond line\n\nSecond paragraph") if later else None,
        before=Period(_START - timedelta(hours=3), _START) if later else None,
        next_update_at=_START + timedelta(minutes=30) if later else None,
    )


def _period(start: int, end: int) -> Period:
    """In hours from the start of the specimen."""
    return Period(_START + timedelta(hours=start), _START + timedelta(hours=end))


_BEFORE = (_period(0, 0), _period(0, 2), _period(-1, 1), _period(1, 3))
"""What an hour's work may have been announced as: it is longer, shorter, later and sooner now."""

_MILD = replace(_FULL, impact=Impact.NONE)
_SILENT = replace(_FULL, action=None)
_HARD = replace(_FULL, impact=Impact.OUTAGE)
_TWO_HOURS, _THREE_HOURS = timedelta(hours=2), timedelta(hours=3)

_CLOSER: tuple[tuple[Kind, Phase, dict[str, Any]], ...] = (
    *((Kind.RESCHEDULED, phase, {"before": before}) for phase in _BOTH for before in _BEFORE),
    *((Kind.PROGRESS, phase, {"after": ending, "closed_at": _START}) for phase in _BOTH for ending in Ending),
    *((Kind.PROGRESS, phase, {"was": _MILD}) for phase in _BOTH),
    *((Kind.PROGRESS, phase, {"announcement": _MILD, "was": _FULL}) for phase in _BOTH),
    *(
        (
            Kind.PROGRESS,
            Phase.IN_PROGRESS,
            {
                "announcement": _HARD,
                "published_at": _START + _TWO_HOURS,
                "next_update_at": _START + _THREE_HOURS,
                "before": before,
            },
        )
        for before in (None, *_BEFORE)
    ),
    *(
        (Kind.CORRECTED, phase, {"was": _SILENT, "adds": True})
        for phase in Phase
        if phase is not Phase.CANCELLED
    ),
    *((Kind.COMPLETED, Phase.COMPLETED, {"first": _period(0, hours)}) for hours in (0, 1, 2)),
    *(
        (
            said,
            Phase.CANCELLED,
            {"was": was, "adds": was is _SILENT, "aborted": aborted, "postponed": postponed},
        )
        for said, was in ((Kind.CANCELLED, None), (Kind.CORRECTED, None), (Kind.CORRECTED, _SILENT))
        for aborted in (False, True)
        for postponed in (False, True)
    ),
)
"""Kind, phase and what else makes the case, so that each sentence is tried: see publisher/model/case.py."""

SPECIMENS = (
    *(
        _specimen(kind, phase, announcement)
        for kind, phases in _PHASES.items()
        for phase in phases
        for announcement in (_FULL, _BARE)
    ),
    *(
        replace(_specimen(kind, phase, _FULL), **{"before": None, **closer})
        for kind, phase, closer in _CLOSER
    ),
    *(
        _specimen(kind, phase, called)
        for called in _CALLED
        for kind, phase in zip(
            (Kind.INITIAL, Kind.PROGRESS, Kind.COMPLETED, Kind.CANCELLED), Phase, strict=True
        )
    ),
    _specimen(Kind.INITIAL, Phase.SCHEDULED, _LONG),
)
"""Every kind in every phase it is said in, with every text there can be and with none, on one day and over night,
and every case of them.

The last one is as long as an announcement may be.
"""
