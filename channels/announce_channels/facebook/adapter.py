"""Facebook Pages through facebook-sdk 3.1 and Graph API v26.0.

The post is text alone. A `link` parameter would make Meta fetch that page before it accepts the post, and the
page may be going up at this very moment: error 1609005, and nobody is told.

The token travels in the Authorization header, and each request has the method that it means: Graph takes none from a
form any more (Meta's developer blog, 2026-11-04).

Sources: developers.facebook.com/docs/pages-api/posts and /docs/graph-api: guides/error-handling,
overview/rate-limiting, reference/debug_token.
"""

from __future__ import annotations

import html
from datetime import timedelta

from msgspec.structs import replace

from announce_channels.facebook.answers import (
    fingerprint,
    id_in,
    is_at,
    is_id,
    is_on_facebook,
    normal,
    number_in,
    texts_in,
)
from announce_channels.facebook.page import Page
from announce_channels.facebook.settings import FacebookSettings
from announce_channels.facebook.token import rights_in, unknown_rights
from publisher.adapter import (
    BadCredentials,
    Capabilities,
    ChangedByHand,
    ChannelError,
    Context,
    Format,
    Gone,
    Identity,
    Post,
    Reach,
    Receipt,
    Rejected,
    Unknown,
    is_about,
    looked,
    not_ours,
    one_line,
    original,
    ours_among,
    said_before,
    unread,
)


class Facebook:
    """The posts of one Page."""

    Settings = FacebookSettings

    @classmethod
    def capabilities(cls, settings: FacebookSettings) -> Capabilities:
        """Plain text, long; found again by its text; edited in place or posted anew."""
        return Capabilities(
            format=Format.TEXT,
            max_length=63_206,
            lookup=True,
            reach=Reach.BOTH,
            updates=Reach.BOTH,
            withdraw=True,
            social=True,
            hosts=("facebook.com",),
            settle=15.0,
        )

    def __init__(self, settings: FacebookSettings, context: Context) -> None:
        self._now = context.clock
        self._has_delivered = context.has_delivered
        self._about = context.about
        on_loopback = settings.base_url.startswith("http://")  # a sandbox, which shows its posts itself
        self._site = settings.base_url if on_loopback else "https://www.facebook.com"
        self._token = context.secret(settings.access_token)
        session = context.session(rewrite=("https://graph.facebook.com", settings.base_url))
        session.headers["Authorization"] = f"Bearer {self._token}"
        self._version = settings.graph_version
        self._page = Page(settings.page_id, session, base_url=settings.base_url, version=self._version)

    def check(self) -> Identity:
        """The Page's name proves the token; its scopes, where it may ask for them, the right to post.

        The call that a look-up makes is tried as well: on the night of a lost answer everything hangs on it.
        """
        page = self._page.read(self._page.number, fields="id,name")
        if page.get("id") != self._page.number:
            raise Rejected("this does not answer as the Graph API does", cure="check base_url and page_id")
        version = self._version
        headers = self._page.api.last.headers
        account = f"{self._page.api.line(str(page.get('name')))} ({self._page.number})"
        served = self._page.api.line(headers.get("facebook-api-version", version), 20)
        rights = self._rights()
        notes = (*rights.notes, DEVELOPMENT)
        if served != version:
            notes += (f"{version} is served as {served}: set graph_version to one that lives",)
        known = replace(rights, account=account, notes=notes)
        return looked(known, self._page.require_readable)

    def publish(self, post: Post) -> Receipt:
        """Post the text on the Page, and read back what Facebook has made of it."""
        said = self._page.call(f"{self._page.number}/feed", form={"message": post.body})
        if not is_id(said.get("id")):
            raise Unknown("Facebook answered without the id of a post")
        return self._told_first(self._as_it_stands(said["id"], post))

    def find(self, post: Post) -> Receipt | None:
        """The Page's own post with this text, or what Facebook left of it, since two minutes before it was planned."""
        since = int((post.published_at - timedelta(minutes=2)).timestamp())
        posts = self._page.posts(fields="id,message,created_time", since=str(since))
        listed = [(self._receipt(number, text, whole=True), text) for number, text in texts_in(posts)]
        copies = ours_among(listed, post, self._about(post.ref), plain=normal)
        found = original(copies[::-1])  # newest first, as Facebook lists them
        return self._told_first(found) if found else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this text; Facebook shows that it was edited, and tells nobody."""
        number = str(receipt.remote_id)
        since = self._since(post.ref)
        if receipt.fingerprint:  # else nothing is compared: a token that cannot read may edit all the same
            ours = {fingerprint(each.body) for each in (post, *said_before(post, self._about(post.ref)))}
            self._require_untouched(number, {receipt.fingerprint, *ours}, since)
        said = self._page.call(number, form={"message": post.body}, or_none=True)
        if said is None:
            self._page.require_gone(number, **since)
            raise Gone(f"post {number}")
        if said.get("success") is not True:
            raise Unknown("Facebook answered without saying what became of the edit")
        return self._as_it_stands(number, post)

    def _require_untouched(self, number: str, known: set[str], since: dict[str, str]) -> None:
        seen = self._page.seen(number, "message", **since)
        if seen is None:
            raise Gone(f"post {number}")
        if fingerprint(seen.get("message")) not in known:
            raise ChangedByHand(f"post {number}")

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post, unless it is to be seen that somebody made another of it.

        That it cannot be seen holds nothing up, and only Facebook's own word for the deletion counts.
        """
        number = str(receipt.remote_id)
        self._require_ours(number, receipt)
        said = self._page.call(number, method="DELETE", or_none=True)
        if said is None:
            self._page.require_gone(number, **self._since(receipt.ref))
        elif said.get("success") is not True:
            raise Unknown("Facebook answered without saying what became of the deletion")

    def _require_ours(self, number: str, left: Receipt) -> None:
        """Raise Rejected where its text neither carries the reference nor reads as we ``left`` it.

        A token that may not read may delete all the same; what breaks on the way is raised, and tried again.
        """
        try:
            seen = self._page.call(number, query={"fields": "message"}, or_none=True)
        except BadCredentials:
            raise
        except Rejected:
            return
        match seen:
            case {"id": shown, "message": str(text)} if shown == number:
                if fingerprint(text) != left.fingerprint and not is_about(left.ref, text):
                    raise not_ours(f"post {number}")

    def locate(self, url: str) -> Receipt | None:
        """The Page's own post at an address: by the number in it, else by Facebook's own address of each post."""
        if not is_on_facebook(url, self._site):
            return None
        number = number_in(url)
        if number:
            return self._located(f"{self._page.number}_{number}")
        posts = self._page.posts(fields="id,permalink_url")
        return next((self._located(id_in(post)) for post in posts if is_at(post, url)), None)

    def _located(self, remote_id: str) -> Receipt | None:
        said = self._page.seen(remote_id, "id,message,is_published")
        if said is None:
            return None
        if said.get("id") != remote_id or not isinstance(said.get("is_published"), bool):
            raise Unknown("Facebook answered with another post")
        if not said["is_published"]:
            return None
        return self._receipt(remote_id, said.get("message"))

    def _told_first(self, receipt: Receipt) -> Receipt:
        """The first post on a Page has to be looked at: no API says whether customers see it."""
        if self._has_delivered(f"{self._site}/{self._page.number}_"):
            return receipt
        notes = [receipt.note, LOOK] if receipt.note else [LOOK]
        return replace(receipt, note=one_line("; ".join(notes), 500))

    def _as_it_stands(self, remote_id: str, post: Post) -> Receipt:
        """With Facebook's own text, which its answer to a write does not tell.

        The post is public: no fault of the reading makes it a failed one, or one that is sent again.
        """
        try:
            seen = self._page.read(remote_id, fields="message")
        except ChannelError as error:
            return unread(self._receipt(remote_id, post.body), error)
        if seen.get("id") != remote_id or not isinstance(seen.get("message"), str):
            return unread(self._receipt(remote_id, post.body), "Facebook does not tell it")
        return self._receipt(remote_id, seen["message"], whole=True)

    def _since(self, ref: str | None) -> dict[str, str]:
        """From when on the posts of an announcement are listed; nothing where that is not known.

        A day before the first word of it: somebody may have posted by hand before.
        """
        told = [said.update.published_at for said in self._about(ref).about(ref)] if ref else []
        return {"since": str(int((min(told) - timedelta(days=1)).timestamp()))} if told else {}

    def _receipt(self, remote_id: str, text: str | None, *, whole: bool = False) -> Receipt:
        """``whole`` where this is the text that Facebook gives back, all of it."""
        kept = (html.escape(text or "", quote=False),) if whole else ()  # it is no markup there
        url = f"{self._site}/{remote_id}"
        return Receipt(remote_id=remote_id, url=url, fingerprint=fingerprint(text), kept=kept)

    def _rights(self) -> Identity:
        """What Facebook says of the token, if it may be asked."""
        try:
            said = self._page.read("debug_token", input_token=self._token)
        except ChannelError:
            return unknown_rights("this token may not ask Facebook what it may do and when it expires")
        about = said.get("data")
        if not isinstance(about, dict) or not isinstance(about.get("scopes"), list):
            return unknown_rights("Facebook does not say what this token may do")
        kind = self._page.api.line(str(about.get("type")), 40)
        return rights_in(about, kind, self._now(), page=self._page.number)


DEVELOPMENT = (
    "whether the app is Live cannot be asked: while it is in Development mode only people with a role on it see "
    "its posts"
)
LOOK = (
    "the first post on this Page: look at it logged out; if it is not there, the app is in Development mode, and only "
    "people with a role on it see its posts"
)
