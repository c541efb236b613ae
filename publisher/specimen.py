"""Updates that were never published: what `announce check` tries templates on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from publisher.announcement import UNDETERMINED, Announcement, Kind, Localized, Period, Phase, Service, Update


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

SPECIMENS = tuple(
    Update(number=1, kind=Kind.INITIAL, phase=phase, announcement=announcement, published_at=_START)
    for phase in (Phase.SCHEDULED, Phase.IN_PROGRESS)
    for announcement in (_FULL, _BARE)
)
"""Both phases, with every text there can be and with none, on one day and over night."""
