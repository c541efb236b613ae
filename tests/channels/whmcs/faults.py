"""What only a client area does, and what is known of it from its users."""

from __future__ import annotations

from typing import Any

from announce_contract import Fault, says


def _refusal(name: str, expects: str, message: str, status: int) -> Fault:
    document = {"result": "error", "message": message}
    return says(f"{name}-{status}", "*", expects, "WHMCS speaks in the JSON", document, status=status)


_ROW = {"id": 17, "announcement": '<div data-announce-id="CMO-7K3M/1">x</div>', "published": "1"}


def _rows(*rows: dict[str, Any], total: Any) -> dict[str, Any]:
    return {"result": "success", "totalresults": total, "announcements": {"announcement": list(rows)}}


FAULTS = (
    *(
        _refusal("authentication", "BadCredentials", "Authentication Failed", status)
        for status in (200, 401, 403)
    ),
    *(_refusal("address", "Rejected", "Invalid IP 203.0.113.7", status) for status in (200, 403)),
    *(
        _refusal("permission", "Rejected", "Invalid Permissions: API action not allowed", status)
        for status in (200, 403)
    ),
    *(_refusal("address-forbidden", "Rejected", "Forbidden IP 203.0.113.7", status) for status in (200, 403)),
    says(
        "gone",
        "*",
        "Rejected",
        "deleted",
        {"result": "error", "message": "Announcement ID Not Found"},
        but={"amend.2": "Gone", "withdraw.2": "good"},
    ),
    says(
        "busy",
        "*",
        "NotSent",
        "it is asked too often, whatever the JSON says",
        {"result": "error", "message": "Too Many Requests"},
        status=429,
        said=True,
        but={"amend.3|withdraw.3|release.3|publish.4": "Unknown"},
    ),
    says(
        "a-translation", "find|locate", "absent", "another's text", _rows(_ROW | {"parentid": "4"}, total=1)
    ),
    *(_refusal("error", "Unknown", "Something failed", status) for status in (500, 502)),
    says(
        "added-without-id",
        "stage|publish",
        "Unknown",
        "success without an id",
        {"result": "success"},
    ),
    says("result-in-capitals", "*", "Unknown", "not what WHMCS writes", {"result": "SUCCESS"}),
    says("fewer-than-said", "find", "Unknown", "the look-up is not complete", _rows(total=3)),
    says("none", "find", "absent", "a complete look-up saw nothing", _rows(total=0)),
    says("unpublished", "find", "absent", "nobody sees it", _rows(_ROW | {"published": "0"}, total=1)),
    says("found-two", "find", "receipt", "both are told of", _rows(_ROW, _ROW | {"id": 18}, total=2)),
    says(
        "found-many",
        "find",
        "receipt",
        "a note has a limit",
        _rows(*(_ROW | {"id": n} for n in range(1, 90)), total=89),
    ),
    says(
        "update-without-mark",
        "find",
        "absent",
        "another update's mark",
        _rows(_ROW | {"announcement": 'data-announce-id="CMO-7K3M/12"'}, total=1),
    ),
    says("public-already", "stage-look", "Unknown", "evidence that it is there", _rows(_ROW, total=1)),
)
