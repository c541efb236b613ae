"""WHMCS announcements through its API, as of WHMCS 8: added unpublished, then published by their id.

WHMCS says what happened in the JSON and not in the status, so verdicts are read there. It has no search: a post
is found by a mark in its HTML, ``data-announce-id="CMO-7K3M/1"``, which an edit in the admin area leaves in place.
A first attempt takes four requests: what WHMCS has kept is read back before customers see it, and again afterwards:
no success counts by itself. A repeat looks first. So does who changes an announcement or takes it down: a number alone
does not make it ours.

Sources: developers.whmcs.com/api-reference/ (addannouncement, updateannouncement, getannouncements),
developers.whmcs.com/api/access-control/, and github.com/WHMCS/templates-twenty-one for what is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from announce_channels.whmcs.answers import Row, id_in, is_published, number_in
from announce_channels.whmcs.center import Center
from announce_channels.whmcs.texts import fingerprint, is_as, key_in, text_of
from publisher.adapter import (
    BaseUrl,
    Capabilities,
    ChangedByHand,
    ChannelError,
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
    Rejected,
    Secret,
    Unknown,
    is_about,
    not_ours,
    one_line,
    original,
    said_before,
    talk_in,
)

if TYPE_CHECKING:
    from publisher.adapter import ByHand


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

    def by_hand(self, post: Post) -> ByHand:
        """The admin area, under the name that its folder has unless somebody changed it."""
        from publisher.adapter import ByHand  # for whoever posts by hand

        source = "Tools → Source code (or <>)"
        return ByHand(
            name="the admin area's announcements",
            address=f"{self.base_url}/admin/supportannouncements.php?action=manage",
            steps=(
                "Where your admin area has another address: log in there, then Support → Announcements → Add New.",
                f"Paste the title. In the editor {source}; paste the text there, and OK.",
                "Published: on. Save Changes.",
                "Open Announcements in the client area: the new one's address.",
            ),
            editing=(
                "In the admin area: Support → Announcements → edit it.",
                f"Replace the title; in the editor {source}, and replace the text.",
                "Save Changes.",
            ),
        )


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
        self._base_url = settings.base_url
        self._zone = settings.timezone or context.zone
        self._now = context.clock
        self._about = context.about
        credentials = {
            "identifier": context.secret(settings.identifier),
            "secret": context.secret(settings.secret),
        }
        if settings.access_key:
            credentials["accesskey"] = context.secret(settings.access_key)
        self._center = Center(context.session(), settings.base_url, credentials)
        self._staged: dict[str, Row] = {}
        """By number, what WHMCS has kept of the drafts that were just made."""

    def check(self) -> Identity:
        """Read the list as a look-up does: that proves the credentials, but not the right to add an announcement."""
        self._center.require_readable()
        return Identity(
            account="API credentials",
            may_publish=Permission.UNKNOWN,
            notes=(
                "WHMCS cannot be asked whether the API role allows AddAnnouncement and UpdateAnnouncement",
            ),
            warnings=tuple(talk_in(self._center.api.last)),
        )

    def stage(self, post: Post) -> Draft:
        """Add the announcement unpublished. One that an earlier attempt left behind is written anew instead."""
        left = self._left_behind(post) if post.repeat else None
        fields = {"date": self._date(), **text_of(post, post.key), "published": "0"}
        if left is None:
            number = self._center.add(**fields)
        else:
            number = left
            self._update(number, fields)
        row = self._center.by_number(number)
        if row is None:
            raise Unknown("what was added does not show in WHMCS's list of announcements")
        self._staged[number] = row
        return Draft(remote_id=number, kept=_texts(row))

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Publish it, and read that it is public, and what WHMCS has kept of it."""
        number = draft.remote_id
        row = self._staged.pop(number, None) or self._center.by_number(number)
        if row is None:
            raise _deleted()
        _require_ours(row, post.ref)
        self._update(number, {"date": self._date(), "published": "1"})
        shown = self._read_back(number)
        if shown is None:
            raise _deleted()
        if not is_published(shown):
            problem = f"WHMCS was told to publish announcement {number}, and shows it unpublished"
            raise Rejected(problem, cure="publish it in WHMCS, and look which module holds it back")
        return self._receipt(shown)

    def publish(self, post: Post) -> Receipt:
        """Stage and release in one go."""
        return self.release(post, self.stage(post))

    def find(self, post: Post) -> Receipt | None:
        """The public announcement with the mark of this post, among all there are."""
        public = sorted(filter(is_published, self._center.marked(post.key)), key=lambda row: int(id_in(row)))
        return original([self._receipt(row) for row in public])

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the announcement this title and text; the mark in it stays, so that it is found as before."""
        number = str(receipt.remote_id)
        standing = self._center.by_number(number)
        if standing is None or not is_published(standing):
            raise Gone(f"announcement {number}")
        _require_ours(standing, post.ref, receipt)
        key = key_in(standing["announcement"]) or post.key
        text = text_of(post, key)
        ours = {fingerprint(text_of(each, key)) for each in (post, *said_before(post, self._about(post.ref)))}
        if receipt.fingerprint and not is_as(standing, {receipt.fingerprint, *ours}):
            raise ChangedByHand(f"announcement {number}")
        if not self._center.update(number, **text):
            raise Gone(f"announcement {number}")
        row = self._read_back(number)
        if row is None or not is_published(row):
            raise Gone(f"announcement {number}")
        return self._receipt(row)

    def withdraw(self, receipt: Receipt) -> None:
        """Take the announcement back to unpublished: it stays in the admin area."""
        number = str(receipt.remote_id)
        standing = self._center.by_number(number)
        if standing is None or not is_published(standing):
            return
        _require_ours(standing, receipt.ref, receipt)
        self._center.update(number, published="0")
        left = self._read_back(number)
        if left is not None and is_published(left):
            raise Unknown(
                f"announcement {number} is still public, although WHMCS says that it was taken down"
            )

    def locate(self, url: str) -> Receipt | None:
        """The public announcement whose number is in the address, however friendly that is."""
        number = number_in(url) if url.startswith(f"{self._base_url}/") else None
        row = self._center.by_number(number) if number else None
        return self._receipt(row) if row and is_published(row) else None

    # --- helpers ----------------------------------------------------------------------------------------------

    def _left_behind(self, post: Post) -> str | None:
        """The id of an unpublished announcement with our mark. Raises where one with it is public."""
        rows = self._center.marked(post.key)
        for row in filter(is_published, rows):
            raise Unknown(f"announcement {id_in(row)} is public already", duplicate=True)
        return id_in(rows[0]) if rows else None

    def _update(self, number: str, fields: dict[str, str]) -> None:
        if not self._center.update(number, **fields):
            raise _deleted()

    def _read_back(self, number: str) -> Row | None:
        """What stands there after a write that WHMCS calls a success. Raises Unknown where that cannot be read."""
        try:
            return self._center.by_number(number)
        except ChannelError as error:
            problem = f"WHMCS calls it a success; what stands there could not be read: {error}"
            raise Unknown(one_line(problem, 400), cure=error.cure) from None

    def _receipt(self, row: Row) -> Receipt:
        number = id_in(row)
        url, kept = self._url(number), _texts(row)
        return Receipt(remote_id=number, url=url, fingerprint=fingerprint(row), kept=kept)

    def _date(self) -> str:
        """The present minute as the server's clock shows it: an announcement with a future date is hidden."""
        return self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M:00")

    def _url(self, remote_id: str) -> str:
        # Works whatever is set for friendly URLs.
        return f"{self._base_url}/index.php?rp=/announcements/{remote_id}"


def _texts(row: Row) -> tuple[str, ...]:
    return str(row.get("title", "")), row["announcement"]


def _require_ours(row: Row, ref: str | None, left: Receipt | None = None) -> None:
    """Raise Rejected unless it carries the reference, as mark or text, or reads as we ``left`` it."""
    untouched = left is not None and left.fingerprint is not None and is_as(row, {left.fingerprint})
    if not (untouched or is_about(ref, *_texts(row))):
        raise not_ours(f"announcement {id_in(row)}")


def _deleted() -> Rejected:
    problem = "someone deleted the announcement in WHMCS"
    return Rejected(problem, cure="decide whether the post is still wanted")
