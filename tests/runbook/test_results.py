"""The JSON objects that commands print."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from publisher.ledger.protocol import Overview
from publisher.model.announcement import Phase
from publisher.model.dues import Withdrawn
from publisher.runbook.results import overview_row

START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("promise", "shown"),
    [
        (None, None),
        (START, "2026-11-23T21:30:00Z"),
        (START.astimezone(CET) + timedelta(microseconds=5), "2026-11-23T21:30:00Z"),
    ],
)
def test_a_row_of_the_list_has_the_keys_and_times_that_scripts_read(
    promise: datetime | None, shown: str | None
) -> None:
    row = Overview(
        ref="CMO-7K3M",
        title={"de": "Lücke", "en": "Hole"},
        phase=Phase.SCHEDULED,
        starts_at=START,
        ends_at=START.astimezone(CET) + timedelta(hours=1),
        next_update_at=promise,
        channels=5,
        told=4,
        withdrawn=Withdrawn.PARTLY,
        by="ana@jump1",
    )
    assert list(overview_row(row).items()) == [
        ("ref", "CMO-7K3M"),
        ("title", {"de": "Lücke", "en": "Hole"}),
        ("phase", "scheduled"),
        ("starts_at", "2026-11-23T21:30:00Z"),
        ("ends_at", "2026-11-23T22:30:00Z"),
        ("next_update_at", shown),
        ("channels", 5),
        ("told", 4),
        ("withdrawn", "partly"),
        ("by", "ana@jump1"),
    ]
