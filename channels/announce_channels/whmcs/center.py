"""One client area through its API: the actions, and the announcements as they can be read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from announce_channels.whmcs.answers import Row, id_in, is_translation, rows_in, total_in
from announce_channels.whmcs.refusals import is_no_announcement, judged, words
from publisher.adapter import Api, Unknown, json_beside, pages, require_fresh

if TYPE_CHECKING:
    import requests

_PAGE = 50
_MOST_PAGES = 40
"""2,000 announcements; a page has to fit into one answer of 1 MiB."""


class Center:
    """One client area; always asked by POST: a GET would carry the secrets in its address."""

    def __init__(self, session: requests.Session, base_url: str, credentials: Mapping[str, str]) -> None:
        self._credentials = {**credentials, "responsetype": "json"}
        self.api = Api(
            session, base_url, words=words, judge=judged, gone=is_no_announcement, read=json_beside
        )

    def require_readable(self) -> None:
        """Make the call that a look-up makes; that proves credentials and allow list. Raises what it would raise."""
        next(self.rows(), None)

    def add(self, **fields: str) -> str:
        """A new announcement's number."""
        return id_in(self._call("AddAnnouncement", fields), "announcementid")

    def update(self, number: str, **fields: str) -> bool:
        """Change that announcement; a field that is not sent stays as it is. False where there is none any more."""
        said = self._call("UpdateAnnouncement", {"announcementid": number, **fields}, or_none=True)
        if said is not None and id_in(said, "announcementid") != number:
            raise Unknown("WHMCS answered with another announcement")
        return said is not None

    def by_number(self, number: str) -> Row | None:
        """The announcement of that number; None where there is none any more."""
        return next((row for row in self.rows() if id_in(row) == number), None)

    def marked(self, key: str) -> list[Row]:
        """The announcements that carry our mark with this key."""
        mark = re.compile(f"data-announce-id=[\"']{re.escape(html.escape(key))}[\"']")
        return [row for row in self.rows() if mark.search(row["announcement"])]

    def rows(self) -> Iterator[Row]:
        """Every announcement: their order is not documented. Raises Unknown where some cannot be read."""
        listed = pages(self._page, most=_MOST_PAGES, what="WHMCS's list of announcements")
        return (row for row in listed if not is_translation(row))

    def _page(self, seen: int | None) -> tuple[list[Row], int | None]:
        start = seen or 0
        answer = self._call("GetAnnouncements", {"limitstart": str(start), "limitnum": str(_PAGE)})
        rows, total = rows_in(answer), total_in(answer)
        if not rows and start < total:
            raise Unknown(f"only {start} of {total} announcements could be read; the look-up is not complete")
        following = start + len(rows)
        return rows, following if following < total else None

    def _call(self, action: str, fields: Mapping[str, str], *, or_none: bool = False) -> Any:
        form = {"action": action, **self._credentials, **fields}
        said = self.api.post("/includes/api.php", data=form, or_none=or_none)
        if action == "GetAnnouncements":
            require_fresh(self.api.last)
        return said
