"""WHMCS announcements through its API, as of WHMCS 8: added unpublished, then published by their id.

WHMCS says what happened in the JSON and not in the status, so verdicts are read there. It has no search: a post
is found by a mark in its HTML, ``data-announce-id="CMO-7K3M/1"``, which an edit in the admin area leaves in place.
As with WordPress, a first attempt takes two requests and looks at nothing; a repeat looks first.

Sources: developers.whmcs.com/api-reference/ (addannouncement, updateannouncement, getannouncements),
developers.whmcs.com/api/access-control/, and github.com/WHMCS/templates-twenty-one for what is escaped.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from announce_channels.whmcs.answers import (
    answer_in,
    id_in,
    is_published,
    key_in,
    number_in,
    refusal,
    rows_in,
    total_in,
)
from publisher.adapter import (
    BaseUrl,
    Capabilities,
    ChangedByHand,
    ChannelSettings,
    Context,
    Draft,
    Format,
    Gone,
    Identity,
    Permission,
    Post,
    Reach,
    Receipt,
    Secret,
    Unknown,
    compared,
    one_line,
)

if TYPE_CHECKING:
    import requests


class WhmcsSettings(ChannelSettings):
    """A WHMCS installation and API credentials whose role allows the three announcement actions used here."""

    base_url: BaseUrl
    """The address of the client area, folder included."""
    identifier: Secret
    secret: Secret
    access_key: Secret | None = None
    """``$api_access_key`` of its configuration.php: lets this machine in where its address is not on the list."""
    timezone: ZoneInfo | None = None
    """The zone of the WHMCS server, whose dates carry none; that of the publisher unless said."""


class Whmcs:
    """Announcements in one client area."""

    Settings = WhmcsSettings

    @classmethod
    def capabilities(cls, settings: WhmcsSettings) -> Capabilities:
        """HTML; unpublished announcements are drafts; found again by the mark in the HTML."""
        return Capabilities(
            format=Format.HTML,
            lookup=True,
            staged=True,
            reach=Reach.BOTH,
            updates=Reach.EDIT,
            withdraw=True,
            settle=20.0,
        )

    def __init__(self, settings: WhmcsSettings, context: Context) -> None:
        self._settings = settings
        self._zone = settings.timezone or context.zone
        self._now = context.clock
        self._session = context.session()
        self._credentials = {
            "identifier": context.secret(settings.identifier),
            "secret": context.secret(settings.secret),
            "responsetype": "json",
        }
        if settings.access_key:
            self._credentials["accesskey"] = context.secret(settings.access_key)

    def check(self) -> Identity:
        """Read one announcement: that proves the credentials, but not the right to add one."""
        response = self._post("GetAnnouncements", limitnum="1")
        total_in(self._understood(response, "GetAnnouncements"))
        note = "WHMCS cannot be asked whether the API role allows AddAnnouncement and UpdateAnnouncement"
        identity = Identity(account="API credentials", may_publish=Permission.UNKNOWN, notes=(note,))
        return compared(identity, response.headers, self._now())

    def stage(self, post: Post) -> Draft:
        """Add the announcement unpublished. One that an earlier attempt left behind is written anew instead."""
        left = self._left_behind(post) if post.repeat else None
        fields = {"date": self._date(), **_text(post, post.key), "published": "0"}
        if left:
            self._call("UpdateAnnouncement", announcementid=left, **fields)
            return Draft(remote_id=left)
        return Draft(remote_id=id_in(self._call("AddAnnouncement", **fields), "announcementid"))

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Publish it; a field that is not sent stays as it is."""
        self._call("UpdateAnnouncement", announcementid=draft.remote_id, date=self._date(), published="1")
        return self._receipt(draft.remote_id, _text(post, post.key))

    def publish(self, post: Post) -> Receipt:
        """Stage and release in one go."""
        return self.release(post, self.stage(post))

    def find(self, post: Post) -> Receipt | None:
        """The public announcement with the mark of this post, among all there are."""
        public = sorted(filter(is_published, self._rows_of(post)), key=lambda row: int(id_in(row)))
        if not public:
            return None
        first, *others = public
        copies = ", ".join(self._url(id_in(row)) for row in others)
        note = f"published {len(public)} times; delete the others: {copies}"
        receipt = self._receipt(id_in(first), first)
        return replace(receipt, note=one_line(note, 400)) if copies else receipt

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the announcement this title and text; the mark in it stays, so that it is found as before."""
        number = str(receipt.remote_id)
        standing = self._standing(number)
        if standing is None or not is_published(standing):
            raise Gone(f"announcement {number}")
        text = _text(post, key_in(str(standing["announcement"])) or post.key)
        if receipt.fingerprint and not _is_as(standing, {receipt.fingerprint, _fingerprint(text)}):
            raise ChangedByHand(f"announcement {number}")
        self._call("UpdateAnnouncement", announcementid=number, **text)
        return self._receipt(number, text)

    def withdraw(self, receipt: Receipt) -> None:
        """Take the announcement back to unpublished: it stays in the admin area."""
        standing = self._standing(str(receipt.remote_id))
        if standing is not None and is_published(standing):
            self._call("UpdateAnnouncement", announcementid=str(receipt.remote_id), published="0")

    def locate(self, url: str) -> Receipt | None:
        """The public announcement whose number is in the address, however friendly that is."""
        number = number_in(url) if url.startswith(f"{self._settings.base_url}/") else None
        for row in filter(is_published, self._rows() if number else ()):
            if id_in(row) == number:
                return self._receipt(number, row)
        return None

    # --- what is asked of WHMCS -----------------------------------------------------------------------------

    def _receipt(self, number: str, text: Mapping[str, Any]) -> Receipt:
        return Receipt(remote_id=number, url=self._url(number), fingerprint=_fingerprint(text))

    def _standing(self, number: str) -> Mapping[str, Any] | None:
        """The announcement of that number; None where there is none any more."""
        return next((row for row in self._rows() if id_in(row) == number), None)

    def _left_behind(self, post: Post) -> str | None:
        """The id of an unpublished announcement with our mark. Raises where one with it is public."""
        rows = self._rows_of(post)
        for row in filter(is_published, rows):
            raise Unknown(f"announcement {id_in(row)} is public already", duplicate=True)
        return id_in(rows[0]) if rows else None

    def _rows_of(self, post: Post) -> list[Mapping[str, Any]]:
        mark = re.compile(f"data-announce-id=[\"']{re.escape(html.escape(post.key))}[\"']")
        return [row for row in self._rows() if mark.search(str(row.get("announcement", "")))]

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        """Every announcement: their order is not documented. Raises Unknown where some cannot be read."""
        seen, total = 0, 1
        for _ in range(_MOST_PAGES):
            answer = self._call("GetAnnouncements", limitstart=str(seen), limitnum=str(_PAGE))
            rows, total = rows_in(answer), total_in(answer)
            yield from rows
            seen += len(rows)
            if seen >= total:
                return
            if not rows:
                break
        raise Unknown(f"only {seen} of {total} announcements could be read; the look-up is not complete")

    def _call(self, action: str, **fields: str) -> Mapping[str, Any]:
        return self._understood(self._post(action, **fields), action)

    def _post(self, action: str, **fields: str) -> requests.Response:
        """One action, always as a POST: a GET would carry the secrets in its address."""
        form = {"action": action, **self._credentials, **fields}
        return self._session.post(f"{self._settings.base_url}/includes/api.php", data=form)

    def _understood(self, response: requests.Response, action: str) -> Mapping[str, Any]:
        answer = answer_in(response)
        match answer.get("result"):
            case "success" if response.status_code == 200:
                return answer
            case "error" if response.status_code < 500:
                raise refusal(answer, action, response)
        problem = f"WHMCS answered {action} without saying what became of it"
        raise Unknown(problem, cure="check base_url: this may be another program's API")

    def _date(self) -> str:
        """The present minute as the server's clock shows it: an announcement with a future date is hidden."""
        return self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M:00")

    def _url(self, remote_id: str) -> str:
        # Works whatever is set for friendly URLs.
        return f"{self._settings.base_url}/index.php?rp=/announcements/{remote_id}"


def _text(post: Post, key: str) -> dict[str, str]:
    return {
        # The client area's templates print the title as it is.
        "title": html.escape(post.title, quote=False),
        "announcement": f'<div data-announce-id="{html.escape(key)}">\n{post.body}\n</div>',
    }


def _fingerprint(text: Mapping[str, Any]) -> str:
    """Of title and text of an announcement, as we write it or as WHMCS gives it back."""
    return _digest(f"{_unescaped(str(text.get('title')))}\n{text.get('announcement')}")


def _is_as(text: Mapping[str, Any], known: Set[str]) -> bool:
    """Whether an announcement has one of these fingerprints; those of old receipts are of the text alone."""
    return _fingerprint(text) in known or _digest(str(text.get("announcement"))) in known


def _digest(text: str) -> str:
    """Line ends do not count, which the admin area's editor may have changed."""
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def _unescaped(title: str) -> str:
    """However often it was escaped: nobody documents what WHMCS does to a title on its way in and out."""
    for _ in range(_MOST_ESCAPED):
        title = html.unescape(title)
    return title.strip()


_MOST_ESCAPED = 3
_PAGE = 50
_MOST_PAGES = 40
"""2,000 announcements; a page has to fit into one answer of 1 MiB."""
