"""maintnote.ics before circuit-maintenance-parser, which network operators feed such files to."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest
from judging.histories import PLANNED, SERVICES
from judging.programs import maintenances
from judging.site import Site

from publisher.model.announcement import Impact, Kind, Period, Phase


@pytest.fixture(autouse=True)
def parser(judge):
    judge("circuit-maintenance-parser")


def read(site: Site) -> dict[str, Any]:
    site.write()
    [found] = maintenances(site.folder / "maintnote.ics")
    return found


def test_announce_extend_begin_and_complete_are_read_back(site):
    site.history.say(title="Lücke; R&amp;D", services=SERVICES, impact=Impact.DEGRADED)
    first = read(site)
    site.history.say(
        after=60,
        kind=Kind.RESCHEDULED,
        period=Period(PLANNED + timedelta(hours=2), PLANNED + timedelta(hours=9)),
    )
    extended = read(site)
    site.history.say(after=120, kind=Kind.PROGRESS, phase=Phase.IN_PROGRESS)
    begun = read(site)
    site.history.say(after=180, kind=Kind.COMPLETED, phase=Phase.COMPLETED)
    completed = read(site)

    start = int((PLANNED + timedelta(hours=2)).timestamp())
    assert first == {
        "provider": "example.net",
        "account": "public",
        "maintenance_id": "CMO-7K3M",
        "organizer": "https://status.example.net/",
        "uid": "cmo-7k3m@example.net",
        "status": "CONFIRMED",
        "sequence": 0,
        "stamp": int(PLANNED.timestamp()),
        "start": start,
        "end": start + 3600,
        "summary": "CMO: Dringende Wartung – VPS-Hosting, Postfächer, …: Lücke; R&amp;D",
        "circuits": [{"circuit_id": key, "impact": "DEGRADED"} for key in ("vps", "mail", "web")],
    }
    assert extended == first | {"sequence": 1, "end": start + 7 * 3600, "stamp": first["stamp"] + 60}
    assert begun == extended | {"sequence": 2, "status": "IN-PROCESS", "stamp": first["stamp"] + 120}
    assert (completed["sequence"], completed["status"]) == (3, "COMPLETED")
    assert completed["summary"] == "CMO: Beendet – VPS-Hosting, Postfächer, …: Lücke; R&amp;D"


@pytest.mark.parametrize("impact", Impact)
def test_cancel_and_every_impact_are_read_back(site, impact):
    site.history.say(impact=impact)
    [circuit] = read(site)["circuits"]
    assert circuit["impact"] == {"none": "NO-IMPACT"}.get(impact, impact.upper())

    site.history.say(after=60, kind=Kind.CANCELLED, phase=Phase.CANCELLED)
    cancelled = read(site)
    assert (cancelled["status"], cancelled["sequence"]) == ("CANCELLED", 1)


def test_every_announcement_of_a_site_is_read(judged):
    found = maintenances(judged.folder / "maintnote.ics")

    listed = {one["maintenance_id"] for one in found}
    assert judged.history.standing() <= listed <= {said.ref for said in judged.history.said}
    assert {one["provider"] for one in found} == {"example.net"}


def test_control_the_calendar_with_the_windows_is_rejected_whole(site):
    site.history.say()
    site.write()

    with pytest.raises(subprocess.CalledProcessError):
        maintenances(site.folder / "calendar.ics")
