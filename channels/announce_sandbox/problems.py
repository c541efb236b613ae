"""What X says when it refuses, reason by reason: as a problem of the second API, or in the words of the first.

Sources: docs.x.com (response codes and errors; the limits of self-serve apps: one cashtag a post, no mentions of those
who did not ask), and what its clients report: node-twitter-api-v2#495 and #553 (daily caps), iembot#163 (duplicates),
grammar-nazi-bot#592 (453), ethernal#1289 (402). The words for a second cashtag and for a mention are not documented.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from announce_sandbox.wire import Answer, json_answer

PROBLEMS = "https://api.twitter.com/2/problems"

TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see "
    "https://github.com/twitter/twitter-text."
)
READ_ONLY = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
CASHTAGS = "You are not permitted to perform this action: a Post may contain at most 1 cashtag."
MENTIONS = (
    "You are not permitted to perform this action: this Post mentions accounts that did not ask for it."
)
_NOT_ENROLLED = (
    "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter "
    "developer App that is attached to a Project. You can create a project via the developer portal."
)
_SUBSET = (
    "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) "
    "only. If you need access to this endpoint, you may need a different access level. You can learn more here: "
    "https://developer.x.com/en/portal/product"
)
_LOCKED = (
    "To protect our users from spam and other malicious activity, this account is temporarily locked. "
    "Please log in to https://twitter.com to unlock your account."
)
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
}


def problem(status: int, detail: str, **more: Any) -> Answer:
    """An error of the second API."""
    title = _TITLES.get(status, "Internal Server Error")
    return json_answer(
        {"title": title, "type": "about:blank", "status": status, "detail": detail} | more, status
    )


def coded(status: int, code: int, message: str) -> Answer:
    """An error of the first API: its codes still come through."""
    return json_answer({"errors": [{"message": message, "code": code}]}, status)


def invalid(name: str, value: str, message: str) -> Answer:
    """The error for a parameter."""
    said = {
        "errors": [{"parameters": {name: [value]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}/invalid-request",
    }
    return json_answer(said, 400)


def stale() -> Answer:
    """The refusal of a signature for its time."""
    return coded(401, 135, "Timestamp out of bounds.")


def limited(wait: int | str | None) -> Answer:
    """The window is full: X sends no Retry-After, but the time at which it ends; a text stands as it is."""
    answer = problem(429, "Too Many Requests")
    if wait is None:
        return answer
    ends = str(int(time.time()) + wait) if isinstance(wait, int) else wait
    return answer.with_headers(*_limit("x-rate-limit", 100, ends))


def _capped(whose: str) -> Answer:
    """The day's cap is used up, while the window of a quarter of an hour is not."""
    now = int(time.time())
    window = (("x-rate-limit-limit", "100"), ("x-rate-limit-remaining", "99"))
    answer = problem(429, "Too Many Requests").with_headers(*window, ("x-rate-limit-reset", str(now + 60)))
    return answer.with_headers(*_limit(f"x-{whose}-limit-24hour", 17, str(now + 36_000)))


def _limit(name: str, most: int, ends: str) -> tuple[tuple[str, str], ...]:
    return ((f"{name}-limit", str(most)), (f"{name}-remaining", "0"), (f"{name}-reset", ends))


def _usage_capped() -> Answer:
    more = {"account_id": 4711, "product_name": "standard-basic", "period": "Monthly", "scope": "Product"}
    detail = "Usage cap exceeded: Monthly product cap"
    return problem(429, detail, title="UsageCapExceeded", type=f"{PROBLEMS}/usage-capped", **more)


def _not_enrolled() -> Answer:
    more = {
        "client_id": "4711",
        "reason": "client-not-enrolled",
        "required_enrollment": "Appropriate Level of API Access",
        "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
    }
    return problem(403, _NOT_ENROLLED, title="Client Forbidden", type=f"{PROBLEMS}/client-forbidden", **more)


def _no_credits() -> Answer:
    detail = "Your enrolled account [4711] does not have any credits to fulfill this request."
    return problem(402, detail, title="CreditsDepleted", type=f"{PROBLEMS}/credits")


REASONS: Mapping[str, Callable[[], Answer]] = {
    "read-only": lambda: problem(403, READ_ONLY, type=f"{PROBLEMS}/oauth1-permissions"),
    "not-enrolled": _not_enrolled,
    "access-level": lambda: coded(403, 453, _SUBSET),
    "locked": lambda: coded(403, 326, _LOCKED),
    "suspended": lambda: coded(
        403, 64, "Your account is suspended and is not permitted to access this feature."
    ),
    "too-long": lambda: coded(403, 186, "Tweet needs to be a bit shorter."),
    "duplicate": lambda: problem(403, DUPLICATE),
    "cashtags": lambda: problem(403, CASHTAGS),
    "mentions": lambda: problem(403, MENTIONS),
    "not-permitted": lambda: problem(403, "You are not permitted to perform this action."),
    "clock": stale,
    "token": lambda: coded(401, 89, "Invalid or expired token."),
    "credits": _no_credits,
    "usage-capped": _usage_capped,
    "app-day": lambda: _capped("app"),
    "user-day": lambda: _capped("user"),
}
"""What X can be told to say, by the name of the reason."""
