"""What only X does, and what is known of it from its documentation and its users."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, says

TEXT = POST.body


def _problem(detail: str, status: int) -> dict[str, Any]:
    return {"title": "No", "detail": detail, "type": "about:blank", "status": status}


_SAME = "You are not allowed to create a Tweet with duplicate content."

FAULTS = (
    says("duplicate", "*", "Unknown", "evidence, not proof", _problem(_SAME, 403), status=403),
    says(
        "read-only",
        "*",
        "Rejected",
        "a right is missing",
        _problem("Not permitted.", 403),
        status=403,
    ),
    says(
        "no-credits",
        "*",
        "Rejected",
        "it must be paid first",
        _problem("CreditsDepleted", 402),
        status=402,
    ),
    says(
        "clock",
        "*",
        "BadCredentials",
        "the signature is too old",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: Mon, 23 Nov 2026 19:00:00 GMT",),
        names="1 h ahead",
    ),
    says(
        "no-clock",
        "*",
        "BadCredentials",
        "who we are is not accepted",
        _problem("Unauthorized", 401),
        status=401,
        headers=("Date: yesterday",),
    ),
    says(
        "errors-with-200",
        "*",
        "Unknown",
        "an error with status 200",
        {"errors": [{"message": "No.", "code": 1}]},
    ),
    says(
        "old-errors",
        "*",
        "Rejected",
        "by the status",
        {"errors": [{"message": "No.", "code": 187}]},
        status=400,
    ),
    *(
        says(f"errors-are-{name}", "*", "Rejected", "by the status", value, status=400)
        for name, value in {
            "list": [1],
            "null": None,
            "text": "No.",
            "inner": {"errors": "No."},
            "deep": {"errors": [[1]]},
        }.items()
    ),
    says(
        "reset-is-junk",
        "*",
        "NotSent",
        "429 all the same",
        _problem("Too many", 429),
        status=429,
        said=True,
        headers=("x-rate-limit-reset: soon",),
    ),
    says(
        "nothing-found",
        "find",
        "absent",
        "a complete look-up saw nothing",
        {"meta": {"result_count": 0}},
    ),
    says(
        "nothing-told",
        "find",
        "Unknown",
        "it counts posts that it does not show",
        {"meta": {"result_count": 5}},
    ),
    says(
        "found-two",
        "find",
        "receipt",
        "both are told of",
        {"data": [{"id": "18", "text": TEXT}, {"id": "17", "text": TEXT}], "meta": {"result_count": 2}},
    ),
    says(
        "found-many",
        "find",
        "receipt",
        "a note has a limit",
        {"data": [{"id": str(n), "text": TEXT} for n in range(1, 90)], "meta": {}},
    ),
    says(
        "found-without-id",
        "find",
        "Unknown",
        "our text is there",
        {"data": [{"text": TEXT}], "meta": {}},
    ),
    says(
        "junk-in-the-list",
        "find",
        "Unknown",
        "a list that cannot be read is no absence",
        {"data": ["x", 17, None], "meta": {}},
    ),
    says(
        "partly",
        "find",
        "Unknown",
        "part of it could not be read",
        {"data": [{"id": "5", "text": "x"}], "errors": [{"title": "x"}], "meta": {}},
    ),
    says(
        "entities-are-junk",
        "find",
        "receipt|Unknown",
        "links that cannot be read",
        {
            "data": [{"id": "17", "text": TEXT, "entities": {"urls": [1, {"url": 5, "expanded_url": []}]}}],
            "meta": {},
        },
    ),
    says(
        "token-is-junk",
        "find",
        "Unknown",
        "it never ends",
        {"data": [{"id": "5", "text": "x"}], "meta": {"next_token": {"a": "\x1b"}}},
        more=9,
    ),
)
