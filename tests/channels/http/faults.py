"""What only a platform described in the settings does, and what is known of it from its users."""

from __future__ import annotations

from announce_contract import says

_NEWS = {"id": 17, "external_id": "CMO-7K3M/1"}

FAULTS = (
    says(
        "created-without-id",
        "publish",
        "Unknown",
        "a 201 without an id",
        {"ok": True},
        status=201,
    ),
    says("found-two", "find", "receipt", "both are told of", {"items": [_NEWS, _NEWS | {"id": 16}]}),
    says(
        "found-other-update",
        "find",
        "absent",
        "not this one",
        {"items": [_NEWS | {"external_id": "CMO-7K3M/12"}]},
    ),
    says("nothing-found", "find", "absent", "a complete look-up saw nothing", {"items": []}),
)

FORM_FAULTS = (
    says(
        "refused-with-200",
        "publish",
        "Rejected",
        "as the settings say",
        {"result": "error", "error": "No."},
    ),
)
