"""What WHMCS's refusals mean, by its own sentences, with the cure that is true for each.

WHMCS says what happened in the JSON; with which status it says it differs by version and by what is asked.

Sources: developers.whmcs.com/api/access-control/ and …/api/authentication/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.adapter import BadCredentials, ChannelError, NotSent, Rejected, Unknown, retry_after, said_by

if TYPE_CHECKING:
    from publisher.adapter import Words

NO_SUCH = "announcement id not found"

_ADDRESS = (
    Rejected,
    "WHMCS does not let this machine's address in",
    "add it under General Settings → Security → API IP Access Restriction, or set access_key",
)
_TABLES = (
    Rejected,
    "the database of WHMCS did not take the text",
    "let its tables be utf8mb4, and look whether its disk is full",
)
_REFUSALS: dict[str, tuple[type[Rejected], str, str]] = {
    "authentication failed": (
        BadCredentials,
        "WHMCS does not accept the API credentials",
        "make API credentials in WHMCS (Configuration → Manage API Credentials) and set identifier and secret",
    ),
    "invalid ip": _ADDRESS,
    "forbidden ip": _ADDRESS,
    "invalid permissions": (
        Rejected,
        "the API role does not allow this action",
        "allow GetAnnouncements, AddAnnouncement and UpdateAnnouncement in the API role",
    ),
    "command not found": (
        Rejected,
        "this WHMCS knows no such action",
        "check base_url, and that the WHMCS is version 8",
    ),
    NO_SUCH: (
        Rejected,
        "someone deleted the announcement in WHMCS",
        "decide whether the post is still wanted",
    ),
    "sqlstate": _TABLES,
    "incorrect string value": _TABLES,
}
"""By the beginning of WHMCS's message, in lower case: what it means and the cure."""


def judged(said: Words) -> ChannelError | None:
    """The verdict where WHMCS says in its JSON what happened; None where the status says enough, or all is well."""
    result = said.document.get("result") if isinstance(said.document, dict) else None
    if said.status >= 500 or 300 <= said.status < 400:
        return None
    if result == "error":
        return _refusal(said)
    if said.status == 200 and result == "success":
        return None
    if said.status < 300:
        problem = "WHMCS answered without saying what became of it"
        return Unknown(problem, cure="check base_url: this may be another program's API")
    return None


def words(document: Any) -> str:
    """WHMCS's own sentence; nothing where it says none."""
    return message_in(document) if isinstance(document, dict) and document.get("result") == "error" else ""


def message_in(document: Any) -> str:
    """The message of an answer, as it stands."""
    return str(document.get("message") or "") if isinstance(document, dict) else ""


def is_no_announcement(said: Words) -> bool:
    """Whether WHMCS says that there is no announcement of that number any more."""
    return said.status < 500 and words(said.document).lower().startswith(NO_SUCH)


def _refusal(said: Words) -> ChannelError:
    """Nothing was done."""
    message = said_by(said.response, message_in(said.document))
    if message.lower().startswith("too many requests"):
        from datetime import UTC, datetime  # only a refusal needs it

        wait = retry_after(said.response.headers, datetime.now(UTC))
        return NotSent(f"WHMCS is asked too often ({message})", retry_after=wait)
    for beginning, (kind, problem, cure) in _REFUSALS.items():
        if message.lower().startswith(beginning):
            return kind(f"{problem} ({message})", cure=cure)
    return Rejected(f"WHMCS refused it: {message or 'without a reason'}")
