"""Facebook Pages through facebook-sdk 3.1 and Graph API v26.0.

The post is text alone. A `link` parameter would make Meta fetch that page before it accepts the post, and the
page may be going up at this very moment: error 1609005, and nobody is told.

The token travels in the Authorization header, and each request has the method that it means: Graph takes none from a
form any more (Meta's developer blog, 2026-11-04).

Sources: developers.facebook.com/docs/pages-api/posts and /docs/graph-api: guides/error-handling,
overview/rate-limiting, reference/debug_token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field

from announce_channels.facebook_answers import (
    fingerprint,
    ids_at,
    ids_in,
    is_id,
    is_missing,
    is_on_facebook,
    number_in,
    same_text,
    understood,
)
from announce_channels.facebook_refusals import TooMuch
from announce_channels.facebook_token import blind, rights_in, unknown_rights
from publisher.answers import told
from publisher.channel import (
    BadCredentials,
    Capabilities,
    ChangedByHand,
    ChannelError,
    ChannelSettings,
    Context,
    Format,
    Gone,
    Identity,
    Post,
    Reach,
    Receipt,
    Rejected,
    Unknown,
)
from publisher.clock import compared
from publisher.masking import one_line
from publisher.secrets import Secret
from publisher.urls import BaseUrl

if TYPE_CHECKING:
    import requests


def _only_the_header(place: str) -> str:
    if place != "header":
        raise ValueError(
            "must be 'header', or left out: Facebook has closed the way that the token took in a form"
        )
    return place


class FacebookSettings(ChannelSettings):
    """A Page, and a token that may post on it."""

    page_id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
    access_token: Secret
    """A Page access token; a Business system user's does not expire."""
    graph_version: Annotated[str, Field(pattern=r"^v[0-9]{1,2}\.[0-9]$")] = "v26.0"
    """A version lives about two years; Meta serves an expired one as the oldest that is left."""
    token_in: Annotated[str, AfterValidator(_only_the_header)] = "header"  # noqa: S105 (a place, not a token)
    """What is left of a choice: reading with the token in a form took an override of the HTTP method."""
    base_url: BaseUrl = "https://graph.facebook.com"


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
            settle=15.0,
        )

    def __init__(self, settings: FacebookSettings, context: Context) -> None:
        import facebook  # loaded in the channel's own thread

        self._page = settings.page_id
        self._now = context.clock
        self._has_delivered = context.has_delivered
        on_loopback = settings.base_url.startswith("http://")  # a sandbox, which shows its posts itself
        self._site = settings.base_url if on_loopback else "https://www.facebook.com"
        self._token = context.secret(settings.access_token)
        session = context.session(rewrite=("https://graph.facebook.com", settings.base_url))
        session.headers["Authorization"] = f"Bearer {self._token}"
        # The library never looks at an answer's status and headers, and gives 500 with JSON back as success.
        self._answers: list[requests.Response] = []
        session.hooks["response"].append(self._keep)
        self._graph = facebook.GraphAPI(None, session=session)  # it would put a token into every query
        # Its constructor refuses every version after 3.1, but its calls put this attribute into the path.
        self._graph.version = settings.graph_version

    def check(self) -> Identity:
        """The Page's name proves the token; its scopes, where it may ask for them, the right to post.

        The call that a look-up makes is tried as well: on the night of a lost answer everything hangs on it.
        """
        page = self._read(self._page, fields="id,name")
        if page.get("id") != self._page:
            raise Rejected("this does not answer as the Graph API does", cure="check base_url and page_id")
        version = self._graph.version
        answer = self._answers[-1]
        account = f"{told(answer, str(page.get('name')), 100)} ({self._page})"
        served = told(answer, answer.headers.get("facebook-api-version", version), 20)
        rights = self._rights()
        notes = (*rights.notes, DEVELOPMENT)
        if served != version:
            notes += (f"{version} is served as {served}: set graph_version to one that lives",)
        known = replace(rights, account=account, notes=notes)
        return compared(self._with_a_look(known), answer.headers, self._now())

    def _with_a_look(self, identity: Identity) -> Identity:
        try:
            self._read(f"{self._page}/published_posts", fields="id", limit="1")
        except Rejected as error:
            return replace(identity, warnings=(*identity.warnings, blind(error)))
        except ChannelError as error:
            note = f"the call that looks up a lost answer could not be tried now: {error}"
            return replace(identity, notes=(*identity.notes, note))
        return identity

    def publish(self, post: Post) -> Receipt:
        """Post the text on the Page."""
        said = self._call(f"{self._page}/feed", form={"message": post.body})
        if not is_id(said.get("id")):
            raise Unknown("Facebook answered without the id of a post")
        return self._told_first(self._receipt([said["id"]], post))

    def find(self, post: Post) -> Receipt | None:
        """The Page's own post with this text, among those since two minutes before it was planned."""
        since = int((post.published_at - timedelta(minutes=2)).timestamp())
        query = {"fields": "id,message,created_time", "since": str(since)}
        same = same_text(list(chain.from_iterable(self._pages(query))), post.body)
        return self._told_first(self._receipt(same, post)) if same else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this text; Facebook shows that it was edited, and tells nobody."""
        number = str(receipt.remote_id)
        seen = self._seen(number, "message")
        if seen is None:
            raise Gone(f"post {number}")
        known = {receipt.fingerprint, fingerprint(post.body)}
        if receipt.fingerprint and fingerprint(str(seen.get("message") or "")) not in known:
            raise ChangedByHand(f"post {number}")
        if self._call(number, form={"message": post.body}).get("success") is not True:
            raise Unknown("Facebook answered without saying what became of the edit")
        return self._receipt([number], post)

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post, whatever a look would have said; only Facebook's own word for it counts."""
        number = str(receipt.remote_id)
        try:
            said = self._call(number, method="DELETE")
        except Rejected:
            if any(map(is_missing, self._answers)) and self._is_gone(number):
                return
            raise
        if said.get("success") is not True:
            raise Unknown("Facebook answered without saying what became of the deletion")

    def locate(self, url: str) -> Receipt | None:
        """The Page's own post at an address: by the number in it, else by Facebook's own address of each post."""
        if not is_on_facebook(url, self._site):
            return None
        number = number_in(url)
        if number:
            return self._located(f"{self._page}_{number}")
        newest = chain.from_iterable(self._newest("id,permalink_url"))
        return next((self._located(one) for one in ids_at(list(newest), url)), None)

    def _located(self, remote_id: str) -> Receipt | None:
        said = self._seen(remote_id, "id,message,is_published")
        if said is None:
            return None
        if said.get("id") != remote_id or not isinstance(said.get("is_published"), bool):
            raise Unknown("Facebook answered with another post")
        if not said["is_published"]:
            return None
        text = fingerprint(str(said.get("message") or ""))
        return Receipt(remote_id=remote_id, url=self._url(remote_id), fingerprint=text)

    def _seen(self, number: str, fields: str) -> dict[str, Any] | None:
        """What Facebook tells of a post; None where it is gone. Raises Rejected where nobody can tell."""
        try:
            return self._read(number, fields=fields)
        except Rejected:
            if any(map(is_missing, self._answers)) and self._is_gone(number):
                return None
            raise

    def _is_gone(self, number: str) -> bool:
        """Whether the Page's own list, which can be read, lacks a post that is not to be seen.

        Code 100, subcode 33 is also what a token without the rights to read is told of every post.
        """
        try:
            return not any(number in ids_in(page) for page in self._newest("id"))
        except BadCredentials:
            raise
        except Rejected as error:
            what = f"whether post {number} is there cannot be read with this token: {error}"
            raise Rejected(one_line(what, 400), cure=error.cure) from None

    def _told_first(self, receipt: Receipt) -> Receipt:
        """The first post on a Page has to be looked at: no API says whether customers see it."""
        if self._has_delivered(f"{self._site}/{self._page}_"):
            return receipt
        notes = [receipt.note, LOOK] if receipt.note else [LOOK]
        return replace(receipt, note=one_line("; ".join(notes), 500))

    def _receipt(self, ids: list[str], post: Post) -> Receipt:
        *copies, original = ids  # newest first
        links = " ".join(self._url(copy) for copy in copies)
        return Receipt(
            remote_id=original,
            url=self._url(original),
            fingerprint=fingerprint(post.body),
            note=one_line(f"published {len(ids)} times: delete {links}", 400) if copies else None,
        )

    def _url(self, remote_id: str) -> str:
        return f"{self._site}/{remote_id}"

    def _newest(self, fields: str) -> Iterator[list[Any]]:
        """The Page's newest posts, about a hundred."""
        return islice(self._pages({"fields": fields}), _NEWEST_PAGES)

    def _pages(self, query: dict[str, str]) -> Iterator[list[Any]]:
        """The Page's own posts, newest first. Raises Unknown where the list cannot be read to its end."""
        size = _A_PAGE
        for _ in range(_MOST_PAGES):
            said, size = self._part(query, size)
            if not isinstance(said.get("data"), list):
                raise Unknown("Facebook's list of posts cannot be read")
            yield said["data"]
            paging = said.get("paging")
            if not isinstance(paging, dict) or "next" not in paging:
                return
            following = parse_qsl(urlsplit(str(paging["next"])).query)
            query = query | {key: value for key, value in following if key not in {"access_token", "limit"}}
        raise Unknown("Facebook's list of posts does not end: the look-up is not complete")

    def _part(self, query: dict[str, str], size: int) -> tuple[dict[str, Any], int]:
        """One page of the list, and the size at which Facebook gave it: a refusal for its size halves it."""
        while True:
            try:
                return self._read(f"{self._page}/published_posts", **query, limit=str(size)), size
            except TooMuch:
                if size == 1:
                    raise
                size //= 2

    def _rights(self) -> Identity:
        """What Facebook says of the token, if it may be asked."""
        try:
            said = self._read("debug_token", input_token=self._token)
        except ChannelError:
            return unknown_rights("this token may not ask Facebook what it may do and when it expires")
        about = said.get("data")
        if not isinstance(about, dict) or not isinstance(about.get("scopes"), list):
            return unknown_rights("Facebook does not say what this token may do")
        kind = told(self._answers[-1], str(about.get("type")), 40)
        return rights_in(about, kind, self._now(), page=self._page)

    def _read(self, path: str, **query: str) -> dict[str, Any]:
        return self._call(path, query=query)

    def _call(
        self,
        path: str,
        *,
        method: str | None = None,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        from facebook import GraphAPIError

        self._answers.clear()
        try:
            self._graph.request(f"{self._graph.version}/{path}", args=query, post_args=form, method=method)
        except (GraphAPIError, KeyError, ValueError, RecursionError):
            # Besides its own error, what the library trips over: no content type, JSON in name only.
            if not self._answers:
                raise
        return understood(self._answers[-1])

    def _keep(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self._answers.append(answer)


_A_PAGE, _MOST_PAGES, _NEWEST_PAGES = 25, 10, 4

DEVELOPMENT = (
    "whether the app is Live cannot be asked: while it is in Development mode only people with a role on it see "
    "its posts"
)
LOOK = (
    "the first post on this Page: look at it logged out; if it is not there, the app is in Development mode, and only "
    "people with a role on it see its posts"
)
