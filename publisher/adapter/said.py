"""What has been said, as records: for adapters that make feeds and pages of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.adapter.names import loader

if TYPE_CHECKING:
    from publisher.model.announcement import (
        Announcement,
        Impact,
        Kind,
        Localized,
        Period,
        Phase,
        Service,
        Update,
        in_language,
    )
    from publisher.model.case import (
        added_services,
        called_off,
        case_of,
        corrected_facts,
        is_worse,
        was_missing,
    )
    from publisher.model.history import Origin, Said, Snapshot, Told
    from publisher.model.markdown import flattened
    from publisher.model.promise import is_first_of_many, overrun, with_promise
    from publisher.model.specimen import SPECIMENS
    from publisher.model.windows import Window

__all__ = [
    "SPECIMENS",
    "Announcement",
    "Impact",
    "Kind",
    "Localized",
    "Origin",
    "Period",
    "Phase",
    "Said",
    "Service",
    "Snapshot",
    "Told",
    "Update",
    "Window",
    "added_services",
    "called_off",
    "case_of",
    "corrected_facts",
    "flattened",
    "in_language",
    "is_first_of_many",
    "is_worse",
    "overrun",
    "was_missing",
    "with_promise",
]

_HOMES = {
    "publisher.model.announcement": (
        "Announcement",
        "Impact",
        "Kind",
        "Localized",
        "Period",
        "Phase",
        "Service",
        "Update",
        "in_language",
    ),
    "publisher.model.case": (
        "added_services",
        "called_off",
        "case_of",
        "corrected_facts",
        "is_worse",
        "was_missing",
    ),
    "publisher.model.history": (
        "Origin",
        "Said",
        "Snapshot",
        "Told",
    ),
    "publisher.model.markdown": ("flattened",),
    "publisher.model.promise": ("is_first_of_many", "overrun", "with_promise"),
    "publisher.model.specimen": ("SPECIMENS",),
    "publisher.model.windows": ("Window",),
}
"""Where the names live."""

__getattr__ = loader(__name__, _HOMES, globals())
