"""An announcement as a schema.org Event, for search engines and other machines.

Sources: schema.org/Event; Google wants a location, so that the page itself is the virtual one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo


def event(
    values: Mapping[str, Any], *, page_url: str, site_url: str, brand: str, zone: ZoneInfo
) -> dict[str, Any]:
    """The page's values as data for a JSON-LD script; the template's `tojson` escapes it."""
    period, replaced = values["period"], values["replaced"]
    previous = {"previousStartDate": replaced.starts_at.astimezone(zone).isoformat()} if replaced else {}
    return previous | {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": values["title"],
        "identifier": values["ref"],
        "url": page_url,
        "startDate": period.starts_at.astimezone(zone).isoformat(),
        "endDate": period.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"https://schema.org/{_status(values)}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": page_url},
        "organizer": {"@type": "Organization", "name": brand, "url": site_url},
    }


def _status(values: Mapping[str, Any]) -> str:
    """Schema.org has no word for what is under way or done: it stays scheduled."""
    if values["phase"] == "cancelled":
        return "EventCancelled"
    return "EventRescheduled" if values["replaced"] else "EventScheduled"
