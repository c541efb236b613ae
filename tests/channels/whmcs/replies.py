"""What WHMCS answers when all goes well, and how it says no."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, URL, Situation


def row(number: int, published: str = "1", key: str = "CMO-7K3M/1") -> dict[str, Any]:
    return {
        "id": number,
        "date": "2026-11-23 21:00:00",
        "title": POST.title,
        "announcement": f'<div data-announce-id="{key}">\n{POST.body}\n</div>',
        "published": published,
    }


def rows(*listed: dict[str, Any], total: Any = None) -> dict[str, Any]:
    number = len(listed) if total is None else total
    return {
        "result": "success",
        "totalresults": number,
        "announcements": {"announcement": list(listed)},
    }


def complaint(_status: int, text: str) -> dict[str, Any]:
    return {"result": "error", "message": text}


_ADDED = {"result": "success", "announcementid": 17}
_ONE = rows(row(17))
_FIFTY = rows(*(row(number, key=f"CMO-{number}/1") for number in range(100, 150)), total=51)

SETTINGS = {name: {"env": name.upper()} for name in ("identifier", "secret", "access_key")}

_HIDDEN = rows(row(17, "0"))
READS = "action=GetAnnouncements"

REPLIES = {
    "check": [_ONE],
    "stage": Situation(replies=[_ADDED, _HIDDEN], alike=[1]),
    "stage-look": Situation(replies=[rows(), _ADDED, _HIDDEN], repeat=True, alike=[1, 2]),
    "stage-anew": Situation(replies=[_HIDDEN, _ADDED, _HIDDEN], repeat=True, alike=[0, 1, 2]),
    "release": Situation(replies=[_HIDDEN, _ADDED, _ONE], alike=[0, 2], shrugs={2: "Unknown"}),
    "publish": Situation(replies=[_ADDED, _HIDDEN, _ADDED, _ONE], alike=[0, 1, 2, 3], shrugs={3: "Unknown"}),
    "find": [_ONE],
    "find-pages": Situation(replies=[_FIFTY, rows(row(17), total=51)], alike=[0, 1]),
    "amend": Situation(replies=[_ONE, _ADDED, _ONE], alike=[0, 1, 2], shrugs={2: "Unknown"}),
    "withdraw": Situation(replies=[_ONE, _ADDED, _HIDDEN], alike=[0, 1, 2], shrugs={2: "Unknown"}),
    "locate": Situation(replies=[_ONE], url=f"{URL}/announcements/17/Title.html"),
}

BUT = {
    # After a write it is read what stands there: where that fails, nothing is proved.
    "release.3.*|publish.4.*|amend.3.*|withdraw.3.*": "good|Unknown",
    # A notice of PHP or the comment of a cache spoils the label; the one document in it is read.
    "check.type-html|check.type-text": "identity",
    "*.type-html|*.type-text": "good",
    # In its own words WHMCS says what it is about, with any status.
    "*.401-words": "Rejected",
    "*.200-*|*.echo-200-*|*.cut-200-*": "Rejected",
    "*.as-whmcs-*": "skip",
    "stage*.announcementid-*": "Unknown",
    "find*.announcements.announcement.0.id-*": "Unknown",
    "locate.announcements.announcement.0.published-*|find.announcements.announcement.0.published-*": (
        "absent|good|Unknown"
    ),
}
